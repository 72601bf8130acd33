# SPDX-License-Identifier: Apache-2.0
"""Force-disconnect, and muting one stream or a session."""

from __future__ import annotations

import sqlite3
from typing import Any

from starlette.routing import Route

from pulumi_opentok.core import operations

from .. import fields
from ..endpoint import route
from ..errors import ApiError, bad_request
from ..messages import Call, Reply, json_reply
from ..projects import rows as projects
from ..service import Service
from ..sessions import clients, lookup
from ..sessions import rows as sessions
from ..sip import state as sip
from ..streams import rows as streams

_EXCLUDED = ("excludedstreamids", "excludedstreams", "excudedstreamids")


def disconnect(call: Call) -> Reply:
    """Remove a client and its streams; a SIP call is hung up."""
    _, connection_id = lookup.connected(call)
    with call.service.store.transaction():
        clients.leave(call.service, lookup.session_of(call), connection_id, clients.FORCE_DISCONNECTED)
    return Reply(204)


def mute_stream(call: Call) -> Reply:
    """Mute one stream."""
    call.json_object()
    session_id, stream_id = lookup.used_session(call)["id"], call.parameters["stream_id"]
    row = sessions.find_stream(call.service.db, session_id, stream_id)
    if row is None:
        raise ApiError(404, "Stream not found")
    with call.service.store.transaction():
        _mute(call.service, row)
    return _project(call)


def mute_session(call: Call) -> Reply:
    """Mute all streams but the excluded, and those to come; or let those to come be."""
    body = {name.lower(): value for name, value in call.json_object().items()}
    active, excluded = _active(body), _excluded(body)
    session_id = lookup.live_session(call)["id"]
    with call.service.store.transaction() as db:
        db.execute("UPDATE sessions SET muted = ? WHERE id = ?", (active, session_id))
        for row in streams.listed(db, session_id) if active else ():
            if row["id"] not in excluded:
                _mute(call.service, row)
    return _project(call)


def _mute(service: Service, stream: sqlite3.Row) -> None:
    service.db.execute("UPDATE streams SET muted = 1 WHERE id = ?", (stream["id"],))
    sip.mute_forced(service, stream["connection"])


def _active(body: dict[str, Any]) -> bool:
    active = body.get("active")
    if isinstance(active, bool):
        return active
    if isinstance(active, str) and active.lower() in ("true", "false"):
        return active.lower() == "true"
    raise bad_request("active must be true or false")


def _excluded(body: dict[str, Any]) -> set[str]:
    every = [body[name] for name in _EXCLUDED if body.get(name) is not None]
    if not all(isinstance(names, list) for names in every):
        raise bad_request("excludedStreamIds must be a list of stream ids")
    return {fields.needed_text({"excludedStreamIds": name}, "excludedStreamIds") for names in every for name in names}


def _project(call: Call) -> Reply:
    row = projects.find(call.service.db, call.signer.key)
    project = {} if row is None else projects.as_json(row)
    return json_reply({name: project[name] for name in ("id", "status", "name", "environment", "createdAt") if name in project})


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    return [
        route(service, operations.CONNECTION_DISCONNECT, disconnect),
        route(service, operations.STREAM_MUTE, mute_stream),
        route(service, operations.SESSION_MUTE, mute_session),
    ]
