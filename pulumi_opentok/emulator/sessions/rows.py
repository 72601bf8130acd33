# SPDX-License-Identifier: Apache-2.0
"""Sessions and their simulated clients in the database."""

from __future__ import annotations

import json
import sqlite3
from typing import Any, cast

from .rules import SessionParams


def insert(db: sqlite3.Connection, session_id: str, project: str, now: int, params: SessionParams) -> None:
    """Add a session; ``now`` in milliseconds."""
    db.execute(
        "INSERT INTO sessions (id, project, created_at, media_mode, archive_mode, archive_name, archive_resolution, location, e2ee)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        (
            session_id,
            project,
            now,
            params.media_mode,
            params.archive_mode,
            params.archive_name,
            params.archive_resolution,
            params.location,
            params.e2ee,
        ),
    )


def find(db: sqlite3.Connection, session_id: str) -> sqlite3.Row | None:
    """The session of that id, or None."""
    return cast("sqlite3.Row | None", db.execute("SELECT * FROM sessions WHERE id = ?", (session_id,)).fetchone())


def listed(db: sqlite3.Connection, after: int, count: int) -> list[sqlite3.Row]:
    """The ``count`` sessions that follow the position ``after``, in the order of their creation."""
    return db.execute("SELECT * FROM sessions WHERE position > ? ORDER BY position LIMIT ?", (after, count)).fetchall()


def connect(db: sqlite3.Connection, session_id: str, connection_id: str, now: int, data: str) -> None:
    """Let a simulated client join; from the first one on the session exists for calls about its media."""
    db.execute("UPDATE sessions SET connected_at = ? WHERE id = ? AND connected_at IS NULL", (now, session_id))
    db.execute("INSERT INTO connections (id, session, created_at, data) VALUES (?,?,?,?)", (connection_id, session_id, now, data))


def is_connected(db: sqlite3.Connection, session_id: str, connection_id: str) -> bool:
    """Whether that client is in the session."""
    found = db.execute("SELECT 1 FROM connections WHERE id = ? AND session = ?", (connection_id, session_id)).fetchone()
    return found is not None


def has_clients(db: sqlite3.Connection, session_id: str) -> bool:
    """Whether a client is in the session."""
    return db.execute("SELECT 1 FROM connections WHERE session = ? LIMIT 1", (session_id,)).fetchone() is not None


def disconnect(db: sqlite3.Connection, connection_id: str) -> None:
    """Remove a client, whose streams have ended."""
    db.execute("DELETE FROM connections WHERE id = ?", (connection_id,))


def publish(
    db: sqlite3.Connection, session_id: str, connection_id: str, stream_id: str, name: str, video_type: str, now: int
) -> None:
    """Let a client publish a stream; in a muted session it is muted."""
    db.execute(
        "INSERT INTO streams (id, session, connection, name, video_type, created_at, muted)"
        " SELECT ?,?,?,?,?,?, muted FROM sessions WHERE id = ?",
        (stream_id, session_id, connection_id, name, video_type, now, session_id),
    )


def find_stream(db: sqlite3.Connection, session_id: str, stream_id: str) -> sqlite3.Row | None:
    """The stream of that id in that session, or None."""
    row = db.execute("SELECT * FROM streams WHERE id = ? AND session = ?", (stream_id, session_id)).fetchone()
    return cast("sqlite3.Row | None", row)


def streams_of(db: sqlite3.Connection, connection_id: str) -> list[sqlite3.Row]:
    """What a client publishes, in that order."""
    return db.execute("SELECT * FROM streams WHERE connection = ? ORDER BY position", (connection_id,)).fetchall()


def unpublish(db: sqlite3.Connection, stream_id: str) -> None:
    """Remove a stream."""
    db.execute("DELETE FROM streams WHERE id = ?", (stream_id,))


def as_json(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    """A session as the control plane shows it; the API itself can read none."""
    connections = db.execute("SELECT id, data FROM connections WHERE session = ? ORDER BY position", (row["id"],)).fetchall()
    streams = db.execute("SELECT * FROM streams WHERE session = ? ORDER BY position", (row["id"],)).fetchall()
    calls = db.execute("SELECT * FROM sip_calls WHERE session = ? AND state <> 'HANGUP' ORDER BY position", (row["id"],)).fetchall()
    return {
        "id": row["id"],
        "projectId": row["project"],
        "createdAt": row["created_at"],
        "mediaMode": row["media_mode"],
        "archiveMode": row["archive_mode"],
        "archiveName": row["archive_name"],
        "archiveResolution": row["archive_resolution"],
        "location": row["location"],
        "e2ee": bool(row["e2ee"]),
        "muted": bool(row["muted"]),
        "connections": [{"connectionId": each["id"], "data": each["data"]} for each in connections],
        "streams": [_stream_as_json(each) for each in streams],
        "sipCalls": [_call_as_json(each) for each in calls],
    }


def _stream_as_json(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "streamId": row["id"],
        "connectionId": row["connection"],
        "name": row["name"],
        "videoType": row["video_type"],
        "layoutClassList": json.loads(row["layout_classes"]),
        "muted": bool(row["muted"]),
    }


def _call_as_json(row: sqlite3.Row) -> dict[str, Any]:
    ids = {"callId": row["id"], "connectionId": row["connection"], "streamId": row["stream"], "state": row["state"]}
    return {**ids, **json.loads(row["params"])}
