# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of streams and connections comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, SEEN, Row

_REST = "REST reference (tokbox.com/developer/rest), as the SDKs quote it"

ROWS = (
    Row("stream.list", "{count, items} of id, videoType, name, layoutClassList", DOCUMENTED, _REST),
    Row("stream.list", "404 'Session not found' until the first client has connected", SEEN, "OpenTok-PHP-SDK 267, Opentok-Python-SDK 211"),
    Row("stream.list", "an empty list when all clients have left", SEEN, "Opentok-.NET-SDK issue 127"),
    Row("stream.list", "400 with code 10101 'Invalid session id format'", SEEN, "opentok-go-sdk, opentok_test.go"),
    Row("stream.list", "another project's session is 404, as an unknown one", ASSUMED, "no source"),
    Row("stream.get", "id, videoType, name, layoutClassList", DOCUMENTED, _REST),
    Row("stream.get", "408 for a stream that is not there", SEEN, "the Python and Java SDKs; the text is the Python SDK's"),
    Row("stream.set_layout_classes", "{items: [{id, layoutClassList}]} replaces; an empty list clears", DOCUMENTED, _REST),
    Row("stream.set_layout_classes", "200 and the list of the session's streams", SEEN, "opentok-go-sdk decodes one"),
    Row("stream.set_layout_classes", "an unknown stream is 404, and then none is changed", ASSUMED, "support articles name the 404"),
    Row("connection.list", "{count, projectId, sessionId, items} of connectionId, connectionState, createdAt", SEEN, "Java, PHP, .NET SDKs"),
    Row("connection.list", "projectId is a text, createdAt a number; .NET's tests say applicationId", ASSUMED, "the Java and PHP SDKs"),
    Row(
        "connection.list",
        "every client is Connected",
        ASSUMED,
        "our choice; clients can be Connecting (OpenTok-PHP-SDK mocks) and Disconnected (Java SDK)",
    ),
    Row("connection.list", "404 until the first one came", ASSUMED, "read off stream.list"),
    Row(
        "connection.list",
        "takes offset and count; without count up to 1,000",
        DOCUMENTED,
        "OpenTok-Ruby-SDK 4.14; the bounds are assumed: other SDKs send neither and take the list for whole",
    ),
    Row("connection.list", "count is that of the page; --list-count total: of all pages", ASSUMED, "as for archives"),
)
