# SPDX-License-Identifier: Apache-2.0
"""What an audio connection may be."""

from __future__ import annotations

import json
from typing import Any

from .. import fields
from ..errors import bad_request

AUDIO_RATES = (8000, 16_000, 24_000)
LONGEST_HEADERS = 512  # bytes
MOST_STREAMS = 50


def check(body: dict[str, Any]) -> list[str]:
    """The ids of the streams that a body asks for; none means all. Raises ApiError (400)."""
    fields.needed_text(body, "token")
    websocket = fields.mapping(body, "websocket")
    if websocket is None:
        raise bad_request("websocket must be set")
    uri = fields.needed_text(websocket, "uri", least=15, most=2048)
    if not uri.lower().startswith(("ws://", "wss://")):
        raise bad_request("uri must begin with ws:// or wss://")
    fields.boolean(websocket, "bidirectional", False)
    if websocket.get("audioRate") not in (None, *AUDIO_RATES):
        raise bad_request("audioRate must be one of 8000, 16000, 24000")
    _check_headers(fields.mapping(websocket, "headers") or {})
    _check_transport(websocket)
    return _streams(websocket)


def _streams(websocket: dict[str, Any]) -> list[str]:
    streams = websocket.get("streams")
    if streams is None:
        return []
    if not isinstance(streams, list) or len(streams) > MOST_STREAMS:
        raise bad_request(f"streams must be a list of at most {MOST_STREAMS} stream ids")
    return [fields.needed_text({"streams": stream}, "streams") for stream in streams]


def _check_headers(headers: dict[str, Any]) -> None:
    for name in headers:
        fields.needed_text(headers, name, least=0)
    if len(json.dumps(headers, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")) > LONGEST_HEADERS:
        raise bad_request(f"headers must not be longer than {LONGEST_HEADERS} bytes")


def _check_transport(websocket: dict[str, Any]) -> None:
    """The Python SDK sends it as a text of JSON, the .NET SDK as an object."""
    value = websocket.get("audioTransport")
    if isinstance(value, str):
        try:
            websocket = {"audioTransport": json.loads(value)}
        except (ValueError, RecursionError) as error:
            raise bad_request("audioTransport is not JSON") from error
    transport = fields.mapping(websocket, "audioTransport")
    if transport is not None:
        fields.one_of(transport, "transport", ("binary", "json"), "binary")
        fields.one_of(transport, "encoding", ("base64",), "base64")
