# SPDX-License-Identifier: Apache-2.0
"""``/connect``. Source: requests of the official SDKs. No WebSocket is opened."""

from __future__ import annotations

from starlette.routing import Route

from pulumi_opentok.core import operations

from ..endpoint import route
from ..errors import ApiError
from ..messages import Call, Reply, json_reply
from ..service import Service
from ..sessions import clients
from ..sessions.lookup import require_clients, session_of
from ..sessions.media import routed_session
from ..sessions.token_data import connection_data
from . import rows, rules


def start(call: Call) -> Reply:
    """Connect a session to a WebSocket; the connection is a client of the session."""
    body = call.json_object()
    streams = rules.check(body)
    session = routed_session(call, body, "Audio Connector WebSocket connections")
    require_clients(call, session)
    if missing := rows.missing_streams(call.service.db, session["id"], streams):
        raise ApiError(404, f"Stream {missing[0]} not found")
    values = call.service.randomness
    made, connection = values.uuid(), values.uuid()
    with call.service.store.transaction() as db:
        clients.join(call.service, session, connection, connection_data(body["token"]))
        rows.insert(db, made, session, connection)
    return json_reply({"id": made, "connectionId": connection}, charset=True)


def stop(call: Call) -> Reply:
    """Disconnect."""
    with call.service.store.transaction() as db:
        row = rows.take(db, call.signer.key, call.parameters["connection_id"])
        left = row is not None and clients.leave(
            call.service, session_of(call, row["session"]), row["connection"], clients.CLIENT_DISCONNECTED
        )
        if not left:
            raise ApiError(404, "Connection not found")
    return Reply(200)


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    return [route(service, operations.AUDIO_CONNECTOR_START, start), route(service, operations.AUDIO_CONNECTOR_STOP, stop)]
