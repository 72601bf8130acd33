# SPDX-License-Identifier: Apache-2.0
"""Short makers of what the tables of archives are about, and what is refused in a declaration of one."""

from __future__ import annotations

import datetime
from typing import Any

from pulumi_opentok.core.api.archives.objects import Archive
from pulumi_opentok.core.desired.archive.kind import ARCHIVE, ArchiveSpec
from pulumi_opentok.core.desired.running.state import RunState
from tests.things.rows import LONG, MISTAKEN_SECRET, NO_IDS, Row
from tests.things.sessions import ACME, RELAYED, ROOM, WRONG_IDS

RECORDED: dict[str, Any] = {"session": ROOM}
MADE_AT = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)
ONE, OTHER = "b40ef09b-3811-4726-b508-e41a0f96c68f", "c40ef09b-3811-4726-b508-e41a0f96c68f"
TAKES = "must be a map such as {type: pip}"


def archive(**inputs: Any) -> ArchiveSpec:
    """What is declared of the recording of the room."""
    return ARCHIVE.parse({**RECORDED, **inputs})


def shown(archive_id: str = ONE, status: str = "started", **fields: Any) -> Archive:
    """An archive of the room, as the API shows it."""
    usual = {"session_id": ROOM, "project_id": ACME, "created_at": MADE_AT, "resolution": "640x480"}
    return Archive(**{"id": archive_id, "status": status, **usual, **fields})


def there(found: Archive | None = None, **fields: Any) -> RunState[Archive]:
    """The state of the room's recording, known by a run."""
    return RunState(**{"session": ROOM, "found": found, "account_key": "100", "declared": True, **fields})


STREAMS = {"stream_mode": "manual"}

BAD_RUNS: list[Row] = [
    ({"session": None}, ["session"], "missing: declare which session"),
    *(({"session": value}, ["session"], says) for value, says in WRONG_IDS),
    ({"state": "paused"}, ["state"], "must be 'running' or 'stopped', not 'paused'"),
    ({"state": True}, ["state"], "must be 'running' or 'stopped'"),
    ({"restart": "yes"}, ["restart"], "must be true or false, not 'yes'"),
    ({"restart": 1}, ["restart"], "must be true or false"),
    ({"on_delete": "retain"}, ["on_delete"], "must be 'stop'"),
    ({"on_delete": MISTAKEN_SECRET}, ["on_delete"], "must be 'stop'"),
]
"""Of everything that runs in a session."""

BAD_PICTURES: list[Row] = [
    ({"layout": "pip"}, ["layout"], f"{TAKES}, not 'pip'"),
    ({"layout": ["pip"]}, ["layout"], TAKES),
    ({"layout": {}}, ["layout.type"], "missing"),
    ({"layout": {"type": "grid"}}, ["layout.type"], "must be 'bestFit' or 'pip' or"),
    ({"layout": {"type": 3}}, ["layout.type"], "must be 'bestFit' or 'pip' or"),
    ({"layout": {"type": "pip", "colour": "red"}}, ["layout"], "has no 'colour': its keys are type, stylesheet, screenshare_type"),
    ({"layout": {"type": "custom"}}, ["layout.stylesheet"], "is required with type 'custom'"),
    ({"layout": {"type": "custom", "stylesheet": 5}}, ["layout.stylesheet"], "must be a string, not int 5"),
    ({"layout": {"type": "custom", "stylesheet": " "}}, ["layout.stylesheet"], "must be a non-empty string of CSS"),
    ({"layout": {"type": "pip", "stylesheet": "stream {}"}}, ["layout.stylesheet"], "needs type 'custom'"),
    ({"layout": {"type": "pip", "screenshare_type": "pip"}}, ["layout.screenshare_type"], "needs type 'bestFit'"),
    ({"layout": {"type": "bestFit", "screenshare_type": "custom"}}, ["layout.screenshare_type"], "must be one of bestFit, pip"),
    ({"resolution": "800x600"}, ["resolution"], "must be '640x480' or"),
    ({"resolution": 720}, ["resolution"], "must be '640x480' or"),
    ({"resolution": LONG}, ["resolution"], "must be '640x480' or"),
    ({"has_audio": "yes"}, ["has_audio"], "must be true or false, not 'yes'"),
    ({"has_video": 0}, ["has_video"], "must be true or false"),
    ({"stream_mode": "some"}, ["stream_mode"], "must be 'auto' or 'manual', not 'some'"),
    ({"stream_mode": MISTAKEN_SECRET}, ["stream_mode"], "must be 'auto' or 'manual'"),
    ({"streams": [{"stream_id": "a"}]}, ["streams"], "needs stream_mode 'manual': with 'auto' all streams are in it"),
    ({**STREAMS, "streams": "a"}, ["streams"], "must be a list such as [{stream_id: …}], not 'a'"),
    ({**STREAMS, "streams": {"stream_id": "a"}}, ["streams"], "must be a list such as"),
    ({**STREAMS, "streams": ["a"]}, ["streams[0]"], "must be a map such as {stream_id: …}, not 'a'"),
    ({**STREAMS, "streams": [{}]}, ["streams[0].stream_id"], "must be an id as returned by the API"),
    ({**STREAMS, "streams": [{"stream_id": "a/b"}]}, ["streams[0].stream_id"], "must be an id as returned by the API"),
    *(({**STREAMS, "streams": [{"stream_id": value}]}, ["streams[0].stream_id"], "must be an id as returned by the API") for value in NO_IDS),
    ({**STREAMS, "streams": [{"stream_id": "a", "video": True}]}, ["streams[0]"], "has no 'video': its keys are stream_id, has_audio, has_video"),
    ({**STREAMS, "streams": [{"stream_id": "a", "has_audio": "no"}]}, ["streams[0].has_audio"], "must be true or false, not 'no'"),
    ({**STREAMS, "streams": [{"stream_id": "a", "has_audio": False, "has_video": False}]}, ["streams[0]"], "has_audio and has_video must not both"),
    ({**STREAMS, "streams": [{"stream_id": "a"}, {"stream_id": "a"}]}, ["streams"], "must have each stream once, not 'a' twice"),
    ({**STREAMS, "streams": [{"stream_id": f"s{number}"} for number in range(17)]}, ["streams"], "must have at most 16 streams with video, not 17"),
    ({**STREAMS, "streams": [{"stream_id": f"s{number}"} for number in range(51)]}, ["streams"], "must have at most 50 streams, not 51"),
    ({"max_bitrate": 99_999}, ["max_bitrate"], "must be a whole number from 100000 to 6000000 bits per second"),
    ({"max_bitrate": "2M"}, ["max_bitrate"], "must be a whole number from 100000 to 6000000 bits per second, not '2M'"),
    ({"max_bitrate": 200_000.5}, ["max_bitrate"], "must be a whole number from 100000"),
    ({"max_bitrate": True}, ["max_bitrate"], "must be a whole number from 100000"),
]
"""Of what has a picture made of the streams."""

