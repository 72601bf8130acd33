# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of broadcasts comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, REST, SEEN, Row

ROWS = (
    Row("broadcast.start", "200 and the broadcast object, status started; at least one output, at most five RTMP streams", DOCUMENTED, REST),
    Row("broadcast.start", "hls.dvr and hls.lowLatency exclude each other: 400", DOCUMENTED, REST),
    Row("broadcast.start", "maxDuration 60 to 36,000, default 14,400", SEEN, "CONFLICT: older documents and recordings have 7,200 as default"),
    Row(
        "broadcast.start",
        "maxBitrate 100,000 to 6,000,000",
        SEEN,
        "Python and Java SDKs; CONFLICT: the PHP SDK has another name and range, see below",
    ),
    Row("broadcast.start", "maxBitRate 400,000 to 2,000,000 is the same field", SEEN, "the PHP SDK sends it"),
    Row(
        "broadcast.start",
        "the type is application/json; charset=utf-8",
        SEEN,
        "recordings of the Ruby SDK, October 2022; CONFLICT: one of September 2022 has no charset",
    ),
    Row("broadcast.start", "a layout with an empty stylesheet is 400", DOCUMENTED, REST),
    Row("broadcast.start", "six resolutions", DOCUMENTED, REST + "; CONFLICT: the Python SDK lists two"),
    Row("broadcast.start", "rtmp may be an empty list beside hls", SEEN, "the Java SDK always sends rtmp"),
    Row("broadcast.start", "a second one in the session is 409 without a multiBroadcastTag of its own", DOCUMENTED, REST),
    Row("broadcast.start", "five RTMP streams are the most for all broadcasts of a session: 400", SEEN, "texts of the Python SDK"),
    Row("broadcast.start", "a relayed or encrypted session is 409, one where nobody is connected 404", ASSUMED, "the codes are those of archives"),
    Row("broadcast.start", "hasAudio and hasVideo both false is 400", ASSUMED, "as for archives"),
    Row("broadcast.get", "projectId and partnerId are numbers; broadcastUrls is null once it has stopped", SEEN, "recordings of the Ruby SDK"),
    Row(
        "broadcast.get",
        "broadcastUrls.rtmp is a list of {status, id, serverUrl, streamName}",
        SEEN,
        "recordings of 2018 and the Go SDK; CONFLICT: an object keyed by id in documents",
    ),
    Row("broadcast.get", "maxBitrate and maxBitRate are the same, by default 2,000,000", SEEN, "Java SDK, its default; OpenTok-PHP-SDK mocks"),
    Row("broadcast.get", "with hls.dvr the HLS URL ends with ?DVR", DOCUMENTED, "texts of all official SDKs"),
    Row("broadcast.get", "an RTMP stream without an id gets one", ASSUMED, "no source"),
    Row(
        "broadcast.get",
        "outputs are connecting for 20 seconds, then live; nothing is sent anywhere",
        ASSUMED,
        "documented: HLS plays after 15 to 20 s",
    ),
    Row("broadcast.get", "it ends after maxDuration, not when all clients leave", ASSUMED, "no source"),
    Row(
        "webhook",
        "broadcast: the object, when it has started, when its outputs are live, when it has stopped",
        ASSUMED,
        "documented: there are such events (secure callbacks guide); their body is read off archives",
    ),
    Row("broadcast.get", "an unknown broadcast is 404", DOCUMENTED, REST),
    Row("broadcast.list", "{count, items}; offset, count (50, at most 1,000), sessionId; newest first", DOCUMENTED, REST),
    Row(
        "broadcast.list",
        "count is that of the page; --list-count total: of all pages",
        SEEN,
        "recordings of the Ruby SDK, 2022; CONFLICT: as for archives",
    ),
    Row(
        "broadcast.list",
        "only broadcasts that run",
        SEEN,
        "Go SDK, OpenTokFs, Postman collection; CONFLICT: node and Ruby SDKs say completed ones too",
    ),
    Row("broadcast.stop", "200 and the object, status stopped", DOCUMENTED, REST),
    Row(
        "broadcast.stop",
        "a second stop is 409 with code 19002",
        SEEN,
        "Opentok-Java-SDK issue 180, the live API; CONFLICT: the Java and Ruby SDKs document 404",
    ),
    Row("broadcast.set_layout", "200; 400 for a layout that is none", DOCUMENTED, REST),
    Row("broadcast.set_layout", "the body is the broadcast object; 409 with code 19002 once it has stopped", ASSUMED, "the Go SDK reads an object"),
    Row("broadcast.update_streams", "204; 405 when streamMode is auto, 404 for a stream that nobody publishes", DOCUMENTED, REST),
    Row("broadcast.update_streams", "409 with code 19002 once it has stopped; taking out what is not in it is 204", ASSUMED, "no source"),
)
