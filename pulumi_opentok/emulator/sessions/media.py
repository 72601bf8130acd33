# SPDX-License-Identifier: Apache-2.0
"""The session that a start of media names in its body: it must be routed. And the streams that manual media choose."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from .. import fields
from ..errors import ApiError, bad_request
from ..messages import Call
from . import rows
from .lookup import session_of


def routed_session(call: Call, body: Mapping[str, Any], what: str) -> sqlite3.Row:
    """The session in which ``what`` (in error texts) is to begin. Raises ApiError (400, 404, 409)."""
    row = session_of(call, fields.needed_text(body, "sessionId"))
    if row["media_mode"] != "routed":
        raise ApiError(409, f"Only routed sessions are allowed to initiate {what}.")
    return row


def chosen_stream(body: Mapping[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """The stream that a manual archive or broadcast takes in, and with which tracks; None: it takes it out. Raises ApiError (400)."""
    added, removed = fields.text(body, "addStream"), fields.text(body, "removeStream")
    if bool(added) == bool(removed):
        raise bad_request("One of addStream and removeStream must be set")
    tracks = {name: fields.boolean(body, name, True) for name in ("hasAudio", "hasVideo")}
    return (added, {"streamId": added, **tracks}) if added else (str(removed), None)


def require_published(call: Call, session_id: str, stream_id: str) -> None:
    """Raises ApiError (404) unless a client publishes the stream."""
    if rows.find_stream(call.service.db, session_id, stream_id) is None:
        raise ApiError(404, "Not found. There is no such stream in the session.")
