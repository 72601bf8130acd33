# SPDX-License-Identifier: Apache-2.0
"""Look at archives, let them fail, and download their files by the link that the API gives."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..control_request import Answer, failure
from ..service import Service
from ..texts import HIGHEST_NUMBER, number_in
from . import files, lifecycle, rows, rules, targets

_CAN_FAIL = (*lifecycle.RECORDS, "stopped")


def _as_json(service: Service, row: sqlite3.Row) -> dict[str, Any]:
    """The archive object of the API, and what became of its file."""
    shown = rows.as_json(row, service.url, service.clock.milliseconds())
    return {**shown, "uploadedTo": targets.shown(row), "delivering": bool(row["delivering"]), "problem": row["problem"]}


def _find(service: Service, request: Request) -> sqlite3.Row:
    row: sqlite3.Row | None = rows.find_any(service.db, request.path_params["archive_id"])
    if row is None:
        raise HTTPException(404, "no such archive")
    return row


async def list_all(service: Service, _: Request) -> Response:
    """All archives of all projects, also deleted ones, in the order in which they began."""
    return JSONResponse({"archives": [_as_json(service, row) for row in rows.every(service.db)]})


async def get(service: Service, request: Request) -> Response:
    """One archive."""
    return JSONResponse(_as_json(service, _find(service, request)))


async def fail(service: Service, request: Request) -> Response:
    """``{"event": "fail", "reason"?}``: the recording fails, or the making of its file."""
    reason, row = await failure(request, rules.FAILURE), _find(service, request)
    if row["status"] not in _CAN_FAIL:
        raise HTTPException(409, f"the archive is {row['status']}: it can no longer fail")
    with service.store.transaction():
        lifecycle.fail(service, row, reason)
    return JSONResponse(_as_json(service, _find(service, request)))


async def download(service: Service, request: Request) -> Response:
    """The file; the link is good for ten minutes."""
    row: sqlite3.Row | None = rows.find_any(service.db, request.path_params["archive_id"])
    if row is None or row["status"] != "available" or request.path_params["name"] != files.name(json.loads(row["params"])):
        raise HTTPException(404, "no such file")
    expires = number_in(request.query_params.get("expires", ""), HIGHEST_NUMBER)
    if expires is None or expires < service.clock.milliseconds():
        raise HTTPException(403, "the link has expired: get the archive again")
    return Response(files.content(row), media_type=files.media_type(request.path_params["name"]))


PATHS: tuple[tuple[str, str, Answer], ...] = (
    ("GET", "/archives", list_all),
    ("GET", "/archives/{archive_id}", get),
    ("POST", "/archives/{archive_id}", fail),
    ("GET", "/archives/{archive_id}/{name}", download),
)
