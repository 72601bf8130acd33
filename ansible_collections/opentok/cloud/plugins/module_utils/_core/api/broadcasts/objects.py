# SPDX-License-Identifier: Apache-2.0
"""A broadcast as the API shows it.

Source: https://tokbox.com/developer/guides/broadcast/, and answers that the official SDKs recorded.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any

from ...http.objects import flag, identified, moment, number, text
from ...operations import Operation
from ...secrecy import equal_as_a_whole


@dataclasses.dataclass(frozen=True, kw_only=True)
class RtmpOutput:
    """An RTMP output of a broadcast. ``status``: connecting, live, offline or error. The stream name is a secret for most services."""

    id: str | None = None
    status: str | None = None
    server_url: str | None = dataclasses.field(default=None, repr=False)
    stream_name: str | None = dataclasses.field(default=None, repr=False)

    __eq__ = equal_as_a_whole


@dataclasses.dataclass(frozen=True, kw_only=True)
class BroadcastStream:
    """A stream that was added to a manual broadcast, and which of its tracks are in it."""

    stream_id: str
    has_audio: bool
    has_video: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Broadcast:
    """A live broadcast of a session.

    ``status``: started or stopped. ``hls_url`` can be played about 20 seconds after the start. ``hls_status``: connecting, ready, live,
    ended or error. ``hls_url`` and ``rtmp`` are empty once it has stopped. ``max_duration``: seconds. ``max_bitrate``: bits per second.
    ``streams``: of a manual broadcast. ``multi_broadcast_tag``: only in the answer to a start.
    """

    id: str
    status: str | None = None
    session_id: str | None = None
    project_id: str | None = None
    created_at: datetime.datetime | None = None
    updated_at: datetime.datetime | None = None
    max_duration: int | None = None
    max_bitrate: int | None = None
    resolution: str | None = None
    has_audio: bool = True
    has_video: bool = True
    stream_mode: str = "auto"
    multi_broadcast_tag: str | None = None
    hls_url: str | None = None
    hls_status: str | None = None
    rtmp: tuple[RtmpOutput, ...] = ()
    streams: tuple[BroadcastStream, ...] = ()


def read_broadcast(row: Any, operation: Operation, about: str) -> Broadcast:
    """The broadcast of an answer. Raises :class:`InvalidResponse`."""
    broadcast_id = identified(row, operation, about)
    shown = row.get("broadcastUrls")
    urls = shown if isinstance(shown, Mapping) else {}
    bitrate = number(row, "maxBitrate")
    return Broadcast(
        id=broadcast_id,
        status=text(row, "status"),
        session_id=text(row, "sessionId"),
        project_id=text(row, "projectId"),
        created_at=moment(row.get("createdAt")),
        updated_at=moment(row.get("updatedAt")),
        max_duration=number(row, "maxDuration"),
        max_bitrate=number(row, "maxBitRate") if bitrate is None else bitrate,
        resolution=text(row, "resolution"),
        has_audio=flag(row, "hasAudio", True),
        has_video=flag(row, "hasVideo", True),
        stream_mode=text(row, "streamMode") or "auto",
        multi_broadcast_tag=text(row, "multiBroadcastTag"),
        hls_url=text(urls, "hls"),
        hls_status=text(urls, "hlsStatus"),
        rtmp=_rtmp(urls.get("rtmp")),
        streams=_streams(row.get("streams")),
    )


def _rtmp(shown: Any) -> tuple[RtmpOutput, ...]:
    """A list in recordings, an object keyed by id in the docs."""
    if isinstance(shown, Mapping):
        shown = [{"id": name, **output} for name, output in shown.items() if isinstance(output, Mapping)]
    if not isinstance(shown, list):
        return ()
    return tuple(
        RtmpOutput(id=text(row, "id"), status=text(row, "status"), server_url=text(row, "serverUrl"), stream_name=text(row, "streamName"))
        for row in shown
        if isinstance(row, Mapping)
    )


def _streams(shown: Any) -> tuple[BroadcastStream, ...]:
    rows = [row for row in shown if isinstance(row, Mapping)] if isinstance(shown, list) else []
    return tuple(
        BroadcastStream(stream_id=stream_id, has_audio=flag(row, "hasAudio", True), has_video=flag(row, "hasVideo", True))
        for row in rows
        if (stream_id := text(row, "streamId")) is not None
    )
