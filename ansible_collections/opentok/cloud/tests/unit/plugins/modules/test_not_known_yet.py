# SPDX-License-Identifier: Apache-2.0
"""Check mode where an id, or the pair of a project, is what an earlier task would give: a template of its null is null or an empty string."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.opentok.cloud.plugins.modules import (
    archive,
    archive_info,
    archive_storage,
    audio_connector,
    broadcast,
    callback,
    callback_info,
    captions,
    connection_info,
    dtmf,
    moderation,
    project,
    project_info,
    render,
    session,
    session_info,
    signal,
    sip_call,
    stream,
    stream_info,
    token,
)

from .account_server import AccountServer, session_id
from .conftest import Run

ROOM = session_id("46000001", 1)
TRUNK = {"format": 1, "name": None, "uri": "sip:a@h", "sender": None, "headers": {}, "username": None, "password_version": None}
TRUNK |= {"secure": False, "video": False, "observe_force_mute": False, "require_encryption": False, "enabled": True}
CALL: dict[str, Any] = {"trunk": TRUNK}
TO_S3 = {"bucket": "acme-archives", "access_key": "AKIA", "secret_key": "hunter2-hunter2"}
NEW_KEYS = {"project": "46000001", "bucket": "acme-archives", "access_key": "", "secret_key": None}
JOINED = {"group": "connection", "event": "created", "url": "https://hooks.example.com/a"}
NEW_PROJECT = "the project whose id is not known yet"
NEW_PAIR = {"account_key": None, "account_secret": None, "api_key": None, "api_secret": None}
NEW_SECRET = {**NEW_PAIR, "api_key": "46000001"}

SOCKET = "wss://far.example.com/audio"
PAGE = "https://pages.example.com/board"
NOT_KNOWN = "a session that is not known yet"
NEW_STREAMS = {"session_id": ROOM, "streams": [{"id": "s1", "layout_classes": ["focus"]}, {"id": None, "layout_classes": []}]}
OF_A_NEW_SESSION = {"session_id": "", "streams": [{"id": "s1", "layout_classes": ["focus"]}]}

IDS = ("id", "project", "session_id", "connection_id", "stream_id")
FORETOLD: dict[str, tuple[Any, dict[str, Any], list[str]]] = {
    "project": (project, {"id": None, "status": "active"}, []),
    "project, suspended": (project, {"id": "", "status": "suspended"}, [f"suspend {NEW_PROJECT}: its key and"]),
    "project, rotated": (project, {"id": "", "rotate": "always"}, [f"rotate the secret of {NEW_PROJECT}; "]),
    "project, absent": (project, {"id": None, "state": "absent"}, [f"delete {NEW_PROJECT}: "]),
    "project, absent but suspended": (
        project,
        {"id": None, "state": "absent", "on_delete": "suspend"},
        [f"suspend {NEW_PROJECT} instead of deleting"],
    ),
    "project, absent but retained": (project, {"id": None, "state": "absent", "on_delete": "retain"}, []),
    "session": (session, {"project": None}, ["create a session in a project that is not known yet (relayed)"]),
    "session, empty": (session, {"project": " ", "media_mode": "routed"}, ["create a session in a project that is not known yet (routed)"]),
    "session of the pair": (session, NEW_PAIR, ["create a session in a project that is not known yet (relayed)"]),
    "session of a new secret": (session, NEW_SECRET, ["create a session in project 46000001 (relayed)"]),
    "session by id": (session, {"project": "46000001", "session_id": None, "e2ee": True}, []),
    "session by id, absent": (session, {"project": "46000001", "session_id": "", "state": "absent"}, []),
    "callback": (callback, {"project": None, **JOINED}, ["register a callback in a project that is not known yet: connection/created to"]),
    "callback of the pair": (callback, {**NEW_PAIR, **JOINED}, ["register a callback in a project that is not known yet: "]),
    "callback of a new secret": (callback, {**NEW_SECRET, **JOINED}, []),
    "callback, absent": (callback, {"project": "", **JOINED, "state": "absent"}, []),
    "storage": (archive_storage, {"project": None, **TO_S3}, ["set the archive storage of a project that is not known yet: archives that start"]),
    "storage of a new secret": (archive_storage, {**NEW_SECRET, **TO_S3}, ["set the archive storage of project 46000001: archives"]),
    "storage with new keys": (archive_storage, NEW_KEYS, []),
    "storage, absent": (archive_storage, {"project": "", "state": "absent"}, []),
    "broadcast": (broadcast, {"session": "", "hls": {}}, ["broadcast session that is not known yet (HLS)"]),
    "broadcast, absent": (broadcast, {"session": "", "state": "absent"}, []),
    "archive": (archive, {"session": "", "name": "a"}, ["record session that is not known yet as 'a' (composed)"]),
    "archive, stopped": (archive, {"session": "", "state": "stopped"}, []),
    "archive, absent": (archive, {"session_id": "", "state": "absent"}, []),
    "archive of a new secret": (archive, {"session": ROOM, **NEW_SECRET}, []),
    "render": (render, {"session": "", "url": PAGE, "name": "a"}, ["render a page into session that is not known yet as 'a' (1280x720)"]),
    "render, stopped": (render, {"session": "", "url": PAGE, "state": "stopped"}, []),
    "render of a new secret": (render, {"session": ROOM, "url": PAGE, **NEW_SECRET}, []),
    "call": (sip_call, {"session_id": "", **CALL}, ["call sip:a@h into a session that is not known yet"]),
    "call of a new secret": (sip_call, {"session_id": ROOM, **CALL, **NEW_SECRET}, [f"call sip:a@h into session {ROOM}"]),
    "call with a new token": (sip_call, {"session_id": ROOM, "token": "", "streams": [""], **CALL}, [f"call sip:a@h into session {ROOM}"]),
    "call through a new trunk": (
        sip_call,
        {"session_id": ROOM, "trunk_file": "/nowhere/trunk.json"},
        [f"call through a trunk that is not published yet into session {ROOM}"],
    ),
    "call by id": (sip_call, {"session_id": ROOM, "connection_id": "", **CALL}, []),
    "hang up": (sip_call, {"session_id": ROOM, "connection_id": "", "state": "absent"}, ["hang up a connection that is not known yet of session"]),
    "tones": (dtmf, {"session_id": "", "digits": "12"}, ["play 2 DTMF tones to every SIP call of a session that is not known yet"]),
    "tones to one": (dtmf, {"session_id": ROOM, "connection_id": None, "digits": "12"}, ["play 2 DTMF tones to a connection that is not known yet"]),
    "signal": (signal, {"session_id": "", "data": "a"}, [f"send a signal (1 byte) to every client of {NOT_KNOWN}"]),
    "signal to one": (
        signal,
        {"session_id": ROOM, "connection_id": None, "data": "a", "type": "chat"},
        ["send a signal 'chat' (1 byte) to a connection that is not known yet of session"],
    ),
    "disconnect": (
        moderation,
        {"session_id": ROOM, "action": "disconnect", "connection_id": None},
        [f"disconnect a connection that is not known yet of session {ROOM}"],
    ),
    "mute a stream": (moderation, {"session_id": ROOM, "action": "mute", "stream_id": ""}, ["mute a stream that is not known yet of session"]),
    "mute": (moderation, {"session_id": "", "action": "mute"}, [f"mute every stream of {NOT_KNOWN}, and those"]),
    "unmute": (moderation, {"session_id": "", "action": "unmute"}, [f"end the mute of {NOT_KNOWN}: "]),
    "captions": (captions, {"session_id": ""}, [f"start captions (en-US) in {NOT_KNOWN}"]),
    "captions, stopped": (
        captions,
        {"session_id": ROOM, "captions_id": "", "state": "stopped"},
        ["stop captions that are not known yet of session"],
    ),
    "audio": (audio_connector, {"session_id": "", "uri": SOCKET}, [f"send the audio of {NOT_KNOWN} to a WebSocket"]),
    "audio by id": (audio_connector, {"session_id": ROOM, "uri": SOCKET, "connection_id": ""}, []),
    "audio, stopped": (
        audio_connector,
        {"session_id": ROOM, "connection_id": "", "state": "stopped"},
        ["end a connection that is not known yet of session"],
    ),
    "layout classes": (stream, NEW_STREAMS, [f"set the layout classes of streams that are not known yet of session {ROOM}"]),
    "layout classes of a new session": (stream, OF_A_NEW_SESSION, [f"set the layout classes of stream s1 of {NOT_KNOWN} to focus"]),
}


@pytest.mark.parametrize("title", FORETOLD)
def test_it_is_a_plan_that_says_so(account: AccountServer, run: Run, title: str) -> None:
    module, options, actions = FORETOLD[title]
    result = run(module.main, check=True, **options)
    assert not result.get("failed"), result["msg"]
    assert (result["changed"], len(result["actions"])) == (bool(actions), len(actions))
    assert [text[: len(start)] for text, start in zip(result["actions"], actions, strict=True)] == actions
    assert account.requests == []
    said = " ".join([*result["actions"], *map(str, result.get("warnings", ()))])
    assert "not known" in said or title in ("session of a new secret", "callback, absent", "storage of a new secret", "storage, absent")


@pytest.mark.parametrize("title", FORETOLD)
def test_a_run_refuses_it(account: AccountServer, run: Run, title: str) -> None:
    module, options = FORETOLD[title][:2]
    # Null is how an option is left out; an empty id is none.
    options = {name: "" if value is None and name in IDS else value for name, value in options.items()}
    assert run(module.main, **options)["failed"]
    assert account.requests == []


@pytest.mark.parametrize("options", [{"session_id": ""}, {"session_id": ROOM, **NEW_SECRET}], ids=["session", "secret"])
def test_a_token_is_not_issued(account: AccountServer, run: Run, options: dict[str, Any]) -> None:
    result = run(token.main, check=True, return_secret=True, role="moderator", **options)
    assert (result["changed"], result["token"]["token"], result["token"]["role"]) == (False, None, "moderator")
    assert "is not known before an earlier step is done" in str(result["warnings"])
    assert account.requests == []


def test_a_project_to_be_read(account: AccountServer, run: Run) -> None:
    result = run(project_info.main, check=True, id="")
    assert [project["id"] for project in result["projects"]] == [None]
    assert run(project_info.main, id="")["failed"]
    assert account.requests == []


@pytest.mark.parametrize(
    ("module", "options", "key"),
    [
        (stream_info, {"session_id": ""}, "streams"),
        (stream_info, {"session_id": ROOM, "id": None}, "streams"),
        (connection_info, {"session_id": " "}, "connections"),
        (callback_info, {"project": ""}, "callbacks"),
        (archive_info, {"project": ""}, "archives"),
        (archive_info, {"project": "46000001", "id": ""}, "archives"),
        (session_info, {"session_id": ""}, "sessions"),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_what_is_to_be_read(account: AccountServer, run: Run, module: Any, options: dict[str, Any], key: str) -> None:
    result = run(module.main, check=True, **options)
    assert ([one["id"] for one in result[key]], result["changed"]) == ([None], False)
    assert "not known before an earlier step is done" in str(result["warnings"])
    assert run(module.main, **{name: "" if value is None else value for name, value in options.items()})["failed"]
    assert account.requests == []


def test_what_is_given_is_looked_up_as_ever(account: AccountServer, run: Run, tmp_path: Path) -> None:
    """An account pair makes an empty project pair none, and a ledger that knows the session needs no project's secret."""
    there = account.add("There")
    assert run(project.main, check=True, id=there["id"], api_key="", api_secret="", status="suspended")["changed"]
    named = {"name": "room", "ledger": str(tmp_path / "ledger.json"), "project": there["id"]}
    made = run(session.main, **named)
    found = run(session.main, check=True, **named, **NEW_SECRET)
    assert (found["changed"], found["session"]) == (False, made["session"])
