# SPDX-License-Identifier: Apache-2.0
"""What an archive may be: the parameters of ``POST .../archive`` and how they go together."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from .. import fields, layouts
from ..errors import ApiError, bad_request
from ..messages import Call
from ..sessions import lookup, media
from ..sessions.rules import RESOLUTIONS

NOT_ROUTED = 15008
ALREADY_RECORDING = 15001
FAILURE = "failure"
BITRATES = (100_000, 6_000_000)
QUANTIZATION = (15, 40)

_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def archive_id(call: Call) -> str:
    """The id in the path. Raises ApiError (400) if it cannot be one."""
    value = call.parameters["archive_id"]
    if not _UUID.fullmatch(value):
        raise bad_request("Invalid archive id format")
    return value.lower()


def session_of(call: Call, body: Mapping[str, Any]) -> sqlite3.Row:
    """The session that is to be recorded: routed, not encrypted, somebody is there. Raises ApiError: 400, 404, 409."""
    try:
        session = media.routed_session(call, body, "archives")
    except ApiError as error:
        if error.status == 409:
            error.code = NOT_ROUTED
        raise
    if session["e2ee"]:
        raise ApiError(409, "Sessions with end-to-end encryption cannot be archived.")
    lookup.require_clients(call, session)
    return session


def check(body: Mapping[str, Any]) -> dict[str, Any]:
    """What a start asks for, with defaults. Raises ApiError (400)."""
    mode = fields.one_of(body, "outputMode", ("composed", "individual"), "composed")
    audio, video = fields.boolean(body, "hasAudio", True), fields.boolean(body, "hasVideo", True)
    if not audio and not video:
        raise bad_request("hasAudio and hasVideo must not both be false")
    checked = {
        "name": fields.text(body, "name"),
        "hasAudio": audio,
        "hasVideo": video,
        "outputMode": mode,
        "streamMode": fields.one_of(body, "streamMode", ("auto", "manual"), "auto"),
        "layout": _layout(body, mode),
        **_quality(body, mode),
        **_transcription(body),
    }
    return {name: value for name, value in checked.items() if value is not None}


def tag_of(body: Mapping[str, Any]) -> str | None:
    """The ``multiArchiveTag``; an empty one is none."""
    return fields.text(body, "multiArchiveTag") or None


def automatic(session: sqlite3.Row) -> dict[str, Any]:
    """The archive that a session with archiveMode always begins by itself."""
    body = {"name": session["archive_name"], "resolution": session["archive_resolution"]}
    return check(body)


def _layout(body: Mapping[str, Any], mode: str) -> dict[str, str]:
    layout = fields.mapping(body, "layout")
    if layout and mode == "individual":
        raise bad_request("layout needs outputMode composed")
    return layouts.check(layout) if layout else layouts.DEFAULT


def _quality(body: Mapping[str, Any], mode: str) -> dict[str, Any]:
    resolution = fields.text(body, "resolution")
    bitrate = fields.whole_number(body, "maxBitrate", *BITRATES)
    quantization = fields.whole_number(body, "quantizationParameter", *QUANTIZATION)
    if resolution is not None and resolution not in RESOLUTIONS:
        raise bad_request(f"resolution must be one of {', '.join(RESOLUTIONS)}")
    if mode == "individual" and (resolution is not None or bitrate is not None):
        raise bad_request("resolution and maxBitrate need outputMode composed")
    if bitrate is not None and quantization is not None:
        raise bad_request("maxBitrate and quantizationParameter exclude each other")
    default = RESOLUTIONS[0] if mode == "composed" else None
    return {"resolution": resolution or default, "maxBitrate": bitrate, "quantizationParameter": quantization}


def _transcription(body: Mapping[str, Any]) -> dict[str, Any]:
    wanted = fields.boolean(body, "hasTranscription", False)
    details = fields.mapping(body, "transcriptionProperties") or fields.mapping(body, "transcription") or {}
    language = fields.text(details, "primaryLanguageCode")
    summary = fields.boolean(details, "hasSummary", False)
    if not wanted:
        return {"hasTranscription": False}
    details = {"status": "requested", "url": None, "reason": None, "primaryLanguageCode": language or "", "hasSummary": summary}
    return {"hasTranscription": True, "transcription": details}
