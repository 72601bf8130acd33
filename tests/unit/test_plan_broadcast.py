# SPDX-License-Identifier: Apache-2.0
"""The plans of a broadcast as a table, where they are otherwise than those of an archive: outputs, the tag, the end that was declared."""

from __future__ import annotations

import dataclasses
import datetime
import json
from typing import Any

import pytest

from pulumi_opentok.core.api.broadcasts.objects import Broadcast, RtmpOutput
from pulumi_opentok.core.api.broadcasts.options import Rtmp
from pulumi_opentok.core.desired.broadcast.kind import BROADCAST, BroadcastSpec
from pulumi_opentok.core.desired.broadcast.shown import host_of
from pulumi_opentok.core.desired.running.state import RunState, key_of
from tests.things.broadcasts import CHANNEL, GOOD_BROADCASTS, LIVE, MADE_AT, ONE, OTHER, broadcast, shown, there
from tests.things.rows import HIDDEN
from tests.things.sessions import ROOM
from tests.unit.things import NOW


@pytest.mark.parametrize("inputs", GOOD_BROADCASTS, ids=lambda value: str(value)[:60])
def test_what_is_taken(inputs: dict[str, Any]) -> None:
    declared = {**LIVE, **inputs}
    spec = BROADCAST.parse(declared)
    assert spec == BROADCAST.parse(BROADCAST.canonical(declared))
    saved = BROADCAST.restore_spec(json.loads(json.dumps(BROADCAST.said(spec))))
    assert (BROADCAST.changed(spec, saved), HIDDEN in str(BROADCAST.said(spec))) == ([], False)


@pytest.mark.parametrize("name", BROADCAST.inputs)
def test_what_is_not_known_yet_is_not_judged(name: str) -> None:
    """Nor is what goes with it, whatever it will be."""
    for inputs in GOOD_BROADCASTS:
        BROADCAST.parse({key: value for key, value in {**LIVE, **inputs}.items() if key != name}, unknown=[name])


STOP = f"stop broadcast {ONE} of session {ROOM}: its viewers are cut off"
ANOTHER = f"{STOP}; it cannot be changed ({{}}), so another one is started"
ENDED = f"session {ROOM} is not broadcast: broadcast {ONE} has ended"
OVER = there(shown(status="stopped", updated_at=MADE_AT + datetime.timedelta(minutes=5)))
DONE = there(shown(status="stopped", updated_at=MADE_AT + datetime.timedelta(hours=4)))
START = f"broadcast session {ROOM} (HLS)"

PLANNED: list[tuple[dict[str, Any], RunState[Broadcast], BroadcastSpec | None, list[str], list[str]]] = [
    # declared, what is there, what the last run declared, what is done, what is warned of
    ({}, RunState(session=ROOM), None, [START], []),
    ({"rtmp": [CHANNEL, {**CHANNEL, "stream_name": "b"}]}, RunState(session=ROOM), None, [f"broadcast session {ROOM} (HLS and 2 RTMP outputs)"], []),
    ({"multi_broadcast_tag": "a"}, RunState(session=ROOM, beside=(shown(OTHER),)), None, [f"broadcast session {ROOM} with tag 'a' (HLS)"], []),
    ({}, there(shown()), broadcast(), [], []),
    ({}, OVER, broadcast(), [], [f"{ENDED}: nothing is started again, unless restart is true"]),
    ({}, DONE, broadcast(), [], []),
    ({"restart": True}, DONE, broadcast(), [f"{START}, again: {ENDED}"], []),
    ({"rtmp": [CHANNEL]}, there(shown()), broadcast(), [ANOTHER.format("rtmp"), f"broadcast session {ROOM} (HLS and 1 RTMP output)"], []),
    ({"hls": {"dvr": True}}, there(shown()), broadcast(), [ANOTHER.format("hls"), START], []),
    ({"hls": {"dvr": False}}, there(shown()), broadcast(), [], []),
    ({"hls": None, "state": "stopped"}, there(shown()), broadcast(), [STOP], []),
    ({"layout": {"type": "pip"}}, there(shown()), broadcast(), [f"change the layout of broadcast {ONE} to pip"], []),
]


@pytest.mark.parametrize(("declared", "state", "record", "texts", "warnings"), PLANNED, ids=lambda value: str(value)[:50])
def test_plan(
    declared: dict[str, Any], state: RunState[Broadcast], record: BroadcastSpec | None, texts: list[str], warnings: list[str]
) -> None:
    plan = BROADCAST.plan(broadcast(**declared), state, record, NOW)
    assert (list(plan.texts), list(plan.warnings), plan.replaces) == (texts, warnings, ())
    assert [action.text for action in plan.actions if action.disrupts] == [text for text in texts if text.startswith("stop")]
    assert set(plan.after or {}) == set(BROADCAST.outputs)
    assert HIDDEN not in str(plan)


def test_a_round_trip_through_the_ledger() -> None:
    spec = dataclasses.replace(broadcast(rtmp=[CHANNEL], multi_broadcast_tag="a"), unfinished=True)
    live = RtmpOutput(id="b", status="live", server_url=CHANNEL["server_url"], stream_name=HIDDEN)
    state = there(shown(rtmp=(live,)), key=key_of("a"))
    out = BROADCAST.show(state, spec)
    assert set(out) == set(BROADCAST.outputs)
    text = json.dumps({**out, **BROADCAST.record_to_dict(spec), "private": BROADCAST.private_state(spec, {})})
    assert HIDDEN not in text
    found, record = BROADCAST.restore(out["id"], json.loads(text))
    assert (BROADCAST.show(found, record)["broadcast_id"], record.unfinished, BROADCAST.changed(spec, record)) == (ONE, True, [])
    assert BROADCAST.changed(broadcast(rtmp=[{**CHANNEL, "stream_name": "b"}], multi_broadcast_tag="a"), record) == ["rtmp"]


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("rtmps://live.example.com/app/key", "rtmps://live.example.com/…"),
        ("rtmp://joe:secret@h:1935?key", "rtmp://h:1935/…"),
        ("key", "…"),
        (None, None),
    ],
)
def test_of_a_url_the_host_is_shown(url: str | None, host: str | None) -> None:
    assert host_of(url) == host
    assert "secret" not in repr(Rtmp(server_url="rtmp://joe:secret@h", stream_name="secret"))
