# SPDX-License-Identifier: Apache-2.0
"""How to broadcast a session, and what the sources rule out.

Source: the reference of ``POST /broadcast`` in https://tokbox.com/developer/rest/, https://tokbox.com/developer/guides/broadcast/.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from ...checks import address_problems, choice_problems, flag_problems, length_problems, number_problems
from ...errors import Problem
from ...secrecy import equal_as_a_whole
from ..layouts import RESOLUTIONS, Layout

STREAM_MODES = ("auto", "manual")
MIN_DURATION = 60
MAX_DURATION = 36_000
BITRATES = (100_000, 6_000_000)
"""Bits per second, as the Python and Java SDKs say; the PHP SDK says 400,000 to 2,000,000: what only some rule out is left to the server."""
MAX_RTMP = 5


@dataclasses.dataclass(frozen=True, kw_only=True)
class Hls:
    """An HLS output. ``dvr``: viewers can go back up to two hours. ``low_latency``: not together with ``dvr``."""

    dvr: bool = False
    low_latency: bool = False

    def problems(self) -> list[Problem]:
        """What the API would refuse."""
        found = [*flag_problems("hls.dvr", self.dvr), *flag_problems("hls.low_latency", self.low_latency)]
        if not found and self.dvr and self.low_latency:
            found.append(Problem("hls.low_latency", "cannot be combined with hls.dvr: give one of them"))
        return found


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rtmp:
    """An RTMP output. ``server_url``: ``rtmp`` or ``rtmps``. ``stream_name``: for most services a secret, so not part of the repr. Nor is
    the URL, which may hold it.

    ``id``: identifies the output in the broadcast's status; the API assigns one if it is missing.
    """

    server_url: str = dataclasses.field(repr=False)
    stream_name: str = dataclasses.field(repr=False)
    id: str | None = None

    __eq__ = equal_as_a_whole

    def problems(self, field: str) -> list[Problem]:
        """What the API would refuse; the stream name is never shown."""
        found = address_problems(f"{field}.server_url", self.server_url, ("rtmp", "rtmps"))
        if not isinstance(self.stream_name, str) or not self.stream_name:
            found.append(Problem(f"{field}.stream_name", "must be a non-empty string"))
        return found + length_problems(f"{field}.id", self.id, 1)

    def as_json(self) -> dict[str, str]:
        """The object that the API expects."""
        named = {"id": self.id} if self.id is not None else {}
        return {**named, "serverUrl": self.server_url, "streamName": self.stream_name}


@dataclasses.dataclass(frozen=True, kw_only=True)
class BroadcastOptions:
    """Where to broadcast to, and how.

    ``hls`` and ``rtmp`` (at most five): at least one output. ``max_duration``: 60 to 36,000 seconds (the API's default: 14,400).
    ``max_bitrate``: 100,000 to 6,000,000 bits per second. ``resolution``: one of ``RESOLUTIONS`` (default 640x480). ``stream_mode``:
    ``auto`` (all streams) or ``manual`` (those that are added). ``multi_broadcast_tag``: unique among the broadcasts that
    run in the session at the same time.
    """

    hls: Hls | None = None
    rtmp: Sequence[Rtmp] = ()
    layout: Layout | None = None
    max_duration: int | None = None
    max_bitrate: int | None = None
    resolution: str | None = None
    stream_mode: str = "auto"
    multi_broadcast_tag: str | None = None
    has_audio: bool = True
    has_video: bool = True

    def problems(self) -> list[Problem]:
        """What the API would refuse."""
        return [
            *self._output_problems(),
            *(self.layout.problems() if self.layout else ()),
            *number_problems("max_duration", self.max_duration, MIN_DURATION, MAX_DURATION, "seconds"),
            *number_problems("max_bitrate", self.max_bitrate, *BITRATES, "bits per second"),
            *choice_problems("resolution", self.resolution, RESOLUTIONS),
            *choice_problems("stream_mode", self.stream_mode, STREAM_MODES),
            *length_problems("multi_broadcast_tag", self.multi_broadcast_tag, 1),
            *flag_problems("has_audio", self.has_audio),
            *flag_problems("has_video", self.has_video),
        ]

    def _output_problems(self) -> list[Problem]:
        found = self.hls.problems() if self.hls else []
        for number, output in enumerate(self.rtmp):
            found += output.problems(f"rtmp[{number}]")
        if not self.hls and not self.rtmp:
            found.append(Problem("hls", "or rtmp must be given: a broadcast needs an output"))
        if len(self.rtmp) > MAX_RTMP:
            found.append(Problem("rtmp", f"must have at most {MAX_RTMP} outputs, not {len(self.rtmp)}"))
        ids = [output.id for output in self.rtmp if output.id is not None]
        if len(set(ids)) < len(ids):
            found.append(Problem("rtmp", "must have a different id for each output"))
        elif not found and len({(output.server_url, output.stream_name) for output in self.rtmp}) < len(self.rtmp):
            found.append(Problem("rtmp", "must have each output once: two have the same server_url and stream_name"))
        return found

    def as_json(self, session_id: str) -> dict[str, Any]:
        """The body of the request; unset fields are omitted."""
        outputs: dict[str, Any] = {}
        if self.hls:
            outputs["hls"] = {"dvr": self.hls.dvr, "lowLatency": self.hls.low_latency}
        if self.rtmp:
            outputs["rtmp"] = [output.as_json() for output in self.rtmp]
        optional = {
            "layout": self.layout.as_json() if self.layout else None,
            "maxDuration": self.max_duration,
            "maxBitrate": self.max_bitrate,
            "resolution": self.resolution,
            "multiBroadcastTag": self.multi_broadcast_tag,
        }
        return {
            "sessionId": session_id,
            "outputs": outputs,
            "streamMode": self.stream_mode,
            "hasAudio": self.has_audio,
            "hasVideo": self.has_video,
            **{name: value for name, value in optional.items() if value is not None},
        }
