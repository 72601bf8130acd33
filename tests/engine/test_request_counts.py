# SPDX-License-Identifier: Apache-2.0
"""What a stack of a project, twenty rooms and a trunk asks OpenTok for: one request for each thing that is made, none where nothing changes."""

from __future__ import annotations

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack

ROOMS = 20
TENANTS, OF_THEM_WITH_CALLBACKS = 12, 3
EVENTS: tuple[tuple[opentok.CallbackGroup, opentok.CallbackEvent], ...] = (
    ("connection", "created"),
    ("connection", "destroyed"),
    ("stream", "created"),
)


def program() -> None:
    acme = opentok.Project("acme", name="ACME GmbH")
    pulumi.export("rooms", [opentok.Session(f"room-{number}", project=acme, media_mode="routed").session_id for number in range(ROOMS)])
    opentok.SipTrunk("front", uri="sip:a@sip.example.com;transport=tls", require_encryption=True)


@pytest.mark.long
def test_up_again_refresh_and_destroy(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(new_stack, opentok_emulator)
    platform.stack.program = program
    assert platform.planned().changes == {"create": ROOMS + 3}
    platform.up().ok()
    assert platform.requests() == {"project.list": 2, "project.create": 1, "session.create": ROOMS}, "the secret came with the project"
    assert len(set(platform.stack.outputs()["rooms"])) == ROOMS
    assert platform.up_again_is_quiet()
    assert not platform.refresh().ok().changed
    assert platform.requests() == {"project.get": 1}
    assert platform.up_again_is_quiet()
    platform.destroy().ok()
    assert platform.requests() == {"project.get": 1, "project.delete": 1}


def tenants() -> None:
    for number in range(TENANTS):
        tenant = opentok.Project(f"tenant-{number}", name=f"Tenant {number}", status="active")
        opentok.Session(f"room-{number}", project=tenant)
        for group, event in EVENTS if number < OF_THEM_WITH_CALLBACKS else ():
            opentok.Callback(f"{group}-{event}-{number}", project=tenant, group=group, event=event, url="https://hooks.example.com/a")


@pytest.mark.long
def test_refresh_of_many(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    """A list of the projects, and one of the callbacks of each project that has any; and at most a read in each of the provider's other threads."""
    platform = ProjectStack(new_stack, opentok_emulator)
    platform.stack.program = tenants
    platform.up().ok()
    platform.requests()
    opentok_emulator.fault("project.get", "delay", seconds=2, times=2)
    assert not platform.refresh(expect_no_changes=True).ok().changed
    asked = platform.requests()
    assert asked.pop("project.get") <= 3
    assert asked == {"project.list": 1, "callback.list": OF_THEM_WITH_CALLBACKS}
    opentok_emulator.clear_faults()

    suspended, gone = (platform.id_of(f"tenant-{number}") for number in (5, 6))
    opentok_emulator.edit_project(suspended, status="SUSPENDED")
    opentok_emulator.delete_project(gone)
    found = platform.refresh().ok()
    assert [found.ops(f"tenant-{number}") for number in (4, 5, 6)] == [["same"], ["update"], ["delete"]]
    assert platform.stack.resources()["tenant-5"]["outputs"]["status"] == "suspended"
