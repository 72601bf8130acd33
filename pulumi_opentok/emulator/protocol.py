# SPDX-License-Identifier: Apache-2.0
"""uvicorn's HTTP protocol, but a request knows its connection: ASGI has no way to cut one, and some faults must."""

from __future__ import annotations

import asyncio
from typing import cast

from starlette.types import Scope

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


def connection_of(scope: Scope) -> asyncio.Transport:
    """The transport on which a request came."""
    return cast("asyncio.Transport", scope["state"]["transport"])
