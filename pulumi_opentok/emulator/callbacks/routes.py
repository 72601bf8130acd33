# SPDX-License-Identifier: Apache-2.0
"""Registration of callbacks; what is delivered to them is in events.py."""

from __future__ import annotations

import sqlite3
from typing import Any

from starlette.routing import Route

from pulumi_opentok.core import operations

from .. import fields
from ..endpoint import route
from ..errors import ApiError, bad_request
from ..messages import Call, Reply, json_reply
from ..service import Service
from ..texts import is_url

LONGEST_BODY = 8096  # bytes
PAIRS = (
    ("archive", "status"),
    ("connection", "created"),
    ("connection", "destroyed"),
    ("stream", "created"),
    ("stream", "destroyed"),
    ("sip_call", "created"),
    ("sip_call", "destroyed"),
)


def register(call: Call) -> Reply:
    """Add a callback."""
    if len(call.body) > LONGEST_BODY:
        raise bad_request(f"The body is longer than {LONGEST_BODY} bytes")
    body = call.json_object()
    group, event, url = (fields.needed_text(body, name) for name in ("group", "event", "url"))
    if (group, event) not in PAIRS:
        raise bad_request("There is no such group and event")
    if not is_url(url):
        raise bad_request("url must be an http or https URL")
    service, callback_id = call.service, call.service.randomness.uuid()
    service.db.execute(
        "INSERT INTO callbacks (id, project, kind, event, url, created_at) VALUES (?,?,?,?,?,?)",
        (callback_id, call.signer.key, group, event, url, service.clock.milliseconds()),
    )
    row = service.db.execute("SELECT * FROM callbacks WHERE id = ?", (callback_id,)).fetchone()
    return json_reply(_as_json(row))


def list_all(call: Call) -> Reply:
    """The callbacks of a project: a bare array."""
    found = call.service.db.execute("SELECT * FROM callbacks WHERE project = ? ORDER BY position", (call.signer.key,)).fetchall()
    return json_reply([{**_as_json(row), "updatedAt": row["created_at"]} for row in found])


def delete(call: Call) -> Reply:
    """Remove a callback."""
    values = (call.parameters["callback_id"], call.signer.key)
    if call.service.db.execute("DELETE FROM callbacks WHERE id = ? AND project = ?", values).rowcount == 0:
        raise ApiError(404, "Callback not found")
    return Reply(204)


def _as_json(row: sqlite3.Row) -> dict[str, Any]:
    return {"id": row["id"], "group": row["kind"], "event": row["event"], "url": row["url"], "createdAt": row["created_at"]}


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    return [
        route(service, operations.CALLBACK_REGISTER, register),
        route(service, operations.CALLBACK_LIST, list_all),
        route(service, operations.CALLBACK_DELETE, delete),
    ]
