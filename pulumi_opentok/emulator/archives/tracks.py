# SPDX-License-Identifier: Apache-2.0
"""Which streams an individual archive has recorded, and when: what its manifest tells."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, cast

MOST = 50
"""Streams that are recorded at the same time; source: the archiving guide."""

Track = dict[str, Any]


def of(row: sqlite3.Row | Mapping[str, Any]) -> list[Track]:
    """The recorded streams, in the order in which they came; ``stop`` is null while one is recorded. Times: milliseconds since 1970."""
    return cast("list[Track]", json.loads(row["tracks"]))


def noted(db: sqlite3.Connection, state: Mapping[str, Any], now: int) -> str:
    """The tracks with the streams that have come and gone; as they were for a composed archive, which has none."""
    params = json.loads(state["params"])
    if params["outputMode"] != "individual":
        return str(state["tracks"])
    tracks, current = of(state), _current(db, state, manual=params["streamMode"] == "manual")
    for track in tracks:
        here = current.pop(track["streamId"], None)
        if here is None:
            track["stop"] = now if track["stop"] is None else track["stop"]
        else:
            track.update(here, stop=None)
    room = MOST - sum(track["stop"] is None for track in tracks)
    tracks += [{**track, "start": now, "stop": None} for track in list(current.values())[: max(0, room)]]
    return json.dumps(tracks)


def closed(state: Mapping[str, Any], moment: int) -> str:
    """The tracks when the recording ends."""
    return json.dumps([{**track, "stop": moment if track["stop"] is None else track["stop"]} for track in of(state)])


def _current(db: sqlite3.Connection, state: Mapping[str, Any], *, manual: bool) -> dict[str, Track]:
    """The streams that are recorded now, by their id."""
    query = """SELECT s.id, s.name, s.video_type, c.data FROM streams s JOIN connections c ON c.id = s.connection
               WHERE s.session = ? ORDER BY s.position"""
    added = {each["streamId"]: each for each in json.loads(state["streams"])}
    tracks = {}
    for row in db.execute(query, (state["session"],)).fetchall():
        media = added.get(row["id"]) if manual else {"hasAudio": True, "hasVideo": True}
        if media is not None:
            about = {"streamId": row["id"], "name": row["name"], "videoType": row["video_type"], "data": row["data"]}
            tracks[row["id"]] = {**about, "hasAudio": media["hasAudio"], "hasVideo": media["hasVideo"]}
    return tracks
