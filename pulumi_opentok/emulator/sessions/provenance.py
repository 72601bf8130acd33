# SPDX-License-Identifier: Apache-2.0
"""Where the behaviour of sessions comes from."""

from __future__ import annotations

from ..provenance_row import ASSUMED, DOCUMENTED, REST, SEEN, Row

_MONITORING = "session monitoring guide (developer.vonage.com/opentok/guides/session-monitoring)"

ROWS = (
    Row("session.create", "a form; archiveMode, archiveName, archiveResolution, location, p2p.preference, e2ee", DOCUMENTED, REST),
    Row("session.create", "without p2p.preference the session is routed", DOCUMENTED, "old API page; the SDKs always send the field"),
    Row("session.create", "XML (text/xml) unless Accept names application/json", SEEN, "recordings of the Ruby SDK"),
    Row(
        "session.create",
        "JSON: an array with one object, type exactly application/json",
        SEEN,
        "Opentok-Python-SDK tests, an answer of 2025",
    ),
    Row("session.create", "errors: XML errorPayload unless Accept names application/json", SEEN, "OpenTok-PHP-SDK issues 202, 230, 284"),
    Row(
        "session.create", "an empty archiveName, and archiveResolution with archiveMode manual, is 400", SEEN, "Opentok-.NET-SDK issue 229"
    ),
    Row("session.create", "archiveName with archiveMode manual is 400", ASSUMED, "documented: only with always"),
    Row(
        "session.create",
        "archiveMode always and e2ee need a routed session and exclude each other: 400",
        ASSUMED,
        "SDKs check it themselves",
    ),
    Row("session.create", "an empty location is none", SEEN, "the .NET SDK sends location= by default, OpenTok.cs"),
    Row("session.create", "a location that is not an IPv4 address is 400", ASSUMED, "SDKs check it themselves"),
    Row("session.create", "unknown fields are ignored", SEEN, "the PHP SDK sends api_key"),
    Row("session.create", "a body of another type than a form is 400", ASSUMED, "no source"),
    Row(
        "session.create",
        "the session id: 1_ and base64 of 1~key~location~milliseconds~random~flags~~",
        SEEN,
        "fixtures of the SDKs, decoded",
    ),
    Row("session.create", "the flag P marks a relayed session", ASSUMED, "it is in the id of a relayed session of 2025"),
    Row("session.create", "create_dt is Java's Date.toString() in US Pacific time", SEEN, "Opentok-Python-SDK tests"),
    Row("webhook", "session: connectionCreated, connectionDestroyed, streamCreated, streamDestroyed and their bodies", DOCUMENTED, _MONITORING),
    Row("webhook", "session: sessionCreated with the first client, sessionDestroyed when all have left", DOCUMENTED, _MONITORING),
    Row("webhook", "session: sessionDestroyed has the reason of the last client", ASSUMED, "the service disruption guide shows it with a reason"),
    Row("webhook", "session: sessionCreated comes before connectionCreated, streamDestroyed before connectionDestroyed", ASSUMED, "no source"),
)
