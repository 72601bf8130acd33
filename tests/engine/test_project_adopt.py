# SPDX-License-Identifier: Apache-2.0
"""Projects that exist already: taken over or refused; and what a delete leaves behind."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.engine.outcome import NO_CHANGES_EXPECTED
from tests.engine.project_stack import NewStack, ProjectStack, account


@pytest.mark.long
def test_adopting(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    others = account(opentok_emulator).projects
    by_id, by_name, wrong, *twins = [others.create(name).id for name in ("By id", "By name", "Wrong", "Twin", "Twin")]
    taken: dict[str, dict[str, Any]] = {"by-id": {"existing_id": by_id}, "by-name": {"name": "By name", "adopt": True}}
    refused: dict[str, dict[str, Any]] = {
        "wrong": {"existing_id": wrong, "name": "Right", "status": "suspended"},
        "twin": {"name": "Twin", "adopt": True},
        "named": {"name": "Twin"},
    }
    platform = ProjectStack(new_stack, opentok_emulator, {**taken, **refused})
    before = opentok_emulator.all_projects()
    failed = platform.up(continue_on_error=True)
    assert failed.code not in (0, NO_CHANGES_EXPECTED)
    said = "\n".join(failed.errors)
    assert f"project {wrong} 'Wrong' cannot be taken over" in said
    assert "name is 'Wrong', declared is 'Right'; status is 'active', declared is 'suspended'" in said
    assert said.count(f"ids {twins[0]} and {twins[1]}") == 2
    assert "Traceback" not in failed.text
    assert opentok_emulator.all_projects() == before, "nothing was created or changed"
    assert platform.id_of("by-id") == by_id
    assert platform.id_of("by-name") == by_name

    platform.wanted = {**taken, "wrong": {"existing_id": wrong, "name": "Wrong"}, "twin": {"name": "Twin", "allow_duplicate_name": True}}
    platform.requests()
    platform.up().ok()
    assert platform.requests() == {"project.get": 1, "project.list": 2, "project.create": 1}
    assert platform.names() == ["By id", "By name", "Twin", "Twin", "Twin", "Wrong"]
    assert platform.up_again_is_quiet()

    # Once taken over, they are projects like any other, and the words that took them over may go.
    platform.wanted["by-id"] = {"name": "By id"}
    platform.wanted["by-name"] = {"name": "By name", "status": "suspended"}
    settled = platform.up().ok()
    assert (settled.ops("by-id"), settled.ops("by-name")) == (["update"], ["update"])
    assert platform.live("by-name")["status"] == "SUSPENDED"
    assert platform.quiet()

    # Under another resource name it is the same project: created first, deleted then, and not lost.
    platform.wanted["new-name"] = {"existing_id": platform.wanted.pop("wrong") and wrong}
    moved = platform.up().ok()
    assert (moved.ops("new-name"), moved.ops("wrong")) == (["create"], ["delete"])
    assert any(f"project {wrong} is not deleted" in text for text in moved.warnings)
    assert platform.live("new-name")["name"] == "Wrong"

    platform.destroy().ok()
    assert platform.names() == ["Twin", "Twin"], "what was never taken over stays"
    assert platform.leaks() == []


@pytest.mark.long
def test_what_a_delete_leaves_behind(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    wanted = {choice: {"name": choice.title(), "on_delete": choice} for choice in ("delete", "suspend", "retain")}
    platform = ProjectStack(new_stack, opentok_emulator, {**wanted, "late": {"name": "Late"}})
    platform.up().ok()
    assert platform.quiet()
    platform.wanted["late"]["on_delete"] = "retain"
    assert platform.up().ok().ops("late") == ["update"]
    platform.requests()

    platform.wanted = {"late": platform.wanted["late"]}
    removed = platform.up().ok()
    assert removed.changes["delete"] == 3
    assert {row["name"]: row["status"] for row in opentok_emulator.all_projects()} == {"Suspend": "SUSPENDED", "Retain": "VALID", "Late": "VALID"}
    assert platform.requests() == {"project.get": 3, "project.delete": 1, "project.set_status": 1}
    assert any("'Suspend' instead of deleting it" in text for text in removed.warnings)
    assert any("'Retain': it stays as it is" in text for text in removed.infos)
    assert platform.quiet()

    platform.destroy().ok()
    assert platform.names() == ["Late", "Retain", "Suspend"], "the change of on_delete was remembered"


def test_a_delete_of_what_is_gone_is_done(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": "Acme"}})
    platform.up().ok()
    opentok_emulator.delete_project(platform.id_of("acme"))
    platform.destroy().ok()
    assert platform.stack.resources() == {}
