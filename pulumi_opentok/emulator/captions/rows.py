# SPDX-License-Identifier: Apache-2.0
"""Captions in the database: those that are running."""

from __future__ import annotations

import sqlite3
from typing import cast


def insert(
    db: sqlite3.Connection, captions_id: str, session: sqlite3.Row, now: int, language: str, callback_url: str | None, ends_at: int
) -> None:
    """Add captions; times in milliseconds since the epoch."""
    values = (captions_id, session["project"], session["id"], now, language, callback_url, ends_at)
    db.execute("INSERT INTO captions (id, project, session, created_at, language, callback_url, due_at) VALUES (?,?,?,?,?,?,?)", values)


def find(db: sqlite3.Connection, project: str, captions_id: str) -> sqlite3.Row | None:
    """The project's captions of that id, or None."""
    row = db.execute("SELECT * FROM captions WHERE id = ? AND project = ?", (captions_id, project)).fetchone()
    return cast("sqlite3.Row | None", row)


def is_captioned(db: sqlite3.Connection, session_id: str) -> bool:
    """Whether captions are running in the session."""
    return db.execute("SELECT 1 FROM captions WHERE session = ?", (session_id,)).fetchone() is not None


def delete(db: sqlite3.Connection, captions_id: str) -> None:
    """Forget captions."""
    db.execute("DELETE FROM captions WHERE id = ?", (captions_id,))
