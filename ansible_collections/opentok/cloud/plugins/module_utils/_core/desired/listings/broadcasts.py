# SPDX-License-Identifier: Apache-2.0
"""The live broadcasts of a project.

The stream names of RTMP outputs are not shown: for most services they are what lets one broadcast there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...api.broadcasts.calls import Broadcasts
from ..listing import ProjectListing, of_project, plain, project_table, tracks
from ..scope import Scope

PLAIN = (
    *("id", "status", "session_id", "max_duration", "max_bitrate", "resolution", "has_audio", "has_video", "stream_mode"),
    *("hls_url", "hls_status"),
)


class BroadcastListing(ProjectListing):
    """The broadcasts of a project that are under way."""

    name = "broadcast"
    table = project_table()
    outputs = (*PLAIN, "project", "created_at", "updated_at", "rtmp", "streams")

    def get(self, scope: Scope, signer: Any, one: str) -> Any:
        return Broadcasts(scope.transport, signer).get(one)

    def iterate(self, scope: Scope, signer: Any, session: str | None, page_size: int) -> Iterable[Any]:
        return Broadcasts(scope.transport, signer).iterate(session_id=session, page_size=page_size)

    def show(self, found: Any) -> dict[str, Any]:
        rtmp = [plain(output, ("id", "status", "server_url")) for output in found.rtmp]
        return {**of_project(found, PLAIN), "rtmp": rtmp, "streams": tracks(found.streams)}


BROADCASTS = BroadcastListing()
