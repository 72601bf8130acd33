# SPDX-License-Identifier: Apache-2.0
"""Clients come, publish and go: the rows, what the project is told, and what follows for archives and SIP calls.

Call these within a transaction. Source of the events: session monitoring guide, see callbacks/provenance.py.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from ..archives import lifecycle as archives
from ..callbacks import events
from ..service import Service
from ..sip import state as sip
from . import rows

CLIENT_DISCONNECTED = "clientDisconnected"
FORCE_DISCONNECTED = "forceDisconnected"
NETWORK_DISCONNECTED = "networkDisconnected"
LEAVES = (CLIENT_DISCONNECTED, FORCE_DISCONNECTED, NETWORK_DISCONNECTED)
"""Why a client can leave."""
UNPUBLISHES = (CLIENT_DISCONNECTED, "forceUnpublished", "mediaStopped", *LEAVES[1:])
"""Why a stream can end."""


def join(service: Service, session: sqlite3.Row, connection_id: str, data: str = "") -> None:
    """A client joins; with the first one the session is created."""
    first = not rows.has_clients(service.db, session["id"])
    rows.connect(service.db, session["id"], connection_id, service.clock.milliseconds(), data)
    if first:
        _tell(service, session, "sessionCreated")
    _tell(service, session, "connectionCreated", connection=_connection(service.db, connection_id))
    archives.clients_changed(service, session)


def leave(service: Service, session: sqlite3.Row, connection_id: str, reason: str) -> bool:
    """A client leaves and its streams end; a SIP call is hung up; with the last one the session is destroyed. False if it is not there."""
    if not rows.is_connected(service.db, session["id"], connection_id):
        return False
    for row in rows.streams_of(service.db, connection_id):
        _end_stream(service, session, row, reason)
    shown = _connection(service.db, connection_id)
    rows.disconnect(service.db, connection_id)
    _tell(service, session, "connectionDestroyed", reason=reason, connection=shown)
    sip.connection_left(service, connection_id, network=reason == NETWORK_DISCONNECTED)
    if not rows.has_clients(service.db, session["id"]):
        _tell(service, session, "sessionDestroyed", reason=reason)
    archives.clients_changed(service, session)
    return True


def publish(service: Service, session: sqlite3.Row, connection_id: str, stream_id: str, name: str, video_type: str) -> None:
    """A client publishes a stream; in a muted session it is muted."""
    rows.publish(service.db, session["id"], connection_id, stream_id, name, video_type, service.clock.milliseconds())
    row = rows.find_stream(service.db, session["id"], stream_id)
    if row is not None:
        _tell(service, session, "streamCreated", stream=_stream(service.db, row))
    archives.clients_changed(service, session)


def unpublish(service: Service, session: sqlite3.Row, stream_id: str, reason: str) -> bool:
    """A stream ends. False if there is none."""
    row = rows.find_stream(service.db, session["id"], stream_id)
    if row is None:
        return False
    _end_stream(service, session, row, reason)
    archives.clients_changed(service, session)
    return True


def _end_stream(service: Service, session: sqlite3.Row, row: sqlite3.Row, reason: str) -> None:
    shown = _stream(service.db, row)
    rows.unpublish(service.db, row["id"])
    _tell(service, session, "streamDestroyed", reason=reason, stream=shown)


def _tell(service: Service, session: sqlite3.Row, event: str, **more: Any) -> None:
    body = {
        "sessionId": session["id"],
        "projectId": session["project"],
        "event": event,
        "timestamp": service.clock.milliseconds(),
        **more,
    }
    events.emit(service, session["project"], "session", event, session["id"], body)


def _connection(db: sqlite3.Connection, connection_id: str) -> dict[str, Any]:
    row = db.execute("SELECT id, created_at, data FROM connections WHERE id = ?", (connection_id,)).fetchone()
    return {"id": row["id"], "createdAt": row["created_at"], "data": row["data"]}


def _stream(db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "connection": _connection(db, row["connection"]),
        "createdAt": row["created_at"],
        "name": row["name"],
        "videoType": row["video_type"],
    }
