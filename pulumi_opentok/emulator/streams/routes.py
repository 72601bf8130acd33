# SPDX-License-Identifier: Apache-2.0
"""Reads of streams and connections, and the layout classes of streams."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from starlette.routing import Route

from pulumi_opentok.core import operations

from ..endpoint import route
from ..errors import ApiError
from ..messages import Call, Reply, json_reply
from ..paging import LARGEST_COUNT, page_of, page_reply
from ..service import Service
from ..sessions import lookup
from ..sessions.rows import find_stream
from . import rows, rules


def list_all(call: Call) -> Reply:
    """The streams of a session."""
    return _listed(call, lookup.used_session(call)["id"])


def get(call: Call) -> Reply:
    """One stream. One that is not there is 408, as the SDKs know it."""
    row = find_stream(call.service.db, lookup.used_session(call)["id"], call.parameters["stream_id"])
    if row is None:
        raise ApiError(408, "You passed in an invalid stream ID.")
    return json_reply(_as_json(row))


def set_layout_classes(call: Call) -> Reply:
    """Layout classes of several streams: all of them or none."""
    asked = rules.layout_classes(call.json_object())
    session_id = lookup.used_session(call)["id"]
    with call.service.store.transaction() as db:
        for stream_id, classes in asked:
            if not rows.set_classes(db, session_id, stream_id, json.dumps(classes)):
                raise ApiError(404, "Stream not found")
    return _listed(call, session_id)


def list_connections(call: Call) -> Reply:
    """The clients of a session: all that fit onto a page where none is asked for."""
    offset, count = page_of(call, LARGEST_COUNT)
    session_id = lookup.used_session(call)["id"]
    every = rows.connections(call.service.db, session_id)
    page = every[offset : offset + count]
    return page_reply(call, page, len(every), _connection, projectId=call.signer.key, sessionId=session_id)


def _listed(call: Call, session_id: str) -> Reply:
    items = [_as_json(row) for row in rows.listed(call.service.db, session_id)]
    return json_reply({"count": len(items), "items": items})


def _connection(row: sqlite3.Row) -> dict[str, Any]:
    return {"connectionId": row["id"], "connectionState": "Connected", "createdAt": row["created_at"]}


def _as_json(row: sqlite3.Row) -> dict[str, Any]:
    return {"id": row["id"], "videoType": row["video_type"], "name": row["name"], "layoutClassList": json.loads(row["layout_classes"])}


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    return [
        route(service, operations.STREAM_LIST, list_all),
        route(service, operations.STREAM_GET, get),
        route(service, operations.STREAM_SET_LAYOUT_CLASSES, set_layout_classes),
        route(service, operations.CONNECTION_LIST, list_connections),
    ]
