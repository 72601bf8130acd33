# SPDX-License-Identifier: Apache-2.0
"""The session that a call about media names: it must be the project's own, routed, and somebody must have joined it."""

from __future__ import annotations

import sqlite3

from ..errors import ApiError, bad_request
from ..exchange import Call
from . import rows

INVALID_SESSION_ID = 10101


def routed_session(call: Call, session_id: str | None, what: str) -> sqlite3.Row:
    """The session of a start. ``what`` begins in it (in error texts). Raises ApiError: 400, 404, 409."""
    if not session_id:
        raise bad_request("sessionId must be set")
    if not session_id.startswith(("1_", "2_")):
        raise ApiError(400, "Invalid session id format", code=INVALID_SESSION_ID)
    row = rows.find(call.service.db, session_id)
    if row is None or row["project"] != call.signer.key:
        raise ApiError(404, "Session not found")
    if row["media_mode"] != "routed":
        raise ApiError(409, f"Only routed sessions are allowed to initiate {what}.")
    return row


def require_clients(call: Call, session: sqlite3.Row) -> None:
    """Raises ApiError (404) unless a client is connected: until then a session does not exist for media."""
    if call.service.db.execute("SELECT 1 FROM connections WHERE session = ?", (session["id"],)).fetchone() is None:
        raise ApiError(404, "Not found. No clients are actively connected to the OpenTok session.")
