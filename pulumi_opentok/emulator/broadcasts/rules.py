# SPDX-License-Identifier: Apache-2.0
"""What a broadcast may be: the parameters of ``POST .../broadcast`` and how they go together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import fields, layouts
from ..errors import bad_request
from ..messages import Call
from ..sessions.rules import RESOLUTIONS

ALREADY_STOPPED = 19002
BITRATES = (100_000, 6_000_000)
PHP_BITRATES = (400_000, 2_000_000)
DEFAULT_DURATION = 14_400  # seconds
MOST_RTMP = 5


def check(call: Call, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a start asks for, with defaults. Raises ApiError (400)."""
    audio, video = fields.boolean(body, "hasAudio", True), fields.boolean(body, "hasVideo", True)
    if not audio and not video:
        raise bad_request("hasAudio and hasVideo must not both be false")
    layout = fields.mapping(body, "layout")
    bitrate = fields.whole_number(body, "maxBitrate", *BITRATES) or fields.whole_number(body, "maxBitRate", *PHP_BITRATES)
    checked = {
        "hls": None,
        "rtmp": [],
        **_outputs(call, body),
        "layout": layouts.check(layout) if layout else layouts.DEFAULT,
        "maxDuration": fields.whole_number(body, "maxDuration", 60, 36_000) or DEFAULT_DURATION,
        "resolution": fields.one_of(body, "resolution", RESOLUTIONS, RESOLUTIONS[0]),
        "streamMode": fields.one_of(body, "streamMode", ("auto", "manual"), "auto"),
        "hasAudio": audio,
        "hasVideo": video,
    }
    return checked if bitrate is None else {**checked, "maxBitrate": bitrate}


def tag_of(body: Mapping[str, Any]) -> str | None:
    """The ``multiBroadcastTag``; an empty one is none."""
    return fields.text(body, "multiBroadcastTag") or None


def _outputs(call: Call, body: Mapping[str, Any]) -> dict[str, Any]:
    outputs = fields.mapping(body, "outputs") or {}
    hls = fields.mapping(outputs, "hls")
    rtmp = [] if outputs.get("rtmp") is None else outputs["rtmp"]
    if not isinstance(rtmp, list):
        raise bad_request("rtmp must be a list")
    if hls is None and not rtmp:
        raise bad_request("outputs must hold hls or rtmp")
    if len(rtmp) > MOST_RTMP:
        raise bad_request(f"There must be at most {MOST_RTMP} RTMP streams")
    streams = [_rtmp(call, output) for output in rtmp]
    if len({stream["id"] for stream in streams}) < len(streams):
        raise bad_request("The ids of the RTMP streams must differ")
    return {"hls": None if hls is None else _hls(hls), "rtmp": streams}


def _hls(hls: Mapping[str, Any]) -> dict[str, bool]:
    dvr, low_latency = fields.boolean(hls, "dvr", False), fields.boolean(hls, "lowLatency", False)
    if dvr and low_latency:
        raise bad_request("dvr and lowLatency exclude each other")
    return {"dvr": dvr, "lowLatency": low_latency}


def _rtmp(call: Call, output: Any) -> dict[str, str]:
    if not isinstance(output, dict):
        raise bad_request("Each of rtmp must be a JSON object")
    server = fields.needed_text(output, "serverUrl")
    if not server.lower().startswith(("rtmp://", "rtmps://")):
        raise bad_request("serverUrl must begin with rtmp:// or rtmps://")
    name = fields.needed_text(output, "streamName")
    return {"id": fields.text(output, "id") or call.service.randomness.uuid(), "serverUrl": server, "streamName": name}
