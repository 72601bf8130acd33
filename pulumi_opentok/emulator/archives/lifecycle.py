# SPDX-License-Identifier: Apache-2.0
"""What becomes of an archive in time, by the emulator's clock. Source of the limits: the archiving guide.

The scheduler advances an archive when something is due, and whoever changes the clients of a session calls :func:`clients_changed`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from typing import Any

from ..callbacks import events
from ..service import Service
from . import files, rows, rules, targets, tracks

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
RECORDS = ("started", "paused")


def advance(service: Service, row: sqlite3.Row) -> None:
    """Bring an archive up to date: what happens to it by itself, and what its session's clients did."""
    state, now = dict(row), service.clock.milliseconds()
    if row["status"] in RECORDS:
        _record(service.db, state, now)
    elif row["status"] == "stopped" and now >= row["stopped_at"] + PROCESSING:
        if service.archive_dir is None and targets.bucket_of(row) is None:
            _finish(state, "uploaded" if row["storage"] else "available", now)
        else:
            state["delivering"] = 1
    elif row["status"] == "available" and now >= row["stopped_at"] + RETENTION:
        state.update(status="expired", updated_at=now)
    change(service, row, state)


def change(service: Service, row: sqlite3.Row, state: State) -> None:
    """Write an archive's new state. The one place where a status changes: it says when the next change is due, and tells the project."""
    state["due_at"] = _due(service.db, state)
    rows.update(service.db, row["id"], state)
    if state["status"] != row["status"]:
        _tell(service, row["project"], row["id"])


def stop(service: Service, row: sqlite3.Row, reason: str) -> None:
    """End a recording now."""
    state = dict(row)
    _stop(state, service.clock.milliseconds(), reason)
    change(service, row, state)


def delete(service: Service, row: sqlite3.Row) -> None:
    """Delete an archive; it can still be read."""
    change(service, row, {**dict(row), "status": "deleted", "updated_at": service.clock.milliseconds()})


def fail(service: Service, row: sqlite3.Row, reason: str) -> None:
    """Let a recording, or the making of its file, fail now."""
    state, now = dict(row), service.clock.milliseconds()
    if row["status"] in RECORDS:
        _stop(state, now, reason)
    _fail(state, now, reason)
    change(service, row, state)


def delivered(service: Service, archive_id: str, outcome: targets.Outcome) -> None:
    """The file was brought to where it belongs, or could not be. What has failed or is gone meanwhile stays as it is."""
    row = rows.find_any(service.db, archive_id)
    if row is None or not row["delivering"]:
        return
    state, now = {**dict(row), "delivering": 0, "problem": outcome.problem}, service.clock.milliseconds()
    if outcome.uploaded is False and not targets.falls_back(row):
        _fail(state, now, rules.FAILURE)
    else:
        _finish(state, "uploaded" if row["storage"] and outcome.uploaded is not False else "available", now)
    change(service, row, state)


def begin(service: Service, session: sqlite3.Row, params: dict[str, Any], *, tag: str | None = None, automatic: bool = False) -> str:
    """Start to record; the new archive's id. What the project's storage is now decides where the file goes."""
    db, now, archive_id = service.db, service.clock.milliseconds(), service.randomness.uuid()
    storage = db.execute("SELECT settings FROM archive_storage WHERE project = ?", (session["project"],)).fetchone()
    kept = None if storage is None else storage["settings"]
    publishing = params["streamMode"] == "auto" and _has(db, "streams", session["id"])
    times = {"since": now} if publishing else {"paused_since": now}
    # Due at once: without a stream it is paused, and either way it has an end.
    rows.insert(db, archive_id, session, now, params, tag=tag, automatic=automatic, storage=kept, due_at=now, **times)
    _tell(service, session["project"], archive_id)
    return archive_id


def clients_changed(service: Service, session: sqlite3.Row) -> None:
    """Somebody joined, left, began or ceased to publish."""
    for row in rows.recording(service.db, session["id"]):
        advance(service, row)
    if session["archive_mode"] != "always" or not _has(service.db, "connections", session["id"]):
        return
    if not any(row["automatic"] for row in rows.recording(service.db, session["id"])):
        begin(service, session, rules.automatic(session), automatic=True)


def _tell(service: Service, project: str, archive_id: str) -> None:
    row = rows.find(service.db, project, archive_id)
    if row is not None:
        body = rows.as_json(row, service.url, service.clock.milliseconds())
        events.emit(service, project, "archive", row["status"], row["session"], body)


def _due(db: sqlite3.Connection, state: State) -> int | None:
    """When something happens to it by itself, milliseconds since the epoch."""
    if state["status"] in RECORDS:
        return min(_ends(db, state))[0]
    if state["status"] == "stopped":
        return None if state["delivering"] else int(state["stopped_at"]) + PROCESSING
    return int(state["stopped_at"]) + RETENTION if state["status"] == "available" else None


def _record(db: sqlite3.Connection, state: State, now: int) -> None:
    """Bring an archive that is not stopped up to date."""
    if _has(db, "connections", state["session"]):
        state["empty_since"] = None
    elif state["empty_since"] is None:
        state["empty_since"] = now
    moment, reason = min(_ends(db, state))
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


def _ends(db: sqlite3.Connection, state: State) -> list[tuple[int, str]]:
    """When and why it would end by itself."""
    ends = [(state["created_at"] + MOST_IN_ALL, "maximum duration exceeded")]
    if state["since"] is not None:
        ends.append((state["since"] + MOST_RECORDED - state["recorded"], "maximum duration exceeded"))
    elif state["paused_since"] is not None:
        waits = MOST_PAUSED if state["recorded"] or _is_manual(state) else GRACE
        ends.append((state["paused_since"] + waits, "session ended"))
    if state["empty_since"] is not None:
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
    state.update(status=status, updated_at=moment, size=len(content), sha256sum=digest, storage=targets.without_credentials(state))


def _fail(state: State, moment: int, reason: str) -> None:
    state.update(status="failed", updated_at=moment, reason=reason, delivering=0, storage=targets.without_credentials(state))


def _is_publishing(db: sqlite3.Connection, state: State) -> bool:
    if not _is_manual(state):
        return _has(db, "streams", state["session"])
    added = [stream["streamId"] for stream in rows.streams_of(state)]
    found = db.execute("SELECT id FROM streams WHERE session = ?", (state["session"],)).fetchall()
    return any(row["id"] in added for row in found)


def _is_manual(state: State) -> bool:
    return bool(json.loads(state["params"])["streamMode"] == "manual")


def _has(db: sqlite3.Connection, table: str, session_id: str) -> bool:
    return db.execute(f"SELECT 1 FROM {table} WHERE session = ? LIMIT 1", (session_id,)).fetchone() is not None
