# SPDX-License-Identifier: Apache-2.0
"""``/broadcast``. Source: requests and recorded answers of the official SDKs."""

from __future__ import annotations

import sqlite3
from typing import Any

from starlette.routing import Route

from pulumi_opentok.core import operations

from .. import fields, layouts
from ..endpoint import route
from ..errors import ApiError, bad_request
from ..messages import Call, Reply, json_reply
from ..paging import page_of, page_reply
from ..service import Service
from ..sessions.lookup import session_of
from ..sessions.media import require_clients, routed_session
from . import lifecycle, rows, rules


def start(call: Call) -> Reply:
    """Begin a broadcast."""
    body = call.json_object()
    checked, tag = rules.check(call, body), rules.tag_of(body)
    session = routed_session(call, body, "broadcasts")
    if session["e2ee"]:
        raise ApiError(409, "Sessions with end-to-end encryption cannot be broadcast.")
    require_clients(call, session)
    _check_others(call, session["id"], tag, len(checked["rtmp"]))
    with call.service.store.transaction():
        made = lifecycle.begin(call.service, session, tag, checked)
    shown = rows.as_json(_own(call, made), _now(call))
    return json_reply({**shown, "multiBroadcastTag": tag} if tag else shown, charset=True)


def get(call: Call) -> Reply:
    """One broadcast."""
    return json_reply(rows.as_json(_own(call), _now(call)))


def list_all(call: Call) -> Reply:
    """A page of the broadcasts that run."""
    offset, count = page_of(call)
    session = call.query.get("sessionId") or None
    if session is not None:
        session_of(call, session)
    now = _now(call)
    total, found = rows.page(call.service.db, call.signer.key, session, offset, count)
    return page_reply(call, found, total, lambda row: rows.as_json(row, now))


def stop(call: Call) -> Reply:
    """End a broadcast."""
    row = _running(call)
    with call.service.store.transaction():
        lifecycle.stop(call.service, row)
    return json_reply(rows.as_json(_own(call), _now(call)))


def set_layout(call: Call) -> Reply:
    """Change the layout."""
    layout = layouts.check(call.json_object())
    row, now = _running(call), _now(call)
    with call.service.store.transaction() as db:
        rows.set_layout(db, row, layout, now)
    return json_reply(rows.as_json(_own(call), now))


def update_streams(call: Call) -> Reply:
    """Add a stream to a manual broadcast, or take one out."""
    body = call.json_object()
    added, removed = fields.text(body, "addStream"), fields.text(body, "removeStream")
    if bool(added) == bool(removed):
        raise bad_request("One of addStream and removeStream must be set")
    tracks: dict[str, Any] = {name: fields.boolean(body, name, True) for name in ("hasAudio", "hasVideo")}
    row, now = _running(call), _now(call)
    if rows.params_of(row)["streamMode"] != "manual":
        raise ApiError(405, "Streams of a broadcast with streamMode auto cannot be chosen.")
    published = "SELECT 1 FROM streams WHERE id = ? AND session = ?"
    if added and call.service.db.execute(published, (added, row["session"])).fetchone() is None:
        raise ApiError(404, "Not found. There is no such stream in the session.")
    with call.service.store.transaction() as db:
        rows.set_stream(db, row, str(added or removed), {"streamId": added, **tracks} if added else None, now)
    return Reply(204)


def _check_others(call: Call, session_id: str, tag: str | None, rtmp: int) -> None:
    """Raises ApiError (400, 409) if another broadcast of the session is in the way."""
    others = rows.running(call.service.db, session_id)
    if others and (tag is None or tag in [other["tag"] for other in others]):
        raise ApiError(409, "The broadcast has already started for the session.")
    if rtmp + sum(len(rows.params_of(other)["rtmp"]) for other in others) > rules.MOST_RTMP:
        raise bad_request(f"There must be at most {rules.MOST_RTMP} simultaneous RTMP streams in a session")


def _now(call: Call) -> int:
    return call.service.clock.milliseconds()


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
