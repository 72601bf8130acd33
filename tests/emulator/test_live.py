# SPDX-License-Identifier: Apache-2.0
"""Calls into a live session as odd clients make them: quirks of the wire, other projects' ids, malformed bodies, restarts."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw

JSON = {"Accept": "application/json"}
DIAL: dict[str, Any] = {"token": "t", "sip": {"uri": "sip:user@example.com"}}


@dataclasses.dataclass
class Scene:
    """A project, its routed session, and in it one client with one stream."""

    client: Raw
    emulator: Emulator
    session: str
    connection: str = ""
    stream: str = ""

    def send(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.client.send(method, f"/v2/project/{self.client.key}/{path}", **more)

    def ask(self, method: str, path: str = "", **more: Any) -> requests.Response:
        return self.send(method, f"session/{self.session}/{path}", **more)

    def streams(self) -> list[dict[str, Any]]:
        return list((self.emulator.session(self.session) or {})["streams"])


def create(client: Raw, preference: str = "disabled") -> str:
    return str(client.send("POST", "/session/create", data={"p2p.preference": preference}, headers=JSON).json()[0]["session_id"])


@pytest.fixture
def scene(raw: Raw, opentok_emulator: Emulator) -> Scene:
    client = raw.of(raw.create())
    session = create(client)
    ids = opentok_emulator.publish(session)
    return Scene(client, opentok_emulator, session, ids["connectionId"], ids["streamId"])


def test_a_session_is_not_there_until_the_first_client_and_then_stays(scene: Scene) -> None:
    fresh = dataclasses.replace(scene, session=create(scene.client))
    for path in ("stream", "connection", "stream/x"):
        answer = fresh.ask("GET", path)
        assert (answer.status_code, answer.json()["message"]) == (404, "Session not found")
    fresh.emulator.disconnect(fresh.session, fresh.emulator.connect(fresh.session))
    assert fresh.ask("GET", "stream").json() == {"count": 0, "items": []}
    assert fresh.ask("POST", "signal", json={"data": ""}, headers=JSON).status_code == 404


def test_shapes(scene: Scene) -> None:
    stream = {"id": scene.stream, "videoType": "camera", "name": "", "layoutClassList": []}
    assert scene.ask("GET", "stream").json() == {"count": 1, "items": [stream]}
    assert scene.ask("GET", f"stream/{scene.stream}").json() == stream
    listed = scene.ask("GET", "connection/").json()
    assert (listed["count"], listed["projectId"], listed["sessionId"]) == (1, scene.client.key, scene.session)
    assert list(listed["items"][0]) == ["connectionId", "connectionState", "createdAt"]
    answer = scene.ask("PUT", "stream", json={"items": [{"id": scene.stream, "layoutClassList": ["full"]}]})
    assert (answer.status_code, answer.json()) == (200, {"count": 1, "items": [{**stream, "layoutClassList": ["full"]}]})


def test_pages_of_clients(scene: Scene) -> None:
    made = [scene.emulator.connect(scene.session) for _ in range(60)]
    every = [each["connectionId"] for each in scene.ask("GET", "connection").json()["items"]]
    assert every[1:] == made
    page = scene.ask("GET", "connection?offset=2&count=3").json()
    assert ([each["connectionId"] for each in page["items"]], page["count"]) == (every[2:5], 3)
    assert scene.ask("GET", "connection?offset=61").json()["items"] == []
    assert scene.ask("GET", "connection?offset=x").status_code == 400


def test_an_unknown_stream_is_408_to_get_and_404_to_mute(scene: Scene) -> None:
    assert (scene.ask("GET", "stream/nope").status_code, scene.ask("POST", "stream/nope/mute").status_code) == (408, 404)


def test_session_ids_that_are_none_and_those_of_others(scene: Scene, raw: Raw) -> None:
    theirs = create(raw.of(raw.create()))
    scene.emulator.connect(theirs)
    wrong = [("nope", 400, 10101), ("1_%00", 400, 10101), ("1_" + "a" * 10_000, 400, 10101), ("1_abc", 404, -1), (theirs, 404, -1)]
    for session, status, code in wrong:
        answer = scene.send("GET", f"session/{session}/stream")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    for odd in ("a%2Fb", "%00", "..%2f..", quote("é"), "a" * 10_000):
        for method, path in (("GET", f"stream/{odd}"), ("POST", f"stream/{odd}/mute"), ("DELETE", f"connection/{odd}")):
            answer = scene.ask(method, path)
            assert answer.status_code in (404, 405, 408)
            assert answer.json()["code"] == -1


@pytest.mark.parametrize("name", ["excludedStreamIds", "excludedStreams", "excudedStreamIds", "ExcludedStreams"])
@pytest.mark.parametrize("active", [True, "true"])
def test_every_spelling_of_the_excluded_streams(scene: Scene, name: str, active: bool | str) -> None:
    other = scene.emulator.publish(scene.session)["streamId"]
    answer = scene.ask("POST", "mute", json={"active" if name[0] == "e" else "Active": active, name: [scene.stream]})
    assert answer.status_code == 200
    assert {each["streamId"]: each["muted"] for each in scene.streams()} == {scene.stream: False, other: True}
    assert answer.json()["id"] == scene.client.key
    assert "secret" not in answer.json()


def test_mute_without_a_body(scene: Scene) -> None:
    assert scene.ask("POST", f"stream/{scene.stream}/mute").status_code == 200
    assert [each["muted"] for each in scene.streams()] == [True]


def test_errors_of_signals_are_xml_unless_json_is_asked_for_and_those_of_disconnect_never(scene: Scene) -> None:
    assert scene.ask("POST", "signal", json={}).headers["Content-Type"] == "application/xml"
    answer = scene.ask("POST", "signal", json={"type": "a"}, headers=JSON)
    assert (answer.status_code, answer.json()["code"], answer.json()["message"]) == (400, 15202, "Signal payload 'data' must be set")
    assert scene.ask("DELETE", "connection/nope").json()["code"] == -1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"data": "d" * 8192, "type": "t" * 128}, 204),
        ({"data": "é" * 4097}, 413),
        ({"data": "d", "type": "t" * 129}, 413),
        ({"data": "d", "type": "a b"}, 400),
        ({"data": 1}, 400),
        ({"data": None}, 400),
    ],
)
def test_limits_of_signals(scene: Scene, body: dict[str, Any], status: int) -> None:
    for path in ("signal", f"connection/{scene.connection}/signal"):
        assert scene.ask("POST", path, json=body, headers=JSON).status_code == status


def test_dial(scene: Scene) -> None:
    sip = {"uri": "sip:a@example.com", "secure": "true", "headers": {"a": "b"}, "auth": {"username": "u", "password": "p"}}
    answer = scene.send("POST", "call", json={"sessionId": scene.session, "token": "t", "sip": sip})
    assert (answer.status_code, set(answer.json())) == (
        200, {"id", "connectionId", "streamId", "projectId", "sessionId", "createdAt", "updatedAt"},
    )  # fmt: skip
    assert scene.emulator.journal()[-1]["operation"] == "sip.dial"
    assert (scene.emulator.session(scene.session) or {})["sipCalls"][0]["secure"] is True
    assert scene.ask("POST", "play-dtmf", json={"digits": "1"}).content == b""
    relayed = create(scene.client, "enabled")
    assert scene.send("POST", "dial", json={**DIAL, "sessionId": relayed}).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": None},
        {"sip": None},
        {"sip": []},
        {"sip": {"uri": "tel:1"}},
        {"sip": {"uri": "sip:a@b", "headers": {"a": 1}}},
        {"sip": {"uri": "sip:a@b", "headers": []}},
        {"sip": {"uri": "sip:a@b", "auth": "u:p"}},
        {"sip": {"uri": "sip:a@b", "auth": {"username": 1}}},
        {"sip": {"uri": "sip:a@b", "video": "yes"}},
        {"sip": {"uri": "sip:a@b", "streams": "all"}},
        {"sip": {"uri": "sip:a@b", "from": 1}},
        {"sip": {"uri": "sip:\ud800@b"}},
        {"sessionId": 1},
        {"sessionId": "nope"},
    ],
)
def test_dials_that_are_refused(scene: Scene, wrong: dict[str, Any]) -> None:
    answer = scene.send("POST", "dial", data=json.dumps({**DIAL, "sessionId": scene.session, **wrong}))
    assert answer.status_code == 400
    assert len(scene.streams()) == 1


@pytest.mark.parametrize("digits", ["", "a", "1\n", None, 1, ["1"], "٣"])
def test_digits_that_are_none(scene: Scene, digits: Any) -> None:
    for path in ("play-dtmf", f"connection/{scene.connection}/play-dtmf"):
        answer = scene.ask("POST", path, json={"digits": digits})
        assert (answer.status_code, answer.json()["message"]) == (400, "Invalid DTMF Digits")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"group": "archive", "event": "status"},
        {"group": "archive", "event": "tea", "url": "https://example.com"},
        {"group": ["archive"], "event": "status", "url": "https://example.com"},
        {"group": "archive", "event": "status", "url": "example.com"},
        {"group": "archive", "event": "status", "url": "https://["},
        {"group": "archive", "event": "status", "url": "https://example.com/" + "a" * 8096},
    ],
)
def test_callbacks_that_are_refused(scene: Scene, body: dict[str, Any]) -> None:
    assert scene.send("POST", "callback", json=body).status_code == 400
    assert scene.send("GET", "callback").json() == []


BODIES = [
    b"\xff", b"{", b"[]", b"1", b"[" * 100_000, b"a=b", b'{"items": 1}', b'{"items": [1]}', b'{"items": [{"id": 1}]}', b'{"active": 1}',
    b'{"items": [{"id": "\\ud800", "layoutClassList": ["a"]}]}', b'{"items": [{"id": "a", "layoutClassList": [1]}]}', b'{"data": "\\ud800"}',
    b'{"active": true, "excludedStreamIds": [["a"]]}', b'{"active": true, "excludedStreamIds": "a"}',
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_malformed_bodies(scene: Scene, body: bytes) -> None:
    calls = [("PUT", "stream"), ("POST", "mute"), ("POST", "signal"), ("POST", "play-dtmf"), ("POST", f"connection/{scene.connection}/signal")]
    for method, path in calls:
        answer = scene.ask(method, path, data=body, headers=JSON)
        assert (answer.status_code, list(answer.json())) == (400, ["code", "message", "description"])
    for path in ("dial", "callback"):
        assert scene.send("POST", path, data=body).status_code == 400


def test_a_restart_keeps_mutes_classes_calls_and_callbacks(tmp_path: Path) -> None:
    with Emulator(data=str(tmp_path / "state.db")) as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as raw:
        project = raw.create()
        client = raw.of(project)
        scene = Scene(client, emulator, create(client))
        scene.send("POST", "dial", json={**DIAL, "sessionId": scene.session})
        scene.ask("PUT", "stream", json={"items": [{"id": scene.streams()[0]["streamId"], "layoutClassList": ["a"]}]})
        scene.ask("POST", "mute", json={"active": True})
        scene.send("POST", "callback", json={"group": "archive", "event": "status", "url": "https://example.com"})
        before, callbacks = emulator.session(scene.session), scene.send("GET", "callback").json()
    with Emulator(data=str(tmp_path / "state.db")) as emulator:
        client = Raw(emulator.url, project["id"], project["secret"], "project")
        assert emulator.session(scene.session) == before
        assert before is not None
        assert before["muted"]
        assert len(before["sipCalls"]) == len(callbacks) == 1
        assert client.send("GET", f"/v2/project/{client.key}/callback").json() == callbacks
        emulator.reset()
        assert emulator.all_sessions() == []
