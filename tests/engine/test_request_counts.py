# SPDX-License-Identifier: Apache-2.0
"""What a stack of a project, twenty rooms and a trunk asks OpenTok for: one request for each thing that is made, none where nothing changes."""

from __future__ import annotations

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack

ROOMS = 20


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
