# SPDX-License-Identifier: Apache-2.0
"""Planner tables: when a secret_triggers map rotates the secret."""

from __future__ import annotations

import pytest

from pulumi_opentok.core.desired import NOT_YET_KNOWN
from pulumi_opentok.core.desired.project.kind import PROJECT
from tests.unit.things import ELSEWHERE, ID, NOW, SECRET, record, spec, there

TRIGGERS = [
    # what, recorded, declared, rotates because of
    ("none at all", {}, {}, None),
    ("the same", {"v": "1"}, {"v": "1"}, None),
    ("a first value", {}, {"v": "1"}, None),
    ("an added key", {"v": "1"}, {"v": "1", "w": "1"}, None),
    ("a removed key", {"v": "1", "w": "1"}, {"v": "1"}, None),
    ("all removed", {"v": "1"}, {}, None),
    ("a key renamed: removed and added", {"v": "1"}, {"w": "1"}, None),
    ("a changed value", {"v": "1"}, {"v": "2"}, "secret_triggers 'v' changed"),
    ("changed to empty", {"v": "1"}, {"v": ""}, "secret_triggers 'v' changed"),
    ("two changed values rotate once", {"v": "1", "w": "1"}, {"v": "2", "w": "2"}, "secret_triggers 'v' and 'w' changed"),
    ("one changed, one added", {"v": "1"}, {"v": "2", "w": "1"}, "secret_triggers 'v' changed"),
    ("one changed, one removed", {"v": "1", "w": "1"}, {"v": "2"}, "secret_triggers 'v' changed"),
]


@pytest.mark.parametrize(("recorded", "declared", "reason"), [row[1:] for row in TRIGGERS], ids=[row[0] for row in TRIGGERS])
def test_triggers(recorded: dict[str, str], declared: dict[str, str], reason: str | None) -> None:
    plan = PROJECT.plan(spec(secret_triggers=declared), there(), record(secret_triggers=recorded), NOW)
    assert plan.reasons == ((reason,) if reason else ())
    assert plan.changes_api == bool(reason)
    assert plan.warnings == ()
    # What does not rotate is remembered all the same, or the next change of it would go unseen.
    wanted = ["refresh_secret"] if reason else ["remember"] if recorded != declared else []
    assert [action.do for action in plan.actions] == wanted


def test_a_rotation_says_what_it_does_to_whom() -> None:
    plan = PROJECT.plan(spec(secret_triggers={"v": "2"}), there(), record(secret_triggers={"v": "1"}), NOW)
    assert plan.texts == (
        f"rotate the secret of project {ID} 'acme': secret_triggers 'v' changed; every client token signed with the old secret stops working",
    )
    assert plan.actions[0].disrupts
    assert plan.before is not None
    assert plan.after == {**plan.before, "secret_fingerprint": NOT_YET_KNOWN}


@pytest.mark.parametrize(("live_is", "warned"), [("recorded", False), ("elsewhere", True), ("never recorded", False)])
def test_a_trigger_rotates_whatever_is_live(live_is: str, warned: bool) -> None:
    known = {"recorded": record().secret_fingerprint, "elsewhere": ELSEWHERE, "never recorded": None}[live_is]
    plan = PROJECT.plan(spec(secret_triggers={"v": "2"}), there(), record(secret_triggers={"v": "1"}, secret_fingerprint=known), NOW)
    assert [action.do for action in plan.actions] == ["refresh_secret"]
    assert [("was rotated elsewhere" in text) for text in plan.warnings] == ([True] if warned else [])


def test_a_secret_rotated_elsewhere_alone_changes_nothing() -> None:
    plan = PROJECT.plan(spec(), there(), record(secret_fingerprint=ELSEWHERE), NOW)
    assert not plan.changes


def test_without_a_record_nothing_rotates() -> None:
    assert not PROJECT.plan(spec(secret_triggers={"v": "1"}), there(), None, NOW).changes


@pytest.mark.parametrize(("now", "then"), [("active", "suspended"), ("suspended", "active")])
def test_the_secret_goes_before_the_status_changes(now: str, then: str) -> None:
    plan = PROJECT.plan(spec(secret_triggers={"v": "2"}, status=then), there(status=now), record(secret_triggers={"v": "1"}), NOW)
    assert [action.do for action in plan.actions] == ["refresh_secret", "set_status"]


def test_no_action_of_a_rotation_holds_the_secret() -> None:
    plan = PROJECT.plan(spec(secret_triggers={"v": "2"}), there(), record(secret_triggers={"v": "1"}), NOW)
    assert SECRET not in repr(plan)
