# SPDX-License-Identifier: Apache-2.0
"""Planner tables: a project that is there is left, changed in place, or replaced."""

from __future__ import annotations

import pytest

from pulumi_opentok.core.desired import NOT_YET_KNOWN
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.project.state import ProjectRecord, ProjectSpec, ProjectState
from tests.unit.things import ID, NOW, OTHER_ACCOUNT, TWIN, record, spec, there

STOPS = f"suspend project {ID} 'acme': its key and every session made with it stop working"
WORKS = f"activate project {ID} 'acme': its key works again"

IN_PLACE = [
    # what, spec, state, record, steps, texts
    ("as declared", spec(), there(), record(), [], []),
    ("as declared, no record", spec(), there(), None, [], []),
    ("status unset, live suspended", spec(), there(status="suspended"), record(), [], []),
    ("status as it is", spec(status="active"), there(), record(), [], []),
    ("suspend", spec(status="suspended"), there(), record(), ["set_status"], [STOPS]),
    ("activate", spec(status="active"), there(status="suspended"), record(), ["set_status"], [WORKS]),
    ("suspend without record", spec(status="suspended"), there(), None, ["set_status"], [STOPS]),
    ("a status nobody knows is brought back", spec(status="active"), there(status="frozen"), record(), ["set_status"], [WORKS]),
    ("id and name", spec(id=ID), there(), None, [], []),
    ("id without name", spec(id=ID, name=None), there(name="beta"), None, [], []),
    ("existing_id after its adoption", spec(existing_id=ID), there(), record(), [], []),
    (
        "on_delete changed: only remembered",
        spec(on_delete="retain"),
        there(),
        record(),
        ["remember"],
        [f"remember for project {ID} 'acme' on_delete: retain"],
    ),
    ("on_delete changed, no record: nothing to keep", spec(on_delete="retain"), there(), None, [], []),
    (
        "the new declared name is the live one",
        spec(name="beta"),
        there(name="beta"),
        record(name="acme"),
        ["remember"],
        [f"remember for project {ID} 'beta' its declared name 'beta'"],
    ),
]


@pytest.mark.parametrize(("wanted", "state", "before", "steps", "texts"), [row[1:] for row in IN_PLACE], ids=[row[0] for row in IN_PLACE])
def test_changes_in_place(
    wanted: ProjectSpec, state: ProjectState, before: ProjectRecord | None, steps: list[str], texts: list[str]
) -> None:
    plan = PROJECT.plan(wanted, state, before, NOW)
    assert [action.do for action in plan.actions] == steps
    assert list(plan.texts) == texts
    assert plan.replaces == ()
    assert plan.warnings == ()
    assert plan.changes_api == ("set_status" in steps)


REPLACED = [
    # what, spec, state, record, because of, a word of the reason, a word of the warning
    ("renamed", spec(name="beta"), there(), record(), "name", "cannot become 'beta'", "is deleted for good"),
    ("renamed without record", spec(id=ID, name="beta"), there(), None, "name", "the API cannot rename a project", "is deleted for good"),
    ("renamed, on_delete suspend", spec(name="beta"), there(), record(on_delete="suspend"), "name", "cannot become", "on_delete: suspend"),
    ("renamed, on_delete retain", spec(name="beta"), there(), record(on_delete="retain"), "name", "cannot become", "on_delete: retain"),
    (
        "renamed as on_delete changes: the remembered one counts, as the old object's declaration",
        spec(name="beta", on_delete="retain"),
        there(),
        record(on_delete="delete"),
        "name",
        "cannot become",
        "is deleted for good",
    ),
    ("another existing_id", spec(existing_id=TWIN), there(), record(), "existing_id", f"existing_id is '{TWIN}', but this is", "replaced"),
    (
        "another account",
        spec(account_key=OTHER_ACCOUNT),
        there(),
        record(),
        "account_key",
        "project 46000001 'acme' belongs to account 100, but the credentials are of account 200",
        "replaced",
    ),
    ("account and name: the account says it all", spec(account_key=OTHER_ACCOUNT, name="b"), there(), record(), "account_key", "100", "replaced"),
]


@pytest.mark.parametrize(
    ("wanted", "state", "before", "field", "reason", "warning"), [row[1:] for row in REPLACED], ids=[row[0] for row in REPLACED]
)
def test_replacements(
    wanted: ProjectSpec, state: ProjectState, before: ProjectRecord | None, field: str, reason: str, warning: str
) -> None:
    plan = PROJECT.plan(wanted, state, before, NOW)
    assert plan.replaces == (field,)
    assert plan.actions == ()
    assert plan.changes_api
    assert reason in plan.reasons[0]
    assert len(plan.warnings) == 1
    assert warning in plan.warnings[0]
    assert "another API key and secret" in plan.warnings[0]
    assert plan.after == {"name": wanted.name, "status": "active", "secret_fingerprint": NOT_YET_KNOWN}


SAME_ACCOUNT = [
    ("the record knows none", spec(), record(account_key=None)),
    ("the credentials name none", spec(account_key=None), record()),
]


@pytest.mark.parametrize(("wanted", "before"), [row[1:] for row in SAME_ACCOUNT], ids=[row[0] for row in SAME_ACCOUNT])
def test_an_account_that_nobody_knows_replaces_nothing(wanted: ProjectSpec, before: ProjectRecord) -> None:
    assert not PROJECT.plan(wanted, there(), before, NOW).changes


def test_renamed_elsewhere_is_a_warning_only() -> None:
    plan = PROJECT.plan(spec(), there(name="renamed in the dashboard"), record(), NOW)
    assert not plan.changes
    assert plan.warnings == (
        f"project {ID} 'renamed in the dashboard' is declared as 'acme': it was renamed elsewhere, and the API cannot rename it back;"
        " declare the new name",
    )


def test_renamed_elsewhere_does_not_stop_a_change() -> None:
    plan = PROJECT.plan(spec(status="suspended"), there(name="beta"), record(), NOW)
    assert [action.do for action in plan.actions] == ["set_status"]
    assert "renamed elsewhere" in plan.warnings[0]


@pytest.mark.parametrize(("now", "then", "disrupts"), [("active", "suspended", True), ("suspended", "active", False)])
def test_a_status_change_shows_before_and_after_and_who_it_hurts(now: str, then: str, disrupts: bool) -> None:
    plan = PROJECT.plan(spec(status=then), there(status=now), record(), NOW)
    assert plan.before is not None
    assert plan.after == {**plan.before, "status": then}
    assert plan.before["status"] == now
    assert [action.disrupts for action in plan.actions] == [disrupts]
    assert plan.actions[0].args == {"status": then}
