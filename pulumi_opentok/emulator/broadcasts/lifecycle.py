# SPDX-License-Identifier: Apache-2.0
"""What becomes of a broadcast in time, by the emulator's clock, and what the project is told of it."""

from __future__ import annotations

import sqlite3
from typing import Any

from ..callbacks import events
from ..service import Service
from . import rows


def begin(service: Service, session: sqlite3.Row, tag: str | None, params: dict[str, Any]) -> str:
    """Begin a broadcast; its id."""
    broadcast_id, now = service.randomness.uuid(), service.clock.milliseconds()
    rows.insert(service.db, broadcast_id, session, now, tag, params, due_at=now + rows.CONNECTING)
    _tell(service, session["project"], broadcast_id, "started")
    return broadcast_id


def advance(service: Service, row: sqlite3.Row) -> None:
    """Do what is due: its outputs are live, or its longest duration is over."""
    ends = row["created_at"] + rows.params_of(row)["maxDuration"] * 1000
    if row["stopped_at"] is not None:
        return
    if service.clock.milliseconds() >= ends:
        stop(service, row)
    else:
        rows.set_due(service.db, row["id"], ends)
        _tell(service, row["project"], row["id"], "live")


def stop(service: Service, row: sqlite3.Row) -> None:
    """End a broadcast now."""
    rows.stop(service.db, row["id"], service.clock.milliseconds())
    _tell(service, row["project"], row["id"], "stopped")


def _tell(service: Service, project: str, broadcast_id: str, event: str) -> None:
    row = rows.find(service.db, project, broadcast_id)
    if row is not None:
        body = rows.as_json(row, service.clock.milliseconds())
        events.emit(service, project, "broadcast", event, row["session"], body)
