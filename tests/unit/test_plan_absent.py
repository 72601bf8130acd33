# SPDX-License-Identifier: Apache-2.0
"""Planner tables: how a project's life ends, as its on_delete wants it."""

from __future__ import annotations

import pytest

from pulumi_opentok.core import PlanError
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.project.state import ProjectState
from tests.unit.things import ID, NOTHING, TWIN, namesakes, spec, there

WHO = f"project {ID} 'acme'"
ABSENT = [
    # on_delete, state, steps, text, changes at OpenTok, status afterwards (None: gone)
    ("delete", there(), ["delete"], f"delete {WHO}: its key and every session made with it stop working for good", True, None),
    ("delete", there(status="suspended"), ["delete"], f"delete {WHO}: its key and every session made with it stop working for good", True, None),
    (
        "suspend",
        there(),
        ["set_status"],
        f"suspend {WHO} instead of deleting it (on_delete: suspend): its key and every session made with it stop working",
        True,
        "suspended",
    ),
    ("suspend", there(status="suspended"), [], None, False, "suspended"),
    ("retain", there(), ["forget"], f"forget {WHO}: it stays as it is (on_delete: retain)", False, "active"),
    ("retain", there(status="suspended"), ["forget"], f"forget {WHO}: it stays as it is (on_delete: retain)", False, "suspended"),
    ("delete", NOTHING, [], None, False, None),
    ("suspend", NOTHING, [], None, False, None),
    ("retain", NOTHING, [], None, False, None),
    ("delete", ProjectState(missing_id=ID), [], None, False, None),
    # A namesake that is not ours is left alone.
    ("delete", namesakes(ID), [], None, False, None),
]


@pytest.mark.parametrize(("on_delete", "state", "steps", "text", "changes", "status"), ABSENT)
def test_absent(on_delete: str, state: ProjectState, steps: list[str], text: str | None, changes: bool, status: str | None) -> None:
    plan = PROJECT.plan_absent(spec(on_delete=on_delete), state)
    assert [action.do for action in plan.actions] == steps
    assert plan.texts == ((text,) if text else ())
    assert plan.changes_api == changes
    assert (plan.after["status"] if plan.after else None) == status
    assert (plan.before is None) == (state.project is None)
    # Who ends a life is content when it has ended already; who only forgets asks nothing of the API.
    assert all(action.args.get("gone_is_done") for action in plan.actions if action.touches_api)
    assert [action.disrupts for action in plan.actions] == [changes] * len(steps)


@pytest.mark.parametrize("on_delete", ["delete", "suspend", "retain"])
def test_of_twins_none_is_ended(on_delete: str) -> None:
    with pytest.raises(PlanError, match=f"ids {ID} and {TWIN}"):
        PROJECT.plan_absent(spec(on_delete=on_delete), namesakes(ID, TWIN))
