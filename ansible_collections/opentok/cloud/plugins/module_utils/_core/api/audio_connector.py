# SPDX-License-Identifier: Apache-2.0
"""Audio Connector: a session's audio to a WebSocket, and back.

Source: https://tokbox.com/developer/guides/audio-connector/, the reference of ``/connect`` and the official SDKs.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any

from .. import operations
from ..checks import (
    choice_problems,
    flag_problems,
    http_header_problems,
    id_problems,
    ids_problems,
    length_problems,
    raise_if_any,
    token_problems,
    url_problems,
)
from ..errors import ApiError, Problem
from ..http.calls import Calls
from ..http.objects import identified
from ..http.redaction import without
from .session_ids import session_problems

AUDIO_RATES = (8000, 16_000, 24_000)
MAX_HEADERS = 512
"""Bytes of all headers as JSON. Source: reference of ``POST /connect``."""
MAX_STREAMS = 50
"""Audio streams of one session. Source: guide of the Audio Connector."""
TRANSPORTS = ("binary", "json")
OF_JSON = ("encoding", "audio_field", "receive_audio_field", "static_fields")
"""What says how JSON is made."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class AudioTransport:
    """How the audio is packed into the WebSocket's messages. Source: Opentok-.NET-SDK of 2026.

    ``transport``: ``binary`` or ``json``. With ``json`` alone, audio is ``encoding`` (base64) text in ``audio_field``, what comes back is read
    from ``receive_audio_field``, and ``static_fields`` are part of every message.
    """

    transport: str = "binary"
    encoding: str | None = None
    audio_field: str | None = None
    receive_audio_field: str | None = None
    static_fields: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """The object that the API expects; unset fields are omitted."""
        return {name: value for name, value in dataclasses.asdict(self).items() if value is not None}


@dataclasses.dataclass(frozen=True, kw_only=True)
class AudioConnection:
    """A session's connection to a WebSocket. ``connection_id`` is its client in the session."""

    id: str
    connection_id: str


class AudioConnector(Calls):
    """Connects sessions of one project to WebSockets."""

    def start(
        self,
        session_id: str,
        token: str,
        uri: str,
        *,
        streams: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
        audio_rate: int | None = None,
        bidirectional: bool | None = None,
        audio_transport: AudioTransport | None = None,
    ) -> AudioConnection:
        """Sends the audio of a routed session to the WebSocket ``uri`` (``ws`` or ``wss``, 15 to 2,048 characters).

        ``token``: a client token of the session. ``streams``: ids of the streams, at most 50; none means all. ``headers``: of the
        WebSocket, at most 512 bytes as JSON. ``audio_rate``: 8,000 (the API's default), 16,000 or 24,000 Hz. ``bidirectional``: publish
        what the WebSocket sends. The WebSocket must be up within 6 seconds. Not idempotent. Raises :class:`InvalidInput` before any
        request, :class:`ApiError` with status 409 when the session is not routed.
        """
        problems = [
            *session_problems(session_id, self._signer.credentials.key),
            *token_problems(token),
            *websocket_problems(uri, streams, headers, audio_rate, bidirectional, audio_transport),
        ]
        raise_if_any(problems)
        websocket: dict[str, Any] = {
            "uri": uri,
            "streams": list(streams) or None,
            "headers": dict(headers) if headers else None,
            "audioRate": audio_rate,
            "bidirectional": bidirectional,
            "audioTransport": audio_transport.as_json() if audio_transport else None,
        }
        websocket = {name: value for name, value in websocket.items() if value is not None}
        body = {"sessionId": session_id, "token": token, "websocket": websocket}
        operation, key = operations.AUDIO_CONNECTOR_START, self._signer.credentials.key
        about = f"an audio connection of session {session_id}"
        try:
            answer = self._transport.call(operation, self._signer, about=about, json=body, api_key=key)
        except ApiError as error:
            raise without(error, uri) from None
        return AudioConnection(id=identified(answer, operation, about), connection_id=identified(answer, operation, about, "connectionId"))

    def stop(self, connection_id: str) -> None:
        """Ends the connection with this ``connection_id`` (not ``id``). Raises :class:`NotFound`."""
        raise_if_any(id_problems("connection_id", connection_id))
        key, about = self._signer.credentials.key, f"audio connection {connection_id}"
        self._transport.call(operations.AUDIO_CONNECTOR_STOP, self._signer, about=about, api_key=key, connection_id=connection_id)


def websocket_problems(
    uri: Any,
    streams: Sequence[str],
    headers: Mapping[str, str] | None,
    audio_rate: int | None,
    bidirectional: bool | None,
    audio_transport: AudioTransport | None,
) -> list[Problem]:
    """What the API would refuse in the description of a WebSocket. No text quotes the URI or a header: both may hold a secret."""
    problems = [] if isinstance(uri, str) else [Problem("uri", "must be the URI of a WebSocket, a string")]
    problems += [] if problems else url_problems("uri", uri, ("ws", "wss"))
    wrong = ids_problems("streams", streams)
    problems += wrong
    if not wrong and len(streams) > MAX_STREAMS:
        problems.append(Problem("streams", f"must have at most {MAX_STREAMS} streams, not {len(streams)}"))
    problems += _header_problems(headers)
    problems += choice_problems("audio_rate", audio_rate, AUDIO_RATES)
    problems += flag_problems("bidirectional", bidirectional)
    if audio_transport is not None:
        problems += _transport_problems(audio_transport)
    return problems


def _transport_problems(packed: AudioTransport) -> list[Problem]:
    where = "audio_transport"
    problems = choice_problems(f"{where}.transport", packed.transport, TRANSPORTS)
    if not problems and packed.transport != "json":
        given = [name for name in OF_JSON if getattr(packed, name) is not None]
        return [Problem(f"{where}.{name}", "needs transport 'json': with 'binary' nothing but audio is sent") for name in given]
    problems += choice_problems(f"{where}.encoding", packed.encoding, ("base64",))
    for name in ("audio_field", "receive_audio_field"):
        problems += length_problems(f"{where}.{name}", getattr(packed, name), 1)
    return problems


def _header_problems(headers: Mapping[str, str] | None) -> list[Problem]:
    problems = http_header_problems("headers", headers)
    if problems or headers is None:
        return problems
    size = len(json.dumps(dict(headers), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
    if size > MAX_HEADERS:
        return [Problem("headers", f"must have at most {MAX_HEADERS} bytes as JSON, not {size}")]
    return []
