# SPDX-License-Identifier: Apache-2.0
"""The emulator as an ASGI application: the API's routes, the control plane, and the layer that keeps the journal."""

from __future__ import annotations

import functools
import sqlite3
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import control
from .archives import lifecycle as archives_in_time
from .archives import routes as archives
from .archives.upload_worker import UploadWorker
from .audio_connector import routes as audio_connector
from .broadcasts import lifecycle as broadcasts_in_time
from .broadcasts import routes as broadcasts
from .callbacks import routes as callbacks
from .callbacks.webhook_worker import WebhookWorker
from .captions import lifecycle as captions_in_time
from .captions import routes as captions
from .errors import ApiError
from .messages import error_reply, read_body
from .moderation import routes as moderation
from .projects import routes as projects
from .renders import lifecycle as renders_in_time
from .renders import routes as renders
from .scheduler import TimedTable
from .service import Service
from .sessions import routes as sessions
from .signals import routes as signals
from .sip import calls as sip_calls
from .sip import routes as sip
from .storage import routes as storage
from .streams import routes as streams

ADVANCE: Mapping[str, Callable[[Service, sqlite3.Row], None]] = {
    "sip_calls": sip_calls.advance,
    "renders": renders_in_time.advance,
    "archives": archives_in_time.advance,
    "broadcasts": broadcasts_in_time.advance,
    "captions": captions_in_time.end,
}
"""The tables whose rows change by themselves with time, see scheduler.py."""


def build(service: Service) -> ASGIApp:
    """The application for a service, whose scheduler gets its tables and workers here."""
    tables = [TimedTable(name, functools.partial(advance, service)) for name, advance in ADVANCE.items()]
    # Webhooks last: the others cause events.
    service.scheduler.drive(tables, [service.late, UploadWorker(service), WebhookWorker(service)])
    api = Starlette(
        routes=[
            *projects.routes(service),
            *sessions.routes(service),
            *storage.routes(service),
            *archives.routes(service),
            *streams.routes(service),
            *signals.routes(service),
            *moderation.routes(service),
            *sip.routes(service),
            *callbacks.routes(service),
            *broadcasts.routes(service),
            *renders.routes(service),
            *captions.routes(service),
            *audio_connector.routes(service),
        ],
        exception_handlers={HTTPException: _not_served, Exception: _broken},
    )
    api.router.redirect_slashes = False
    return JournalMiddleware(service, api, control.build(service))


class JournalMiddleware:
    """The outermost layer: turns pages of the web away, tolerates trailing slashes, dates every answer, keeps the journal of the API."""

    def __init__(self, service: Service, api: ASGIApp, control_plane: ASGIApp) -> None:
        self._service = service
        self._api = api
        self._control_plane = control_plane

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = decoded_path(scope).rstrip("/") or "/"
        scope["path"] = path
        entry = None
        application: ASGIApp = self._control_plane
        if not (path == control.PREFIX or path.startswith(control.PREFIX + "/")):
            application = self._api
            entry = scope["journal_entry"] = self._service.journal.begin(scope["method"], path)

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    (b"date", self._service.clock.date_header()),
                    (b"server", b"opentok-emulator"),
                    *message.get("headers", ()),
                ]
                if entry is not None:
                    entry["status"] = message["status"]
            await send(message)

        refusal = self._service.visitors.refusal(scope["method"], scope["http_version"], scope["headers"])
        if refusal is not None:
            await read_body(receive)  # who is still sending could not see the answer
            application = control.refusing(403, refusal) if entry is None else _response(ApiError(403, f"Refused: {refusal}"))
        await application(scope, receive, send_dated)


def decoded_path(scope: Scope) -> str:
    """The path, but an encoded slash stays encoded: it belongs to an id, and must not make another path of it."""
    raw: bytes = scope.get("raw_path") or b""
    if b"%2f" not in raw.lower():
        return str(scope["path"])
    return unquote(raw.replace(b"%2F", b"%252F").replace(b"%2f", b"%252f").decode("latin-1"))


def _not_served(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    text = "Not found" if status == 404 else "Method not allowed" if status == 405 else "Bad request"
    return _response(ApiError(status, text), getattr(error, "headers", None))


def _broken(_: Request, __: Exception) -> Response:
    return _response(ApiError(500, "Unknown error", code=-99))


def _response(error: ApiError, headers: dict[str, str] | None = None) -> Response:
    reply = error_reply(error)
    return Response(reply.body, reply.status, headers=headers, media_type=reply.content_type)
