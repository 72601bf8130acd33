# SPDX-License-Identifier: Apache-2.0
"""Broadcasts by both SDKs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conformance.calling import NOWHERE, TWINS, kind_of_refusal, refusal, status_of_refusal
from tests.conformance.covering import covers, with_context
from tests.conformance.scene import Scene
from tests.conformance.sdks import Sdk, Thing, member

RTMP = {"id": "one", "serverUrl": "rtmps://live.example.com/app", "streamName": "Zoë"}
OUTPUTS: list[dict[str, Any]] = [{"hls": {}}, {"hls": {"dvr": True, "lowLatency": False}, "rtmp": [RTMP]}]


def inhabited(scene: Scene) -> str:
    session = scene.session()
    scene.emulator.publish(session)
    return session


@pytest.mark.parametrize("outputs", OUTPUTS)
@covers("python", "Client.start_broadcast", "Client.get_broadcast", "Client.stop_broadcast", "Broadcast.json")
def test_python(scene: Scene, python: Sdk, outputs: dict[str, Any]) -> None:
    client, session = scene.client(python), inhabited(scene)
    options = {"outputs": outputs, "maxDuration": 600, "resolution": "1280x720", "maxBitrate": 1_000_000, "layout": {"type": "pip"}}
    made = client.call("start_broadcast", session, options)
    assert (made["sessionId"], made["projectId"], made["status"]) == (session, int(scene.project.id), "started")
    assert (made["maxDuration"], made["resolution"], made["maxBitrate"]) == (600, "1280x720", 1_000_000)
    assert (made["hasAudio"], made["hasVideo"], made["stream_mode"]) == (True, True, "auto")
    assert made["broadcastUrls"]["hls"].startswith("http")
    assert json.loads(made.call("json")) == made.fields
    assert kind_of_refusal(client, "start_broadcast", session, options) == "BroadcastError"
    assert client.call("get_broadcast", made["id"]).fields["status"] == "started"
    assert client.call("stop_broadcast", made["id"])["status"] == "stopped"
    assert kind_of_refusal(client, "stop_broadcast", made["id"]) == "BroadcastError"


def test_python_refused(scene: Scene, python: Sdk) -> None:
    client, session = scene.client(python), inhabited(scene)
    options: dict[str, Any] = {"outputs": {"hls": {}}}
    assert kind_of_refusal(client, "start_broadcast", session, {"outputs": {}}) == "BroadcastError"
    assert kind_of_refusal(client, "start_broadcast", session, {**options, "maxDuration": 59}) == "BroadcastError"
    assert kind_of_refusal(client, "start_broadcast", session, {**options, "maxBitrate": 1}) == "BroadcastOptionsError"
    both = {"outputs": {"hls": {"dvr": True, "lowLatency": True}}}
    assert kind_of_refusal(client, "start_broadcast", session, both) == "BroadcastHLSOptionsError"
    assert kind_of_refusal(scene.wrong(python), "start_broadcast", session, options) == "AuthError"
    for method in ("get_broadcast", "stop_broadcast"):  # of 404 it knows nothing
        assert (refusal(client, method, NOWHERE).kind, "404" in refusal(client, method, NOWHERE).text) == ("RequestError", True)
        assert kind_of_refusal(scene.wrong(python), method, NOWHERE) == "AuthError"


@covers("python", "Client.set_broadcast_layout", "Client.add_broadcast_stream", "Client.remove_broadcast_stream")
def test_python_layout_and_streams(scene: Scene, python: Sdk) -> None:
    client, session = scene.client(python), inhabited(scene)
    made = client.call("start_broadcast", session, {"outputs": {"hls": {}}}, member("BroadcastStreamModes.manual"))
    assert made["stream_mode"] == "manual"
    for arguments in (["pip"], ["custom", "stream{}"], ["bestFit", None, "horizontalPresentation"]):
        assert client.call("set_broadcast_layout", made["id"], *arguments) is None
    assert kind_of_refusal(client, "set_broadcast_layout", made["id"], "custom") == "BroadcastError"
    stream = scene.emulator.publish(session)["streamId"]
    assert client.call("add_broadcast_stream", made["id"], stream, has_video=False) is None
    assert client.call("get_broadcast", made["id"])["streams"] == [{"streamId": stream, "hasAudio": True, "hasVideo": False}]
    assert client.call("remove_broadcast_stream", made["id"], stream) is None
    assert client.call("get_broadcast", made["id"])["streams"] == []
    session = inhabited(scene)
    automatic = client.call("start_broadcast", session, {"outputs": {"hls": {}}})
    for method in ("add_broadcast_stream", "remove_broadcast_stream"):
        error = refusal(client, method, automatic["id"], scene.emulator.publish(session)["streamId"])
        assert (error.kind, "405" in error.text) == ("RequestError", True)  # each refusal: `if response` is false for it


def started(scene: Scene, client: Thing, twin: str = "", **options: Any) -> Thing:
    made = client.call(f"StartBroadcast{twin}", inhabited(scene), {"Outputs": {"HLS": {}, "RTMP": [RTMP]}, **options})
    assert isinstance(made, Thing)
    return made


@covers("go", "Broadcast.Stop", *with_context("OpenTok.StartBroadcast", "OpenTok.GetBroadcast", "OpenTok.StopBroadcast"))
def test_go(scene: Scene, go: Sdk) -> None:
    """It reads the RTMP outputs as a list."""
    client = scene.client(go)
    for twin in TWINS:
        made = started(scene, client, twin, MaxDuration=600, Resolution="1280x720", Layout={"Type": "pip"})
        assert (made["projectId"], made["status"], made["resolution"]) == (int(scene.project.id), "started", "1280x720")
        urls = made["broadcastUrls"]
        assert urls["hls"].startswith("http")
        assert [(one["id"], one["serverUrl"], one["streamName"]) for one in urls["rtmp"]] == [tuple(RTMP.values())]
        assert client.call(f"GetBroadcast{twin}", made["id"])["id"] == made["id"]
        stopped = client.call(f"StopBroadcast{twin}", made["id"])
        assert (stopped["id"], stopped["status"]) == (made["id"], "stopped")
        assert status_of_refusal(client, "StopBroadcast", made["id"]) == 409
    assert started(scene, client).call("Stop")["status"] == "stopped"
    assert status_of_refusal(client, "GetBroadcast", NOWHERE) == 404
    assert status_of_refusal(client, "StopBroadcast", NOWHERE) == 404
    assert status_of_refusal(client, "StartBroadcast", inhabited(scene), {"Outputs": {}}) == 400
    assert status_of_refusal(scene.wrong(go), "GetBroadcast", NOWHERE) == 403


@covers("go", *with_context("OpenTok.ListBroadcasts", "OpenTok.SetBroadcastLayout"))
def test_go_list_and_layout(scene: Scene, go: Sdk) -> None:
    client = scene.client(go)
    made = [started(scene, client) for _ in range(3)]
    ids = {one["id"] for one in made}
    for twin in TWINS:
        listed = client.call(f"ListBroadcasts{twin}", None)
        assert ({one["id"] for one in listed["items"]}, listed["count"]) == (ids, 3)
        assert len(client.call(f"ListBroadcasts{twin}", {"Offset": 1, "Count": 1})["items"]) == 1
        only = client.call(f"ListBroadcasts{twin}", {"SessionID": made[0]["sessionId"]})
        assert [one["id"] for one in only["items"]] == [made[0]["id"]]
        for layout in ({"Type": "pip"}, {"Type": "custom", "StyleSheet": "stream{}"}):
            assert client.call(f"SetBroadcastLayout{twin}", made[0]["id"], layout)["id"] == made[0]["id"]
