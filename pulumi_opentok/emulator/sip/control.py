# SPDX-License-Identifier: Apache-2.0
"""SIP calls from the far end: look at them, let something happen to them, say what calls to come meet."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..control_request import Answer, json_object
from ..service import Service
from ..texts import is_text
from . import calls, policy, rows


def _call(service: Service, request: Request) -> Response:
    row = rows.find(service.db, request.path_params["call_id"])
    if row is None:
        raise HTTPException(404, "no such call")
    return JSONResponse(rows.as_json(row))


async def list_calls(service: Service, _: Request) -> Response:
    """All calls, also those that ended in the last 24 hours."""
    return JSONResponse({"calls": [rows.as_json(row) for row in rows.listed(service.db)]})


async def get_call(service: Service, request: Request) -> Response:
    """One call."""
    return _call(service, request)


async def steer(service: Service, request: Request) -> Response:
    """``{"event", "reason_code"?, "reason_message"?}``: let something happen to a call."""
    body = await json_object(request)
    row = rows.find(service.db, request.path_params["call_id"])
    if row is None:
        raise HTTPException(404, "no such call")
    event, message = body.get("event"), body.get("reason_message")
    if not set(body) <= {"event", "reason_code", "reason_message"} or event not in tuple(calls.POSSIBLE):
        raise HTTPException(400, f'expected {{"event": one of {", ".join(calls.POSSIBLE)}, "reason_code"?, "reason_message"?}}')
    ends = event in ("hangup", "fail")
    try:
        if not ends and ("reason_code" in body or "reason_message" in body):
            raise ValueError("reason_code and reason_message need the event hangup or fail")
        if message is not None and not is_text(message):
            raise ValueError("reason_message must be a string")
        code = policy.check_code(body["reason_code"]) if "reason_code" in body else None
        with service.store.transaction():
            calls.steer(service, row, event, code, message)
    except ValueError as error:
        raise HTTPException(400, str(error)) from error
    return _call(service, request)


async def list_policies(service: Service, _: Request) -> Response:
    """The rules, the latest first; the first that matches holds."""
    return JSONResponse({"policies": [policy.shown(rule) for rule in rows.policies(service.db)]})


async def set_policy(service: Service, request: Request) -> Response:
    """What calls to URIs that match meet from now on."""
    try:
        rule = policy.check(await json_object(request))
    except ValueError as error:
        raise HTTPException(400, str(error)) from error
    with service.store.transaction() as db:
        rows.set_policy(db, rule)
    return JSONResponse(policy.shown(rule))


async def clear_policies(service: Service, _: Request) -> Response:
    """Calls ring and are answered, as without rules."""
    rows.clear_policies(service.db)
    return Response(status_code=204)


PATHS: tuple[tuple[str, str, Answer], ...] = (
    ("GET", "/sip/calls", list_calls),
    ("GET", "/sip/calls/{call_id}", get_call),
    ("POST", "/sip/calls/{call_id}", steer),
    ("GET", "/sip/policy", list_policies),
    ("PUT", "/sip/policy", set_policy),
    ("DELETE", "/sip/policy", clear_policies),
)
