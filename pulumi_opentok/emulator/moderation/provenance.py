# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of disconnecting and muting comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, SEEN, Row

_SIP = "SIP guide (tokbox.com/developer/guides/sip)"
_MODERATION = "moderation guide (tokbox.com/developer/guides/moderation/rest)"

ROWS = (
    Row("connection.disconnect", "204; the client and its streams are gone, a SIP call is hung up", DOCUMENTED, f"{_MODERATION}; {_SIP}"),
    Row("connection.disconnect", "404 when it is not connected; errors in JSON always", SEEN, "recordings of the Ruby SDK"),
    Row("stream.mute", "200; the stream is muted, no body is needed", DOCUMENTED, _MODERATION),
    Row(
        "stream.mute",
        "the answer is the project without its secret; a Ruby recording shows an empty body, a PHP mock {code, message}",
        SEEN,
        "opentok-go-sdk decodes a project",
    ),
    Row("stream.mute", "an unknown stream is 404; the Java SDK says 408", SEEN, "the Python SDK and the reference say 404"),
    Row("session.mute", "active true mutes what is published now and later, but for excludedStreamIds", DOCUMENTED, _MODERATION),
    Row(
        "session.mute",
        "excludedStreamIds, excludedStreams and excudedStreamIds are the same, in upper or lower case",
        SEEN,
        "Java, .NET and the guide; Python, Ruby, PHP; node; Go without JSON tags",
    ),
    Row("session.mute", "active may be the text true or false", SEEN, "the Ruby SDK sends it"),
    Row("session.mute", "active false: later streams are not muted, the muted ones stay so", DOCUMENTED, "disableForceMute in the SDKs' docs"),
    Row("session.mute", "nobody connected is 404; the answer is that of stream.mute", ASSUMED, "read off signal.to_all"),
)
