# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of callbacks comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, SEEN, Row

_POSTMAN = "opentok-video-api-postman-collection"
_MONITORING = "session monitoring guide (developer.vonage.com/opentok/guides/session-monitoring)"
_SECURE = "secure callbacks guide (developer.vonage.com/en/opentok/guides/secure-callbacks)"
_RETRY = "api.support.vonage.com/6646236108700"
_SIGNED = "signed webhooks of the same vendor's Messages API; the guide's own list was not found"

ROWS = (
    Row("callback.register", "{group, event, url}; 200 and id, group, event, url, createdAt", SEEN, "opentok-node; the old page: id and uri"),
    Row("callback.register", "archive/status; connection, stream: created, destroyed; sip_call: created, destroyed", SEEN, _POSTMAN),
    Row("callback.register", "other pairs are 400, and what is no http or https URL", ASSUMED, "no source"),
    Row("callback.register", "more than 8,096 bytes are 400", DOCUMENTED, "old API page; the status is assumed"),
    Row("callback.register", "the same twice makes two, and two deliveries of each event", ASSUMED, "no source"),
    Row("callback.list", "a bare array, with updatedAt", SEEN, "opentok-node; old API page"),
    Row("callback.list", "createdAt in milliseconds; the old page shows a text", SEEN, "opentok-node"),
    Row("callback.delete", "204", SEEN, "opentok-node; old API page"),
    Row("callback.delete", "an unknown one is 404", ASSUMED, "no source"),
    Row("webhook", "a URL each for session, archive, broadcast, sip, render, captions; in the dashboard", DOCUMENTED, f"{_MONITORING}; {_SECURE}"),
    Row("webhook", "registered and dashboard URLs both get an event; the URL is not tried when it is set", ASSUMED, "the dashboard does try it"),
    Row("webhook", "a POST of JSON; any answer from 200 to 299 is success", DOCUMENTED, f"{_MONITORING} says 200; the others are assumed"),
    Row("webhook", "an answer may take 5 seconds (--webhook-timeout); redirects are not followed", ASSUMED, "no source"),
    Row("webhook", "tried again after 5 s, 10 s and so on up to 15 minutes, for 24 hours; never disabled", DOCUMENTED, f"{_MONITORING}; {_RETRY}"),
    Row("webhook", "a jump of the emulator's clock makes one attempt, not all that would have fallen into it", ASSUMED, "our choice"),
    Row("webhook", "first attempts to a URL in the order of a session's events; a failure holds up no later event", ASSUMED, "no source"),
    Row("webhook", "with a signature secret: Authorization: Bearer and a JWT (HS256)", DOCUMENTED, _SECURE),
    Row("webhook", "its claims: iss Vonage, iat, jti, api_key, payload_hash (SHA-256 of the body, hexadecimal)", ASSUMED, _SIGNED),
    Row("webhook", "REST registrations are not signed; Basic authentication where the URL has a user", ASSUMED, "no source"),
    Row("webhook", "a deleted project is told nothing more, nor what is to be tried again; a suspended one is told", ASSUMED, "no source"),
)
