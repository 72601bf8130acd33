# SPDX-License-Identifier: Apache-2.0
"""What YAML makes of words and numbers, and options that contradict each other: refused before any request, by name and with what would be right."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from ansible_collections.opentok.cloud.plugins.modules import (
    archive,
    archive_storage,
    callback,
    dtmf,
    project,
    project_info,
    render,
    session,
    sip_call,
    sip_trunk,
    token,
)

from .account_server import AccountServer, session_id
from .conftest import Run

ROOM = session_id("46000001", 1)
GONE = {"state": "absent"}
NAMED = {"name": "There", **GONE}
JOINED = {"project": "46000001", "group": "connection", "event": "created", "url": "https://hooks.example.com/a"}
LEDGER = {"ledger": "/nowhere/ledger.json"}

BESIDE_ABSENT: list[tuple[Any, dict[str, Any], str]] = [
    (project, {**NAMED, "status": "suspended"}, "status"),
    (project, {**NAMED, "status": "active", "on_delete": "retain"}, "status"),
    (project, {**NAMED, "rotate": "always"}, "rotate"),
    (project, {**NAMED, "retired_secrets": ["x" * 40]}, "retired_secrets"),
    (project, {**NAMED, **LEDGER, "secret_triggers": {"a": "b"}}, "secret_triggers"),
    (project, {**NAMED, **LEDGER, "secret_max_age": "90d"}, "secret_max_age"),
    (project, {**NAMED, "rotation_window": {"start": "01:00", "end": "02:00"}}, "rotation_window"),
    (project, {**NAMED, "on_external_rotation": "fail"}, "on_external_rotation"),
    (project, {**NAMED, "publish": ["file:/nowhere/a.json"]}, "publish"),
    (sip_trunk, {"dest": "/nowhere/trunk.json", **GONE, "enabled": True}, "enabled"),
    (callback, {**JOINED, **GONE, "prune": "https://hooks.example.com/*"}, "prune"),
    (sip_trunk, {"dest": "/nowhere/trunk.json", **GONE, "verify": True}, "verify"),
    (archive_storage, {"project": "46000001", **GONE, "verify": True}, "verify"),
    (archive_storage, {"project": "46000001", **GONE, **LEDGER, "triggers": {"a": "b"}}, "triggers"),
]


@pytest.mark.parametrize(("module", "options", "field"), BESIDE_ABSENT, ids=lambda value: str(value)[-50:])
@pytest.mark.parametrize("check", [False, True])
def test_what_is_to_be_absent_is_not_to_be_so(
    account: AccountServer, run: Run, module: Any, options: dict[str, Any], field: str, check: bool
) -> None:
    account.add("There")
    result = run(module.main, check=check, **options)
    (problem,) = result["failure"]["problems"]
    assert (problem["field"], result["failure"]["type"]) == (field, "InvalidInput")
    assert problem["message"].startswith("contradicts state: absent")
    assert (account.requests, len(account.projects)) == ([], 1)


def test_a_ledger_alone_finds_no_call_again(run: Run) -> None:
    assert "missing parameter(s) required by 'ledger': name" in run(sip_call.main, session=ROOM, ledger="/nowhere/ledger.json")["msg"]


CALL = {"session": ROOM, "trunk_file": "/nowhere/trunk.json"}
QUOTE_IT = ": quote it"
CLASSES = "must be a list of class names: item "
NOT_TEXT: list[tuple[Any, dict[str, Any], str, str]] = [
    (token, {"session": ROOM, "data": True}, "data", "must be a string, not bool True" + QUOTE_IT),
    (token, {"session": ROOM, "data": 7}, "data", "must be a string, not int 7" + QUOTE_IT),
    (token, {"session": ROOM, "data": ["a"]}, "data", "must be a string, not list ['a']"),
    (token, {"session": ROOM, "layout_classes": [True, "focus"]}, "layout_classes", CLASSES + "1 must be a string, not bool True" + QUOTE_IT),
    (token, {"session": ROOM, "layout_classes": ["focus", 1.0]}, "layout_classes", CLASSES + "2 must be a string, not float 1.0" + QUOTE_IT),
    (token, {"session": 12}, "session", "must be a session id"),
    (project, {"id": True}, "existing_id", "must be a project id"),
    (project, {"id": 4.5}, "existing_id", "must be a project id"),
    (project, {"name": "There", "retired_secrets": [12345]}, "retired_secrets", "item 1 must be a secret or its sha256: fingerprint, not int"),
    (project, {"name": "There", "retired_secrets": ""}, "retired_secrets", "item 1 is empty: give a secret or its sha256: fingerprint"),
    (project, {"name": "There", "publish": [7]}, "publish", ""),
    (project_info, {"id": True}, "id", "must be a project id"),
    (session, {"project": True}, "project", "must be a project id"),
    (session, {"project": "46000001", "name": ["a"], **LEDGER}, "name", "must be a string, not list ['a']"),
    (session, {"project": "46000001", "existing_id": 7}, "existing_id", "must be a session id"),
    (sip_call, {**CALL, "name": ["a"], **LEDGER, "trunk_file": None, "trunk": {}}, "name", "must be a string, not list ['a']"),
    (sip_call, {"session": ROOM, "connection_id": 7, **GONE}, "connection_id", "must be an id as returned by the API, not 7"),
    (archive, {"session": 7}, "session", "must be a session id"),
    (archive, {"session": ROOM, "name": 7}, "name", "must be a string, not int 7" + QUOTE_IT),
    (render, {"session": ROOM, "url": 7}, "url", "must be the URL of a page, not int"),
    (callback, {**JOINED, "url": 5}, "url", "must be a string, not int 5" + QUOTE_IT),
    (callback, {**JOINED, "prune": True}, "prune", "must be a URL with its whole host"),
    (sip_trunk, {"uri": 15551234567}, "uri", "must be a string, not int"),
    (sip_trunk, {"uri": "sip:a@h", "sender": 15551234567}, "sender", "must be a string, not int"),
    (archive_storage, {"project": "46000001", "bucket": "acme", "access_key": "a", "secret_key": 5}, "secret_key", "must be a string, not int"),
    (dtmf, {"session": ROOM, "connection_id": 7, "digits": "1"}, "connection_id", "must be an id as returned by the API, not 7"),
    (dtmf, {"session": ROOM, "digits": 12}, "digits", "must be one or more of 0-9, '*', '#' and 'p' (a pause of 500 ms)" + QUOTE_IT),
]


@pytest.mark.parametrize(("module", "options", "field", "message"), NOT_TEXT, ids=lambda value: str(value)[-60:])
def test_what_is_no_text_is_refused(account: AccountServer, run: Run, module: Any, options: dict[str, Any], field: str, message: str) -> None:
    account.add("There")
    problems = {problem["field"]: problem["message"] for problem in run(module.main, **options)["failure"]["problems"]}
    assert field in problems
    assert problems[field].startswith(message)
    assert problems[field].endswith(QUOTE_IT) or QUOTE_IT not in message
    assert account.requests == []


def test_data_that_is_a_map_is_json(account: AccountServer, run: Run) -> None:
    secret = account.add("There")["secret"]
    data = {"user": "O'Brien", "admin": True, "desk": 7, "town": "Köln"}
    issued = run(token.main, session=ROOM, data=data, return_secret=True)["token"]
    written = '{"user":"O\'Brien","admin":true,"desk":7,"town":"Köln"}'
    assert issued["data"] == written
    assert jwt.decode(issued["token"], secret, algorithms=["HS256"])["connection_data"] == written


def test_numbers_that_are_ids_are_taken(account: AccountServer, run: Run) -> None:
    there = account.add("There")
    assert run(project.main, id=int(there["id"]))["project"]["name"] == "There"
    assert run(project_info.main, id=int(there["id"]))["projects"][0]["name"] == "There"
    assert run(session.main, check=True, project=int(there["id"]))["session"]["project"] == there["id"]
