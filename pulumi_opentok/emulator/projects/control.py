# SPDX-License-Identifier: Apache-2.0
"""Projects behind the API's back: what the dashboard, a colleague or a forgotten script would do. It makes drift."""

from __future__ import annotations

import sqlite3
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..config import EmulatorError, check_secret
from ..control_request import Answer, json_object
from ..errors import ApiError
from ..service import Service
from . import rows
from .routes import name_of


def _as_json(row: sqlite3.Row) -> dict[str, Any]:
    return {**rows.as_json(row), "account": row["account"]}


def find_project(service: Service, request: Request) -> sqlite3.Row:
    """The project of the path. Raises HTTPException (404)."""
    project_id: str = request.path_params["project_id"]
    row = rows.find(service.db, project_id)
    if row is None:
        raise HTTPException(404, f"no project {project_id}")
    return row


async def list_all(service: Service, _: Request) -> Response:
    """The projects of all accounts, in the order of their creation."""
    return JSONResponse({"projects": [_as_json(row) for row in rows.listed(service.db)]})


async def get(service: Service, request: Request) -> Response:
    """One project."""
    return JSONResponse(_as_json(find_project(service, request)))


async def edit(service: Service, request: Request) -> Response:
    """Set any of ``status``, ``name``, ``secret``."""
    body = await json_object(request)
    row = find_project(service, request)
    if not body or not set(body) <= {"status", "name", "secret"}:
        raise HTTPException(400, "expected any of status, name, secret")
    if body.get("status", "VALID") not in rows.STATUSES:
        raise HTTPException(400, f"status must be one of {', '.join(rows.STATUSES)}")
    if body.get("name", "") is None:
        raise HTTPException(400, "name must be a string")
    try:
        name_of(body)
        check_secret(body.get("secret", "x"))
    except (ApiError, EmulatorError) as error:
        raise HTTPException(400, str(error)) from error
    rows.update(service.db, row["id"], service.clock.milliseconds(), **body)
    return JSONResponse(_as_json(find_project(service, request)))


async def delete(service: Service, request: Request) -> Response:
    """Delete a project."""
    rows.update(service.db, find_project(service, request)["id"], service.clock.milliseconds(), deleted=1)
    return Response(status_code=204)


PATHS: tuple[tuple[str, str, Answer], ...] = (
    ("GET", "/projects", list_all),
    ("GET", "/projects/{project_id}", get),
    ("PATCH", "/projects/{project_id}", edit),
    ("DELETE", "/projects/{project_id}", delete),
)
