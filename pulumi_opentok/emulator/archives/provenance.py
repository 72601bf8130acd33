# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of archives comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, REST, SEEN, Row

_GUIDE = "archiving guide (tokbox.com/developer/guides/archiving)"

ROWS = (
    Row("archive.start", "200 and the archive object, status started; fields, defaults and their exclusions", DOCUMENTED, REST),
    Row("archive.start", "what breaks a rule, and hasAudio and hasVideo both false, is 400 with code -1", DOCUMENTED, f"{REST}; our texts"),
    Row("archive.start", "a field that is null is not given", SEEN, "the Python SDK sends name and resolution null"),
    Row("archive.start", "404 for an unknown session, and for one where nobody is connected", SEEN, "opentok-node 317, OpenTok-Ruby-SDK 69"),
    Row("archive.start", "409 with code 15008 for a relayed session, looked at before who is connected", SEEN, "OpenTok-PHP-SDK 243; our order"),
    Row("archive.start", "409 for a session with e2ee", ASSUMED, "documented: such media cannot be archived; the status is not known"),
    Row("archive.start", "409 with code 15001 while the session is recorded, but for another multiArchiveTag", SEEN, "opentok-react-native 427"),
    Row("archive.start", "quantizationParameter 15 to 40", DOCUMENTED, "CONFLICT: Python and .NET SDKs say 40, the Java SDK 45"),
    Row(
        "archive.start",
        "both transcription and transcriptionProperties are taken",
        SEEN,
        "CONFLICT: PHP and Python SDKs send transcriptionProperties, answers have transcription",
    ),
    Row("archive.start", "the transcription's status stays requested, there is no text", ASSUMED, "not emulated: no source shows the file"),
    Row("archive.start", "multiArchiveTag is in this answer only", DOCUMENTED, "texts of the Python SDK"),
    Row("archive.start", "a session with archiveMode always is recorded when a client has come", DOCUMENTED, _GUIDE),
    Row(
        "archive.get",
        "projectId and partnerId numbers, createdAt in milliseconds, duration in seconds, 0 while it records",
        SEEN,
        "Opentok-Java-SDK 166",
    ),
    Row("archive.get", "an id that is no UUID is 400, an unknown one and another project's 404", DOCUMENTED, f"{REST}; which is which is assumed"),
    Row("archive.get", "paused while nobody publishes", DOCUMENTED, _GUIDE),
    Row(
        "archive.get",
        "stopped 60 seconds after the last client left, after 60 minutes paused, 4 hours recorded, 12 hours in all",
        DOCUMENTED,
        _GUIDE,
    ),
    Row(
        "archive.get",
        "stopped when no stream came within a minute, but if streamMode is manual",
        DOCUMENTED,
        f"{_GUIDE}; that manual waits longer is assumed",
    ),
    Row("archive.get", "its file is made one second after it stopped, then available; size 0 and no sum before", ASSUMED, "the time is ours"),
    Row("archive.get", "uploaded when the upload to the storage has ended that was set when it began; stopped until then", DOCUMENTED, _GUIDE),
    Row("archive.get", "in the bucket it is PROJECT/ARCHIVE/archive.mp4 or archive.zip", DOCUMENTED, _GUIDE),
    Row("archive.get", "one attempt to upload, to the endpoint of the storage, addressed by path, region us-east-1", ASSUMED, "our choice"),
    Row("archive.get", "uploaded though nothing was sent: an S3 storage without an endpoint, and Azure", ASSUMED, "not emulated: we call no cloud"),
    Row("archive.get", "failed, reason failure, when the upload failed and fallback is none", ASSUMED, "documented: OpenTok keeps no file then"),
    Row("archive.get", "failed only by that and by the control plane; size 0, no url, for good", ASSUMED, f"documented: the status ({_GUIDE})"),
    Row("archive.get", "expired after 72 hours", DOCUMENTED, _GUIDE),
    Row(
        "archive.get",
        "reason: user initiated, session ended, maximum duration exceeded",
        DOCUMENTED,
        f"{_GUIDE}; which for a long pause is assumed",
    ),
    Row(
        "archive.get",
        "url while available, good for 10 minutes; behind it is a file that plays, also for audio or video alone",
        DOCUMENTED,
        f"{_GUIDE}; the picture is grey, the sound silent",
    ),
    Row("archive.get", "composed: MP4 with H.264 and AAC, as long as duration says, in the archive's resolution", DOCUMENTED, _GUIDE),
    Row("archive.get", "individual: a ZIP with a JSON manifest and a WebM (VP8, Opus) for each stream, 50 at the same time", DOCUMENTED, _GUIDE),
    Row(
        "archive.get",
        "manifest: id and files with streamId, filename, videoType, connectionData, startTimeOffset and stopTimeOffset in milliseconds",
        SEEN,
        "opentok/archiving-composer, composer.js, and a composer that takes such archives",
    ),
    Row("archive.get", "manifest: also sessionId, name, createdAt, streamName, size; its name is ARCHIVE_ID.json", ASSUMED, "no source"),
    Row("archive.get", "sha256sum is in base64", SEEN, "an answer of 2021 in nexmo-se/video-express-react-app, server/README.md"),
    Row("archive.get", "a deleted archive can be read, status deleted", ASSUMED, "documented: the status, and deleting a deleted one"),
    Row("webhook", "archive: the object, at started, paused, stopped, uploaded, available, expired, failed; sent as JSON", DOCUMENTED, _GUIDE),
    Row("webhook", "archive: also at deleted; createdAt is that of the object, not rounded to seconds", ASSUMED, "not in the guide"),
    Row("webhook", "archive: paused comes right after started where nobody publishes", ASSUMED, _GUIDE + " has the status, not when it is told"),
    Row("archive.list", "{count, items}, newest first, without deleted ones; count by default 50, at most 1,000", DOCUMENTED, REST),
    Row("archive.list", "count is that of all pages", SEEN, "opentok-node's tests: 149 of 5"),
    Row("archive.list", "with sessionId, count is that of the session; an unknown session has none", ASSUMED, "no source"),
    Row("archive.list", "a count over 1,000, and what is no number, is 400; an empty one is the default", ASSUMED, "the Go SDK sends an empty one"),
    Row("archive.stop", "200 and the archive, status stopped, reason user initiated", DOCUMENTED, REST),
    Row("archive.stop", "404 'You passed in an invalid archive ID', 409 when it is not recording", SEEN, "opentok-node's tests"),
    Row("archive.stop", "409 for an automatic archive", ASSUMED, f"documented: cannot be stopped ({_GUIDE}); the status is not known"),
    Row("archive.delete", "204; 409 unless it is available, uploaded or deleted", DOCUMENTED, REST),
    Row("archive.set_layout", "200; a type of five, stylesheet with and only with custom, screenshareType only with bestFit", DOCUMENTED, REST),
    Row("archive.set_layout", "the answer is the archive; individual is 400, not recording 409, unknown 404", ASSUMED, "no source"),
    Row("archive.update_streams", "204; 405 when streamMode is auto; 404 for a stream that is not in the session", DOCUMENTED, REST),
    Row("archive.update_streams", "removing one that was not added is 404, not recording 409", ASSUMED, "the Python SDK knows a 409"),
)
