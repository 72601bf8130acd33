# SPDX-License-Identifier: Apache-2.0
"""What becomes of a render in time, by the emulator's clock, and what the project is told of it. Source: Experience Composer guide."""

from __future__ import annotations

import sqlite3

from ..callbacks import events
from ..service import Service
from ..sessions import clients
from ..sessions import rows as sessions
from . import rows
from .rules import DURATION_EXCEEDED, STARTING, RenderParams

RUNS = ("starting", "started")


def begin(service: Service, session: sqlite3.Row, params: RenderParams) -> str:
    """Begin a render, which joins its session; its id."""
    values, now = service.randomness, service.clock.milliseconds()
    render_id, connection, stream = values.uuid(), values.uuid(), values.uuid()
    rows.insert(service.db, render_id, session, (connection, stream), now, params, due_at=now + STARTING)
    clients.join(service, session, connection, params.data)
    clients.publish(service, session, connection, stream, params.name, "custom")
    return render_id


def advance(service: Service, row: sqlite3.Row) -> None:
    """Do what is due: it has started, or its longest duration is over."""
    if row["status"] == "starting":
        change(service, row, "started")
    elif row["status"] == "started":
        end(service, row, "stopped", DURATION_EXCEEDED)


def end(service: Service, row: sqlite3.Row, status: str, reason: str) -> None:
    """End a render, stopped or failed; it leaves its session."""
    change(service, row, status, reason)
    session = sessions.find(service.db, row["session"])
    if session is not None:
        clients.leave(service, session, row["connection"], clients.CLIENT_DISCONNECTED)


def change(service: Service, row: sqlite3.Row, status: str, reason: str | None = None) -> None:
    """Set a render's status. The one place where it changes: it says when the next change is due, and tells the project."""
    due_at = row["created_at"] + row["max_duration"] * 1000 if status == "started" else None
    rows.set_status(service.db, row["id"], status, reason, service.clock.milliseconds(), due_at)
    body = {"id": row["id"], "sessionId": row["session"], "streamId": row["stream"], "status": status}
    if reason is not None:
        body["reason"] = reason
    events.emit(service, row["project"], "render", status, row["session"], body, row["callback_url"])
