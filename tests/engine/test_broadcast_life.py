# SPDX-License-Identifier: Apache-2.0
"""The life of a broadcast on the real engine: started, quiet, another key, over as declared, started again, gone; its keys nowhere in clear."""

from __future__ import annotations

from typing import Any

import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.broadcasts.calls import Broadcasts
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack

KEYS = ["first-k3y-of-the-channel", "second-k3y-of-the-channel"]


@pytest.mark.long
def test_life(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    wanted: dict[str, Any] = {"state": "stopped", "hls": {"dvr": True}, "max_duration": 600}
    channel: opentok.RtmpArgsDict = {"server_url": "rtmps://live.example.com/app", "stream_name": KEYS[0]}

    def program() -> None:
        stage = opentok.Session("stage", project=opentok.Project("acme", name="ACME GmbH"), media_mode="routed")
        opentok.Broadcast("show", session=stage, rtmp=[channel], **wanted)

    platform = ProjectStack(new_stack, opentok_emulator)
    platform.stack.program = program
    platform.secrets.update(KEYS)
    platform.up().ok()
    assert platform.up_again_is_quiet()
    there, session = broadcasts_of(platform), platform.emulator.all_sessions()[0]["id"]

    platform.emulator.publish(session)
    wanted["state"] = "running"
    assert f"to do: broadcast session {session} (HLS and 1 RTMP output)" in platform.planned().text
    platform.up().ok()
    (first,) = running(there)
    assert platform.up_again_is_quiet()
    assert not platform.refresh(expect_no_changes=True).ok().changed
    assert platform.up_again_is_quiet()

    channel["stream_name"] = KEYS[1]
    planned = platform.planned()
    stops = f"to do: stop broadcast {first} of session {session}: its viewers are cut off; it cannot be changed (rtmp), so another one is started"
    assert (stops in planned.warnings, planned.ops("show")) == (True, ["update"]), planned.text
    platform.up().ok()
    (second,) = running(there)
    assert platform.up_again_is_quiet()

    platform.emulator.advance(601)
    assert [text for text in platform.refresh().ok().warnings if "broadcast" in text] == [], "it was to end then"
    assert (platform.up_again_is_quiet(), running(there)) == (True, [])
    wanted["restart"] = True
    assert f"broadcast {second} has ended" in platform.planned().text
    platform.up().ok()
    (third,) = running(there)
    assert platform.up_again_is_quiet()
    assert platform.leaks() == []
    assert f"stop broadcast {third} of session {session}: its viewers are cut off" in platform.destroy().ok().text


def running(there: Broadcasts) -> list[str]:
    return [one.id for one in there.list().items]


def broadcasts_of(platform: ProjectStack) -> Broadcasts:
    live = platform.live("acme")
    return OpenTok(Credentials(key=live["id"], secret=live["secret"], kind="project"), api_url=platform.emulator.url).broadcasts
