# SPDX-License-Identifier: Apache-2.0
"""Renders in the database, and the render object as the API shows it."""

from __future__ import annotations

import sqlite3
from typing import Any, cast

from ..sessions import rows as sessions
from .rules import DURATION_EXCEEDED, STARTING, RenderWish


def insert(db: sqlite3.Connection, render_id: str, session: sqlite3.Row, client: tuple[str, str], now: int, wish: RenderWish) -> None:
    """Add a render, which joins its session as ``client`` (connection, stream); ``now`` in milliseconds."""
    connection, stream = client
    sessions.connect(db, session["id"], connection, now, "")
    sessions.publish(db, session["id"], connection, stream, wish.name, "custom")
    db.execute(
        "INSERT INTO renders (id, project, session, created_at, url, resolution, max_duration, connection, stream) VALUES (?,?,?,?,?,?,?,?,?)",
        (render_id, session["project"], session["id"], now, wish.url, wish.resolution, wish.max_duration, connection, stream),
    )


def find(db: sqlite3.Connection, project: str, render_id: str) -> sqlite3.Row | None:
    """The project's render of that id, or None."""
    found = db.execute("SELECT * FROM renders WHERE id = ? AND project = ?", (render_id, project)).fetchone()
    return cast("sqlite3.Row | None", found)


def page(db: sqlite3.Connection, project: str, offset: int, count: int) -> list[sqlite3.Row]:
    """A page of the project's renders, the newest first."""
    return db.execute("SELECT * FROM renders WHERE project = ? ORDER BY position DESC LIMIT ? OFFSET ?", (project, count, offset)).fetchall()


def total(db: sqlite3.Connection, project: str) -> int:
    """How many renders the project has."""
    return int(db.execute("SELECT count(*) FROM renders WHERE project = ?", (project,)).fetchone()[0])


def stop(db: sqlite3.Connection, row: sqlite3.Row, now: int, reason: str) -> None:
    """End a render; it leaves its session."""
    sessions.disconnect(db, row["session"], row["connection"])
    db.execute("UPDATE renders SET stopped_at = ?, reason = ? WHERE id = ?", (now, reason, row["id"]))


def end_overdue(db: sqlite3.Connection, project: str, now: int) -> None:
    """End the renders whose longest duration is over."""
    query = "SELECT * FROM renders WHERE project = ? AND stopped_at IS NULL AND created_at + max_duration * 1000 <= ?"
    for row in db.execute(query, (project, now)).fetchall():
        stop(db, row, row["created_at"] + row["max_duration"] * 1000, DURATION_EXCEEDED)


def as_json(row: sqlite3.Row, now: int) -> dict[str, Any]:
    """The render object. Its stream is not shown while it starts."""
    started = row["created_at"] + STARTING
    status = "stopped" if row["stopped_at"] is not None else "started" if now >= started else "starting"
    shown = {
        "id": row["id"],
        "sessionId": row["session"],
        "projectId": row["project"],
        "createdAt": row["created_at"],
        "updatedAt": row["stopped_at"] or (started if status == "started" else row["created_at"]),
        "url": row["url"],
        "resolution": row["resolution"],
        "status": status,
    }
    if status != "starting":
        shown["streamId"] = row["stream"]
    if row["reason"] is not None:
        shown["reason"] = row["reason"]
    return shown
