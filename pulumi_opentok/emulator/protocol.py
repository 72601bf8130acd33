# SPDX-License-Identifier: Apache-2.0
"""uvicorn's HTTP protocol, but a request knows its connection: ASGI has no way to cut one, and some faults must.

It also bounds the head of a request, in time and in size.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from starlette.types import Scope

from .errors import ApiError, bad_request, json_body

try:
    from .httptools_protocol import Protocol as _Protocol
except ImportError:  # httptools has no wheel everywhere; h11 always comes with uvicorn
    from uvicorn.protocols.http.h11_impl import H11Protocol as _Protocol  # type: ignore[assignment]

LONGEST_HEAD = 65_536
"""Bytes; our own bound."""


class Protocol(_Protocol):
    """Puts the connection's transport into the state of each request's scope."""

    def __init__(self, *arguments: Any, header_timeout: float, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._header_timeout = header_timeout
        self._head: asyncio.TimerHandle | None = None
        self._head_size = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client connected."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Some of a request came, or some of several."""
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._forget_head()
        elif before is None or before.response_complete:
            if self._head is None:
                self._expect_head()
            self._head_size += len(data)
            if self._head_size > LONGEST_HEAD and not self.transport.is_closing():
                self._refuse(ApiError(431, f"The head of the request is longer than {LONGEST_HEAD} bytes"), "Request Header Fields Too Large")

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self._forget_head()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """What came is not HTTP: say so in the API's shape."""
        self._refuse(bad_request(msg), "Bad Request")

    def _expect_head(self) -> None:
        self._head = self.loop.call_later(self._header_timeout, self._head_is_late)

    def _forget_head(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None
        self._head_size = 0

    def _head_is_late(self) -> None:
        if not self.transport.is_closing():
            self._refuse(ApiError(408, "The head of the request did not come in time"), "Request Timeout")

    def _refuse(self, error: ApiError, phrase: str) -> None:
        body = json_body(error)
        head = f"HTTP/1.1 {error.status} {phrase}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()


def connection_of(scope: Scope) -> asyncio.Transport:
    """The transport on which a request came."""
    return cast("asyncio.Transport", scope["state"]["transport"])
