# SPDX-License-Identifier: Apache-2.0
"""Short makers of what the tables of broadcasts are about, and what is refused in a declaration of one."""

from __future__ import annotations

import datetime
from typing import Any

from pulumi_opentok.core.api.broadcasts.objects import Broadcast
from pulumi_opentok.core.desired.broadcast.kind import BROADCAST, BroadcastSpec
from pulumi_opentok.core.desired.running.state import RunState
from tests.things.archives import BAD_PICTURES, BAD_RUNS, STREAMS
from tests.things.rows import HIDDEN, LONG, NO_HOST, NO_HOSTS, NO_PORT, Row
from tests.things.sessions import ACME, RELAYED, ROOM

LIVE: dict[str, Any] = {"session": ROOM, "hls": {}}
MADE_AT = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
ONE, OTHER = "93e36bb9-b72c-45b6-a9ea-5c37dbc49906", "a3e36bb9-b72c-45b6-a9ea-5c37dbc49906"
CHANNEL = {"server_url": f"rtmps://live.example.com/app?key={HIDDEN}", "stream_name": HIDDEN}
HLS_URL = "https://cdn.example.com/playlist.m3u8"


def broadcast(**inputs: Any) -> BroadcastSpec:
    """What is declared of the broadcast of the room."""
    return BROADCAST.parse({**LIVE, **inputs})


def shown(broadcast_id: str = ONE, status: str = "started", **fields: Any) -> Broadcast:
    """A broadcast of the room, as the API shows it."""
    usual = {"session_id": ROOM, "project_id": ACME, "created_at": MADE_AT, "resolution": "640x480", "max_duration": 14400}
    return Broadcast(**{"id": broadcast_id, "status": status, "hls_url": HLS_URL if status == "started" else None, **usual, **fields})


def there(found: Broadcast | None = None, **fields: Any) -> RunState[Broadcast]:
    """The state of the room's broadcast, known by a run."""
    return RunState(**{"session": ROOM, "found": found, "account_key": "100", "declared": True, **fields})


BAD_BROADCASTS: list[Row] = [
    *BAD_RUNS,
    ({"on_delete": "delete"}, ["on_delete"], "must be 'stop' or 'keep', not 'delete'"),
    ({"session": RELAYED}, ["session"], "is relayed: broadcasts need a routed session (media_mode: routed)"),
    *BAD_PICTURES,
    ({"has_audio": False, "has_video": False}, ["has_audio"], "and has_video must not both be false: there would be nothing to broadcast"),
    ({"hls": None}, ["hls"], "or rtmp must be given: a broadcast needs an output"),
    ({"hls": None, "rtmp": []}, ["hls"], "or rtmp must be given: a broadcast needs an output"),
    ({"hls": True}, ["hls"], "must be a map such as {dvr: true}, not True"),
    ({"hls": {"dvr": "yes"}}, ["hls.dvr"], "must be true or false, not 'yes'"),
    ({"hls": {"dvr": True, "low_latency": True}}, ["hls.low_latency"], "cannot be combined with hls.dvr: give one of them"),
    ({"hls": {"delay": 3}}, ["hls"], "has no 'delay': its keys are dvr, low_latency"),
    ({"rtmp": f"rtmp://{HIDDEN}"}, ["rtmp"], "must be a list such as [{server_url: 'rtmps://…', stream_name: …}]"),
    ({"rtmp": [HIDDEN]}, ["rtmp[0]"], "must be a map such as {server_url: 'rtmps://…', stream_name: …}"),
    ({"rtmp": [{}]}, ["rtmp[0].server_url", "rtmp[0].stream_name"], "must be"),
    ({"rtmp": [{**CHANNEL, HIDDEN: 1}]}, ["rtmp[0]"], "has an unknown key: its keys are server_url, stream_name, id"),
    ({"rtmp": [{**CHANNEL, "server_url": f"https://{HIDDEN}"}]}, ["rtmp[0].server_url"], "must begin with rtmp:// or rtmps://"),
    ({"rtmp": [{**CHANNEL, "server_url": 5}]}, ["rtmp[0].server_url"], "must begin with rtmp:// or rtmps://"),
    ({"rtmp": [{**CHANNEL, "server_url": LONG}]}, ["rtmp[0].server_url"], "must begin with rtmp:// or rtmps://"),
    ({"rtmp": [{**CHANNEL, "server_url": "rtmp://"}]}, ["rtmp[0].server_url"], NO_HOST),
    ({"rtmp": [{**CHANNEL, "server_url": "rtmp://h/a b"}]}, ["rtmp[0].server_url"], "must not contain blanks, control characters or line breaks"),
    *(({"rtmp": [{**CHANNEL, "server_url": f"rtmp://{host}"}]}, ["rtmp[0].server_url"], "must ") for host in NO_HOSTS),
    ({"rtmp": [{**CHANNEL, "server_url": f"rtmps://{HIDDEN}:{HIDDEN}@[::1/y"}]}, ["rtmp[0].server_url"], NO_HOST),
    ({"rtmp": [{**CHANNEL, "server_url": "rtmp://x:99999/y"}]}, ["rtmp[0].server_url"], NO_PORT),
    ({"rtmp": [{**CHANNEL, "server_url": "rtmp://x:0/y"}]}, ["rtmp[0].server_url"], NO_PORT),
    ({"rtmp": [{**CHANNEL, "stream_name": ""}]}, ["rtmp[0].stream_name"], "must be a non-empty string"),
    ({"rtmp": [{**CHANNEL, "stream_name": 5}]}, ["rtmp[0].stream_name"], "must be a non-empty string"),
    ({"rtmp": [{**CHANNEL, "id": 5}]}, ["rtmp[0].id"], "must be a string, not int 5"),
    ({"rtmp": [{**CHANNEL, "id": "a"}, {**CHANNEL, "id": "a"}]}, ["rtmp"], "must have a different id for each output"),
    ({"rtmp": [CHANNEL, CHANNEL]}, ["rtmp"], "must have each output once: two have the same server_url and stream_name"),
    ({"rtmp": [{**CHANNEL, "id": "a"}, {**CHANNEL, "id": "b"}]}, ["rtmp"], "must have each output once"),
    ({"rtmp": [CHANNEL] * 6}, ["rtmp"], "must have at most 5 outputs, not 6"),
    ({"max_duration": 59}, ["max_duration"], "must be a whole number from 60 to 36000 seconds, not 59"),
    ({"max_duration": "2h"}, ["max_duration"], "must be a whole number from 60 to 36000 seconds, not '2h'"),
    ({"multi_broadcast_tag": " "}, ["multi_broadcast_tag"], "must not be empty or blank"),
    ({"multi_broadcast_tag": 5}, ["multi_broadcast_tag"], "must be a string, not int 5"),
    ({"multi_broadcast_tag": LONG}, ["multi_broadcast_tag"], "must have at most 80 characters"),
]
"""Of the broadcast of a room of Acme."""

GOOD_BROADCASTS: list[dict[str, Any]] = [
    {},
    {"hls": {"dvr": True, "low_latency": None}, "resolution": "1920x1080", "max_bitrate": 2_000_000.0, "max_duration": 60.0},
    {"hls": None, "rtmp": [CHANNEL, {**CHANNEL, "stream_name": "b", "id": "b"}], "layout": {"type": "pip"}},
    {"hls": None, "state": "stopped"},
    {**STREAMS, "streams": [{"stream_id": "a", "has_video": False}], "multi_broadcast_tag": "a", "restart": True},
]
