# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of calls into a live session comes from: streams, signals, moderation, SIP; and of callbacks."""

from __future__ import annotations

from .provenance_row import ASSUMED, DOCUMENTED, SEEN, Row

_REST = "REST reference (tokbox.com/developer/rest), as the SDKs quote it"
_SIP = "SIP guide (tokbox.com/developer/guides/sip)"
_MODERATION = "moderation guide (tokbox.com/developer/guides/moderation/rest)"
_POSTMAN = "opentok-video-api-postman-collection"

ROWS: tuple[Row, ...] = (
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
    Row("connection.list", "every client is Connected; 404 until the first one came", ASSUMED, "read off stream.list"),
    Row("signal.to_all", "{type, data}; 204 without a body", DOCUMENTED, _REST),
    Row("signal.to_all", "no data is 400 with code 15202", SEEN, "OpenTok-PHP-SDK mocks"),
    Row("signal.to_all", "data over 8,192 or type over 128 bytes is 413", SEEN, "Java, Python and PHP SDKs; that 8 kB are 8,192 is assumed"),
    Row("signal.to_all", "a type of other characters than A-Z a-z 0-9 - _ ~ is 400", ASSUMED, "documented: the characters; not the status"),
    Row("signal.to_all", "404 'No clients are actively connected' when nobody is there", SEEN, "OpenTok-PHP-SDK mocks"),
    Row("signal.to_all", "errors: XML errorPayload unless Accept names application/json", SEEN, "recordings of the Ruby SDK"),
    Row("signal.to_all", "order of the checks, here and in the calls below: body, session, client or stream", ASSUMED, "no source"),
    Row("signal.to_all", "what was sent is kept nowhere; the journal has to whom", ASSUMED, "our choice"),
    Row("signal.to_one", "204; 404 when that client is not connected", DOCUMENTED, _REST),
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
    Row("sip.dial", "200 and id, connectionId, streamId", DOCUMENTED, _SIP),
    Row("sip.dial", "also projectId (text), sessionId, createdAt, updatedAt", SEEN, "a recording of the Ruby SDK, 2017"),
    Row("sip.dial", "the connection is in the session at once, its stream with it", DOCUMENTED, f"{_SIP}; the stream is assumed"),
    Row("sip.dial", "200 says nothing of whether the call is answered", SEEN, "OpenTok-PHP-SDK issue 268"),
    Row("sip.dial", "a URI that is not sip:user@domain is 400 'Bad SIP URI format'", SEEN, "an old opentok-node"),
    Row("sip.dial", "a relayed session is 409", DOCUMENTED, f"{_REST}; the text is read off archives"),
    Row("sip.dial", "an unknown session is 404; one that nobody has joined may be dialled from", ASSUMED, "the call itself is a client"),
    Row("sip.dial", "the token must be there but is not looked at", ASSUMED, "no source says how a wrong one is answered"),
    Row("sip.dial", "secure, video and observeForceMute may be texts; the X- of headers is not needed", SEEN, "recordings of the Ruby SDK"),
    Row("sip.dial", "video is allowed for every project (no 15204)", ASSUMED, "a setting of the account"),
    Row("sip.dial", "POST /call is the same", ASSUMED, "the PHP SDK posts there"),
    Row("dtmf.to_all", "200 without a body", DOCUMENTED, _SIP),
    Row("dtmf.to_all", "digits 0-9 * # p, at least one, else 400 'Invalid DTMF Digits'", SEEN, "the SDKs check it; text of a PHP mock"),
    Row("dtmf.to_all", "nobody connected is 404; that one is a SIP call is not looked at", ASSUMED, "no source"),
    Row("dtmf.to_one", "200; 404 when that client is not connected", DOCUMENTED, _SIP),
    Row("callback.register", "{group, event, url}; 200 and id, group, event, url, createdAt", SEEN, "opentok-node; the old page: id and uri"),
    Row("callback.register", "archive/status; connection, stream: created, destroyed; sip_call: created, destroyed", SEEN, _POSTMAN),
    Row("callback.register", "other pairs are 400, and what is no http or https URL", ASSUMED, "no source"),
    Row("callback.register", "more than 8,096 bytes are 400", DOCUMENTED, "old API page; the status is assumed"),
    Row("callback.register", "the same twice makes two; nothing is delivered yet", ASSUMED, "no source"),
    Row("callback.list", "a bare array, with updatedAt", SEEN, "opentok-node; old API page"),
    Row("callback.list", "createdAt in milliseconds; the old page shows a text", SEEN, "opentok-node"),
    Row("callback.delete", "204", SEEN, "opentok-node; old API page"),
    Row("callback.delete", "an unknown one is 404", ASSUMED, "no source"),
)
