# SPDX-License-Identifier: Apache-2.0
"""The official Python SDK with clients in a session: streams, signals, moderation, SIP and DTMF."""

from __future__ import annotations

import json
from typing import Any

from tests.conformance.calling import NOWHERE, refusal
from tests.conformance.covering import covers
from tests.conformance.scene import Scene
from tests.conformance.sdks import Sdk, Thing


def refused(client: Thing, method: str, *args: Any) -> tuple[str, str]:
    error = refusal(client, method, *args)
    return error.kind, error.text


def muted(scene: Scene, session: str) -> dict[str, bool]:
    """The streams of a session and whether they are muted."""
    stored = scene.emulator.session(session)
    assert stored is not None
    return {stream["streamId"]: stream["muted"] for stream in stored["streams"]}


@covers("python", "Client.list_streams", "Client.get_stream", "StreamList.json", "Stream.attrs", "Stream.json")
def test_streams(scene: Scene, python: Sdk) -> None:
    client, session = scene.client(python), scene.session()
    assert client.call("list_streams", session)["count"] == 0  # the SDK makes an empty list of 404
    streams = [scene.emulator.publish(session, name=name, video_type=kind)["streamId"] for name, kind in (("Zoë", "camera"), ("", "screen"))]
    listed = client.call("list_streams", session)
    assert (listed["count"], [one["id"] for one in listed["items"]]) == (2, streams)
    assert json.loads(listed.call("json"))["items"][0]["id"] == streams[0]
    stream = client.call("get_stream", session, streams[0])
    assert stream.call("attrs") == {"id": streams[0], "videoType": "camera", "name": "Zoë", "layoutClassList": []}
    assert json.loads(stream.call("json")) == stream.fields
    assert refused(client, "get_stream", session, NOWHERE) == ("GetStreamError", "You passed in an invalid stream ID.")
    assert refused(client, "get_stream", "x", streams[0])[0] == "GetStreamError"
    for method, arguments in (("list_streams", [session]), ("get_stream", [session, streams[0]])):
        assert refused(scene.wrong(python), method, *arguments)[0] == "AuthError"


@covers("python", "Client.set_stream_class_lists")
def test_layout_classes(scene: Scene, python: Sdk) -> None:
    client, session = scene.client(python), scene.session()
    stream = scene.emulator.publish(session)["streamId"]
    for classes in (["focus", "full"], []):
        assert client.call("set_stream_class_lists", session, [{"id": stream, "layoutClassList": classes}]) is None
        assert client.call("get_stream", session, stream)["layoutClassList"] == classes
    assert refused(client, "set_stream_class_lists", session, [{"id": stream, "layoutClassList": "focus"}])[0] == "SetStreamClassError"
    assert refused(client, "set_stream_class_lists", session, [{"id": NOWHERE, "layoutClassList": []}])[0] == "RequestError"
    assert refused(scene.wrong(python), "set_stream_class_lists", session, [])[0] == "AuthError"


@covers("python", "Client.send_signal", "Client.signal")
def test_signals(scene: Scene, python: Sdk) -> None:
    """Of a refused signal the SDK says RequestError only: `if response` is false for each 4xx."""
    client, session = scene.client(python), scene.session()
    nobody = refused(client, "send_signal", session, {"type": "chat", "data": "hi"})
    connection = scene.emulator.connect(session)
    scene.emulator.clear_journal()
    for method in ("send_signal", "signal"):
        for to in ((), (connection,)):
            assert client.call(method, session, {"type": "chat", "data": "hallo Zoë"}, *to) is None
    assert scene.asked() == [("signal.to_all", 204), ("signal.to_one", 204)] * 2
    said = [
        nobody,
        refused(client, "send_signal", session, {"data": "x"}, NOWHERE),
        refused(client, "send_signal", session, {"type": "chat"}),
        refused(client, "send_signal", session, {"data": "x" * 9000}),
        refused(scene.wrong(python), "send_signal", session, {"data": "x"}),
    ]
    assert said == [("RequestError", f"('An unexpected error occurred.', {status})") for status in (404, 404, 400, 413, 403)]


