# SPDX-License-Identifier: Apache-2.0
"""The life of sessions and their tokens on the real engine: made, quiet, rotated under, replaced, refreshed, taken over, forgotten."""

from __future__ import annotations

from typing import Any

import jwt
import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core.api.session_ids import decode_session_id
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack


class Rooms:
    """A stack with the project `acme` and sessions in it: what is declared is changed between runs."""

    def __init__(self, new_stack: NewStack, emulator: Emulator, rooms: dict[str, dict[str, Any]]) -> None:
        self.rooms = rooms
        self.tokens: dict[str, dict[str, Any]] = {}
        self.platform = ProjectStack(new_stack, emulator)
        self.platform.stack.program = self._program
        self.acme: dict[str, Any] = {"name": "ACME GmbH"}

    def _program(self) -> None:
        acme = opentok.Project("acme", **self.acme)
        for name, arguments in self.rooms.items():
            room = opentok.Session(name, **{"project": acme, **arguments})
            pulumi.export(name, room.session_id)
            if name in self.tokens:
                pulumi.export(f"{name}Token", room.token("agent", **self.tokens[name]))

    def output(self, name: str) -> str:
        return str(self.platform.stack.outputs()[name])


@pytest.mark.long
def test_life(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    stack = Rooms(new_stack, opentok_emulator, {"room": {"media_mode": "routed"}, "lobby": {}})
    stack.tokens = {"room": {"role": "moderator", "data": "agent 7", "expires_in": "7d", "renew_before": "1d"}}
    platform = stack.platform

    assert platform.planned().changes == {"create": 5}
    created = platform.up().ok()
    assert created.warnings == ()
    assert platform.requests() == {"project.list": 2, "project.create": 1, "session.create": 2}, "no secret has to be read"
    room, token = stack.output("room"), stack.output("roomToken")
    made = opentok_emulator.session(room)
    assert made is not None
    assert (made["mediaMode"], made["archiveMode"], made["e2ee"]) == ("routed", "manual", False)
    claims = jwt.decode(token, platform.live("acme")["secret"], algorithms=["HS256"])
    assert (claims["session_id"], claims["role"], claims["connection_data"]) == (room, "moderator", "agent 7")
    assert claims["exp"] - claims["iat"] == 7 * 86400
    assert "roomToken" in platform.stack.secret_outputs()
    assert platform.up_again_is_quiet(), "0 requests"
    assert (stack.output("room"), stack.output("roomToken")) == (room, token)

    calm = platform.refresh(expect_no_changes=True).ok()
    assert not calm.changed, calm.text
    asked = platform.requests()
    assert set(asked) == {"project.get"}, "sessions are only decoded"
    assert asked["project.get"] <= 2, "the project, and its secret for all tokens unless it has just been seen"

    platform.secrets.add(token)
    stack.acme["retired_secrets"] = [platform.live("acme")["secret"]]
    rotated = platform.up().ok()
    assert (rotated.ops("room"), rotated.ops("lobby"), rotated.ops("room-agent")) == (["same"], ["same"], ["update"])
    assert stack.output("room") == room
    jwt.decode(stack.output("roomToken"), platform.live("acme")["secret"], algorithms=["HS256"])
    assert platform.up_again_is_quiet()

    stack.rooms["room"]["e2ee"] = True
    planned = platform.planned()
    assert any(op in planned.ops("room") for op in ("replace", "create-replacement")), planned.text
    assert any("is replaced by another one" in text for text in planned.warnings)
    platform.up().ok()
    assert stack.output("room") != room
    assert platform.up_again_is_quiet()

    opentok_emulator.edit_project(platform.id_of("acme"), secret="e15e" * 10)
    refreshed = platform.refresh().ok()
    assert refreshed.step("room-agent").diff or refreshed.ops("room-agent") == ["update"]
    again = platform.up().ok()
    assert again.ops("room-agent") == ["update"]
    jwt.decode(stack.output("roomToken"), "e15e" * 10, algorithms=["HS256"])
    assert platform.up_again_is_quiet()

    platform.secrets.add(stack.output("roomToken"))
    assert platform.leaks() == []
    gone = stack.output("room")
    platform.destroy().ok()
    assert opentok_emulator.session(gone) is not None, "the API cannot delete a session"
    assert platform.names() == []


def test_a_session_that_exists_is_taken_over_and_looked_up(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    stack = Rooms(new_stack, opentok_emulator, {"room": {"media_mode": "routed"}})
    stack.platform.up().ok()
    room = stack.output("room")

    def program() -> None:
        opentok.Project("acme", name="ACME GmbH")
        taken = opentok.Session("taken", project=decode_session_id(room).api_key, existing_id=room)
        looked_up = opentok.Session.get("looked-up", room)
        pulumi.export("modes", pulumi.Output.all(taken.media_mode, looked_up.media_mode, looked_up.archive_mode))

    stack.platform.stack.program = program
    stack.platform.up().ok()
    assert stack.platform.stack.outputs()["modes"] == ["routed", "routed", None]
    assert stack.platform.up_again_is_quiet()
