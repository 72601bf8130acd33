# SPDX-License-Identifier: Apache-2.0
"""The session that a start of media names in its body: it must be routed, and for most of them somebody must be in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from ..errors import ApiError
from ..fields import needed_text
from ..messages import Call
from .lookup import NOBODY, session_of


def routed_session(call: Call, body: Mapping[str, Any], what: str) -> sqlite3.Row:
    """The session in which ``what`` (in error texts) is to begin. Raises ApiError (400, 404, 409)."""
    row = session_of(call, needed_text(body, "sessionId"))
    if row["media_mode"] != "routed":
        raise ApiError(409, f"Only routed sessions are allowed to initiate {what}.")
    return row


def require_clients(call: Call, session: sqlite3.Row) -> None:
    """Raises ApiError (404) unless a client is connected."""
    if call.service.db.execute("SELECT 1 FROM connections WHERE session = ?", (session["id"],)).fetchone() is None:
        raise ApiError(404, NOBODY)
