# SPDX-License-Identifier: Apache-2.0
"""What the page shows, read from the service. No secret gets this far: only columns that are named here, and fingerprints."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from ..renders import rows as renders
from ..service import Service
from . import words
from .params import Params

SIZE = 25
"""Rows on a page of a list."""
MOST_CLIENTS = 25
"""Clients, and streams, that are shown of one session."""
_RECENT = 500

Rows = list[sqlite3.Row]


@dataclasses.dataclass(frozen=True)
class Listing:
    """One page of a list: ``page`` counts from 1, ``total`` is that of all pages."""

    name: str
    rows: Sequence[Any]
    total: int
    page: int

    @property
    def first(self) -> int:
        """The number of the first row, from 1."""
        return (self.page - 1) * SIZE + 1

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.first + len(self.rows) - 1

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return _pages(self.total)


def gather(service: Service, params: Params) -> dict[str, Any]:
    """The variables of the template."""
    now = service.clock.milliseconds()
    db = service.db
    return {
        "params": params,
        "now": now,
        "shift": round(service.clock.offset),
        "data": service.store.path,
        "counts": _counts(service),
        "faults": service.faults.listed(),
        "requests": _requests(service, params),
        "accounts": db.execute("SELECT key, given FROM accounts ORDER BY given DESC, position").fetchall(),
        "projects": _projects(db, params),
        "sessions": _sessions(db, params),
        "archives": _archives(db, params, now),
        "broadcasts": _broadcasts(db, params),
        "renders": _with(_listing(db, params, "renders", "renders", "*"), renders.as_json),
        "calls": _calls(db, params),
        "receivers": _receivers(db, params),
        "deliveries": _deliveries(db, params),
        "MOST_CLIENTS": MOST_CLIENTS,
    }


def _counts(service: Service) -> dict[str, int]:
    """The figures at a glance."""
    db = service.db
    where = {
        "accounts": "accounts",
        "projects": "projects WHERE deleted = 0",
        "suspended": "projects WHERE deleted = 0 AND status = 'SUSPENDED'",
        "sessions": "sessions",
        "clients": "connections",
        "streams": "streams",
        "archives": "archives WHERE status <> 'deleted'",
        "recording": "archives WHERE status IN ('started', 'paused')",
        "broadcasts": "broadcasts WHERE stopped_at IS NULL",
        "renders": "renders WHERE status IN ('starting', 'started')",
        "calls": "sip_calls WHERE state <> 'HANGUP'",
        "captions": "captions",
        "deliveries": "deliveries",
        "undelivered": "deliveries WHERE error IS NOT NULL",
    }
    counts = {name: _count(db, table) for name, table in where.items()}
    counts["live"] = _live(db)
    recent = service.journal.newest(0, _RECENT)
    counts["requests"] = len(service.journal)
    counts["recent"] = len(recent)
    counts["refused"] = sum(1 for entry in recent if (entry["status"] or 0) >= 400)
    counts["faulty"] = sum(1 for entry in recent if entry["fault"])
    counts["faults"] = sum(1 for fault in service.faults.listed() if not words.is_used_up(fault))
    return counts


def _count(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def _live(db: sqlite3.Connection) -> int:
    """Sessions with clients. Cheaper than to ask each session for its clients: a session without any costs nothing here."""
    return int(db.execute("SELECT count(DISTINCT session) FROM connections").fetchone()[0])


def _page(params: Params, name: str, total: int, read: Callable[[int], Sequence[Any]]) -> Listing:
    """The asked page, or the last one where the list has grown shorter; ``read`` gets the offset."""
    page = min(params.pages.get(name, 1), max(1, _pages(total)))
    return Listing(name, read((page - 1) * SIZE), total, page)


def _pages(total: int) -> int:
    return -(-total // SIZE)


def _listing(
    db: sqlite3.Connection, params: Params, name: str, table: str, columns: str, *, order: str = "position", total: int | None = None
) -> Listing:
    """A page of a table, by default the newest first. ``table`` may have a WHERE; ``total`` is counted unless given."""

    def read(offset: int) -> Rows:
        return db.execute(f"SELECT {columns} FROM {table} ORDER BY {order} DESC LIMIT ? OFFSET ?", (SIZE, offset)).fetchall()

    return _page(params, name, _count(db, table) if total is None else total, read)


def _with(listing: Listing, change: Callable[[sqlite3.Row], Any]) -> Listing:
    return dataclasses.replace(listing, rows=[change(row) for row in listing.rows])


def _requests(service: Service, params: Params) -> Listing:
    return _page(params, "requests", len(service.journal), lambda offset: service.journal.newest(offset, SIZE))


def _projects(db: sqlite3.Connection, params: Params) -> Listing:
    def shown(row: sqlite3.Row) -> dict[str, Any]:
        fields = {name: row[name] for name in ("id", "account", "name", "status", "created_at")}
        # The core's fingerprint, which stacks and playbooks show, so that one can be compared with the other.
        return {**fields, "fingerprint": "sha256:" + hashlib.sha256(row["secret"].encode()).hexdigest()}

    columns = "id, account, name, status, created_at, secret"
    return _with(_listing(db, params, "projects", "projects WHERE deleted = 0", columns), shown)


def _sessions(db: sqlite3.Connection, params: Params) -> Listing:
    def clients_of(table: str, columns: str, session_id: str) -> Rows:
        query = f"SELECT {columns} FROM {table} WHERE session = ? ORDER BY position LIMIT ?"
        return db.execute(query, (session_id, MOST_CLIENTS)).fetchall()

    def shown(row: sqlite3.Row) -> dict[str, Any]:
        session_id = row["id"]
        totals = [
            db.execute(f"SELECT count(*) FROM {table} WHERE session = ?", (session_id,)).fetchone()[0] for table in ("connections", "streams")
        ]
        return {
            **dict(row),
            "clients": clients_of("connections", "id, data, created_at", session_id),
            "streams": clients_of("streams", "id, connection, name, video_type, muted", session_id),
            "client_count": totals[0],
            "stream_count": totals[1],
        }

    columns = "id, project, created_at, media_mode, archive_mode, e2ee, muted"
    if not params.live:
        return _with(_listing(db, params, "sessions", "sessions", columns), shown)
    table = "sessions WHERE EXISTS (SELECT 1 FROM connections WHERE session = sessions.id)"
    return _with(_listing(db, params, "sessions", table, columns, total=_live(db)), shown)


def _archives(db: sqlite3.Connection, params: Params, now: int) -> Listing:
    def shown(row: sqlite3.Row) -> dict[str, Any]:
        asked = json.loads(row["params"])
        recorded = row["recorded"] + (now - row["since"] if row["since"] is not None else 0)
        return {**dict(row), "name": asked.get("name") or "", "mode": asked["outputMode"], "seconds": recorded // 1000}

    columns = "id, project, session, status, reason, created_at, recorded, since, params"
    return _with(_listing(db, params, "archives", "archives", columns), shown)


def _broadcasts(db: sqlite3.Connection, params: Params) -> Listing:
    def shown(row: sqlite3.Row) -> dict[str, Any]:
        asked = json.loads(row["params"])
        # Not where they go: the name of an RTMP stream is the key to it.
        outputs = [f"{len(asked['rtmp'])} RTMP"] if asked.get("rtmp") else []
        outputs = ["HLS", *outputs] if asked.get("hls") is not None else outputs
        fields = {name: row[name] for name in ("id", "project", "session", "created_at")}
        return {**fields, "status": "started" if row["stopped_at"] is None else "stopped", "outputs": " and ".join(outputs)}

    columns = "id, project, session, created_at, stopped_at, params"
    return _with(_listing(db, params, "broadcasts", "broadcasts", columns), shown)


def _calls(db: sqlite3.Connection, params: Params) -> Listing:
    def shown(row: sqlite3.Row) -> dict[str, Any]:
        return {**dict(row), "uri": json.loads(row["params"])["uri"]}

    columns = "id, project, session, created_at, state, reason_code, reason_message, params"
    return _with(_listing(db, params, "calls", "sip_calls", columns), shown)


def _receivers(db: sqlite3.Connection, params: Params) -> Listing:
    """The URLs that want to be told: those of the projects' settings first, then registered callbacks."""
    settings = "SELECT '' AS id, project, kind, '' AS event, url, secret IS NOT NULL AS signed, NULL AS created_at FROM webhooks"
    registered = "SELECT id, project, kind, event, url, 0, created_at FROM callbacks"
    table = f"({settings} UNION ALL {registered})"
    return _listing(db, params, "receivers", table, "*", order="created_at IS NULL DESC, created_at")


def _deliveries(db: sqlite3.Connection, params: Params) -> Listing:
    columns = "seq, project, session, kind, event, url, created_at, attempts, status, error, next_at"
    return _listing(db, params, "deliveries", "deliveries", columns, order="seq")
