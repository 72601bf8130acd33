# SPDX-License-Identifier: Apache-2.0
"""The real main() of captions against a session on 127.0.0.1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from ansible_collections.opentok.cloud.plugins.modules.captions import main as captions

from .conftest import API_SECRET, Run
from .live_server import LiveServer, session_id

ROOM = session_id()
URL = "https://hooks.example.com/t0kenInTheUrl"


@pytest.fixture
def ledger(live: LiveServer, tmp_path: Path) -> Path:
    live.connections = ["one"]
    return tmp_path / "ledger.json"


def test_they_are_started_once_and_stopped_once(act: Run, live: LiveServer, ledger: Path) -> None:
    declared = {"session": ROOM, "language_code": "de-DE", "status_callback_url": URL, "ledger": str(ledger)}
    planned, done = act(captions, check=True, **declared), act(captions, **declared)
    assert ([planned[part] for part in ("changed", "actions", "before", "after", "diff")]) == (
        [done[part] for part in ("changed", "actions", "before", "after", "diff")]
    )
    assert "OpenTok cannot show captions: if they run already, nothing is changed" in str(planned["warnings"])
    assert live.requests == ["GET connection", "POST captions"]
    claims = jwt.decode(live.bodies[-1].pop("token"), API_SECRET, algorithms=["HS256"])
    assert (claims["session_id"], claims["role"]) == (ROOM, "moderator")
    wanted = {"sessionId": ROOM, "languageCode": "de-DE", "maxDuration": 14400, "partialCaptions": True, "statusCallbackUrl": URL}
    assert live.bodies[-1] == wanted
    del live.requests[:]
    for check in (True, False):
        again = act(captions, check=check, **declared)
        assert (again["changed"], again["captions"]["captions_id"], live.requests) == (False, live.captions, [])
    assert "t0ken" not in json.dumps([planned, done, again]) + ledger.read_text(), "nor in the invocation"

    stopping = {"session": ROOM, "ledger": str(ledger), "state": "stopped"}
    results = [act(captions, check=check, **stopping) for check in (True, False, True, False)]
    assert [(one["changed"], one["captions"]) for one in results] == [(True, None), (True, None), (False, None), (False, None)]
    assert (results[0]["actions"], live.captions, live.requests) == (results[1]["actions"], None, ["POST stop"])


def test_others_take_their_place(act: Run, live: LiveServer, ledger: Path) -> None:
    act(captions, session=ROOM, ledger=str(ledger))
    first = live.captions
    done = act(captions, session=ROOM, language_code="de-DE", ledger=str(ledger))
    assert done["actions"] == [f"stop captions {first} of session {ROOM}", f"start captions (de-DE) in session {ROOM}"]
    assert (done["before"]["language_code"], done["after"]["language_code"], done["captions"]["captions_id"]) == ("en-US", "de-DE", live.captions)
    live.gone = {"POST"}
    assert act(captions, session=ROOM, ledger=str(ledger))["failed"], "what could not be stopped is not replaced"
    live.gone = set()
    assert act(captions, session=ROOM, language_code="de-DE", ledger=str(ledger))["changed"] is False


def test_those_that_are_over_are_started_anew(act: Run, live: LiveServer, ledger: Path) -> None:
    act(captions, session=ROOM, ledger=str(ledger))
    live.captions = None
    kept = json.loads(ledger.read_text())
    ledger.write_text(ledger.read_text().replace(entry_of(kept)["ends_by"], "2026-01-01T00:00:00Z"))
    assert act(captions, check=True, session=ROOM, ledger=str(ledger))["changed"] is True
    assert act(captions, session=ROOM, ledger=str(ledger))["captions"]["captions_id"] == live.captions


def entry_of(kept: Any) -> dict[str, Any]:
    """The one entry, wherever the ledger has it."""
    found = [value for value in kept.values() if isinstance(value, dict)] if isinstance(kept, dict) else []
    return kept if "ends_by" in kept else entry_of(found[-1])


def test_what_runs_already_without_a_ledger(act: Run, live: LiveServer, ledger: Path) -> None:
    live.captions = "mine"
    for more in ({}, {"ledger": str(ledger)}):
        result = act(captions, session=ROOM, **more)
        assert (result["changed"], result["captions"]) == (False, {"session_id": ROOM, "captions_id": None, "running": True})
        assert "has captions already, so none were started (OpenTok: 'Live captions have already started')" in str(result["warnings"])
    stopping = {"session": ROOM, "ledger": str(ledger), "state": "stopped"}
    for check in (True, False):
        assert "may have captions whose id nobody told this ledger" in act(captions, check=check, **stopping)["msg"]
    assert act(captions, **stopping, captions_id="mine")["changed"] is True
    assert (live.captions, act(captions, **stopping)["changed"]) == (None, False)


def test_a_lost_answer_is_no_second_start(act: Run, live: LiveServer, ledger: Path) -> None:
    live.lost = {"captions"}
    failed = act(captions, session=ROOM, ledger=str(ledger))
    assert (failed["failure"]["outcome_unknown"], live.requests) == (True, ["POST captions"])
    live.lost = set()
    assert "may have captions whose id nobody told" in act(captions, session=ROOM, ledger=str(ledger), state="stopped")["msg"]
    again = act(captions, session=ROOM, ledger=str(ledger))
    assert (again["changed"], again["captions"]["running"], live.requests) == (False, True, ["POST captions"] * 2)


def test_nobody_is_captioned_beforehand(act: Run, live: LiveServer, ledger: Path) -> None:
    live.connections = []
    for check in (True, False):
        said = f"nobody is connected to session {ROOM}, and OpenTok can caption a session only while it has clients: nothing was done"
        assert act(captions, check=check, session=ROOM, ledger=str(ledger))["msg"] == said
    assert act(captions, session=ROOM, ledger=str(ledger), state="stopped")["changed"] is False


def test_a_ledger_that_was_edited(act: Run, live: LiveServer, ledger: Path) -> None:
    act(captions, session=ROOM, ledger=str(ledger))
    for damage in (("ends_by", "ends"), (entry_of(json.loads(ledger.read_text()))["ends_by"], "soon")):
        whole = ledger.read_text()
        ledger.write_text(whole.replace(*damage))
        assert "is damaged: entry" in act(captions, session=ROOM, ledger=str(ledger))["msg"]
        ledger.write_text(whole)
