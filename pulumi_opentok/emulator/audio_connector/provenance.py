# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of the Audio Connector comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, REST, SEEN, Row

_NET = "Opentok-.NET-SDK, AudioConnectorStartRequest.cs"

ROWS = (
    Row("audio_connector.start", "200 and {id, connectionId}; the connection is a client of the session", SEEN, "Python and .NET SDKs"),
    Row(
        "audio_connector.start",
        "the type is application/json; charset=utf-8",
        SEEN,
        "a recording of the Ruby SDK, 2025; CONFLICT: one of 2022 has no charset",
    ),
    Row("audio_connector.start", "uri 15 to 2,048 characters, ws or wss; headers at most 512 bytes; at most 50 streams", DOCUMENTED, REST),
    Row("audio_connector.start", "audioRate 8000, 16000 or 24000; bidirectional", SEEN, _NET),
    Row("audio_connector.start", "audioTransport is an object, or a text of its JSON", SEEN, _NET + "; the Python SDK 3.15 sends the text"),
    Row("audio_connector.start", "409 for a session that is not routed", DOCUMENTED, REST),
    Row("audio_connector.start", "404 where nobody is connected, and for a stream that nobody publishes", ASSUMED, "as for archives"),
    Row("audio_connector.start", "the token must be there, it is not verified but for its data; no WebSocket is opened", ASSUMED, "not emulated"),
    Row(
        "audio_connector.stop",
        "by the connectionId; 200 without a body, the client leaves",
        ASSUMED,
        "only the .NET SDK calls it, it takes 200 and 204",
    ),
    Row("audio_connector.stop", "an unknown connection, and one that has left, is 404", ASSUMED, "no source"),
)
