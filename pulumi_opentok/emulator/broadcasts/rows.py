# SPDX-License-Identifier: Apache-2.0
"""Broadcasts in the database, and the broadcast object as the API shows it."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, cast

DEFAULT_BITRATE = 2_000_000
CONNECTING = 20_000
"""Milliseconds until an output is live: documented are 15 to 20 seconds for HLS."""


def insert(
    db: sqlite3.Connection, broadcast_id: str, session: sqlite3.Row, now: int, tag: str | None, params: dict[str, Any], *, due_at: int
) -> None:
    """Add a broadcast that runs; times in milliseconds."""
    db.execute(
        "INSERT INTO broadcasts (id, project, session, created_at, updated_at, tag, params, due_at, streams) VALUES (?,?,?,?,?,?,?,?,'[]')",
        (broadcast_id, session["project"], session["id"], now, now, tag, json.dumps(params), due_at),
    )


def find(db: sqlite3.Connection, project: str, broadcast_id: str) -> sqlite3.Row | None:
    """The project's broadcast of that id, or None."""
    found = db.execute("SELECT * FROM broadcasts WHERE id = ? AND project = ?", (broadcast_id, project)).fetchone()
    return cast("sqlite3.Row | None", found)


def page(db: sqlite3.Connection, project: str, session: str | None, offset: int, count: int) -> tuple[int, list[sqlite3.Row]]:
    """How many broadcasts of the project (or of a session) run, and a page of them, the newest first."""
    where, values = "project = ? AND stopped_at IS NULL", [project]
    if session is not None:
        where, values = f"{where} AND session = ?", [project, session]
    total = db.execute(f"SELECT count(*) FROM broadcasts WHERE {where}", values).fetchone()[0]
    query = f"SELECT * FROM broadcasts WHERE {where} ORDER BY position DESC LIMIT ? OFFSET ?"
    return int(total), db.execute(query, (*values, count, offset)).fetchall()


def running(db: sqlite3.Connection, session_id: str) -> list[sqlite3.Row]:
    """The broadcasts of a session that run."""
    return db.execute("SELECT * FROM broadcasts WHERE session = ? AND stopped_at IS NULL", (session_id,)).fetchall()


def stop(db: sqlite3.Connection, broadcast_id: str, now: int) -> None:
    """End a broadcast."""
    db.execute("UPDATE broadcasts SET stopped_at = ?, updated_at = ?, due_at = NULL WHERE id = ?", (now, now, broadcast_id))


def set_due(db: sqlite3.Connection, broadcast_id: str, due_at: int) -> None:
    """Say when something happens to it by itself next."""
    db.execute("UPDATE broadcasts SET due_at = ? WHERE id = ?", (due_at, broadcast_id))


def set_layout(db: sqlite3.Connection, row: sqlite3.Row, layout: dict[str, str], now: int) -> None:
    """Change the layout."""
    params = json.dumps({**params_of(row), "layout": layout})
    db.execute("UPDATE broadcasts SET params = ?, updated_at = ? WHERE id = ?", (params, now, row["id"]))


def set_stream(db: sqlite3.Connection, row: sqlite3.Row, stream_id: str, stream: dict[str, Any] | None, now: int) -> None:
    """Add or change a stream of a manual broadcast; None takes it out."""
    streams = [each for each in json.loads(row["streams"]) if each["streamId"] != stream_id]
    if stream is not None:
        streams.append(stream)
    db.execute("UPDATE broadcasts SET streams = ?, updated_at = ? WHERE id = ?", (json.dumps(streams), now, row["id"]))


def params_of(row: sqlite3.Row) -> dict[str, Any]:
    """What the start asked for, with defaults."""
    params: dict[str, Any] = json.loads(row["params"])
    return params


def as_json(row: sqlite3.Row, now: int) -> dict[str, Any]:
    """The broadcast object."""
    params = params_of(row)
    stopped = row["stopped_at"] is not None
    shown = {
        "id": row["id"],
        "sessionId": row["session"],
        "projectId": int(row["project"]),
        "partnerId": int(row["project"]),
        "createdAt": row["created_at"],
        "updatedAt": row["updated_at"],
        "maxDuration": params["maxDuration"],
        "resolution": params["resolution"],
        "event": "broadcast",
        "status": "stopped" if stopped else "started",
        "broadcastUrls": None if stopped else _urls(row, params, now),
        "settings": {"hls": params["hls"]} if params["hls"] is not None else {},
        "streamMode": params["streamMode"],
        "hasAudio": params["hasAudio"],
        "hasVideo": params["hasVideo"],
        "maxBitrate": params.get("maxBitrate", DEFAULT_BITRATE),
        "maxBitRate": params.get("maxBitrate", DEFAULT_BITRATE),
    }
    if params["streamMode"] == "manual" and not stopped:
        shown["streams"] = json.loads(row["streams"])
    return shown


def _urls(row: sqlite3.Row, params: dict[str, Any], now: int) -> dict[str, Any]:
    status = "live" if now >= row["created_at"] + CONNECTING else "connecting"
    urls: dict[str, Any] = {}
    if params["hls"] is not None:
        urls["hls"] = f"https://broadcast.example.com/{row['project']}/{row['id']}/playlist.m3u8" + ("?DVR" if params["hls"]["dvr"] else "")
        urls["hlsStatus"] = status
    if params["rtmp"]:
        urls["rtmp"] = [{"status": status, **output} for output in params["rtmp"]]
    return urls
