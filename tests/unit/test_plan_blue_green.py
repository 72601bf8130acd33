# SPDX-License-Identifier: Apache-2.0
"""Planner tables: which step of a blue/green rotation comes next, and what is said of it."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any

import pytest

from pulumi_opentok.core import PlanError, fingerprint
from pulumi_opentok.core.desired.plan import NOT_YET_KNOWN, Plan
from pulumi_opentok.core.desired.project.handover import Handover, of_dict, of_entry, to_dict
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.project.state import ProjectState
from tests.unit.things import ELSEWHERE, ID, NOW, SECRET, TWIN, project, record, spec

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
OLD = project(id=TWIN, secret="old" * 13 + "x")
BEGUN = Handover(known=(ID,))
PUBLISHING = Handover(other=TWIN, secret=OLD.secret_fingerprint, turn=1)
DRAINING = dataclasses.replace(PUBLISHING, published_at=NOW - HOUR)
DRAINED = dataclasses.replace(PUBLISHING, published_at=NOW - DAY)
SOAKING = dataclasses.replace(DRAINED, suspended_at=NOW - DAY)
SOAKED = dataclasses.replace(DRAINED, suspended_at=NOW - 7 * DAY)
BACK = dataclasses.replace(DRAINED, rolled_back=True)
DUE = {"secret_triggers": {"v": "2"}}
BLUE = {"rotation": "blue_green"}
OFF = {"status": "suspended"}
LEAKED_OLD = {"retired_secrets": frozenset({OLD.secret_fingerprint})}
LONGER = dataclasses.replace(DRAINED, token_lifetime=30 * DAY)
TAKEN = dataclasses.replace(SOAKING, other=ID)
LEAKED = {"retired_secrets": frozenset({fingerprint(SECRET)})}
SUSPENDED = dataclasses.replace(OLD, status="suspended")


def planned(been: Handover | None, state: ProjectState, **declared: Any) -> Plan:
    before = record(secret_triggers={"v": "1"}, handover=been)
    return PROJECT.plan(spec(**{"secret_triggers": {"v": "1"}, **BLUE, **declared}), state, before, NOW)


ALONE = ProjectState(project=project())
BOTH = ProjectState(project=project(), draining=OLD)
OVER = ProjectState(project=project(), draining=SUSPENDED)
ASLEEP = ProjectState(project=project(status="suspended"))
GONE = ProjectState(project=project(), draining_gone=True)
NEW = ProjectState(project=project(), newcomer=OLD, known=(ID,))

STEPS: list[tuple[str, Handover | None, ProjectState, dict[str, Any], list[str], str]] = [
    ("nothing is due", None, ALONE, {}, [], ""),
    ("due", None, ALONE, DUE, ["hand_over"], "stored rooms"),
    ("due and paused", None, ALONE, {**DUE, "handover": "pause"}, [], "but waits as long as handover is pause"),
    ("due and rolled back", None, ALONE, {**DUE, "handover": "rollback"}, [], "but waits as long as handover is rollback"),
    ("leaked", None, ALONE, LEAKED, ["refresh_secret"], "an overlap would keep the old secret alive"),
    ("asked for at once", None, ALONE, {"rotate": "always"}, ["refresh_secret"], "an overlap would keep"),
    ("due, suspended", None, ProjectState(project=project(status="suspended")), DUE, ["refresh_secret", "remember"], "nobody can be connected"),
    ("due, to be suspended", None, ALONE, {**DUE, "status": "suspended"}, ["refresh_secret", "set_status"], "nobody can be connected"),
    ("due in place", None, ALONE, {**DUE, "rotation": "in_place"}, ["refresh_secret"], ""),
    ("begun", BEGUN, ProjectState(project=project(), known=(ID,)), {}, ["hand_over"], "stays valid"),
    ("begun, created", BEGUN, NEW, {}, ["hand_over"], "stays valid"),
    ("begun and paused", BEGUN, NEW, {"handover": "pause"}, [], "is begun, and paused"),
    ("begun and rolled back", BEGUN, NEW, {"handover": "rollback"}, ["set_aside"], ""),
    ("begun and leaked", BEGUN, NEW, LEAKED, ["refresh_secret"], "goes on with the next run"),
    ("begun, to be suspended", BEGUN, NEW, OFF, ["hand_over", "suspend_draining", "set_status"], "stays valid"),
    ("begun, set aside, to be suspended", BEGUN, NEW, {**OFF, "handover": "rollback"}, ["set_aside", "suspend_draining", "set_status"], ""),
    ("not published", PUBLISHING, BOTH, {}, [], "is not suspended before"),
    ("not published, leaked", PUBLISHING, BOTH, {"retired_secrets": frozenset({OLD.secret_fingerprint})}, [], "although its secret is one of"),
    ("draining", DRAINING, BOTH, {}, [], "is suspended by the first run after 2026-03-02T11:00+00:00"),
    ("draining, longer", DRAINED, BOTH, {"token_lifetime": 2 * DAY}, [], "is suspended by the first run after"),
    ("draining, leaked", DRAINING, BOTH, {"retired_secrets": frozenset({OLD.secret_fingerprint})}, ["suspend_draining"], ""),
    ("draining, suspended", DRAINING, BOTH, {"status": "suspended"}, ["suspend_draining", "set_status"], ""),
    ("draining, the active one leaked", DRAINING, BOTH, LEAKED, ["refresh_secret"], "drains"),
    ("draining, due again", DRAINING, BOTH, DUE, [], f"but waits until the handover from project {TWIN} has ended"),
    ("draining, due in place", DRAINING, BOTH, {**DUE, "rotation": "in_place"}, ["refresh_secret"], "drains"),
    ("draining, not looked at", DRAINED, ALONE, {}, [], ""),
    ("draining, gone", DRAINING, GONE, {}, ["forget_draining"], ""),
    ("draining, suspended elsewhere", DRAINING, OVER, {}, ["note_suspended"], ""),
    ("draining, rolled back", DRAINING, BOTH, {"handover": "rollback"}, ["roll_back"], ""),
    ("drained, but by a lifetime of before", LONGER, BOTH, {"token_lifetime": HOUR}, [], "is suspended by the first run after"),
    ("drained, but by a lifetime of before, in place now", LONGER, BOTH, {"rotation": "in_place"}, [], "is suspended by the first run after"),
    ("draining, rolled back, to be suspended", DRAINING, BOTH, {**OFF, "handover": "rollback"}, ["roll_back", "suspend_draining", "set_status"], ""),
    ("soaking, rolled back, to be suspended", SOAKING, OVER, {**OFF, "handover": "rollback"}, ["roll_back", "suspend_draining"], ""),
    ("paused, to be suspended", DRAINING, BOTH, {**OFF, "handover": "pause"}, ["suspend_draining", "set_status"], ""),
    ("paused, leaked", DRAINING, BOTH, {**LEAKED_OLD, "handover": "pause"}, ["suspend_draining"], ""),
    ("paused, leaked, not published", PUBLISHING, BOTH, {**LEAKED_OLD, "handover": "pause"}, [], "it stays alive until the credentials"),
    ("paused, leaked, activated elsewhere", SOAKING, BOTH, {**LEAKED_OLD, "handover": "pause"}, ["suspend_draining"], ""),
    ("the active one is gone", TAKEN, ALONE, {}, ["forget_draining"], "was deleted elsewhere"),
    ("the active one is gone, the other suspended", TAKEN, ASLEEP, {}, ["set_status", "forget_draining"], "was deleted elsewhere"),
    ("the active one is gone, to be suspended", TAKEN, ASLEEP, OFF, ["forget_draining"], "was deleted elsewhere"),
    ("the active one is gone, the other leaked", TAKEN, ASLEEP, LEAKED, ["refresh_secret", "set_status", "forget_draining"], "was deleted"),
    ("drained", DRAINED, BOTH, {}, ["suspend_draining"], ""),
    ("drained and paused", DRAINED, BOTH, {"handover": "pause"}, [], "stays as it is (handover: pause)"),
    ("soaking", SOAKING, OVER, {}, [], "and deleted by the first run after"),
    ("soaking, activated elsewhere", SOAKING, BOTH, {}, ["suspend_draining"], ""),
    ("soaking, rolled back", SOAKING, OVER, {"handover": "rollback"}, ["roll_back"], ""),
    ("soaked", SOAKED, OVER, {}, ["delete_draining"], ""),
    ("soaked, kept longer", SOAKED, OVER, {"soak": 30 * DAY}, [], "and deleted by the first run after"),
    ("soaked and paused", SOAKED, OVER, {"handover": "pause"}, [], "stays as it is"),
    ("rolled back already", BACK, BOTH, {"handover": "rollback"}, ["suspend_draining"], ""),
]


@pytest.mark.parametrize(("handover", "state", "declared", "do", "said"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS])
def test_the_next_step(handover: Handover | None, state: ProjectState, declared: dict[str, Any], do: list[str], said: str) -> None:
    plan = planned(handover, state, **declared)
    assert [action.do for action in plan.actions if action.do != "remember"] == [one for one in do if one != "remember"]
    assert said in " ".join(plan.warnings)
    ending = {action.do for action in plan.actions if action.disrupts} & {"suspend_draining", "delete_draining"}
    assert ending == {*do} & {"suspend_draining", "delete_draining"}
    assert OLD.secret not in repr(plan)


def test_what_a_hand_over_leads_to() -> None:
    plan = planned(None, ALONE, **DUE)
    assert plan.after is not None
    assert (plan.after["active_key"], plan.after["api_key"], plan.after["draining_key"]) == (NOT_YET_KNOWN, NOT_YET_KNOWN, ID)
    assert "both keys work until 1d after the new one is published" in plan.texts[0]


@pytest.mark.parametrize(("handover", "state", "first", "second"), [(DRAINING, BOTH, "roll_back", ID), (BEGUN, NEW, "hand_over", ID)])
def test_what_suspends_both_names_each(handover: Handover, state: ProjectState, first: str, second: str) -> None:
    plan = planned(handover, state, status="suspended", handover="rollback" if first == "roll_back" else "proceed")
    assert "both are suspended (status: suspended)" in plan.texts[0]
    assert plan.texts[1].startswith(f"suspend project {second} ")
    assert plan.texts[2].startswith(f"suspend project {TWIN} ")
    assert [action.args.get("id") for action in plan.actions if action.do == "suspend_draining"] == [second]


@pytest.mark.parametrize("on_delete", ["delete", "suspend", "retain"])
def test_a_replacement_names_both(on_delete: str) -> None:
    plan = PROJECT.plan(spec(name="other", **BLUE), BOTH, record(name="acme", on_delete=on_delete, handover=DRAINING), NOW)
    assert plan.replaces == ("name",)
    assert f"project {TWIN} 'acme', the other project of this declaration," in plan.warnings[0]


def test_what_is_leaked_is_not_rolled_back_to() -> None:
    with pytest.raises(PlanError, match="because its secret is one of retired_secrets"):
        planned(SOAKING, OVER, handover="rollback", retired_secrets=frozenset({OLD.secret_fingerprint}))


@pytest.mark.parametrize("handover", [BEGUN, PUBLISHING, DRAINING, SOAKING, BACK])
def test_a_round_trip_through_state_and_ledger(handover: Handover) -> None:
    before = record(secret_triggers={"v": "1"}, handover=handover)
    shown = PROJECT.show(ALONE, before)
    saved = json.loads(
        json.dumps(
            {
                "secret_triggers": {"v": "1"},
                **shown,
                "declared": {"name": "acme"},
                "private": PROJECT.private_state(before, {"secret_triggers": {"v": "1"}}),
            }
        )
    )
    saved["on_delete"] = "delete"
    state, restored = PROJECT.restore("46999999", saved)
    assert restored == dataclasses.replace(before, anchor="46999999")
    assert state.project is not None
    assert (state.project.id, state.draining and state.draining.id, state.known) == (ID, handover.other, handover.known)


def test_the_saved_form_is_read_for_good() -> None:
    """Golden: what stands in states and ledgers. Leave what is here as it is, and add to it."""
    saved = {
        "other": TWIN,
        "status": "suspended",
        "secret": ELSEWHERE,
        "since": "2026-01-02T03:04:05Z",
        "published_at": "2026-02-01T00:00:00Z",
        "suspended_at": "2026-02-02T00:00:00Z",
        "rolled_back": True,
        "turn": 2,
        "token_lifetime": "1d",
        "soak": "7d",
    }
    handover = of_dict(saved)
    assert handover is not None
    assert to_dict(handover) == saved
    assert to_dict(BEGUN) == {"known": [ID], "token_lifetime": "1d", "soak": "7d"}
    assert of_dict({"known": [ID], "token_lifetime": "1d", "soak": "7d"}) == BEGUN


@pytest.mark.parametrize(
    "changed", [{"other": None}, {"other": 5}, {"known": "46"}, {"known": [ID]}, {"published_at": "soon"}, {"soak": "long"}, {"token_lifetime": 1}]
)
def test_what_was_edited_is_no_handover(changed: dict[str, Any]) -> None:
    edited = {**to_dict(DRAINING), **changed}
    assert of_entry({"private": {"handover": edited}}) is None
    with pytest.raises(ValueError, match=r"handover|Invalid isoformat"):
        of_dict(edited)
