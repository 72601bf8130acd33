# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of callbacks comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, SEEN, Row

_POSTMAN = "opentok-video-api-postman-collection"

ROWS = (
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
