# SPDX-License-Identifier: Apache-2.0
"""The thin layer around every handler: fault, authentication, errors."""

from __future__ import annotations

import contextlib
import functools

from starlette.datastructures import Headers, QueryParams
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pulumi_opentok.core import operations
from pulumi_opentok.core.operations import Operation

from . import auth, misdeeds, wire
from .errors import ApiError
from .journal import Entry
from .messages import LONGEST_BODY, Call, Handler, Reply, error_reply, path_parameters, read_body, wants_json
from .service import Service


class Endpoint:
    """One operation as an ASGI application."""

    def __init__(self, service: Service, operation: Operation, handler: Handler, *, xml: bool) -> None:
        self._service = service
        self._operation = operation
        self._handler = handler
        self._xml = xml
        # Nothing happens later because of these: they need not pay for the scheduler.
        self._has_effects = operation.method != "GET" and operation.credentials == "project" and operation != operations.SESSION_CREATE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        entry: Entry = scope["journal_entry"]
        entry["operation"] = self._operation.name
        body = await read_body(receive)
        if body is None:
            return
        headers = Headers(scope=scope)
        xml = self._xml and not wants_json(headers)
        fault = self._service.faults.draw(self._operation)
        if fault is None:
            await wire.send_reply(self._work(scope, headers, body, self._do, xml=xml), send)
            return
        entry["fault"] = fault.kind
        if fault.kind == "status":
            await wire.send_status(fault, scope, receive, send, xml=xml)
        elif fault.kind == "drop_before":
            await wire.drop(scope, receive)
        elif fault.kind == "late":
            self._work(scope, headers, body, functools.partial(self._do_late, fault.seconds), xml=xml)
            await wire.drop(scope, receive)
        else:
            reply = self._work(scope, headers, body, lambda call: misdeeds.work(fault, call, self._do), xml=xml)
            await wire.apply_fault(fault, reply, scope, receive, send, xml=xml)

    def _work(self, scope: Scope, headers: Headers, body: bytes, do: Handler, *, xml: bool) -> Reply:
        """Authenticate and do what is asked. State is committed when this returns."""
        operation = self._operation
        parameters = path_parameters(scope)
        try:
            signer = auth.authenticate(self._service, headers, operation.credentials)
            scope["journal_entry"]["who"] = signer.key
            auth.check_use(signer, parameters.get("api_key") if operation.credentials == "project" else None)
            if len(body) > LONGEST_BODY:
                raise ApiError(413, f"The body is longer than {LONGEST_BODY} bytes")
            query = QueryParams(scope.get("query_string", b""))
            return do(Call(self._service, operation, signer, parameters, headers, body, query))
        except ApiError as error:
            return error_reply(error, xml=xml)

    def _do(self, call: Call) -> Reply:
        self._service.history.next_change()
        reply = self._handler(call)
        if self._has_effects:
            self._service.scheduler.changed()
        return reply

    def _do_late(self, seconds: float, call: Call) -> Reply:
        """Who signs is looked at now, the work is done when the client is gone; nobody is told what becomes of it."""

        def do() -> None:
            with contextlib.suppress(ApiError):
                self._do(call)

        self._service.late.add(seconds, do)
        self._service.scheduler.wake()
        return Reply(204)


def route(service: Service, operation: Operation, handler: Handler, *, xml: bool = False) -> Route:
    """The route of an operation. ``xml``: answers and errors are XML unless the client asks for JSON."""
    return Route(operation.path, Endpoint(service, operation, handler, xml=xml), methods=[operation.method], name=operation.name)
