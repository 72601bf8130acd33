# SPDX-License-Identifier: Apache-2.0
"""The streams that are published in a session."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...api.streams import Streams
from ..listing import SessionListing, plain
from ..scope import Scope


class StreamListing(SessionListing):
    """The streams of a session that are published now."""

    name = "stream"
    table = SessionListing.table
    outputs = ("id", "session_id", "name", "video_type", "layout_classes")

    def look(self, scope: Scope, signer: Any, session: str, one: str | None) -> Iterable[Any]:
        streams = Streams(scope.transport, signer)
        return streams.list(session) if one is None else [streams.get(session, one)]

    def show(self, found: Any) -> dict[str, Any]:
        return {**plain(found, ("id", "name", "video_type")), "layout_classes": list(found.layout_classes)}


STREAMS = StreamListing()
