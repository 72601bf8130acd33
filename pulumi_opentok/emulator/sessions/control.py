# SPDX-License-Identifier: Apache-2.0
"""Look at sessions, and simulate their clients: who is connected and what they publish."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from ..control_request import Answer, json_object
from ..service import Service
from . import clients, rows
from .client_tokens import refusal
from .token_data import connection_data

_PAGE = 500  # sessions
_VIDEO_TYPES = ("camera", "screen", "custom")


def _find(service: Service, request: Request) -> sqlite3.Row:
    row = rows.find(service.db, request.path_params["session_id"])
    if row is None:
        raise HTTPException(404, "no such session")
    return row


def _text(body: dict[str, Any], name: str, default: str) -> str:
    value = body.get(name, default)
    if not isinstance(value, str):
        raise HTTPException(400, f"{name} must be a string")
    return value.encode("utf-8", "replace").decode("utf-8")


def _reason(request: Request, reasons: tuple[str, ...]) -> str:
    reason = request.query_params.get("reason", reasons[0])
    if reason not in reasons:
        raise HTTPException(400, f"reason must be one of {', '.join(reasons)}")
    return reason


def _only(body: dict[str, Any], *names: str) -> None:
    if not set(body) <= set(names):
        raise HTTPException(400, f"expected any of {', '.join(names)}")


async def list_all(service: Service, _: Request) -> Response:
    """All sessions, in the order of their creation. There may be very many: they are written as they are read."""
    return StreamingResponse(_listed(service), media_type="application/json")


async def _listed(service: Service) -> AsyncIterator[str]:
    yield '{"sessions": ['
    last, comma = 0, ""
    while page := rows.listed(service.db, last, _PAGE):
        yield comma + ", ".join(json.dumps(rows.as_json(service.db, row)) for row in page)
        last, comma = page[-1]["position"], ", "
    yield "]}"


async def get(service: Service, request: Request) -> Response:
    """One session, its connections and streams."""
    return JSONResponse(rows.as_json(service.db, _find(service, request)))


async def connect(service: Service, request: Request) -> Response:
    """A client joins: ``{"data"?, "token"?}``. A token is checked as OpenTok does; its data is the client's."""
    body = await json_object(request)
    _only(body, "data", "token")
    session, data, token = _find(service, request), _text(body, "data", ""), _text(body, "token", "")
    if token and (refused := refusal(service, session, token)):
        raise HTTPException(403, refused)
    data = data or connection_data(token)
    connection_id = service.randomness.uuid()
    with service.store.transaction():
        clients.join(service, session, connection_id, data)
    return JSONResponse({"connectionId": connection_id}, 201)


async def disconnect(service: Service, request: Request) -> Response:
    """A client leaves, for ``?reason=``."""
    session, reason = _find(service, request), _reason(request, clients.LEAVES)
    with service.store.transaction():
        found = clients.leave(service, session, request.path_params["connection_id"], reason)
    if not found:
        raise HTTPException(404, "no such connection")
    return Response(status_code=204)


async def publish(service: Service, request: Request) -> Response:
    """A client publishes: ``{"name"?, "videoType"?, "connectionId"?}``. Without a connection a new client joins for it."""
    body = await json_object(request)
    _only(body, "name", "videoType", "connectionId")
    session = _find(service, request)
    name, video_type = _text(body, "name", ""), _text(body, "videoType", "camera")
    if video_type not in _VIDEO_TYPES:
        raise HTTPException(400, f"videoType must be one of {', '.join(_VIDEO_TYPES)}")
    connection_id, stream_id = _text(body, "connectionId", ""), service.randomness.uuid()
    if connection_id and not rows.is_connected(service.db, session["id"], connection_id):
        raise HTTPException(404, "no such connection")
    with service.store.transaction():
        if not connection_id:
            connection_id = service.randomness.uuid()
            clients.join(service, session, connection_id)
        clients.publish(service, session, connection_id, stream_id, name, video_type)
    return JSONResponse({"streamId": stream_id, "connectionId": connection_id}, 201)


async def unpublish(service: Service, request: Request) -> Response:
    """A stream ends, for ``?reason=``."""
    session, reason = _find(service, request), _reason(request, clients.UNPUBLISHES)
    with service.store.transaction():
        found = clients.unpublish(service, session, request.path_params["stream_id"], reason)
    if not found:
        raise HTTPException(404, "no such stream")
    return Response(status_code=204)


PATHS: tuple[tuple[str, str, Answer], ...] = (
    ("GET", "/sessions", list_all),
    ("GET", "/sessions/{session_id}", get),
    ("POST", "/sessions/{session_id}/connections", connect),
    ("DELETE", "/sessions/{session_id}/connections/{connection_id}", disconnect),
    ("POST", "/sessions/{session_id}/streams", publish),
    ("DELETE", "/sessions/{session_id}/streams/{stream_id}", unpublish),
)
