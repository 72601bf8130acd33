# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of captions comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, REST, SEEN, Row

ROWS = (
    Row("captions.start", "202 and {captionsId}", SEEN, "Python and Java SDKs: 202, older 200"),
    Row("captions.start", "the type is application/json; charset=utf-8", SEEN, "recordings of the Ruby SDK"),
    Row("captions.start", "maxDuration 300 to 14,400 (14,400), statusCallbackUrl 15 to 2,048 characters", DOCUMENTED, REST),
    Row("captions.start", 'partialCaptions may also be "true" or "false"', SEEN, "opentok-meet issue 157"),
    Row("captions.start", "a field that is null is not given", SEEN, "the Python SDK 3.15 sends statusCallbackUrl null"),
    Row("captions.start", "a second start in a session is 409", DOCUMENTED, REST + "; a beta of 2023 answered 500"),
    Row("captions.start", "any languageCode of 2 to 35 characters", ASSUMED, "the list of languages grows"),
    Row("captions.start", "a session that is not routed is 409, one where nobody is connected 404", ASSUMED, "the codes are those of archives"),
    Row("captions.start", "the token must be there, its role is not looked at", ASSUMED, "documented: moderator; what else does is not known"),
    Row("captions.start", "they end after maxDuration; there is no text", ASSUMED, "not emulated"),
    Row(
        "webhook",
        "captions: captionId, projectId, sessionId, status, createdAt, updatedAt, duration, languageCode, group; at started and stopped",
        ASSUMED,
        "documented: there are events at start, stop and failure (secure callbacks guide); no source has their body",
    ),
    Row("captions.stop", "202, no body, application/json; charset=utf-8", SEEN, "recordings of the Ruby SDK"),
    Row("captions.stop", "404 if unknown", DOCUMENTED, REST),
    Row("captions.stop", "404 if they are over", ASSUMED, "no source"),
)
