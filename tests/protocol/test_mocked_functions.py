# SPDX-License-Identifier: Apache-2.0
"""Under `pulumi.runtime.Mocks` every function is an invoke: its token, its arguments and the names of its answer are what tests of users rely on."""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any, NamedTuple

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core.desired.callback.kind import CALLBACK
from pulumi_opentok.core.desired.callback.listing import TABLE
from pulumi_opentok.core.desired.kind import Described
from pulumi_opentok.core.desired.listings.archives import ARCHIVES
from pulumi_opentok.core.desired.listings.broadcasts import BROADCASTS
from pulumi_opentok.core.desired.listings.connections import CONNECTIONS
from pulumi_opentok.core.desired.listings.renders import RENDERS
from pulumi_opentok.core.desired.listings.streams import STREAMS
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.session import SESSION
from pulumi_opentok.functions.calling import camel
from tests.protocol.mocks import Recorder, run_program


class Golden(NamedTuple):
    """The interface of a function. It is frozen: a plugin has to offer the same, and tests of users' stacks name it.

    ``key``: of the many in an answer. ``row`` is one, ``shown`` are some of its fields as a program has them.
    """

    token: str
    arguments: dict[str, Any]
    key: str | None
    row: dict[str, Any]
    shown: dict[str, Any]
    result: type
    of: Described


MADE = "2026-01-02T03:04:05Z"
OF_PROJECT = {"project": "46000001", "session": "room", "id": "a", "limit": 3}
OF_SESSION = {"session": "room", "id": "a"}
TRACKS = [{"streamId": "s", "hasAudio": True, "hasVideo": False}]
GOLDEN = {
    "get_project": Golden(
        token="opentok:index:getProject",
        arguments={"id": "46000001", "name": "Acme"},
        key=None,
        row={"id": "46000001", "apiKey": "46000001", "secretFingerprint": "sha256:00", "createdAt": MADE, "accountKey": "10000001"},
        shown={"api_key": "46000001", "secret_fingerprint": "sha256:00", "created_at": MADE, "name": None, "account_key": "10000001"},
        result=opentok.GetProjectResult,
        of=PROJECT,
    ),
    "get_projects": Golden(
        token="opentok:index:getProjects",
        arguments={},
        key="projects",
        row={"id": "46000001", "name": "Acme", "status": "active"},
        shown={"id": "46000001", "name": "Acme", "status": "active"},
        result=opentok.GetProjectResult,
        of=PROJECT,
    ),
    "get_archives": Golden(
        token="opentok:index:getArchives",
        arguments=OF_PROJECT,
        key="archives",
        row={"id": "a", "sessionId": "room", "duration": 1.5, "sha256sum": "47DE", "hasAudio": True, "streams": TRACKS},
        shown={"session_id": "room", "duration": 1.5, "sha256sum": "47DE", "has_audio": True, "has_video": None},
        result=opentok.GetArchiveResult,
        of=ARCHIVES,
    ),
    "get_broadcasts": Golden(
        token="opentok:index:getBroadcasts",
        arguments=OF_PROJECT,
        key="broadcasts",
        row={"id": "b", "hlsUrl": "https://cdn.example.com/a.m3u8", "maxDuration": 600, "rtmp": [{"serverUrl": "rtmp://a.example"}]},
        shown={
            "hls_url": "https://cdn.example.com/a.m3u8",
            "max_duration": 600,
            "rtmp": [opentok.GetBroadcastRtmpResult(id=None, status=None, server_url="rtmp://a.example")],
        },
        result=opentok.GetBroadcastResult,
        of=BROADCASTS,
    ),
    "get_renders": Golden(
        token="opentok:index:getRenders",
        arguments=OF_PROJECT,
        key="renders",
        row={"id": "r", "streamId": "s", "updatedAt": MADE},
        shown={"id": "r", "stream_id": "s", "updated_at": MADE},
        result=opentok.GetRenderResult,
        of=RENDERS,
    ),
    "get_callbacks": Golden(
        token="opentok:index:getCallbacks",
        arguments={"project": "46000001", "group": "connection", "event": "created"},
        key="callbacks",
        row={"id": "46000001/9", "callbackId": "9", "url": "https://hooks.example.com", "duplicates": ["10"]},
        shown={"callback_id": "9", "url": "https://hooks.example.com", "duplicates": ["10"]},
        result=opentok.GetCallbackResult,
        of=CALLBACK,
    ),
    "get_streams": Golden(
        token="opentok:index:getStreams",
        arguments=OF_SESSION,
        key="streams",
        row={"id": "s", "videoType": "camera", "layoutClasses": ["focus"]},
        shown={"id": "s", "video_type": "camera", "layout_classes": ["focus"]},
        result=opentok.GetStreamResult,
        of=STREAMS,
    ),
    "get_connections": Golden(
        token="opentok:index:getConnections",
        arguments=OF_SESSION,
        key="connections",
        row={"id": "c", "state": "Connected", "createdAt": MADE},
        shown={"id": "c", "state": "Connected", "created_at": MADE},
        result=opentok.GetConnectionResult,
        of=CONNECTIONS,
    ),
    "decode_session": Golden(
        token="opentok:index:decodeSession",
        arguments={"session": "room"},
        key=None,
        row={"id": "room", "mediaMode": "routed", "project": "46000001"},
        shown={"id": "room", "media_mode": "routed", "project": "46000001"},
        result=opentok.DecodeSessionResult,
        of=SESSION,
    ),
}
REMEMBERED = {"secret_version", "secret_rotated_at", "secret_rotation_due_at", "active_key", "draining_key", "drains_until"}
"""What a resource alone can show."""
NOT_IN_RESULTS = {
    "decode_session": {"archive_mode", "archive_name", "archive_resolution", "e2ee"},  # no id shows it
    "get_project": REMEMBERED,
    "get_projects": REMEMBERED,
}
SECRET = {"get_project": "api_secret", "get_projects": "api_secret", "get_archives": "url", "get_renders": "url"}

