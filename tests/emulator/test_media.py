# SPDX-License-Identifier: Apache-2.0
"""Renders, captions and audio connections on the wire: success codes, conflicts, bodies that are wrong, a restart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator, EmulatorError
from tests.emulator.raw import Raw

PAGE = "https://example.com/page"
SOCKET = "wss://example.com/socket"
STARTS: dict[str, dict[str, Any]] = {
    "render": {"token": "t", "url": PAGE},
    "captions": {"token": "t"},
    "connect": {"token": "t", "websocket": {"uri": SOCKET}},
}


def routed(project: Raw, emulator: Emulator) -> str:
    """A routed session in which somebody publishes."""
    made = project.send("POST", "/session/create", data={"p2p.preference": "disabled"}, headers={"Accept": "application/json"})
    session_id = str(made.json()[0]["session_id"])
    emulator.publish(session_id)
    return session_id


def path(project: Raw, below: str) -> str:
    return f"/v2/project/{project.key}/{below}"


def test_success_codes(project: Raw, opentok_emulator: Emulator) -> None:
    session = routed(project, opentok_emulator)
    made = {kind: project.send("POST", path(project, kind), json={"sessionId": session, **body}) for kind, body in STARTS.items()}
    assert {kind: answer.status_code for kind, answer in made.items()} == {"render": 202, "captions": 202, "connect": 200}
    render = made["render"].json()
    assert (render["projectId"], render["status"], "streamId" in render) == (project.key, "starting", False)
    types = {kind: answer.headers["Content-Type"] for kind, answer in made.items()}
    charset = "application/json; charset=utf-8"
    assert types == {"render": "application/json", "captions": charset, "connect": charset}
    for method, below, status in (
        ("DELETE", f"render/{render['id']}/", 200),
        ("POST", f"captions/{made['captions'].json()['captionsId']}/stop", 202),
        ("POST", f"connect/{made['connect'].json()['connectionId']}/stop", 200),
    ):
        answer = project.send(method, path(project, below))
        assert (answer.status_code, answer.content) == (status, b"")
    assert project.send("GET", path(project, "render/?offset=&count=")).json()["count"] == 1


def test_a_render_tells_whom_it_tells(project: Raw, opentok_emulator: Emulator) -> None:
    session = routed(project, opentok_emulator)
    for url in (None, "https://example.com/told"):
        body = {"sessionId": session, **STARTS["render"], "statusCallbackUrl": url}
        made = project.send("POST", path(project, "render"), json=body).json()
        assert made["callbackUrl"] == url
        assert project.send("GET", path(project, f"render/{made['id']}")).json()["callbackUrl"] == url


@pytest.mark.parametrize(("counts", "count"), [("page", 1), ("total", 3)])
def test_what_lists_count(counts: str, count: int) -> None:
    with Emulator(list_count=counts) as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as raw:
        project = raw.of(raw.create())
        sessions = [routed(project, emulator) for _ in range(3)]
        for _ in range(2):
            emulator.connect(sessions[0])
        for session in sessions:
            starts = {"render": STARTS["render"], "archive": {}, "broadcast": {"outputs": {"hls": {}}}}
            for kind, body in starts.items():
                assert project.send("POST", path(project, kind), json={"sessionId": session, **body}).ok
        for below in ("archive", "broadcast", "render", f"session/{sessions[0]}/connection"):
            listed = project.send("GET", path(project, f"{below}?offset=1&count=1")).json()
            total = 4 if "connection" in below else 3  # the render is a client
            assert (len(listed["items"]), listed["count"]) == (1, total if counts == "total" else count)
            assert project.send("GET", path(project, f"{below}?offset=1&count=1001")).status_code == 400
    with pytest.raises(EmulatorError, match="page or total"):
        Emulator(list_count="all")


def test_a_render_is_a_client_that_is_archived(project: Raw, opentok_emulator: Emulator) -> None:
    form = {"p2p.preference": "disabled", "archiveMode": "always"}
    session = project.send("POST", "/session/create", data=form, headers={"Accept": "application/json"}).json()[0]["session_id"]
    assert project.send("POST", path(project, "render"), json={"sessionId": session, **STARTS["render"]}).status_code == 202
    (archive,) = project.send("GET", path(project, "archive")).json()["items"]
    assert (archive["sessionId"], archive["status"]) == (session, "started")


def test_a_render_is_stopped_with_204_where_that_is_wanted() -> None:
    with Emulator(render_stop_status=204) as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as raw:
        project = raw.of(raw.create())
        body = {"sessionId": routed(project, emulator), **STARTS["render"]}
        made = project.send("POST", path(project, "render"), json=body).json()
        assert project.send("DELETE", path(project, f"render/{made['id']}")).status_code == 204
    with pytest.raises(EmulatorError):
        Emulator(render_stop_status=201)


def test_what_the_python_sdk_sends(project: Raw, opentok_emulator: Emulator) -> None:
    session = routed(project, opentok_emulator)
    websocket = {"uri": SOCKET, "audioTransport": '{"transport":"json","encoding":"base64"}'}
    for kind, body in (
        ("render", {**STARTS["render"], "properties": None}),
        ("captions", {**STARTS["captions"], "statusCallbackUrl": None, "partialCaptions": "true"}),
        ("connect", {"token": "t", "websocket": websocket}),
    ):
        assert project.send("POST", path(project, kind), json={"sessionId": session, **body}).ok


WRONG: list[tuple[str, dict[str, Any]]] = [
    *((kind, {"token": None}) for kind in STARTS),
    *((kind, {"token": {}}) for kind in STARTS),
    *((kind, {"sessionId": value}) for kind in STARTS for value in (None, 1, "x", "1_" + "x" * 300, "\ud800")),
    ("render", {"url": "http://a.b"}),
    ("render", {"url": ["x"]}),
    ("render", {"maxDuration": 59}),
    ("render", {"maxDuration": True}),
    ("render", {"maxDuration": 10**30}),
    ("render", {"resolution": {}}),
    ("render", {"properties": []}),
    ("render", {"properties": {"name": ""}}),
    ("render", {"properties": {"name": "\udfff"}}),
    ("captions", {"maxDuration": 299}),
    ("captions", {"partialCaptions": 1}),
    ("captions", {"languageCode": 1}),
    ("connect", {"websocket": None}),
    ("connect", {"websocket": []}),
    ("connect", {"websocket": {}}),
    ("connect", {"websocket": {"uri": PAGE}}),
    ("connect", {"websocket": {"uri": SOCKET, "streams": "x"}}),
    ("connect", {"websocket": {"uri": SOCKET, "streams": [1]}}),
    ("connect", {"websocket": {"uri": SOCKET, "headers": {"h": 1}}}),
    ("connect", {"websocket": {"uri": SOCKET, "headers": {"h": "x" * 512}}}),
    ("connect", {"websocket": {"uri": SOCKET, "audioRate": [8000]}}),
    ("connect", {"websocket": {"uri": SOCKET, "audioTransport": "{"}}),
    ("connect", {"websocket": {"uri": SOCKET, "audioTransport": "[" * 100_000}}),
    ("connect", {"websocket": {"uri": SOCKET, "audioTransport": {"transport": "tape"}}}),
]


@pytest.mark.parametrize(("kind", "wrong"), WRONG, ids=range(len(WRONG)))
def test_wrong_bodies(project: Raw, opentok_emulator: Emulator, kind: str, wrong: dict[str, Any]) -> None:
    session = routed(project, opentok_emulator)
    before = opentok_emulator.session(session)
    answer = project.send("POST", path(project, kind), json={"sessionId": session, **STARTS[kind], **wrong})
    assert (answer.status_code, set(answer.json())) == (400, {"code", "message", "description"})
    assert opentok_emulator.session(session) == before


@pytest.mark.parametrize("query", ["offset=-1", "count=1001", "count=x", "offset=99999999999999999999", "count=%D9%A1"])
def test_wrong_pages(project: Raw, query: str) -> None:
    assert project.send("GET", path(project, f"render?{query}")).status_code == 400


def test_unknown_and_another_project_s(raw: Raw, project: Raw, opentok_emulator: Emulator) -> None:
    other = raw.of(raw.create())
    theirs = routed(other, opentok_emulator)
    render = other.send("POST", path(other, "render"), json={"sessionId": theirs, **STARTS["render"]}).json()["id"]
    for kind, body in STARTS.items():
        assert project.send("POST", path(project, kind), json={"sessionId": theirs, **body}).status_code == 404
    for method, below in (
        ("GET", f"render/{render}"),
        ("DELETE", f"render/{render}"),
        ("GET", "render/%00"),
        ("POST", "captions/nope/stop"),
        ("POST", "connect/nope/stop"),
    ):
        assert (project.send(method, path(project, below)).status_code, below) == (404, below)
    missing = {"uri": SOCKET, "streams": ["nope"]}
    body = {"sessionId": routed(project, opentok_emulator), "token": "t", "websocket": missing}
    assert project.send("POST", path(project, "connect"), json=body).status_code == 404


def test_it_is_all_there_after_a_restart_and_gone_after_a_reset(tmp_path: Path) -> None:
    data = str(tmp_path / "data.sqlite")
    with Emulator(data=data) as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as raw:
        made = raw.create()
        project = raw.of(made)
        session = routed(project, emulator)
        for kind, body in STARTS.items():
            assert project.send("POST", path(project, kind), json={"sessionId": session, **body}).ok
        kept = project.send("GET", path(project, "render")).json()
    with Emulator(data=data) as emulator:
        project = Raw(emulator.url, made["id"], made["secret"], "project")
        assert project.send("GET", path(project, "render")).json()["items"][0]["id"] == kept["items"][0]["id"]
        assert project.send("POST", path(project, "captions"), json={"sessionId": session, **STARTS["captions"]}).status_code == 409
        emulator.reset()
        tables = ("renders", "captions", "audio_connections", "broadcasts")
        service = emulator._service
        assert service is not None
        assert [service.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables] == [0, 0, 0, 0]
