# SPDX-License-Identifier: Apache-2.0
"""The list of archives. There are none yet, so it is empty."""

from __future__ import annotations

from starlette.routing import Route

from pulumi_opentok.core import operations

from ..endpoint import route
from ..exchange import Call, Reply, json_reply
from ..service import Service


def list_all(_: Call) -> Reply:
    """The archives of a project."""
    return json_reply({"count": 0, "items": []})


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    return [route(service, operations.ARCHIVE_LIST, list_all)]
