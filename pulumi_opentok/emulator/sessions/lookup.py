# SPDX-License-Identifier: Apache-2.0
"""The session, client and stream that the path of a call names."""

from __future__ import annotations

import re
import sqlite3

from ..errors import ApiError
from ..messages import Call
from . import rows

_INVALID_SESSION_ID = 10101
_SESSION_ID = re.compile(r"[12]_[A-Za-z0-9+/_~=-]{1,253}")


def session_of(call: Call, session_id: str | None = None) -> sqlite3.Row:
    """The project's session, by default that of the path. Raises ApiError (400, 404)."""
    session_id = call.parameters["session_id"] if session_id is None else session_id
    if not _SESSION_ID.fullmatch(session_id):
        raise ApiError(400, "Invalid session id format", code=_INVALID_SESSION_ID)
    row = rows.find(call.service.db, session_id)
    if row is None or row["project"] != call.signer.key:
        raise ApiError(404, "Session not found")
    return row


def used_session(call: Call) -> sqlite3.Row:
    """The same, but it exists only once a client has connected, also if all have left since. Raises ApiError (400, 404)."""
    row = session_of(call)
    if row["connected_at"] is None:
        raise ApiError(404, "Session not found")
    return row


def live_session(call: Call) -> sqlite3.Row:
    """The same with somebody connected now. Raises ApiError (400, 404)."""
    row = session_of(call)
    require_clients(call, row)
    return row


def require_clients(call: Call, session: sqlite3.Row) -> None:
    """Raises ApiError (404) unless a client is connected."""
    if not rows.has_clients(call.service.db, session["id"]):
        raise ApiError(404, "Not found. No clients are actively connected to the OpenTok session.")


def connected(call: Call) -> tuple[str, str]:
    """Session and connection that the path names. Raises ApiError (400, 404)."""
    session, connection_id = live_session(call), call.parameters["connection_id"]
    if not rows.is_connected(call.service.db, session["id"], connection_id):
        raise ApiError(404, "Not found. The client is not connected to the session.")
    return session["id"], connection_id
