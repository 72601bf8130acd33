# SPDX-License-Identifier: Apache-2.0
"""Setting and removing the archive storage; the API has no call to read it. Source: archiving guide, opentok-go-sdk."""

from __future__ import annotations

import json

from starlette.routing import Route

from pulumi_opentok.core import operations

from ..endpoint import route
from ..errors import ApiError
from ..messages import Call, Reply, json_reply
from ..service import Service
from . import rules


def set_target(call: Call) -> Reply:
    """Replace all that was set; the answer repeats it, secrets included."""
    settings = rules.check(call.json_object())
    call.service.db.execute("INSERT OR REPLACE INTO archive_storage (project, settings) VALUES (?,?)", (call.signer.key, json.dumps(settings)))
    return json_reply(settings)


def delete(call: Call) -> Reply:
    """Archives stay with OpenTok from now on."""
    if not call.service.db.execute("DELETE FROM archive_storage WHERE project = ?", (call.signer.key,)).rowcount:
        raise ApiError(404, "Not found. No archive storage is set.")
    return Reply(204)


def routes(service: Service) -> list[Route]:
    """The routes of this subject; before those of archives, where "storage" could be an id."""
    return [
        route(service, operations.STORAGE_SET, set_target),
        route(service, operations.STORAGE_DELETE, delete),
    ]
