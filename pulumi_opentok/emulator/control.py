# SPDX-License-Identifier: Apache-2.0
"""The control plane under ``/_emulator/``: inspect the emulator, change its state without the API, make it fail."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from . import accounts, clock, provenance
from .archives import control as archives
from .callbacks import control as callbacks
from .config import EmulatorError, check_key, check_secret
from .control_request import Answer, json_object, since_of
from .dashboard import page as dashboard
from .operations import ANSWERED
from .projects import control as projects
from .renders import control as renders
from .service import Service
from .sessions import control as sessions
from .sip import control as sip

PREFIX = "/_emulator"


async def health(service: Service, _: Request) -> Response:
    """Whether it runs, and its time."""
    return JSONResponse({"status": "ok", "now": service.clock.now()})


async def reset(service: Service, _: Request) -> Response:
    """Back to the start state."""
    service.reset()
    return JSONResponse({"status": "ok"})


async def set_clock(service: Service, request: Request) -> Response:
    """``{"advance": seconds}`` or ``{"now": ...}``."""
    body = await json_object(request)
    if len(body) != 1 or not set(body) <= {"advance", "now"}:
        raise HTTPException(400, 'expected {"advance": seconds} or {"now": seconds since the epoch, or an ISO 8601 string}')
    try:
        if "advance" in body:
            step = body["advance"]
            if not isinstance(step, (int, float)) or isinstance(step, bool):
                raise ValueError("advance must be a number of seconds")
            moment = clock.parse_moment(service.clock.now() + step)
        else:
            moment = clock.caught_up(clock.parse_moment(body["now"]))
    except (ValueError, OverflowError) as error:
        raise HTTPException(400, str(error)) from error
    service.shift_clock(moment)
    await service.scheduler.advance_and_deliver()
    return JSONResponse({"now": service.clock.now()})


async def get_clock(service: Service, _: Request) -> Response:
    """The emulator's time, seconds since the epoch."""
    return JSONResponse({"now": service.clock.now()})


async def settle(service: Service, _: Request) -> Response:
    """Wait until everything due has happened and each delivery that is due has been attempted."""
    await service.scheduler.advance_and_deliver()
    return JSONResponse({"now": service.clock.now()})


async def read_journal(service: Service, request: Request) -> Response:
    """The requests with a number above ``?since=``."""
    return JSONResponse({"entries": service.journal.entries(since_of(request))})


async def clear_journal(service: Service, _: Request) -> Response:
    """Forget all entries."""
    service.journal.clear()
    return Response(status_code=204)


async def read_faults(service: Service, _: Request) -> Response:
    """All faults, with how often they have fired."""
    return JSONResponse({"faults": service.faults.listed()})


async def add_fault(service: Service, request: Request) -> Response:
    """Set a fault; the answer has its id."""
    try:
        fault = service.faults.add(await json_object(request))
    except ValueError as error:
        raise HTTPException(400, str(error)) from error
    service.faults_changed()
    return JSONResponse(fault.as_json(), 201)


async def clear_faults(service: Service, _: Request) -> Response:
    """Remove all faults."""
    service.faults.clear()
    service.faults_changed()
    return Response(status_code=204)


async def remove_fault(service: Service, request: Request) -> Response:
    """Remove one fault."""
    number: int = request.path_params["number"]
    if not service.faults.remove(number):
        raise HTTPException(404, f"no fault {number}")
    service.faults_changed()
    return Response(status_code=204)


async def read_accounts(service: Service, _: Request) -> Response:
    """All accounts, the primary one first."""
    return JSONResponse({"accounts": [accounts.as_json(*pair) for pair in accounts.listed(service.db)]})


async def add_account(service: Service, request: Request) -> Response:
    """``{"key": ..., "secret": ...}``: one more account, until the next reset."""
    body = await json_object(request)
    if set(body) != {"key", "secret"}:
        raise HTTPException(400, 'expected {"key": ..., "secret": ...}')
    try:
        key, secret = check_key(body["key"]), check_secret(body["secret"])
    except EmulatorError as error:
        raise HTTPException(400, str(error)) from error
    try:
        accounts.add(service.db, key, secret, given=False)
    except ValueError as error:
        raise HTTPException(409, str(error)) from error
    return JSONResponse(accounts.as_json(key, secret), 201)


async def read_provenance(_: Service, __: Request) -> Response:
    """Where each behaviour comes from."""
    return JSONResponse({"rows": provenance.as_json()})


async def read_operations(_: Service, __: Request) -> Response:
    """The operations that the emulator answers."""
    return JSONResponse({"operations": [dataclasses.asdict(operation) for operation in ANSWERED]})


PATHS: tuple[tuple[str, str, Answer], ...] = (
    ("GET", "/health", health),
    ("POST", "/reset", reset),
    ("GET", "/clock", get_clock),
    ("POST", "/clock", set_clock),
    ("POST", "/settle", settle),
    ("GET", "/journal", read_journal),
    ("DELETE", "/journal", clear_journal),
    ("GET", "/faults", read_faults),
    ("POST", "/faults", add_fault),
    ("DELETE", "/faults", clear_faults),
    ("DELETE", "/faults/{number:int}", remove_fault),
    ("GET", "/accounts", read_accounts),
    ("POST", "/accounts", add_account),
    ("GET", "/provenance", read_provenance),
    ("GET", "/operations", read_operations),
    *dashboard.PATHS,
    *archives.PATHS,
    *callbacks.PATHS,
    *projects.PATHS,
    *renders.PATHS,
    *sessions.PATHS,
    *sip.PATHS,
)


def build(service: Service) -> ASGIApp:
    """The control plane of a service."""
    # Trailing slashes are gone when a request gets here, see app.py.
    routes = [Route((PREFIX + path).rstrip("/"), _bound(service, answer), methods=[method]) for method, path, answer in PATHS]
    application = Starlette(routes=routes, exception_handlers={HTTPException: _refused})
    application.router.redirect_slashes = False
    return application


def _bound(service: Service, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def respond(request: Request) -> Response:
        service.history.next_change()
        response = await answer(service, request)
        if request.method != "GET":
            service.scheduler.changed()
        return response

    return respond


def refusing(status: int, text: str) -> Response:
    """An error of the control plane."""
    return JSONResponse({"error": text}, status)


def _refused(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else "error"
    if status in (404, 405) and detail in ("Not Found", "Method Not Allowed"):
        calls = sorted(f"{method} {PREFIX}{path}" for method, path, _ in PATHS)
        return JSONResponse({"error": "unknown control call", "calls": calls}, status)
    return refusing(status, detail)
