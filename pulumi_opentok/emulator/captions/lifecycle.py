# SPDX-License-Identifier: Apache-2.0
"""When captions end, by the emulator's clock, and what the project is told of them."""

from __future__ import annotations

import sqlite3

from ..callbacks import events
from ..service import Service
from . import rows


def begin(service: Service, session: sqlite3.Row, seconds: int, language: str, callback_url: str | None) -> str:
    """Begin captions; their id."""
    captions_id, now = service.randomness.uuid(), service.clock.milliseconds()
    rows.insert(service.db, captions_id, session, now, language, callback_url, now + seconds * 1000)
    row = rows.find(service.db, session["project"], captions_id)
    if row is not None:
        _tell(service, row, "started")
    return captions_id


def end(service: Service, row: sqlite3.Row) -> None:
    """End captions now."""
    rows.delete(service.db, row["id"])
    _tell(service, row, "stopped")


def _tell(service: Service, row: sqlite3.Row, status: str) -> None:
    now = service.clock.milliseconds()
    body = {
        "captionId": row["id"],
        "projectId": row["project"],
        "sessionId": row["session"],
        "status": status,
        "createdAt": row["created_at"],
        "updatedAt": now,
        "duration": (now - row["created_at"]) // 1000,
        "languageCode": row["language"],
        "group": "captions",
    }
    events.emit(service, row["project"], "captions", status, row["session"], body, row["callback_url"])
