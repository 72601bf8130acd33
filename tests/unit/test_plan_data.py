# SPDX-License-Identifier: Apache-2.0
"""The properties of a plan that both layers read."""

from __future__ import annotations

import dataclasses

import pytest

from pulumi_opentok.core.desired import Action, Plan

REMEMBER = Action(do="remember", text="remember it", touches_api=False)
SUSPEND = Action(do="set_status", text="suspend it", disrupts=True)

PLANS = [
    # plan, changes, changes at OpenTok
    (Plan(kind="project"), False, False),
    (Plan(kind="project", reasons=("why",), warnings=("look",)), False, False),
    (Plan(kind="project", actions=(REMEMBER,)), True, False),
    (Plan(kind="project", actions=(SUSPEND,)), True, True),
    (Plan(kind="project", actions=(REMEMBER, SUSPEND)), True, True),
    (Plan(kind="project", replaces=("name",)), True, True),
]


@pytest.mark.parametrize(("plan", "changes", "at_opentok"), PLANS)
def test_what_a_plan_changes(plan: Plan, changes: bool, at_opentok: bool) -> None:
    assert (plan.changes, plan.changes_api) == (changes, at_opentok)


def test_texts_are_in_the_order_of_the_actions() -> None:
    assert Plan(kind="project", actions=(SUSPEND, REMEMBER)).texts == ("suspend it", "remember it")


def test_a_plan_cannot_be_changed() -> None:
    plan = Plan(kind="project")
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.actions = (SUSPEND,)  # type: ignore[misc]
