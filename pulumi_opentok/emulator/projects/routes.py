# SPDX-License-Identifier: Apache-2.0
"""The six calls of the account API. Source: the account management guide; field names and texts: see provenance.py."""

from __future__ import annotations

import sqlite3
from typing import Any

from starlette.routing import Route

from pulumi_opentok.core import operations

from ..endpoint import route
from ..errors import ApiError, bad_request
from ..messages import Call, Reply, json_reply
from ..service import Service
from . import rows

_LARGEST_ENVIRONMENT = 2**31 - 1


def create(call: Call) -> Reply:
    """Make a project. Without a body it has no name; two projects may have the same one."""
    body = call.json_object()
    name = name_of(body)
    environment = _environment_of(body)
    service = call.service
    with service.store.transaction() as db:
        project_id = rows.new_id(db)
        rows.insert(db, project_id, call.signer.key, service.randomness.secret(), name, service.clock.milliseconds(), environment)
    return _object(call, project_id)


def list_all(call: Call) -> Reply:
    """All projects of the account: a bare array, secrets included."""
    return json_reply([rows.as_json(row) for row in rows.listed(call.service.db, call.signer.key)])


def get(call: Call) -> Reply:
    """One project."""
    return json_reply(rows.as_json(_own(call)))


def set_status(call: Call) -> Reply:
    """Suspend or activate. A ``name`` is accepted and changes nothing; ``environmentId`` moves the project."""
    project = _own(call)
    body = call.json_object()
    if not {"status", "name", "environmentId"} & set(body):
        raise bad_request("status must be ACTIVE or SUSPENDED")
    status = body.get("status", project["status"])
    if "status" in body and status not in ("ACTIVE", "SUSPENDED"):
        raise bad_request("status must be ACTIVE or SUSPENDED")
    name_of(body)
    environment = _environment_of(body, project["environment_id"])
    rows.update(call.service.db, project["id"], call.now(), status=status, environment_id=environment)
    return _object(call, project["id"])


def refresh_secret(call: Call) -> Reply:
    """Replace the secret; the old one is refused from now on."""
    project = _own(call)
    service = call.service
    rows.update(service.db, project["id"], service.clock.milliseconds(), secret=service.randomness.secret())
    return _object(call, project["id"])


def delete(call: Call) -> Reply:
    """Delete a project; its key is unknown from now on and never given out again."""
    project = _own(call)
    rows.update(call.service.db, project["id"], call.now(), deleted=1)
    return Reply(204)


def name_of(body: dict[str, Any]) -> str:
    """The ``name`` of a request, "" if there is none. Raises ApiError (400)."""
    name = body.get("name")
    if name is None:
        return ""
    if not isinstance(name, str):
        raise bad_request("name must be a string")
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:  # half of a surrogate pair: JSON can say it, no text can hold it
        raise bad_request("name must be a string") from error
    return name


def _environment_of(body: dict[str, Any], default: int = rows.STANDARD_ENVIRONMENT) -> int:
    value = body.get("environmentId")
    if value is None:
        return default
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _LARGEST_ENVIRONMENT:
        raise bad_request("environmentId must be the number of an environment")
    return value


def _own(call: Call) -> sqlite3.Row:
    """The project of the path; one of another account looks as if it did not exist."""
    project = rows.find(call.service.db, call.parameters["api_key"])
    if project is None or project["account"] != call.signer.key:
        raise ApiError(404, "Project not found")
    return project


def _object(call: Call, project_id: str) -> Reply:
    row = rows.find(call.service.db, project_id)
    if row is None:
        raise ApiError(404, "Project not found")
    return json_reply(rows.as_json(row))


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    return [
        route(service, operations.PROJECT_CREATE, create),
        route(service, operations.PROJECT_LIST, list_all),
        route(service, operations.PROJECT_GET, get),
        route(service, operations.PROJECT_SET_STATUS, set_status),
        route(service, operations.PROJECT_REFRESH_SECRET, refresh_secret),
        route(service, operations.PROJECT_DELETE, delete),
    ]
