# SPDX-License-Identifier: Apache-2.0
"""URLs and deliveries in the database."""

from __future__ import annotations

import sqlite3
from typing import Any, cast
from urllib.parse import urlsplit

_KEPT = 10_000
"""Deliveries that are over and stay listed, about."""

Queue = tuple[str, str]
"""URL and session: within one, first attempts keep the order of the events."""


def targets(db: sqlite3.Connection, project: str, group: str, kind: str, event: str) -> list[tuple[str, str | None]]:
    """Where a project wants an event: (URL, signature secret or None), the dashboard's URL first."""
    found = db.execute("SELECT url, secret FROM webhooks WHERE project = ? AND kind = ?", (project, group)).fetchall()
    registered = "SELECT url FROM callbacks WHERE project = ? AND kind = ? AND event = ? ORDER BY position"
    every = db.execute(registered, (project, kind, event)).fetchall() if kind else []
    return [(row["url"], row["secret"]) for row in found] + [(row["url"], None) for row in every]


def secret_of(db: sqlite3.Connection, project: str, group: str) -> str | None:
    """The signature secret that the project has for a group."""
    row = db.execute("SELECT secret FROM webhooks WHERE project = ? AND kind = ?", (project, group)).fetchone()
    return None if row is None else row["secret"]


def set_webhook(db: sqlite3.Connection, project: str, group: str, url: str, secret: str | None) -> None:
    """Set the dashboard's URL of a group."""
    db.execute("INSERT OR REPLACE INTO webhooks (project, kind, url, secret) VALUES (?,?,?,?)", (project, group, url, secret))


def remove_webhook(db: sqlite3.Connection, project: str, group: str) -> bool:
    """Remove it. False if there is none."""
    return db.execute("DELETE FROM webhooks WHERE project = ? AND kind = ?", (project, group)).rowcount > 0


def webhooks(db: sqlite3.Connection, project: str) -> list[dict[str, Any]]:
    """The dashboard's URLs of a project as the control pqueue shows them: of a secret only whether there is one."""
    found = db.execute("SELECT * FROM webhooks WHERE project = ? ORDER BY kind", (project,)).fetchall()
    return [{"group": row["kind"], "url": shown_url(row["url"]), "signed": row["secret"] is not None} for row in found]


def insert_delivery(db: sqlite3.Connection, about: tuple[str, str, str, str], url: str, secret: str | None, body: str, now: int) -> None:
    """Add a delivery that is due; ``about`` is project, session, group, event."""
    done = db.execute(
        "INSERT INTO deliveries (project, session, kind, event, url, secret, body, created_at, next_at) VALUES (?,?,?,?,?,?,?,?,?)",
        (*about, url, secret, body, now, now),
    )
    seq = int(done.lastrowid or 0)
    if seq % 1000 == 0:
        db.execute("DELETE FROM deliveries WHERE seq <= ? AND next_at IS NULL", (seq - _KEPT,))


def queues_due(db: sqlite3.Connection, now: int) -> set[Queue]:
    """The queues in which something is due."""
    found = db.execute("SELECT DISTINCT url, session FROM deliveries WHERE next_at <= ?", (now,))
    return {(row["url"], row["session"]) for row in found}


def first_due(db: sqlite3.Connection, queue: Queue, now: int) -> sqlite3.Row | None:
    """What is to be attempted next in a queue: first attempts before repeated ones."""
    query = "SELECT * FROM deliveries WHERE next_at <= ? AND url = ? AND session = ? ORDER BY attempts > 0, seq LIMIT 1"
    return cast("sqlite3.Row | None", db.execute(query, (now, *queue)).fetchone())


def next_moment(db: sqlite3.Connection, now: int) -> int | None:
    """When the next attempt after ``now`` is due."""
    moment: int | None = db.execute("SELECT min(next_at) FROM deliveries WHERE next_at > ?", (now,)).fetchone()[0]
    return moment


def end_attempt(db: sqlite3.Connection, seq: int, status: int | None, error: str | None, next_at: int | None) -> None:
    """Note how an attempt ended; without a ``next_at`` it was the last one, and the secret is needed no more."""
    db.execute(
        "UPDATE deliveries SET attempts = attempts + 1, status = ?, error = ?, next_at = ?, secret = iif(?, secret, NULL) WHERE seq = ?",
        (status, error, next_at, next_at is not None, seq),
    )


def drop(db: sqlite3.Connection, seq: int) -> None:
    """Give a delivery up without an attempt."""
    db.execute("UPDATE deliveries SET next_at = NULL, secret = NULL, error = 'the project is deleted' WHERE seq = ?", (seq,))


def deliveries(db: sqlite3.Connection, since: int) -> list[dict[str, Any]]:
    """The deliveries with a ``seq`` above ``since`` as the control pqueue shows them, oldest first."""
    return [_as_json(row) for row in db.execute("SELECT * FROM deliveries WHERE seq > ? ORDER BY seq", (since,))]


def shown_url(url: str) -> str:
    """A URL without what may be secret in it: user, password, query."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" + ("?..." if parts.query else "")


def _as_json(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "seq": row["seq"],
        "time": row["created_at"] / 1000,
        "project": row["project"],
        "session": row["session"],
        "group": row["kind"],
        "event": row["event"],
        "url": shown_url(row["url"]),
        "attempts": row["attempts"],
        "status": row["status"],
        "error": row["error"],
        "delivered": row["attempts"] > 0 and row["error"] is None,
        "next": None if row["next_at"] is None else row["next_at"] / 1000,
    }
