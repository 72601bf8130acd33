# SPDX-License-Identifier: Apache-2.0
"""``/broadcast``. Source: requests and recorded answers of the official SDKs."""

from __future__ import annotations

import sqlite3

from starlette.routing import Route

from pulumi_opentok.core import operations

from .. import layouts
from ..endpoint import route
from ..errors import ApiError, bad_request
from ..messages import Call, Reply, json_reply
from ..paging import page_of, page_reply
from ..service import Service
from ..sessions import media
from ..sessions.lookup import require_clients, session_of
from . import lifecycle, rows, rules


def start(call: Call) -> Reply:
    """Begin a broadcast."""
    body = call.json_object()
    checked, tag = rules.check(call, body), rules.tag_of(body)
    session = media.routed_session(call, body, "broadcasts")
    if session["e2ee"]:
        raise ApiError(409, "Sessions with end-to-end encryption cannot be broadcast.")
    require_clients(call, session)
    _check_others(call, session["id"], tag, len(checked["rtmp"]))
    with call.service.store.transaction():
        made = lifecycle.begin(call.service, session, tag, checked)
    shown = rows.as_json(_own(call, made), call.now())
    return json_reply({**shown, "multiBroadcastTag": tag} if tag else shown, charset=True)


def get(call: Call) -> Reply:
    """One broadcast."""
    return json_reply(rows.as_json(_own(call), call.now()))


def list_all(call: Call) -> Reply:
    """A page of the broadcasts that run."""
    offset, count = page_of(call)
    session = call.query.get("sessionId") or None
    if session is not None:
        session_of(call, session)
    now = call.now()
    total, found = rows.page(call.service.db, call.signer.key, session, offset, count)
    return page_reply(call, found, total, lambda row: rows.as_json(row, now))


def stop(call: Call) -> Reply:
    """End a broadcast."""
    row = _running(call)
    with call.service.store.transaction():
        lifecycle.stop(call.service, row)
    return json_reply(rows.as_json(_own(call), call.now()))


def set_layout(call: Call) -> Reply:
    """Change the layout."""
    layout = layouts.check(call.json_object())
    row, now = _running(call), call.now()
    with call.service.store.transaction() as db:
        rows.set_layout(db, row, layout, now)
    return json_reply(rows.as_json(_own(call), now))


def update_streams(call: Call) -> Reply:
    """Add a stream to a manual broadcast, or take one out."""
    stream_id, chosen = media.chosen_stream(call.json_object())
    row, now = _running(call), call.now()
    if rows.params_of(row)["streamMode"] != "manual":
        raise ApiError(405, "Streams of a broadcast with streamMode auto cannot be chosen.")
    if chosen is not None:
        media.require_published(call, row["session"], stream_id)
    with call.service.store.transaction() as db:
        rows.set_stream(db, row, stream_id, chosen, now)
    return Reply(204)


def _check_others(call: Call, session_id: str, tag: str | None, rtmp: int) -> None:
    """Raises ApiError (400, 409) if another broadcast of the session is in the way."""
    others = rows.running(call.service.db, session_id)
    if others and (tag is None or tag in [other["tag"] for other in others]):
        raise ApiError(409, "The broadcast has already started for the session.")
    if rtmp + sum(len(rows.params_of(other)["rtmp"]) for other in others) > rules.MOST_RTMP:
        raise bad_request(f"There must be at most {rules.MOST_RTMP} simultaneous RTMP streams in a session")


def _own(call: Call, broadcast_id: str | None = None) -> sqlite3.Row:
    row = rows.find(call.service.db, call.signer.key, broadcast_id or call.parameters["broadcast_id"])
    if row is None:
        raise ApiError(404, "Not found. You passed in an invalid broadcast ID.")
    return row


def _running(call: Call) -> sqlite3.Row:
    row = _own(call)
    if row["stopped_at"] is not None:
        raise ApiError(409, "The broadcast has already been stopped", code=rules.ALREADY_STOPPED)
    return row


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    return [
        route(service, operations.BROADCAST_START, start),
        route(service, operations.BROADCAST_LIST, list_all),
        route(service, operations.BROADCAST_GET, get),
        route(service, operations.BROADCAST_STOP, stop),
        route(service, operations.BROADCAST_SET_LAYOUT, set_layout),
        route(service, operations.BROADCAST_UPDATE_STREAMS, update_streams),
    ]
