# SPDX-License-Identifier: Apache-2.0
"""uvicorn's HTTP protocol, but a request knows its connection: ASGI has no way to cut one, and some faults must."""

from __future__ import annotations

import asyncio
from typing import cast

from starlette.types import Scope

from .errors import bad_request, json_body

try:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as _Protocol
except ImportError:  # httptools has no wheel everywhere; h11 always comes with uvicorn
    from uvicorn.protocols.http.h11_impl import H11Protocol as _Protocol  # type: ignore[assignment]


class Protocol(_Protocol):
    """Puts the connection's transport into the state of each request's scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client connected."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)

    def send_400_response(self, msg: str) -> None:
        """What came is not HTTP: say so in the API's shape."""
        body = json_body(bad_request(msg))
        head = f"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()


def connection_of(scope: Scope) -> asyncio.Transport:
    """The transport on which a request came."""
    return cast("asyncio.Transport", scope["state"]["transport"])
