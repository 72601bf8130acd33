# SPDX-License-Identifier: Apache-2.0
"""The life of recorded rooms on the real engine: an empty room is not recorded, what is goes into the storage, then all is taken down."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack
from tests.things.archive_storage import ACCESS_KEY, SECRET_KEY

STORAGE: Any = {"bucket": "acme-archives", "access_key": ACCESS_KEY, "secret_key": SECRET_KEY}


@pytest.mark.long
def test_life(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    managed: Any = {"state": "stopped", "resolution": "1280x720"}

    def program() -> None:
        acme = opentok.Project("acme", name="ACME GmbH")
        always = opentok.RecordedRoom("always", project=acme, storage=STORAGE)
        meeting = opentok.RecordedRoom("meeting", project=acme, archive=managed)
        pulumi.export("always", always.session_id)
        pulumi.export("meeting", meeting.session_id)

    platform = ProjectStack(new_stack, opentok_emulator)
    platform.stack.program = program
    platform.secrets.add(SECRET_KEY)
    platform.planned()
    platform.up().ok()
    assert platform.up_again_is_quiet()
    rooms = platform.stack.outputs()
    before = [str(urn).rpartition("::")[2] for urn in platform.stack.resources()["always-session"]["dependencies"]]
    assert "always-storage" in before, "the first recording goes there already"
    assert opentok_emulator.all_archives() == [], "nobody is there"

    managed["state"] = "running"
    assert f"nobody is connected to session {rooms['meeting']}" in platform.up().text
    for session in rooms.values():
        opentok_emulator.publish(session)
    assert [archive["sessionId"] for archive in opentok_emulator.all_archives()] == [rooms["always"]], "of itself, without any run"
    platform.up().ok()
    assert {archive["sessionId"]: archive["status"] for archive in opentok_emulator.all_archives()} == dict.fromkeys(rooms.values(), "started")
    assert platform.up_again_is_quiet()

    managed["state"] = "stopped"
    platform.up().ok()
    opentok_emulator.advance(5)
    done = {archive["sessionId"]: archive["status"] for archive in opentok_emulator.all_archives()}
    assert done == {rooms["always"]: "started", rooms["meeting"]: "uploaded"}, "into the storage, which rooms of one project share"
    assert platform.leaks() == []
    platform.requests()
    platform.destroy().ok()
    asked = [row["operation"] for row in opentok_emulator.journal() if row["operation"] in ("archive_storage.delete", "project.delete")]
    assert asked == ["archive_storage.delete", "project.delete"]