@covers("python", "Client.force_disconnect")
def test_force_disconnect(scene: Scene, python: Sdk) -> None:
    client, session = scene.client(python), scene.session()
    connection = scene.emulator.connect(session)
    scene.emulator.connect(session)
    assert refused(scene.wrong(python), "force_disconnect", session, connection)[0] == "AuthError"
    assert client.call("force_disconnect", session, connection) is None
    stored = scene.emulator.session(session)
    assert stored is not None
    assert connection not in [one["connectionId"] for one in stored["connections"]]
    assert refused(client, "force_disconnect", session, connection)[0] == "ForceDisconnectError"
    assert refused(client, "force_disconnect", "x", connection)[0] == "ForceDisconnectError"


def mute_works(scene: Scene, python: Sdk, kind: str) -> None:
    client, session = scene.client(python, kind), scene.session()
    streams = [scene.emulator.publish(session)["streamId"] for _ in range(3)]
    answer = client.call("mute_stream", session, streams[0])
    assert answer["status_code"] == 200
    assert muted(scene, session) == dict(zip(streams, (True, False, False), strict=True))
    assert client.call("mute_all", session, [streams[2]])["status_code"] == 200
    assert muted(scene, session) == dict(zip(streams, (True, True, False), strict=True))
    late = scene.emulator.publish(session)["streamId"]
    assert muted(scene, session)[late] is True
    assert client.call("disable_force_mute", session)["status_code"] == 200
    later = scene.emulator.publish(session)["streamId"]
    assert muted(scene, session)[later] is False
    for method, arguments in (("mute_stream", [session, NOWHERE]), ("mute_all", [scene.session(), None]), ("disable_force_mute", ["x"])):
        assert refused(client, method, *arguments)[0] == "OpenTokException"  # it hides what it was
    assert refused(scene.wrong(python), "mute_all", session, None)[0] == "OpenTokException"


@covers("python", "Client.mute_stream", "Client.mute_all", "Client.disable_force_mute", "Client.play_dtmf")
def test_mute_and_dtmf_of_the_client(scene: Scene, python: Sdk) -> None:
    mute_works(scene, python, "Client")
    dtmf_works(scene, python, "Client")


@covers("python", "OpenTok.mute_stream", "OpenTok.mute_all", "OpenTok.disable_force_mute", "OpenTok.play_dtmf")
def test_mute_and_dtmf_of_the_older_class(scene: Scene, python: Sdk) -> None:
    mute_works(scene, python, "OpenTok")
    dtmf_works(scene, python, "OpenTok")


def dtmf_works(scene: Scene, python: Sdk, kind: str) -> None:
    client, session = scene.client(python, kind), scene.session()
    connection = scene.emulator.connect(session)
    scene.emulator.clear_journal()
    for to in ("", connection):
        answer = client.call("play_dtmf", session, to, "0123456789*#p")
        assert (answer["status_code"], answer["text"]) == (200, "")
    assert scene.asked() == [("dtmf.to_all", 200), ("dtmf.to_one", 200)]
    for arguments in ((session, "", "x"), (session, NOWHERE, "1"), (scene.session(), "", "1")):
        assert refused(client, "play_dtmf", *arguments)[0] == "OpenTokException"  # it hides what it was


@covers("python", "Client.dial", "SipCall.json")
def test_dial(scene: Scene, python: Sdk) -> None:
    client, session = scene.client(python), scene.session()
    token = client.call("generate_token", session)
    options = {
        **{"from": "Zoë", "headers": {"X-Key": "value"}, "auth": {"username": "u", "password": "p"}},
        **{"secure": True, "video": True, "observeForceMute": True, "streams": []},
    }
    for more in ((), (options,)):
        call = client.call("dial", session, token, "sip:user@sip.example.com;transport=tls", *more)
        assert json.loads(call.call("json")) == call.fields
        stored = scene.emulator.session(session)
        assert stored is not None
        assert call["connectionId"] in [one["connectionId"] for one in stored["connections"]]
        assert call["streamId"] in [one["streamId"] for one in stored["streams"]]
    relayed = scene.ours.sessions.create().session_id
    assert refused(client, "dial", session, token, "user at example")[0] == "SipDialError"
    assert refused(client, "dial", relayed, token, "sip:a@example.com")[0] == "SipDialError"
    assert refused(scene.wrong(python), "dial", session, token, "sip:a@example.com")[0] == "AuthError"
