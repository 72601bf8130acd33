# SPDX-License-Identifier: Apache-2.0
"""What the control calls of every subject share."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from .messages import LONGEST_BODY, read_body
from .service import Service
from .texts import HIGHEST_NUMBER, number_in

_LONGEST_REASON = 500

Answer = Callable[[Service, Request], Awaitable[Response]]


async def json_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object; an empty one is an empty object. Raises HTTPException (400, 413)."""
    body = await read_body(request.receive)
    if body is None:
        raise HTTPException(400, "the body is incomplete")
    if len(body) > LONGEST_BODY:
        raise HTTPException(413, f"the body is longer than {LONGEST_BODY} bytes")
    try:
        value = json.loads(body.decode("utf-8")) if body.strip() else {}
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "the body is not JSON") from error
    if not isinstance(value, dict):
        raise HTTPException(400, "the body is not a JSON object")
    return value


async def failure(request: Request, default: str) -> str:
    """The reason in ``{"event": "fail", "reason"?}``. Raises HTTPException (400)."""
    body = await json_object(request)
    reason = body.get("reason", default)
    if body.get("event") != "fail" or not set(body) <= {"event", "reason"} or not isinstance(reason, str):
        raise HTTPException(400, 'expected {"event": "fail", "reason"?: "..."}')
    if not reason.strip() or len(reason) > _LONGEST_REASON or not reason.isprintable():
        raise HTTPException(400, f"reason must be one line of 1 to {_LONGEST_REASON} characters")
    return reason


def since_of(request: Request) -> int:
    """The number in ``?since=``, 0 without one. Raises HTTPException (400)."""
    since = number_in(request.query_params.get("since", "0"), HIGHEST_NUMBER)
    if since is None:
        raise HTTPException(400, "since must be the seq of an entry")
    return since
