# SPDX-License-Identifier: Apache-2.0
"""The thin layer around every handler: fault, authentication, errors."""

from __future__ import annotations

from starlette.datastructures import Headers, QueryParams
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pulumi_opentok.core import operations
from pulumi_opentok.core.operations import Operation

from . import auth, wire
from .errors import ApiError
from .exchange import LONGEST_BODY, Call, Handler, Reply, error_reply, path_parameters, read_body, wants_json
from .journal import Entry
from .service import Service


class Endpoint:
    """One operation as an ASGI application."""

    def __init__(self, service: Service, operation: Operation, handler: Handler, *, xml: bool) -> None:
        self._service = service
        self._operation = operation
        self._handler = handler
        self._xml = xml
        # Nothing happens later because of these: they need not pay for the agenda.
        self._has_effects = operation.method != "GET" and operation.credentials == "project" and operation != operations.SESSION_CREATE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        entry: Entry = scope["journal_entry"]
        entry["operation"] = self._operation.name
        body = await read_body(receive)
        if body is None:
            return
        headers = Headers(scope=scope)
        xml = self._xml and not wants_json(headers)
        fault = self._service.faults.draw(self._operation.name)
        if fault is not None:
            entry["fault"] = fault.kind
        if fault is None:
            await wire.send_reply(self._work(scope, headers, body, xml), send)
        elif fault.kind == "status":
            await wire.send_reply(wire.status_reply(fault, xml=xml), send)
        elif fault.kind == "drop_before":
            await wire.drop(scope, receive)
        else:
            await wire.spoil(fault, self._work(scope, headers, body, xml), scope, receive, send)

    def _work(self, scope: Scope, headers: Headers, body: bytes, xml: bool) -> Reply:
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
            reply = self._handler(Call(self._service, operation, signer, parameters, headers, body, query))
        except ApiError as error:
            return error_reply(error, xml=xml)
        if self._has_effects:
            self._service.agenda.changed()
        return reply


def route(service: Service, operation: Operation, handler: Handler, *, xml: bool = False) -> Route:
    """The route of an operation. ``xml``: answers and errors are XML unless the client asks for JSON."""
    return Route(operation.path, Endpoint(service, operation, handler, xml=xml), methods=[operation.method], name=operation.name)
