# SPDX-License-Identifier: Apache-2.0
"""Streams and connections in the database, as the API looks at them. The simulated clients write them, see sessions/rows.py."""

from __future__ import annotations

import sqlite3


def listed(db: sqlite3.Connection, session_id: str) -> list[sqlite3.Row]:
    """The streams of a session, in the order in which they were published."""
    return db.execute("SELECT * FROM streams WHERE session = ? ORDER BY position", (session_id,)).fetchall()


def connections(db: sqlite3.Connection, session_id: str) -> list[sqlite3.Row]:
    """The clients of a session, in the order in which they joined."""
    return db.execute("SELECT * FROM connections WHERE session = ? ORDER BY position", (session_id,)).fetchall()


def set_classes(db: sqlite3.Connection, session_id: str, stream_id: str, classes: str) -> bool:
    """Replace the layout classes (JSON) of a stream. False if there is none."""
    done = db.execute("UPDATE streams SET layout_classes = ? WHERE id = ? AND session = ?", (classes, stream_id, session_id))
    return done.rowcount > 0