INPUTS = {"get_project": {"id", "name"}, "get_projects": set(), "decode_session": {"session"}, "get_callbacks": {row.name for row in TABLE}}


def answer(golden: Golden, row: dict[str, Any]) -> dict[str, Any]:
    return row if golden.key is None else {golden.key: [row, {}]}


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENTOK_API_URL", "http://127.0.0.1:1")


def test_every_function_is_in_the_table() -> None:
    functions = {name for name in opentok.__all__ if callable(getattr(opentok, name)) and name[0].islower()}
    assert functions == {form for name in GOLDEN for form in (name, f"{name}_output")}


@pytest.mark.parametrize("name", GOLDEN)
def test_arguments_and_results_are_those_of_the_core(name: str) -> None:
    golden = GOLDEN[name]
    inputs = INPUTS.get(name) or {row.name for row in getattr(golden.of, "table", ()) if name not in INPUTS}
    for form in (name, f"{name}_output"):
        taken = set(inspect.signature(getattr(opentok, form)).parameters)
        assert taken == inputs | ({"provider"} if name != "decode_session" else set())
    fields = {field.name for field in dataclasses.fields(golden.result)}
    assert fields == set(golden.of.outputs) - NOT_IN_RESULTS.get(name, set())


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("form", ["", "_output"])
def test_mocks_answer(name: str, form: str) -> None:
    golden, secret = GOLDEN[name], SECRET.get(name)
    row = {**golden.row, **({camel(secret): "5ecret"} if secret else {})}
    recorder = Recorder(answers={golden.token: answer(golden, row)})
    kept: list[Any] = []

    def keep(found: Any) -> Any:
        first = found if golden.key is None else found[0]
        kept.append(found)
        return getattr(first, secret) if secret else "nothing"

    def program() -> Any:
        found = getattr(opentok, f"{name}{form}")(**golden.arguments)
        return found.apply(keep) if form else keep(found)

    assert run_program(program, recorder) == (("5ecret", True) if secret else ("nothing", False))
    assert [(call.token, call.args) for call in recorder.calls] == [(golden.token, golden.arguments)]
    first, *others = [kept[0]] if golden.key is None else kept[0]
    assert type(first) is golden.result
    assert {field: getattr(first, field) for field in golden.shown} == golden.shown
    assert [type(other) for other in others] == [golden.result] * (golden.key is not None)
    assert "5ecret" not in repr(kept)


def test_what_is_within_a_row_is_typed_too() -> None:
    recorder = Recorder(answers={"opentok:index:getArchives": {"archives": [GOLDEN["get_archives"].row]}})
    kept: list[Any] = []
    run_program(lambda: kept.extend(opentok.get_archives(project="46000001")), recorder)
    assert kept[0].streams == [opentok.GetStreamTracksResult(stream_id="s", has_audio=True, has_video=False)]


def test_an_answer_of_nothing_is_an_empty_list() -> None:
    """As most mocks answer what they were not asked about."""
    recorder = Recorder(answers={"opentok:index:getStreams": {}})
    assert run_program(lambda: opentok.get_streams(session="room"), recorder)[0] == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"streams": [{"video_type": "camera"}]}, "has 'video_type'; it may have id, sessionId, name, videoType, layoutClasses"),
        ({"items": []}, "has 'items'; it may have streams"),
    ],
)
def test_a_misspelt_answer_is_said(wrong: dict[str, Any], said: str) -> None:
    for form in (opentok.get_streams, opentok.get_streams_output):
        with pytest.raises(pulumi.RunError, match=f"opentok:index:getStreams: the answer of the mocks {said}"):
            run_program(lambda form=form: form(session="room"), Recorder(answers={"opentok:index:getStreams": wrong}))  # type: ignore[misc]


def test_outputs_and_the_provider_reach_the_mocks() -> None:
    recorder = Recorder({"room": {"session_id": "5ession"}}, answers={"opentok:index:getStreams": {"streams": []}})

    def program(secret: bool = False) -> Any:
        session = opentok.Session("room").session_id
        provider = opentok.Provider("ours", account_key="1", account_secret="5ecret")
        return opentok.get_streams_output(session=pulumi.Output.secret(session) if secret else session, provider=provider).apply(len)

    assert run_program(program, recorder) == (0, False)
    (call,) = recorder.calls
    assert call.args == {"session": "5ession"}
    assert "ours" in call.provider
    assert run_program(lambda: program(secret=True), recorder) == (0, True)


def test_what_is_not_known_yet_is_asked_of_nobody() -> None:
    recorder = Recorder(answers={})
    program = lambda: opentok.get_streams_output(session=opentok.Session("room").session_id).apply(len)  # noqa: E731
    assert run_program(program, recorder, preview=True)[0] is None
    assert recorder.calls == []
