# SPDX-License-Identifier: Apache-2.0
"""Renders in the database, and the render object as the API shows it."""

from __future__ import annotations

import sqlite3
from typing import Any, cast

from .rules import STARTING, RenderParams


def insert(
    db: sqlite3.Connection, render_id: str, session: sqlite3.Row, client: tuple[str, str], now: int, params: RenderParams, *, due_at: int
) -> None:
    """Add a render that starts, as ``client`` (connection, stream) of its session; times in milliseconds."""
    values = (session["project"], session["id"], now, now, params.url, params.resolution, params.max_duration, params.callback_url, *client, due_at)
    db.execute(
        "INSERT INTO renders (id, status, project, session, created_at, updated_at, url, resolution, max_duration, callback_url, connection,"
        " stream, due_at) VALUES (?,'starting',?,?,?,?,?,?,?,?,?,?,?)",
        (render_id, *values),
    )


def find(db: sqlite3.Connection, project: str, render_id: str) -> sqlite3.Row | None:
    """The project's render of that id, or None."""
    found = db.execute("SELECT * FROM renders WHERE id = ? AND project = ?", (render_id, project)).fetchone()
    return cast("sqlite3.Row | None", found)


def find_any(db: sqlite3.Connection, render_id: str) -> sqlite3.Row | None:
    """The render of that id, whosever it is, or None."""
    return cast("sqlite3.Row | None", db.execute("SELECT * FROM renders WHERE id = ?", (render_id,)).fetchone())


def page(db: sqlite3.Connection, project: str, offset: int, count: int) -> list[sqlite3.Row]:
    """A page of the project's renders, the newest first."""
    return db.execute("SELECT * FROM renders WHERE project = ? ORDER BY position DESC LIMIT ? OFFSET ?", (project, count, offset)).fetchall()


def total(db: sqlite3.Connection, project: str) -> int:
    """How many renders the project has."""
    return int(db.execute("SELECT count(*) FROM renders WHERE project = ?", (project,)).fetchone()[0])


def set_status(db: sqlite3.Connection, render_id: str, status: str, reason: str | None, now: int, due_at: int | None) -> None:
    """Change the status; ``due_at`` is when it changes next by itself."""
    values = (status, reason, now, due_at, render_id)
    db.execute("UPDATE renders SET status = ?, reason = ?, updated_at = ?, due_at = ? WHERE id = ?", values)


def as_json(row: sqlite3.Row) -> dict[str, Any]:
    """The render object. Its stream is not shown while it starts, nor if it failed then."""
    shown = {
        "id": row["id"],
        "sessionId": row["session"],
        "projectId": row["project"],
        "createdAt": row["created_at"],
        "updatedAt": row["updated_at"],
        "url": row["url"],
        "resolution": row["resolution"],
        "callbackUrl": row["callback_url"],
        "status": row["status"],
    }
    failed_at_once = row["status"] == "failed" and row["updated_at"] < row["created_at"] + STARTING
    if row["status"] != "starting" and not failed_at_once:
        shown["streamId"] = row["stream"]
    if row["reason"] is not None:
        shown["reason"] = row["reason"]
    return shown
