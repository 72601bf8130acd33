# SPDX-License-Identifier: Apache-2.0
"""The Go SDK with clients in a session: streams, signals, moderation, SIP and DTMF; by the client and by its session."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.calling import NOWHERE, TWINS, status_of_refusal
from tests.conformance.covering import covers, with_context
from tests.conformance.scene import Scene
from tests.conformance.sdks import Sdk, SdkError, Thing


def unread_refusal(client: Thing, method: str, *args: Any) -> None:
    """Signals are refused in XML where JSON is not asked for, as recordings show; this SDK asks for none and reads JSON only."""
    with pytest.raises(SdkError, match=r"Error decoding response from Tokbox: statusCode: 404; invalid character '<'"):
        client.call(method, *args)


def session_of(client: Thing) -> Thing:
    made = client.call("CreateSession", {"MediaMode": "disabled"})
    assert isinstance(made, Thing)
    return made


@covers("go", *with_context("OpenTok.ListStreams", "OpenTok.GetStream", "OpenTok.SetStreamClassLists"))
def test_streams(scene: Scene, go: Sdk) -> None:
    client, session = scene.client(go), scene.session()
    assert status_of_refusal(client, "ListStreams", session) == 404
    streams = [scene.emulator.publish(session, name=name)["streamId"] for name in ("Zoë", "")]
    for twin in TWINS:
        listed = client.call(f"ListStreams{twin}", session)
        assert (listed["count"], [one["id"] for one in listed["items"]]) == (2, streams)
        for classes in (["focus", "full"], []):
            wish = {"Items": [{"ID": streams[0], "LayoutClassList": classes}]}
            answered = client.call(f"SetStreamClassLists{twin}", session, wish)
            assert answered["items"][0]["layoutClassList"] == classes
            stream = client.call(f"GetStream{twin}", session, streams[0])
            assert stream.fields == {"id": streams[0], "videoType": "camera", "name": "Zoë", "layoutClassList": classes}
    assert status_of_refusal(client, "GetStream", session, NOWHERE) == 408
    assert status_of_refusal(scene.wrong(go), "ListStreams", session) == 403


@covers("go", *with_context("OpenTok.SendSessionSignal", "OpenTok.SendConnectionSignal", "Session.SendSignal", "Session.SendConnectionSignal"))
def test_signals(scene: Scene, go: Sdk) -> None:
    client = scene.client(go)
    session = session_of(client)
    name = session["session_id"]
    unread_refusal(client, "SendSessionSignal", name, {"Type": "chat", "Data": "x"})
    connection = scene.emulator.connect(name)
    scene.emulator.clear_journal()
    signal = {"Type": "chat", "Data": "hallo Zoë"}
    for twin in TWINS:
        for thing, method, arguments in (
            (client, "SendSessionSignal", [name]),
            (session, "SendSignal", []),
            (client, "SendConnectionSignal", [name, connection]),
            (session, "SendConnectionSignal", [connection]),
        ):
            assert thing.call(f"{method}{twin}", *arguments, signal) is None
    assert scene.asked() == [("signal.to_all", 204), ("signal.to_all", 204), ("signal.to_one", 204), ("signal.to_one", 204)] * 2
    unread_refusal(client, "SendConnectionSignal", name, NOWHERE, signal)


@covers("go", *with_context("OpenTok.ForceDisconnect"))
def test_force_disconnect(scene: Scene, go: Sdk) -> None:
    client, session = scene.client(go), scene.session()
    scene.emulator.connect(session)
    for twin in TWINS:
        connection = scene.emulator.connect(session)
        assert status_of_refusal(scene.wrong(go), "ForceDisconnect", session, connection) == 403
        assert client.call(f"ForceDisconnect{twin}", session, connection) is None
        assert status_of_refusal(client, "ForceDisconnect", session, connection) == 404


@covers("go", *with_context("OpenTok.MuteStream", "OpenTok.MuteSession", "Session.MuteStream", "Session.Mute"))
def test_mute(scene: Scene, go: Sdk) -> None:
    """It decodes a project from the answer."""
    client = scene.client(go)
    session = session_of(client)
    name = session["session_id"]
    for twin in TWINS:
        for thing, before in ((client, [name]), (session, [])):
            streams = [scene.emulator.publish(name)["streamId"] for _ in range(2)]
            assert thing.call(f"MuteStream{twin}", *before, streams[0])["id"] == scene.project.id
            assert [muted(scene, name, stream) for stream in streams] == [True, False]
            method = "Mute" if thing is session else "MuteSession"
            wish = {"Active": True, "ExcludedStreams": [streams[1]]}
            assert thing.call(f"{method}{twin}", *before, wish)["id"] == scene.project.id
            assert [muted(scene, name, stream) for stream in streams] == [True, False]
            thing.call(f"{method}{twin}", *before, {"Active": True})
            assert muted(scene, name, streams[1])
            assert thing.call(f"{method}{twin}", *before, {"Active": False})["id"] == scene.project.id
            assert not muted(scene, name, scene.emulator.publish(name)["streamId"])
    assert status_of_refusal(client, "MuteStream", name, NOWHERE) == 404
    assert status_of_refusal(client, "MuteSession", scene.session(), {"Active": True}) == 404


def muted(scene: Scene, session: str, stream: str) -> bool:
    stored = scene.emulator.session(session)
    assert stored is not None
    return bool(next(one["muted"] for one in stored["streams"] if one["streamId"] == stream))


@covers("go", *with_context("OpenTok.SendDTMF", "OpenTok.SendDTMFToClient", "Session.SendDTMF", "Session.SendDTMFToClient"))
def test_dtmf(scene: Scene, go: Sdk) -> None:
    client = scene.client(go)
    session = session_of(client)
    name = session["session_id"]
    connection = scene.emulator.connect(name)
    scene.emulator.clear_journal()
    for twin in TWINS:
        for thing, before in ((client, [name]), (session, [])):
            assert thing.call(f"SendDTMF{twin}", *before, "0123456789*#p") is None
            assert thing.call(f"SendDTMFToClient{twin}", *before, connection, "1") is None
    assert scene.asked() == [("dtmf.to_all", 200), ("dtmf.to_one", 200)] * 4
    assert status_of_refusal(client, "SendDTMFToClient", name, NOWHERE, "1") == 404
    assert status_of_refusal(client, "SendDTMF", scene.session(), "1") == 404


@covers("go", *with_context("OpenTok.Dial", "Session.Dial"))
def test_dial(scene: Scene, go: Sdk) -> None:
    client = scene.client(go)
    session = session_of(client)
    options = {
        **{"URI": "sip:user@sip.example.com", "From": "Zoë", "Secure": True},
        **{"Headers": {"X-Key": "value"}, "Auth": {"Username": "u", "Password": "p"}},
    }
    for twin in TWINS:
        for thing, before in ((client, [session["session_id"]]), (session, [])):
            call = thing.call(f"Dial{twin}", *before, {"SIP": options})
            stored = scene.emulator.session(session["session_id"])
            assert stored is not None
            assert call["connectionId"] in [one["connectionId"] for one in stored["connections"]]
            assert call["streamId"] in [one["streamId"] for one in stored["streams"]]
    assert status_of_refusal(client, "Dial", session["session_id"], {"SIP": {"URI": "user at example"}}) == 400
    assert status_of_refusal(client, "Dial", scene.ours.sessions.create().session_id, {"SIP": options}) == 409
