# SPDX-License-Identifier: Apache-2.0
"""Signals: checked and accepted. The journal says that one was sent and to whom, never what it said."""

from __future__ import annotations

import re
from typing import Any

from starlette.routing import Route

from pulumi_opentok.core import operations

from .. import fields
from ..endpoint import route
from ..errors import ApiError, bad_request
from ..messages import Call, Reply
from ..service import Service
from ..sessions import lookup

_NO_DATA = 15202
_LONGEST_DATA = 8192  # bytes
_TYPE = re.compile(r"[A-Za-z0-9_~-]{0,128}")


def to_all(call: Call) -> Reply:
    """A signal to every client of a session."""
    _check(call.json_object())
    lookup.live_session(call)
    return Reply(204)


def to_one(call: Call) -> Reply:
    """A signal to one client."""
    _check(call.json_object())
    lookup.connected(call)
    return Reply(204)


def _check(body: dict[str, Any]) -> None:
    data, kind = fields.text(body, "data"), fields.text(body, "type")
    if data is None:
        raise ApiError(400, "Signal payload 'data' must be set", code=_NO_DATA)
    if len(data.encode()) > _LONGEST_DATA:
        raise ApiError(413, f"Signal payload 'data' is longer than {_LONGEST_DATA} bytes")
    if kind is not None and len(kind) > 128:
        raise ApiError(413, "Signal payload 'type' is longer than 128 bytes")
    if kind is not None and not _TYPE.fullmatch(kind):
        raise bad_request("Signal payload 'type' may hold letters, digits, '-', '_' and '~' only")


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    return [route(service, operations.SIGNAL_TO_ALL, to_all, xml=True), route(service, operations.SIGNAL_TO_ONE, to_one, xml=True)]
