# SPDX-License-Identifier: Apache-2.0
"""Let renders fail: no page is loaded, so none fails by itself."""

from __future__ import annotations

import sqlite3

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..control_request import Answer, failure
from ..service import Service
from . import lifecycle, rows, rules


def _find(service: Service, request: Request) -> sqlite3.Row:
    row = rows.find_any(service.db, request.path_params["render_id"])
    if row is None:
        raise HTTPException(404, "no such render")
    return row


async def fail(service: Service, request: Request) -> Response:
    """``{"event": "fail", "reason"?}``: the page cannot be loaded, or can be no more."""
    reason, row = await failure(request, rules.NOT_LOADED), _find(service, request)
    if row["status"] not in lifecycle.RUNS:
        raise HTTPException(409, f"the render is {row['status']}: it can no longer fail")
    with service.store.transaction():
        lifecycle.end(service, row, "failed", reason)
    return JSONResponse(rows.as_json(_find(service, request)))


PATHS: tuple[tuple[str, str, Answer], ...] = (("POST", "/renders/{render_id}", fail),)
