# SPDX-License-Identifier: Apache-2.0
"""Captions in the database: those that are running or were never stopped."""

from __future__ import annotations

import sqlite3


def insert(db: sqlite3.Connection, captions_id: str, session: sqlite3.Row, ends_at: int) -> None:
    """Add captions; ``ends_at`` in milliseconds since the epoch."""
    values = (captions_id, session["project"], session["id"], ends_at)
    db.execute("INSERT INTO captions (id, project, session, ends_at) VALUES (?,?,?,?)", values)


def is_captioned(db: sqlite3.Connection, session_id: str) -> bool:
    """Whether captions are running in the session."""
    return db.execute("SELECT 1 FROM captions WHERE session = ?", (session_id,)).fetchone() is not None


def stop(db: sqlite3.Connection, project: str, captions_id: str) -> bool:
    """End captions. False if there are none of that id."""
    return db.execute("DELETE FROM captions WHERE id = ? AND project = ?", (captions_id, project)).rowcount > 0


def end_overdue(db: sqlite3.Connection, now: int) -> None:
    """End the captions whose longest duration is over."""
    db.execute("DELETE FROM captions WHERE ends_at <= ?", (now,))