BAD_ARCHIVES: list[Row] = [
    *BAD_RUNS,
    ({"session": RELAYED}, ["session"], "is relayed: archives need a routed session (media_mode: routed)"),
    *BAD_PICTURES,
    ({"has_audio": False, "has_video": False}, ["has_audio"], "and has_video must not both be false"),
    ({"name": 5}, ["name"], "must be a string, not int 5: quote it"),
    ({"name": " "}, ["name"], "must not be empty or blank"),
    ({"name": "x" * 81}, ["name"], "must have at most 80 characters, not 81"),
    ({"name": LONG}, ["name"], "must have at most 80 characters"),
    ({"name": "two\r\nlines"}, ["name"], "must not contain control characters or line breaks"),
    ({"multi_archive_tag": ""}, ["multi_archive_tag"], "must not be empty or blank"),
    ({"multi_archive_tag": 5}, ["multi_archive_tag"], "must be a string, not int 5"),
    ({"multi_archive_tag": LONG}, ["multi_archive_tag"], "must have at most 80 characters"),
    ({"output_mode": "both"}, ["output_mode"], "must be 'composed' or 'individual', not 'both'"),
    ({"output_mode": "individual", "layout": {"type": "pip"}}, ["layout"], "needs output_mode 'composed'"),
    ({"output_mode": "individual", "resolution": "640x480"}, ["resolution"], "needs output_mode 'composed'"),
    ({"output_mode": "individual", "max_bitrate": 200_000}, ["max_bitrate"], "needs output_mode 'composed'"),
    ({"quantization_parameter": 14}, ["quantization_parameter"], "must be a whole number from 15 to 45"),
    ({"quantization_parameter": "best"}, ["quantization_parameter"], "must be a whole number from 15 to 45, not 'best'"),
    ({"quantization_parameter": 20, "max_bitrate": 200_000}, ["quantization_parameter"], "cannot be combined with max_bitrate: give one of them"),
    ({"has_transcription": "yes"}, ["has_transcription"], "must be true or false, not 'yes'"),
    ({"transcription_language": "en-US"}, ["transcription_language"], "needs has_transcription"),
    (
        {"has_transcription": True, "transcription_language": "English"},
        ["transcription_language"],
        "must be a BCP 47 code such as 'en-US', not 'English'",
    ),
    ({"has_transcription": True, "transcription_language": 5}, ["transcription_language"], "must be a string, not int 5"),
    ({"transcription_summary": True}, ["transcription_summary"], "needs has_transcription"),
    ({"has_transcription": True, "transcription_summary": "yes"}, ["transcription_summary"], "must be true or false, not 'yes'"),
    ({"name": 5, "resolution": "?", "state": "gone"}, ["name", "resolution", "state"], "must be"),
]
"""Of the recording of a room of Acme."""

GOOD_ARCHIVES: list[dict[str, Any]] = [
    {},
    {"name": "Zoë's “café” 🎥", "resolution": "1920x1080", "max_bitrate": 2_000_000.0},
    {"output_mode": "individual", "has_audio": False, **STREAMS, "streams": [{"stream_id": f"s{number}"} for number in range(50)]},
    {"layout": {"type": "custom", "stylesheet": "stream {float: left}", "screenshare_type": None}, "quantization_parameter": 45},
    {"layout": {"type": "bestFit", "screenshare_type": "pip"}, "multi_archive_tag": "a", **STREAMS, "streams": []},
    {"has_transcription": True, "transcription_language": "en-US", "transcription_summary": True, "state": "stopped", "restart": True},
]
