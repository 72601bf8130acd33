# SPDX-License-Identifier: Apache-2.0
"""The real main() of audio_connector against a session on 127.0.0.1; of sip_call, what both have in common."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from ansible_collections.opentok.cloud.plugins.modules.audio_connector import main as audio_connector
from ansible_collections.opentok.cloud.plugins.modules.sip_call import main as sip_call

from .conftest import API_SECRET, Run
from .live_server import LiveServer, session_id
from .test_sip_call import CALL

ROOM = session_id()
URI, HEADER, FIELD = "wss://far.example.com/t0kenInTheUri", "t0kenInTheHeader", "t0kenInTheField"
SENT: dict[str, Any] = {"session": ROOM, "uri": URI, "headers": {"Authorization": HEADER}, "audio_rate": 16000, "bidirectional": False}
SENT |= {"streams": ["s1"], "audio_transport": {"transport": "json", "static_fields": {"key": FIELD}}}


def test_it_is_connected_once_and_ended_once(act: Run, live: LiveServer, tmp_path: Path) -> None:
    live.connections = ["one"]
    which = {"name": "far", "ledger": str(tmp_path / "ledger.json")}
    named = {**SENT, **which}
    planned, done = act(audio_connector, check=True, **named), act(audio_connector, **named)
    for part in ("changed", "actions", "before", "after", "diff"):
        assert planned[part] == done[part]
    assert live.requests == ["GET connection", "POST connect"]
    claims = jwt.decode(live.bodies[-1]["token"], API_SECRET, algorithms=["HS256"])
    assert (claims["session_id"], claims["connection_data"]) == (ROOM, "audio_connector=true")
    assert live.bodies[-1]["websocket"] == {
        "uri": URI,
        "streams": ["s1"],
        "headers": {"Authorization": HEADER},
        "audioRate": 16000,
        "bidirectional": False,
        "audioTransport": {"transport": "json", "static_fields": {"key": FIELD}},
    }
    again = act(audio_connector, **named)
    assert (again["changed"], again["audio_connector"], live.requests[2:]) == (False, done["audio_connector"], ["GET connection"])
    assert "t0ken" not in json.dumps([planned, done, again]) + (tmp_path / "ledger.json").read_text()
    ending = [act(audio_connector, check=check, session=ROOM, **which, state="stopped") for check in (True, False, False)]
    assert [(one["changed"], one["audio_connector"]) for one in ending] == [(True, None), (True, None), (False, None)]
    assert (ending[0]["actions"], live.connections) == (ending[1]["actions"], ["one"])


def test_a_refusal_that_quotes_what_was_sent(act: Run, live: LiveServer) -> None:
    live.connections, live.refuses = ["one"], {"connect": f"cannot reach {URI} with {HEADER} and {FIELD}"}
    failed = act(audio_connector, **SENT)
    assert ("cannot reach ***" in failed["msg"] or "cannot reach ********" in failed["msg"], "t0ken" in json.dumps(failed)) == (True, False)


NAMED = {
    "audio": (audio_connector, {"session": ROOM, "uri": URI}, "connect", "an audio connection of"),
    "call": (sip_call, CALL, "dial", "a SIP call into"),
}


@pytest.mark.parametrize("what", NAMED)
def test_a_lost_answer_is_no_second_one(act: Run, live: LiveServer, tmp_path: Path, what: str) -> None:
    main, options, last, text = NAMED[what]
    ledger = tmp_path / "ledger.json"
    named = {**options, "name": "far", "ledger": str(ledger)}
    ended = {"state": "stopped" if what == "audio" else "absent"}
    live.connections, live.lost = ["one"], {last}
    assert act(main, **named)["failure"]["outcome_unknown"]
    live.lost = set()
    live.connections.append("somebody")
    for more in ({}, ended):
        for check in (True, False):
            said = act(main, check=check, **named, **more)["msg"]
            assert said.startswith(f"an earlier run asked for {text} session {ROOM} and got no answer, and since then "), said
            assert "since then connections connection-2 and somebody joined: whether one of them is it cannot be told, so nothing" in said
    live.connections = ["one"]
    assert "it may still be carried out, so nothing was done; run again in 30 seconds" in act(main, **named)["msg"]
    assert live.requests.count(f"POST {last}") == 1
    long_ago = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(minutes=1)
    kept = ledger.read_text()
    begun = kept[kept.index('"begun_at": "') + 13 :].split('"')[0]
    ledger.write_text(kept.replace(begun, long_ago.isoformat(timespec="seconds")))
    assert [act(main, check=check, **named)["changed"] for check in (True, False, False)] == [True, True, False]
    assert live.requests.count(f"POST {last}") == 2


@pytest.mark.parametrize("what", NAMED)
def test_a_refusal_is_no_doubt(act: Run, live: LiveServer, tmp_path: Path, what: str) -> None:
    main, options, last = NAMED[what][:3]
    named = {**options, "name": "far", "ledger": str(tmp_path / "ledger.json")}
    live.refuses, live.connections = {last: None}, ["one"]
    assert act(main, **named)["failure"]["type"] == "Forbidden"
    live.refuses = {}
    live.connections.append("somebody")
    assert act(main, **named)["changed"] is True


def test_a_ledger_that_was_edited(act: Run, live: LiveServer, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.json"
    named = {"session": ROOM, "uri": URI, "name": "far", "ledger": str(ledger)}
    act(audio_connector, **named)
    ledger.write_text(ledger.read_text().replace('"connection_id"', '"connection"'))
    assert "is damaged: entry" in act(audio_connector, **named)["msg"]
