# SPDX-License-Identifier: Apache-2.0
"""Archives in the database, and the archive object as the API shows it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, cast

from . import files

_RECORDS = "('started', 'paused')"
_LINK_LIFE = 600_000  # milliseconds that a download link is good for


def insert(db: sqlite3.Connection, archive_id: str, session: sqlite3.Row, now: int, params: Mapping[str, Any], **columns: Any) -> None:
    """Add an archive that records; ``now`` in milliseconds. ``columns``: tag, automatic, storage, since, paused_since."""
    every = {
        "id": archive_id,
        "project": session["project"],
        "session": session["id"],
        "status": "started",
        "created_at": now,
        "updated_at": now,
        "params": json.dumps(params),
        "streams": "[]",
        **columns,
    }
    places = ",".join("?" * len(every))
    db.execute(f"INSERT INTO archives ({', '.join(every)}) VALUES ({places})", tuple(every.values()))


def update(db: sqlite3.Connection, archive_id: str, columns: Mapping[str, Any]) -> None:
    """Change columns; their names are the callers' own, never a client's."""
    assignments = ", ".join(f"{column} = ?" for column in columns)
    db.execute(f"UPDATE archives SET {assignments} WHERE id = ?", (*columns.values(), archive_id))


def find(db: sqlite3.Connection, project: str, archive_id: str) -> sqlite3.Row | None:
    """The project's archive of that id, also a deleted one, or None."""
    found = db.execute("SELECT * FROM archives WHERE id = ? AND project = ?", (archive_id, project)).fetchone()
    return cast("sqlite3.Row | None", found)


def find_any(db: sqlite3.Connection, archive_id: str) -> sqlite3.Row | None:
    """The archive of that id, whosever it is, or None."""
    return cast("sqlite3.Row | None", db.execute("SELECT * FROM archives WHERE id = ?", (archive_id,)).fetchone())


def every(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """The archives of all projects, also deleted ones, oldest first."""
    return db.execute("SELECT * FROM archives ORDER BY position").fetchall()


def recording(db: sqlite3.Connection, session_id: str) -> list[sqlite3.Row]:
    """The archives of a session that are not stopped, as far as the database knows."""
    return db.execute(f"SELECT * FROM archives WHERE session = ? AND status IN {_RECORDS}", (session_id,)).fetchall()


def delivering(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """The archives whose file is to be brought to where it belongs."""
    return db.execute("SELECT * FROM archives WHERE delivering = 1 ORDER BY position").fetchall()


def page(db: sqlite3.Connection, project: str, session_id: str | None, offset: int, count: int) -> tuple[int, list[sqlite3.Row]]:
    """How many archives are not deleted, and some of them, newest first."""
    where, values = "project = ? AND status <> 'deleted'", [project]
    if session_id is not None:
        where, values = where + " AND session = ?", [project, session_id]
    total = db.execute(f"SELECT count(*) FROM archives WHERE {where}", values).fetchone()[0]
    rows = db.execute(f"SELECT * FROM archives WHERE {where} ORDER BY position DESC LIMIT ? OFFSET ?", (*values, count, offset)).fetchall()
    return total, rows


def streams_of(row: sqlite3.Row | dict[str, Any]) -> list[dict[str, Any]]:
    """The streams that were added to a manual archive."""
    return cast("list[dict[str, Any]]", json.loads(row["streams"]))


def as_json(row: sqlite3.Row, base: str, now: int) -> dict[str, Any]:
    """The archive object; ``base`` is where this emulator is reached."""
    params: dict[str, Any] = json.loads(row["params"])
    status: str = row["status"]
    shown = {name: value for name, value in params.items() if name != "layout"}
    records = status in ("started", "paused")
    link = f"{base}/_emulator/archives/{row['id']}/{files.name(params)}?expires={now + _LINK_LIFE}"
    return {
        "id": row["id"],
        "status": status,
        "name": None,
        "reason": row["reason"] or "",
        "sessionId": row["session"],
        "projectId": int(row["project"]),
        "partnerId": int(row["project"]),
        "createdAt": row["created_at"] // 1000 * 1000,
        "updatedAt": row["updated_at"],
        "size": row["size"],
        "duration": 0 if records else row["recorded"] // 1000,
        "url": link if status == "available" else None,
        "event": "archive",
        "sha256sum": row["sha256sum"],
        "password": "",
        "streams": streams_of(row) if records else [],
        **shown,
    }
