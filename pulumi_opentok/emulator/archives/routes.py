# SPDX-License-Identifier: Apache-2.0
"""The calls about archives. Source: REST reference, recordings and issues of the official SDKs; see archives/provenance.py."""

from __future__ import annotations

import json
import sqlite3

from starlette.routing import Route

from pulumi_opentok.core import operations

from .. import layouts
from ..endpoint import route
from ..errors import ApiError
from ..messages import Call, Reply, json_reply
from ..paging import page_of, page_reply
from ..service import Service
from ..sessions import media
from . import lifecycle, rows, rules

_DELETABLE = ("available", "uploaded", "deleted")


def start(call: Call) -> Reply:
    """Record a session."""
    body = call.json_object()
    checked, tag = rules.check(body), rules.tag_of(body)
    session = rules.session_of(call, body)
    with call.service.store.transaction():
        for row in rows.recording(call.service.db, session["id"]):
            if tag is None or row["tag"] == tag:
                raise ApiError(409, "HTTP 409 Conflict", code=rules.ALREADY_RECORDING)
        archive_id = lifecycle.begin(call.service, session, checked, tag=tag)
    row = _row(call, archive_id)
    # Only here in milliseconds: what is read later is rounded, see provenance.py.
    shown = {**_shown(call, row), "createdAt": row["created_at"]}
    return json_reply({**shown, "multiArchiveTag": tag} if tag else shown, charset=True)


def list_all(call: Call) -> Reply:
    """The archives of a project, newest first."""
    offset, count = page_of(call)
    total, page = rows.page(call.service.db, call.signer.key, call.query.get("sessionId") or None, offset, count)
    return page_reply(call, page, total, lambda row: _shown(call, row))


def get(call: Call) -> Reply:
    """One archive."""
    return json_reply(_shown(call, _own(call)))


def stop(call: Call) -> Reply:
    """End a recording."""
    row = _own(call)
    if row["status"] not in lifecycle.RECORDS or row["automatic"]:
        raise ApiError(409, "Conflict. You are trying to stop an archive that is not recording.")
    with call.service.store.transaction():
        lifecycle.stop(call.service, row, "user initiated")
    return json_reply(_shown(call, _row(call, row["id"])))


def delete(call: Call) -> Reply:
    """Delete an archive; it can still be read, as deleted, but is listed no more."""
    row = _own(call)
    if row["status"] not in _DELETABLE:
        raise ApiError(409, "Conflict. The archive is not available, uploaded or deleted.")
    with call.service.store.transaction():
        lifecycle.delete(call.service, row)
    return Reply(204)


def set_layout(call: Call) -> Reply:
    """Change the layout of a composed recording."""
    layout = layouts.check(call.json_object())
    row = _recording(call)
    params = json.loads(row["params"])
    if params["outputMode"] != "composed":
        raise ApiError(400, "Only composed archives have a layout")
    rows.update(call.service.db, row["id"], {"params": json.dumps({**params, "layout": layout}), "updated_at": call.now()})
    return json_reply(_shown(call, _row(call, row["id"])))


def update_streams(call: Call) -> Reply:
    """Add a stream to a manual archive, or take one out."""
    row = _own(call)
    stream_id, recorded = media.chosen_stream(call.json_object())
    if recorded is not None:
        media.require_published(call, row["session"], stream_id)
    if json.loads(row["params"])["streamMode"] != "manual":
        raise ApiError(405, "Streams can be added and removed only if the streamMode is manual")
    row = _recording(call)
    before = rows.streams_of(row)
    others = [each for each in before if each["streamId"] != stream_id]
    if recorded is None and len(others) == len(before):
        raise ApiError(404, "Not found. The stream is not in the archive.")
    with call.service.store.transaction():
        rows.update(call.service.db, row["id"], {"streams": json.dumps([*others, recorded] if recorded else others)})
        lifecycle.advance(call.service, _row(call, row["id"]))
    return Reply(204)


def _own(call: Call) -> sqlite3.Row:
    """The archive of the path; one of another project looks as if it did not exist."""
    return _row(call, rules.archive_id(call))


def _recording(call: Call) -> sqlite3.Row:
    row = _own(call)
    if row["status"] not in lifecycle.RECORDS:
        raise ApiError(409, "Conflict. The archive is not recording.")
    return row


def _row(call: Call, archive_id: str) -> sqlite3.Row:
    row = rows.find(call.service.db, call.signer.key, archive_id)
    if row is None:
        raise ApiError(404, "Not found. You passed in an invalid archive ID.")
    return row


def _shown(call: Call, row: sqlite3.Row) -> dict[str, object]:
    return rows.as_json(row, f"http://{call.headers.get('host', '127.0.0.1')}", call.now())


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    return [
        route(service, operations.ARCHIVE_START, start),
        route(service, operations.ARCHIVE_LIST, list_all),
        route(service, operations.ARCHIVE_GET, get),
        route(service, operations.ARCHIVE_STOP, stop),
        route(service, operations.ARCHIVE_DELETE, delete),
        route(service, operations.ARCHIVE_SET_LAYOUT, set_layout),
        route(service, operations.ARCHIVE_UPDATE_STREAMS, update_streams),
    ]
