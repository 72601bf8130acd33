# SPDX-License-Identifier: Apache-2.0
"""``/render``. Source: requests and recorded answers of the official SDKs."""

from __future__ import annotations

import sqlite3

from starlette.routing import Route

from pulumi_opentok.core import operations

from ..endpoint import route
from ..errors import ApiError
from ..messages import Call, Reply, json_reply
from ..paging import page_of, page_reply
from ..service import Service
from ..sessions.media import routed_session
from . import lifecycle, rows, rules


def start(call: Call) -> Reply:
    """Begin a render. It joins the session, so nobody else has to be there."""
    body = call.json_object()
    checked = rules.check(body)
    session = routed_session(call, body, "renders")
    with call.service.store.transaction():
        made = lifecycle.begin(call.service, session, checked)
    return json_reply(rows.as_json(_own(call, made)), 202)


def get(call: Call) -> Reply:
    """One render."""
    return json_reply(rows.as_json(_own(call, call.parameters["render_id"])))


def list_all(call: Call) -> Reply:
    """A page of the project's renders."""
    offset, count = page_of(call)
    db, key = call.service.db, call.signer.key
    return page_reply(call, rows.page(db, key, offset, count), rows.total(db, key), rows.as_json)


def stop(call: Call) -> Reply:
    """End a render; one that has ended already stays as it is."""
    row = _own(call, call.parameters["render_id"])
    if row["status"] in lifecycle.RUNS:
        with call.service.store.transaction():
            lifecycle.end(call.service, row, "stopped", rules.STOP_REQUESTED)
    return Reply(call.service.render_stop_status)


def _own(call: Call, render_id: str) -> sqlite3.Row:
    row = rows.find(call.service.db, call.signer.key, render_id)
    if row is None:
        raise ApiError(404, "Render not found")
    return row


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    return [
        route(service, operations.RENDER_START, start),
        route(service, operations.RENDER_LIST, list_all),
        route(service, operations.RENDER_GET, get),
        route(service, operations.RENDER_STOP, stop),
    ]
