# SPDX-License-Identifier: Apache-2.0
"""The real main() of sip_call and dtmf against sessions on 127.0.0.1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from ansible_collections.opentok.cloud.plugins.module_utils._core.desired.sip_trunk.document import parse_trunk
from ansible_collections.opentok.cloud.plugins.modules.dtmf import main as dtmf
from ansible_collections.opentok.cloud.plugins.modules.sip_call import main as sip_call

from .conftest import API_SECRET, Run
from .live_server import LiveServer, session_id

PASSWORD = "hunter2-hunter2"
DECLARED = {"uri": "sip:a@sip.example.com", "username": "acme", "password": PASSWORD}
DOCUMENT = dict(parse_trunk(DECLARED).document)
ROOM = session_id()
CALL: dict[str, Any] = {"session": ROOM, "trunk": DOCUMENT, "password": PASSWORD}


def test_a_call_is_dialled_once(act: Run, live: LiveServer, tmp_path: Path) -> None:
    named = {**CALL, "name": "agent", "ledger": str(tmp_path / "ledger.json")}
    planned = act(sip_call, check=True, **named)
    assert (live.requests, list(tmp_path.iterdir())) == ([], [])
    done = act(sip_call, **named)
    for part in ("changed", "actions", "before", "after", "diff"):
        assert planned[part] == done[part]
    assert (live.requests, done["sip_call"]["connection_id"]) == (["GET connection", "POST dial"], "connection-2")
    claims = jwt.decode(live.bodies[1]["token"], API_SECRET, algorithms=["HS256"])
    assert (claims["session_id"], claims["role"], claims["connection_data"]) == (ROOM, "publisher", "sip=true")
    assert live.bodies[1]["sip"]["auth"] == {"username": "acme", "password": PASSWORD}
    again = act(sip_call, **named)
    assert (again["changed"], again["sip_call"], live.requests[2:]) == (False, done["sip_call"], ["GET connection"])
    live.connections.clear()
    assert act(sip_call, check=True, **named)["changed"] is True
    assert act(sip_call, **named)["sip_call"]["connection_id"] == "connection-7", "what has ended is dialled anew"
    secrets = [PASSWORD, API_SECRET, live.bodies[1]["token"]]
    assert [secret for secret in secrets if secret in json.dumps([planned, done, again]) + (tmp_path / "ledger.json").read_text()] == []


def test_it_is_hung_up_once(act: Run, live: LiveServer, tmp_path: Path) -> None:
    named = {"session": ROOM, "name": "agent", "ledger": str(tmp_path / "ledger.json"), "state": "absent"}
    act(sip_call, **{**named, **CALL, "state": "present"})
    planned, done = act(sip_call, check=True, **named), act(sip_call, **named)
    assert (planned["actions"], done["sip_call"], live.connections) == (done["actions"], None, [])
    del live.requests[:]
    assert (act(sip_call, **named)["changed"], live.requests) == (False, [])


def test_one_that_ended_by_itself_is_forgotten(act: Run, live: LiveServer, tmp_path: Path) -> None:
    named = {"session": ROOM, "name": "agent", "ledger": str(tmp_path / "ledger.json"), "state": "absent"}
    act(sip_call, **{**named, **CALL, "state": "present"})
    live.connections.clear()
    del live.requests[:]
    ended = [act(sip_call, **named, check=check) for check in (True, False, False)]
    assert [(one["changed"], one["sip_call"]) for one in ended] == [(False, None)] * 3
    assert live.requests == ["GET connection"] * 2, "the third has nothing to look for"


def test_with_a_connection_and_a_token_of_ones_own(act: Run, live: LiveServer) -> None:
    live.connections.append("mine")
    assert act(sip_call, **CALL, connection_id="mine")["changed"] is False
    assert act(sip_call, **CALL, connection_id="other", token="T1==abc", streams=["s1"])["changed"] is True
    assert (live.bodies[-1]["token"], live.bodies[-1]["sip"]["streams"]) == ("T1==abc", ["s1"])
    assert act(sip_call, session_id=ROOM, connection_id="mine", state="absent")["changed"] is True
    assert "mine" not in live.connections


def test_each_run_dials_where_nothing_says_which_call_it_is(act: Run, live: LiveServer) -> None:
    assert [act(sip_call, **CALL)["changed"] for _attempt in range(2)] == [True, True]
    assert len(live.connections) == 2


UNIFIED = session_id("01234567-89ab-cdef-0123-456789abcdef")


@pytest.mark.parametrize(
    ("options", "field", "message"),
    [
        ({"session": session_id(relayed=True)}, "session", "is a relayed session"),
        ({"session": UNIFIED}, "session", "is a session of the unified Vonage platform"),
        ({"session": ROOM[:9]}, "session", "is not a session id"),
        ({"session": "room"}, "session", "must be a session id"),
        ({"trunk": None}, "trunk", "or trunk_file must be given"),
        ({"trunk_file": "/tmp/trunk.json"}, "trunk", "or trunk_file must be given"),
        ({"trunk": None, "trunk_file": "none.json"}, "trunk_file", "there is no SIP trunk in"),  # in check mode an earlier task may publish it
        ({"trunk": {**DOCUMENT, "enabled": False}}, "trunk.enabled", "is false: this trunk makes no calls"),
        ({"trunk": {**DOCUMENT, "password": PASSWORD}}, "trunk.password", "'password' is no part of"),
        ({"trunk": {"uri": "sip:a@h"}}, "trunk.format", "must be 1"),
        ({"password": None}, "password", "missing: the trunk has a user name"),
        ({"password": 5}, "password", "must be a string"),
        ({"token": "a\nb"}, "token", "must be a client token"),
        ({"streams": ["a b"]}, "streams[0]", "must be an id"),
        ({"connection_id": "a/b"}, "connection_id", "must be an id"),
        ({"connection_id": "a", "name": "agent"}, "name", "contradicts connection_id"),
        ({"name": "agent"}, "name", "needs a record of the last run: give a ledger"),
        ({"state": "absent"}, "connection_id", "missing: declare which call to end"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_bad_input_names_its_field(
    act: Run, live: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], field: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for check in (True, False) if field != "trunk_file" else (False,):
        result = act(sip_call, check=check, **{**CALL, **options})
        (problem,) = result["failure"]["problems"]
        assert (problem["field"], problem["message"].startswith(message)) == (field, True), result["msg"]
        assert "\n" not in result["msg"]
        assert PASSWORD not in json.dumps(result)
    assert live.requests == []


def test_what_is_wrong_is_not_shown_among_the_options(act: Run) -> None:
    result = act(sip_call, **{**CALL, "trunk": {**DOCUMENT, "password": "other-secret"}})
    assert result["msg"].startswith("trunk.password: 'password' is no part of a SIP trunk document")
    assert result["invocation"]["module_args"]["session"] == ROOM
    assert "other-secret" not in json.dumps(result)


def test_what_is_wrong_is_not_shown_by_its_other_name(act: Run) -> None:
    options = {"trunk": DOCUMENT, "session_id": "other-secret"}
    result = act(sip_call, **options)
    assert result["msg"].startswith("session: must be a session id")
    assert "other-secret" not in json.dumps(result["invocation"])


def test_a_session_of_another_project(act: Run, live: LiveServer) -> None:
    for main, more in ((sip_call, {"trunk": DOCUMENT, "password": PASSWORD}), (dtmf, {"digits": "1"})):
        for check in (True, False):
            message = act(main, session_id=session_id("46000002"), check=check, **more)["msg"]
            assert message.startswith("project '46000002' is declared, but api_key is '46000001'")
    assert live.requests == []


@pytest.mark.parametrize("whom", [{}, {"connection_id": "one"}])
def test_tones(act: Run, live: LiveServer, whom: dict[str, str]) -> None:
    options = {"session": ROOM, "digits": "4711#", **whom}
    planned = act(dtmf, check=True, **options)
    assert live.requests == []
    done, again = act(dtmf, **options), act(dtmf, **options)
    assert (planned["actions"], planned["dtmf"], again["changed"]) == (done["actions"], done["dtmf"], True)
    assert done["dtmf"] == {"session_id": ROOM, "connection_id": whom.get("connection_id"), "tones": 5}
    assert (live.requests, live.bodies) == (["POST play-dtmf"] * 2, [{"digits": "4711#"}] * 2)
    assert "4711" not in json.dumps({**done, "invocation": None})


@pytest.mark.parametrize("digits", ["", "12a", "1 2", "1\n", 12, ["1"]])
def test_digits_that_are_none(act: Run, live: LiveServer, digits: Any) -> None:
    assert act(dtmf, session_id=ROOM, digits=digits)["msg"].startswith("digits: must be one or more of 0-9")
    assert live.requests == []
