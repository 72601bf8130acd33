# SPDX-License-Identifier: Apache-2.0
"""Broadcasts on the wire: the object, conflicts, bodies that are wrong, a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw
from tests.emulator.test_media import path, routed

HLS: dict[str, Any] = {"outputs": {"hls": {}}}
RTMP = {"serverUrl": "rtmp://example.com/live", "streamName": "key"}


def start(project: Raw, session: str, body: dict[str, Any]) -> Any:
    return project.send("POST", path(project, "broadcast"), json={"sessionId": session, **body})


def test_the_object(project: Raw, opentok_emulator: Emulator) -> None:
    session = routed(project, opentok_emulator)
    body = {"outputs": {"hls": {"dvr": True}, "rtmp": [{"id": "a", **RTMP}]}, "maxBitRate": 500_000, "multiBroadcastTag": "t"}
    answer = start(project, session, body)
    made = answer.json()
    assert (answer.status_code, made["projectId"], made["event"], made["maxDuration"]) == (200, int(project.key), "broadcast", 14_400)
    assert (made["settings"], made["maxBitrate"], made["multiBroadcastTag"]) == ({"hls": {"dvr": True, "lowLatency": False}}, 500_000, "t")
    assert made["broadcastUrls"]["rtmp"] == [{"status": "connecting", "id": "a", **RTMP}]
    assert made["broadcastUrls"]["hls"].endswith("/playlist.m3u8?DVR")
    assert made["maxBitRate"] == made["maxBitrate"]
    assert "streams" not in made
    shown = project.send("GET", path(project, f"broadcast/{made['id']}")).json()
    assert "multiBroadcastTag" not in shown
    stopped = project.send("POST", path(project, f"broadcast/{made['id']}/stop")).json()
    assert (stopped["status"], stopped["broadcastUrls"]) == ("stopped", None)


def test_what_nobody_asked_for(project: Raw, opentok_emulator: Emulator) -> None:
    answer = start(project, routed(project, opentok_emulator), HLS)
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert (answer.json()["maxBitrate"], answer.json()["maxBitRate"]) == (2_000_000, 2_000_000)
    assert answer.json()["broadcastUrls"]["hls"].endswith("/playlist.m3u8")


def test_conflicts(project: Raw, opentok_emulator: Emulator) -> None:
    session = routed(project, opentok_emulator)
    outputs = {"outputs": {"rtmp": [{**RTMP}, {**RTMP}, {**RTMP}]}}
    assert start(project, session, outputs).ok
    assert start(project, session, HLS).status_code == 409
    assert start(project, session, {**outputs, "multiBroadcastTag": "b"}).status_code == 400  # six in the session
    made = start(project, session, {**HLS, "multiBroadcastTag": "b"}).json()
    assert start(project, session, {**HLS, "multiBroadcastTag": "b"}).status_code == 409
    below = f"broadcast/{made['id']}"
    assert project.send("PATCH", path(project, f"{below}/streams"), json={"addStream": "x"}).status_code == 405
    project.send("POST", path(project, f"{below}/stop"))
    for method, what, body in (
        ("POST", "stop", None),
        ("PUT", "layout", {"type": "pip"}),
        ("PATCH", "streams", {"removeStream": "x"}),
    ):
        answer = project.send(method, path(project, f"{below}/{what}"), json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, 19002)


WRONG: list[dict[str, Any]] = [
    {"outputs": None},
    {"outputs": {}},
    {"outputs": []},
    {"outputs": {"hls": True}},
    {"outputs": {"hls": {"dvr": "yes"}}},
    {"outputs": {"hls": {"dvr": True, "lowLatency": True}}},
    {"outputs": {"rtmp": []}},
    {"outputs": {"rtmp": {"a": RTMP}}},
    {"outputs": {"rtmp": [1]}},
    {"outputs": {"rtmp": [{**RTMP, "serverUrl": "https://x"}]}},
    {"outputs": {"rtmp": [{**RTMP, "streamName": ""}]}},
    {"outputs": {"rtmp": [{**RTMP, "id": "a"}, {**RTMP, "id": "a"}]}},
    {"outputs": {"rtmp": [RTMP] * 6}},
    {"layout": {"type": "spiral"}},
    {"layout": "pip"},
    {"layout": {"type": "pip", "stylesheet": ""}},
    {"maxDuration": 59},
    {"maxDuration": "600"},
    {"maxBitrate": 1},
    {"maxBitRate": 399_999},
    {"resolution": "4k"},
    {"streamMode": 1},
    {"multiBroadcastTag": {}},
    {"hasAudio": False, "hasVideo": False},
    {"sessionId": ["x"]},
    {"sessionId": "\ud800"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_wrong_bodies(project: Raw, opentok_emulator: Emulator, wrong: dict[str, Any]) -> None:
    answer = start(project, routed(project, opentok_emulator), {**HLS, **wrong})
    assert (answer.status_code, set(answer.json())) == (400, {"code", "message", "description"})
    assert project.send("GET", path(project, "broadcast")).json() == {"count": 0, "items": []}


@pytest.mark.parametrize("body", [{}, {"addStream": "a", "removeStream": "b"}, {"addStream": 1}, {"removeStream": "a", "hasAudio": 1}])
def test_wrong_streams(project: Raw, opentok_emulator: Emulator, body: dict[str, Any]) -> None:
    made = start(project, routed(project, opentok_emulator), {**HLS, "streamMode": "manual"}).json()
    assert project.send("PATCH", path(project, f"broadcast/{made['id']}/streams"), json=body).status_code == 400


def test_another_project_s(raw: Raw, project: Raw, opentok_emulator: Emulator) -> None:
    other = raw.of(raw.create())
    theirs = routed(other, opentok_emulator)
    made = start(other, theirs, HLS).json()["id"]
    assert start(project, theirs, HLS).status_code == 404
    for method, below in (("GET", made), ("POST", f"{made}/stop"), ("GET", "%00"), ("GET", "x" * 10_000)):
        assert project.send(method, path(project, f"broadcast/{below}")).status_code == 404
    assert project.send("GET", path(project, f"broadcast?sessionId={theirs}")).status_code == 404
    assert project.send("GET", path(project, "broadcast?&offset=0")).json()["count"] == 0


def test_it_runs_on_after_a_restart(tmp_path: Path) -> None:
    data = str(tmp_path / "data.sqlite")
    with Emulator(data=data) as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as raw:
        key = raw.create()
        project = raw.of(key)
        made = start(project, routed(project, emulator), HLS).json()
    with Emulator(data=data) as emulator, Raw(emulator.url, key["id"], key["secret"], "project") as project:
        assert project.send("GET", path(project, f"broadcast/{made['id']}")).json() == made
