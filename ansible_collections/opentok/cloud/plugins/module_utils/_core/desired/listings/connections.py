# SPDX-License-Identifier: Apache-2.0
"""The clients that are connected to a session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...api.streams import Streams
from ..listing import SessionListing
from ..scope import Scope
from ..times import to_text


class ConnectionListing(SessionListing):
    """The clients of a session that are connected now, SIP calls and Audio Connectors among them."""

    name = "connection"
    table = SessionListing.table
    outputs = ("id", "session_id", "state", "created_at")

    def look(self, scope: Scope, signer: Any, session: str, one: str | None) -> Iterable[Any]:
        # The API has no call for one of them.
        return (client for client in Streams(scope.transport, signer).connections(session) if one in (None, client.connection_id))

    def show(self, found: Any) -> dict[str, Any]:
        return {"id": found.connection_id, "state": found.state, "created_at": to_text(found.created_at)}


CONNECTIONS = ConnectionListing()
