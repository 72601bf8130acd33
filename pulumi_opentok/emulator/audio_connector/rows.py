# SPDX-License-Identifier: Apache-2.0
"""Audio connections in the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import cast


def insert(db: sqlite3.Connection, connector_id: str, session: sqlite3.Row, connection: str) -> None:
    """Add one whose client in the session is ``connection``."""
    values = (connector_id, session["project"], session["id"], connection)
    db.execute("INSERT INTO audio_connections (id, project, session, connection) VALUES (?,?,?,?)", values)


def take(db: sqlite3.Connection, project: str, connection: str) -> sqlite3.Row | None:
    """Remove the one of that client, and return it; None if there is none."""
    row = db.execute("SELECT * FROM audio_connections WHERE connection = ? AND project = ?", (connection, project)).fetchone()
    if row is not None:
        db.execute("DELETE FROM audio_connections WHERE id = ?", (row["id"],))
    return cast("sqlite3.Row | None", row)


def missing_streams(db: sqlite3.Connection, session_id: str, streams: Iterable[str]) -> list[str]:
    """Those of ``streams`` that nobody publishes in the session."""
    published = {row["id"] for row in db.execute("SELECT id FROM streams WHERE session = ?", (session_id,))}
    return [stream for stream in streams if stream not in published]
