# SPDX-License-Identifier: Apache-2.0
"""What becomes of an archive in time, by the emulator's clock. Source of the limits: the archiving guide.

Nothing runs in the background: an archive is brought up to date when somebody looks at it, or when its session's clients come and go.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from typing import Any

from ..service import Service
from . import files, rows, rules, tracks

_SECOND = 1000
_HOUR = 3600 * _SECOND
MOST_RECORDED = 4 * _HOUR
MOST_IN_ALL = 12 * _HOUR
MOST_PAUSED = _HOUR
GRACE = 60 * _SECOND
"""After the last client left, and at the start for the first stream."""
PROCESSING = _SECOND
RETENTION = 72 * _HOUR

State = dict[str, Any]


def settled(service: Service, row: sqlite3.Row) -> sqlite3.Row:
    """The archive as it is now."""
    db, now = service.db, service.clock.milliseconds()
    before = dict(row)
    state = dict(row)
    if state["status"] in ("started", "paused"):
        _record(db, state, now)
    if state["status"] == "stopped" and now >= state["stopped_at"] + PROCESSING:
        _finish(state, "uploaded" if state["storage"] else "available", state["stopped_at"] + PROCESSING)
    if state["status"] == "available" and now >= state["stopped_at"] + RETENTION:
        state.update(status="expired", updated_at=state["stopped_at"] + RETENTION)
    changed = {name: value for name, value in state.items() if value != before[name]}
    if not changed:
        return row
    rows.update(db, row["id"], changed)
    return rows.find(db, row["project"], row["id"]) or row


def stop(service: Service, row: sqlite3.Row, reason: str) -> None:
    """End a recording now."""
    state = dict(row)
    _stop(state, service.clock.milliseconds(), reason)
    rows.update(service.db, row["id"], state)


def begin(service: Service, session: sqlite3.Row, wish: dict[str, Any], *, tag: str | None = None, automatic: bool = False) -> str:
    """Start to record; the new archive's id. What the project's storage is now decides where the file goes."""
    db, now, archive_id = service.db, service.clock.milliseconds(), service.randomness.uuid()
    storage = db.execute("SELECT settings FROM archive_storage WHERE project = ?", (session["project"],)).fetchone()
    publishing = wish["streamMode"] == "auto" and _has(db, "streams", session["id"])
    times = {"since": now} if publishing else {"paused_since": now}
    recorded = tracks.noted(db, {"session": session["id"], "wish": json.dumps(wish), "streams": "[]", "tracks": "[]"}, now)
    kept = {"storage": None if storage is None else storage["settings"], "tracks": recorded}
    rows.insert(db, archive_id, session, now, wish, tag=tag, automatic=automatic, **kept, **times)
    return archive_id


def clients_changed(service: Service, session: sqlite3.Row) -> None:
    """Somebody joined, left, began or ceased to publish."""
    recording = [settled(service, row) for row in rows.recording(service.db, session["id"])]
    going_on = any(row["automatic"] and row["status"] in ("started", "paused") for row in recording)
    if session["archive_mode"] == "always" and not going_on and _has(service.db, "connections", session["id"]):
        begin(service, session, rules.automatic(session), automatic=True)


def _record(db: sqlite3.Connection, state: State, now: int) -> None:
    """Bring an archive that is not stopped up to date."""
    ends = _ends(db, state, now)
    moment, reason = min(ends)
    if now >= moment:
        _stop(state, moment, reason)
        return
    state["tracks"] = tracks.noted(db, state, now)
    publishing = _is_publishing(db, state)
    if publishing and state["since"] is None:
        state.update(status="started", since=now, paused_since=None)
    elif not publishing:
        if state["since"] is not None:
            state.update(recorded=state["recorded"] + now - state["since"], since=None, paused_since=now)
        state.update(status="paused")


def _ends(db: sqlite3.Connection, state: State, now: int) -> list[tuple[int, str]]:
    """When and why it would end by itself."""
    ends = [(state["created_at"] + MOST_IN_ALL, "maximum duration exceeded")]
    if state["since"] is not None:
        ends.append((state["since"] + MOST_RECORDED - state["recorded"], "maximum duration exceeded"))
    elif state["paused_since"] is not None:
        waits = MOST_PAUSED if state["recorded"] or _is_manual(state) else GRACE
        ends.append((state["paused_since"] + waits, "session ended"))
    if _has(db, "connections", state["session"]):
        state["empty_since"] = None
    else:
        state["empty_since"] = now if state["empty_since"] is None else state["empty_since"]
        ends.append((state["empty_since"] + GRACE, "session ended"))
    return ends


def _stop(state: State, moment: int, reason: str) -> None:
    if state["since"] is not None:
        state["recorded"] += max(0, moment - state["since"])
    state["tracks"] = tracks.closed(state, moment)
    state.update(status="stopped", since=None, paused_since=None, stopped_at=moment, updated_at=moment, reason=reason)


def _finish(state: State, status: str, moment: int) -> None:
    """The file is there; its sum is written as OpenTok writes it, in base64."""
    content = files.content(state)
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode("ascii")
    state.update(status=status, updated_at=moment, size=len(content), sha256sum=digest)


def _is_publishing(db: sqlite3.Connection, state: State) -> bool:
    if not _is_manual(state):
        return _has(db, "streams", state["session"])
    added = [stream["streamId"] for stream in rows.streams_of(state)]
    found = db.execute("SELECT id FROM streams WHERE session = ?", (state["session"],)).fetchall()
    return any(row["id"] in added for row in found)


def _is_manual(state: State) -> bool:
    return bool(json.loads(state["wish"])["streamMode"] == "manual")


def _has(db: sqlite3.Connection, table: str, session_id: str) -> bool:
    return db.execute(f"SELECT 1 FROM {table} WHERE session = ? LIMIT 1", (session_id,)).fetchone() is not None
