# SPDX-License-Identifier: Apache-2.0
"""Where the emulator's behaviour comes from, row by row. What nobody outside knows is marked "assumed"."""

from __future__ import annotations

import dataclasses

from . import provenance_live
from .archives.provenance import ROWS as _ARCHIVES
from .audio_connector.provenance import ROWS as _AUDIO_CONNECTOR
from .broadcasts.provenance import ROWS as _BROADCASTS
from .captions.provenance import ROWS as _CAPTIONS
from .provenance_row import ASSUMED, DOCUMENTED, SEEN, Row
from .renders.provenance import ROWS as _RENDERS

_GUIDE = "account management guide (tokbox.com/developer/guides/account-management)"
_REST = "REST reference (tokbox.com/developer/rest)"
_GO = "calvertyang/opentok-go-sdk 2.3.2, account.go"
_SUPPORT = "api.support.vonage.com/10927467943452"

ROWS: tuple[Row, ...] = (
    Row("*", "X-OPENTOK-AUTH is a JWT signed with HS256; claims iss, ist, iat, exp", DOCUMENTED, _REST),
    Row("*", "an authentication failure is 403 with code -1", DOCUMENTED, _SUPPORT),
    Row("*", "order of the checks: header, format, issuer, signature, times, key in the path", ASSUMED, "stackoverflow.com/q/43992538"),
    Row("*", "no header: 'No suitable authentication found'", SEEN, "opentok-node tests; OpenTok-PHP-SDK issue 284"),
    Row("*", "not a JWT: 'Invalid token format'", SEEN, "learning-opentok-node issue 68"),
    Row("*", "another algorithm than HS256, or no numeric iat and exp: 'Invalid token format'", ASSUMED, "no source has a text"),
    Row("*", "a token of more than 8,000 characters: 'Invalid token format'", ASSUMED, "servers bound header lines; no source has a text"),
    Row("*", "iss not made of digits: 'Invalid issuer format'", SEEN, "opentok-node issue 232; which values cause it is inferred"),
    Row("*", "iss may be a JSON number", SEEN, "sample token of the launch post in the vendor's blog"),
    Row("*", "unknown key, and an account key with ist project: 'Issuer not found'", DOCUMENTED, _SUPPORT),
    Row("*", "wrong secret, and a wrong ist: 'Invalid signature'", DOCUMENTED, _SUPPORT),
    Row("*", "an account token on a project's call, and the reverse: 'Invalid signature'", ASSUMED, "read off the row above"),
    Row("*", "no ist in the claims means project", SEEN, "the Ruby SDK puts it into the JWT's header"),
    Row("*", "iat in the future: 'issued time cannot be greater than current time'", DOCUMENTED, "support.tokbox.com/360054612532"),
    Row("*", "no leeway for iat", ASSUMED, "3 minutes are known to fail, less is not known"),
    Row("*", "exp in the past: 'token has expired'", ASSUMED, "the text is the one that clients get"),
    Row(
        "*",
        "exp more than 5 minutes after iat is accepted; --strict-exp refuses it",
        ASSUMED,
        "documented maximum, official tools exceed it",
    ),
    Row("*", "another key in the path: 'Id in the token does not match the one in the url'", SEEN, "OpenTok-PHP-SDK mocks"),
    Row("*", "a suspended project: 403 'The project is suspended'", ASSUMED, "documented: cannot be used; status and text are not known"),
    Row("*", "a deleted project: 'Issuer not found'", ASSUMED, "documented: the key cannot be used any more"),
    Row(
        "*", "X-TB-PARTNER-AUTH alone is refused: 'Invalid partner credentials'", SEEN, "opentok-node issue 106; removal announced in 2017"
    ),
    Row("*", "trailing slashes are tolerated", SEEN, "opentok-video-api-postman-collection"),
    Row("*", "a slash that is encoded as %2F is part of an id, so there is no such thing", ASSUMED, "ids hold none"),
    Row("*", "errors are {code, message, description} in JSON", DOCUMENTED, _SUPPORT),
    Row("*", "an unknown path is 404, another method 405, a body over 1,000,000 bytes 413, in the same shape", ASSUMED, "no source"),
    Row("*", "there is no rate limit and no 429", ASSUMED, "no source mentions one; a status fault can make one"),
    Row("project.create", 'an empty body makes a project without a name ("")', SEEN, _GO),
    Row("project.create", "200 and the project object", SEEN, _GO),
    Row("project.create", "names need not be unique and have no limits", ASSUMED, "no rule is stated anywhere"),
    Row("project.create", "ids are digits, count up from 46000001 and are never used again", ASSUMED, "ids in fixtures look like it"),
    Row("project.create", "a new project is VALID", SEEN, "opentok-go-sdk, account_test.go"),
    Row("project.create", "environmentId is accepted; 1 is the standard one", ASSUMED, "the Postman collection sends it"),
    Row("project.list", "a bare JSON array with the secrets", SEEN, f"{_GO}; opentok/usage-csv-generator"),
    Row("project.list", "in the order of creation, not paged", ASSUMED, "no client pages"),
    Row("project.get", "id, secret, status, name, environment, createdAt (milliseconds)", DOCUMENTED, _GUIDE),
    Row("project.get", "also apiKey, userId, userStatus, contactEmail, updatedAt, environmentId, -Name, -Description", SEEN, _GO),
    Row("project.get", "an unknown project, and one of another account, is 404 with code -1", ASSUMED, "no source"),
    Row("project.get", "environmentName and -Description of another environment than the standard one", ASSUMED, "no source"),
    Row("project.set_status", "ACTIVE and SUSPENDED; 200 and the project object", DOCUMENTED, _GUIDE),
    Row(
        "project.set_status", "after ACTIVE it reads ACTIVE, not VALID again", ASSUMED, "opentok-go-sdk's tests show the answer to PUT only"
    ),
    Row("project.set_status", "name is ignored: a project cannot be renamed", ASSUMED, "no client renames"),
    Row("project.set_status", "any other status is 400", ASSUMED, "no source"),
    Row("project.refresh_secret", "200 and the project object with the new secret; the old one stops working at once", SEEN, _GO),
    Row("project.refresh_secret", "the status does not change", ASSUMED, "opentok-go-sdk's test shows ACTIVE, made by hand"),
    Row("project.delete", "204 without a body", SEEN, _GO),
    Row("project.delete", "a second delete is 404", ASSUMED, "no source"),
    Row("session.create", "a form; archiveMode, archiveName, archiveResolution, location, p2p.preference, e2ee", DOCUMENTED, _REST),
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
    *_ARCHIVES,
    *provenance_live.ROWS,
    *_BROADCASTS,
    *_RENDERS,
    *_CAPTIONS,
    *_AUDIO_CONNECTOR,
)


def as_json() -> list[dict[str, str]]:
    """The table as the control plane shows it."""
    return [dataclasses.asdict(row) for row in ROWS]


def as_markdown() -> str:
    """The table as docs/emulator.md prints it."""
    lines = ["| operation | what the emulator does | status | source |", "|---|---|---|---|"]
    lines += [f"| `{row.operation}` | {row.what} | {row.status} | {row.source} |" for row in ROWS]
    return "\n".join(lines) + "\n"
