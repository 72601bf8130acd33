# SPDX-License-Identifier: Apache-2.0
"""What is shown of a broadcast, of one that is declared and of those that are listed alike.

The stream names of RTMP outputs are not shown: for most services they are what lets one broadcast there. Some want the key in the URL, of which
only the host is shown therefore.
"""

from __future__ import annotations

from typing import Any

from ...api.broadcasts.objects import Broadcast
from ..listing import of_project, tracks

PLAIN = (
    *("status", "session_id", "max_duration", "max_bitrate", "resolution", "has_audio", "has_video", "stream_mode"),
    *("hls_url", "hls_status"),
)
OUTPUTS = (*PLAIN, "project", "created_at", "updated_at", "rtmp", "streams")


def show_broadcast(found: Broadcast) -> dict[str, Any]:
    """The ``OUTPUTS`` of one (JSON types only)."""
    rtmp = [{"id": one.id, "status": one.status, "server_url": host_of(one.server_url)} for one in found.rtmp]
    return {**of_project(found, PLAIN), "rtmp": rtmp, "streams": tracks(found.streams)}


def host_of(url: str | None) -> str | None:
    """``rtmps://live.example.com/…`` of a URL, without a user name and password."""
    if url is None:
        return None
    scheme, slashes, rest = url.partition("://")
    host = rest.partition("/")[0].partition("?")[0].rpartition("@")[2]
    return f"{scheme}://{host}/…" if slashes else "…"
