# SPDX-License-Identifier: Apache-2.0
"""Planner tables: a project that is not there yet is created, taken over or refused."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.core import PlanError
from pulumi_opentok.core.desired import NOT_YET_KNOWN
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.project.state import ProjectSpec, ProjectState
from tests.unit.things import ACCOUNT, ID, NOTHING, NOW, TWIN, namesakes, spec, there

PLANNED = [
    # what, spec, state, steps, their texts
    ("new", spec(), NOTHING, ["create"], ["create project 'acme'"]),
    ("new, declared active", spec(status="active"), NOTHING, ["create"], ["create project 'acme'"]),
    (
        "new, suspended",
        spec(status="suspended"),
        NOTHING,
        ["create", "set_status"],
        ["create project 'acme'", "suspend project 'acme': its key and every session made with it stop working"],
    ),
    ("duplicate allowed, none there", spec(allow_duplicate_name=True), NOTHING, ["create"], ["create project 'acme'"]),
    ("duplicate allowed, one there", spec(allow_duplicate_name=True), namesakes(ID), ["create"], ["create project 'acme'"]),
    ("duplicate allowed, twins there", spec(allow_duplicate_name=True), namesakes(ID, TWIN), ["create"], ["create project 'acme'"]),
    ("adopt, none there", spec(adopt=True), NOTHING, ["create"], ["create project 'acme'"]),
    ("adopt, one there", spec(adopt=True), namesakes(ID), ["adopt"], [f"take over project {ID} 'acme' of account 100 as it is"]),
    (
        "adopt, one there with the declared status",
        spec(adopt=True, status="suspended"),
        namesakes(ID, status="suspended"),
        ["adopt"],
        [f"take over project {ID} 'acme' of account 100 as it is"],
    ),
    ("existing_id", spec(existing_id=ID), there(), ["adopt"], [f"take over project {ID} 'acme' of account 100 as it is"]),
    ("existing_id without a name", spec(name=None, existing_id=ID), there(), ["adopt"], [f"take over project {ID} 'acme' of account 100 as it is"]),
    (
        "existing_id of a project without name",
        spec(name=None, existing_id=ID),
        there(name=""),
        ["adopt"],
        [f"take over project {ID} of account 100 as it is"],
    ),
]


@pytest.mark.parametrize(("wanted", "state", "steps", "texts"), [row[1:] for row in PLANNED], ids=[row[0] for row in PLANNED])
def test_what_is_planned(wanted: ProjectSpec, state: ProjectState, steps: list[str], texts: list[str]) -> None:
    plan = PROJECT.plan(wanted, state, None, NOW)
    assert [action.do for action in plan.actions] == steps
    assert list(plan.texts) == texts
    assert not plan.replaces


REFUSED = [
    # what, spec, state, every word that has to be in the error
    (
        "the name is taken",
        spec(),
        namesakes(ID),
        ["a project 'acme' exists already in account 100", f"id {ID}", f"existing_id='{ID}'", "adopt=True", "allow_duplicate_name=True"],
    ),
    ("twins", spec(), namesakes(ID, TWIN), ["2 projects of account 100 are named 'acme'", f"ids {ID} and {TWIN}", "by its id"]),
    ("adopt with twins", spec(adopt=True), namesakes(ID, TWIN), ["2 projects of account 100 are named 'acme'", f"ids {ID} and {TWIN}"]),
    ("take_by_name with twins", spec(take_by_name=True), namesakes(ID, TWIN), [f"ids {ID} and {TWIN}"]),
    ("existing_id missing", spec(existing_id="9"), ProjectState(missing_id="9"), ["there is no project 9 in account 100", "check the id"]),
    ("id missing", spec(id="9"), ProjectState(missing_id="9"), ["there is no project 9 in account 100", "cannot be created"]),
    ("existing_id, other name", spec(existing_id=ID), there(name="beta"), ["name is 'beta', declared is 'acme'", "Declare it as it is first"]),
    ("existing_id, other status", spec(existing_id=ID, status="suspended"), there(), ["status is 'active', declared is 'suspended'"]),
    (
        "existing_id, both differ: both are said",
        spec(existing_id=ID, status="active"),
        there(name="beta", status="suspended"),
        ["name is 'beta', declared is 'acme'; status is 'suspended', declared is 'active'"],
    ),
    ("adopt, other status", spec(adopt=True, status="active"), namesakes(ID, status="suspended"), ["status is 'suspended', declared is 'active'"]),
]


@pytest.mark.parametrize(("wanted", "state", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused(wanted: ProjectSpec, state: ProjectState, words: list[str]) -> None:
    with pytest.raises(PlanError) as caught:
        PROJECT.plan(wanted, state, None, NOW)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize(("status", "shown"), [(None, "active"), ("active", "active"), ("suspended", "suspended")])
def test_before_and_after_of_a_create(status: str | None, shown: str) -> None:
    plan = PROJECT.plan(spec(status=status), NOTHING, None, NOW)
    assert plan.before is None
    assert plan.after == {"name": "acme", "status": shown, "secret_fingerprint": NOT_YET_KNOWN, "account_key": ACCOUNT}


def test_a_take_over_changes_nothing_at_opentok() -> None:
    plan = PROJECT.plan(spec(adopt=True), namesakes(ID), None, NOW)
    assert plan.changes
    assert not plan.changes_api
    assert plan.before == plan.after
    assert plan.before is not None
    assert plan.before["id"] == ID


@pytest.mark.parametrize(("ids", "warnings"), [((), 0), ((ID,), 1), ((ID, TWIN), 1)])
def test_a_duplicate_is_warned_about_with_its_ids(ids: tuple[str, ...], warnings: int) -> None:
    plan = PROJECT.plan(spec(allow_duplicate_name=True), namesakes(*ids), None, NOW)
    assert len(plan.warnings) == warnings
    assert all(one in plan.warnings[0] for one in ids)


class _Listed:
    """What ``find`` uses of a scope when it looks by name."""

    def __init__(self, *found: Any) -> None:
        self.creation = self
        self._found = found

    def namesakes(self, name: str) -> tuple[Any, ...]:
        return tuple(one for one in self._found if one.name == name)

    def similar(self, _name: str) -> tuple[Any, ...]:
        return ()


FOUND = [
    # what, take_by_name, projects of the name, ours
    ("one, its name is its identity", True, (ID,), ID),
    ("one, the name is only a name", False, (ID,), None),
    ("twins are nobody's", True, (ID, TWIN), None),
    ("none", True, (), None),
]


@pytest.mark.parametrize(("take", "ids", "ours"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND])
def test_take_by_name(take: bool, ids: tuple[str, ...], ours: str | None) -> None:
    scope: Any = _Listed(*namesakes(*ids).namesakes)
    state = PROJECT.find(scope, spec(take_by_name=take))
    assert (state.project.id if state.project else None) == ours
    assert tuple(one.id for one in state.namesakes) == ids
