# SPDX-License-Identifier: Apache-2.0
"""``/render``. Source: requests and recorded answers of the official SDKs."""

from __future__ import annotations

import sqlite3

from starlette.routing import Route

from pulumi_opentok.core import operations

from ..archives import lifecycle as archives
from ..endpoint import route
from ..errors import ApiError
from ..exchange import Call, Reply, json_reply
from ..paging import page_of, page_reply
from ..service import Service
from ..sessions.lookup import session_of
from ..sessions.media import routed_session
from . import rows, rules


def start(call: Call) -> Reply:
    """Begin a render. It joins the session, so nobody else has to be there."""
    wish = call.json_object()
    checked = rules.check(wish)
    session = routed_session(call, wish, "renders")
    service = call.service
    now, values = service.clock.milliseconds(), service.randomness
    made, client = values.uuid(), (values.uuid(), values.uuid())
    with service.store.transaction() as db:
        rows.insert(db, made, session, client, now, checked)
        archives.clients_changed(service, session)
    return json_reply(rows.as_json(_own(call, made), now), 202)


def get(call: Call) -> Reply:
    """One render."""
    _end_overdue(call)
    return json_reply(rows.as_json(_own(call, call.parameters["render_id"]), call.service.clock.milliseconds()))


def list_all(call: Call) -> Reply:
    """A page of the project's renders."""
    offset, count = page_of(call)
    _end_overdue(call)
    db, key, now = call.service.db, call.signer.key, call.service.clock.milliseconds()
    return page_reply(rows.page(db, key, offset, count), rows.total(db, key), lambda row: rows.as_json(row, now))


def stop(call: Call) -> Reply:
    """End a render; one that has ended already stays as it is."""
    _end_overdue(call)
    row = _own(call, call.parameters["render_id"])
    if row["stopped_at"] is None:
        with call.service.store.transaction() as db:
            rows.stop(db, row, call.service.clock.milliseconds(), rules.STOP_REQUESTED)
            archives.clients_changed(call.service, session_of(call, row["session"]))
    return Reply(call.service.render_stop_status)


def _end_overdue(call: Call) -> None:
    with call.service.store.transaction() as db:
        rows.end_overdue(db, call.signer.key, call.service.clock.milliseconds())


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
