# SPDX-License-Identifier: Apache-2.0
"""A call of the API and its reply, as the handlers see them; and how a request is read."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.datastructures import Headers, QueryParams
from starlette.types import Receive, Scope

from pulumi_opentok.core.operations import Operation

from .auth import Signer
from .errors import ApiError, bad_request, json_body, xml_body
from .service import Service

LONGEST_BODY = 1_000_000  # bytes; our own bound, the API's is not known


@dataclasses.dataclass
class Reply:
    """An answer: HTTP status, body and its type (None: no body)."""

    status: int
    body: bytes = b""
    content_type: str | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclasses.dataclass
class Call:
    """One authenticated request: who signed it, the values of the path's placeholders, headers, body and query."""

    service: Service
    operation: Operation
    signer: Signer
    parameters: Mapping[str, str]
    headers: Headers
    body: bytes
    query: QueryParams

    def now(self) -> int:
        """The emulator's time, in milliseconds since the epoch."""
        return self.service.clock.milliseconds()

    def wants_json(self) -> bool:
        """Whether the client asked for JSON; ``*/*`` does not."""
        return wants_json(self.headers)

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object; an empty body is an empty object. Raises ApiError (400)."""
        if not self.body.strip():
            return {}
        try:
            value = json.loads(self.body.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise bad_request("The body is not JSON") from error
        if not isinstance(value, dict):
            raise bad_request("The body is not a JSON object")
        return value


Handler = Callable[[Call], Reply]


def wants_json(headers: Headers) -> bool:
    """Whether ``Accept`` names JSON."""
    return "application/json" in headers.get("accept", "").lower()


def json_reply(value: Any, status: int = 200, *, charset: bool = False) -> Reply:
    """A JSON answer; the type has a charset where the service's recorded answers have one.

    On session.create it must have none: the Python SDK compares the type to exactly ``application/json``.
    """
    return Reply(status, json.dumps(value).encode("utf-8"), "application/json; charset=utf-8" if charset else "application/json")


def error_reply(error: ApiError, *, xml: bool = False) -> Reply:
    """An error in the API's shape."""
    if xml:
        return Reply(error.status, xml_body(error), "application/xml")
    return Reply(error.status, json_body(error), "application/json")


async def read_body(receive: Receive) -> bytes | None:
    """The whole body. None if the client went away.

    What is over :data:`LONGEST_BODY` is read and thrown away: a client that is still sending could not see the answer. The result is
    then longer than the bound by at least one byte.
    """
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        chunk = message.get("body", b"")
        if size <= LONGEST_BODY:
            chunks.append(chunk)
        size += len(chunk)
        if not message.get("more_body"):
            return b"".join(chunks)


def path_parameters(scope: Scope) -> Mapping[str, str]:
    """The values of the path's placeholders, as Starlette's router found them."""
    parameters: Mapping[str, str] = scope.get("path_params", {})
    return parameters
