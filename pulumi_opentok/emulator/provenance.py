# SPDX-License-Identifier: Apache-2.0
"""Where the emulator's behaviour comes from, row by row. What nobody outside knows is marked "assumed".

Here are the rows for all operations; each subject has its own in a ``provenance.py``.
"""

from __future__ import annotations

import dataclasses

from .archives import provenance as archives
from .audio_connector import provenance as audio_connector
from .broadcasts import provenance as broadcasts
from .callbacks import provenance as callbacks
from .captions import provenance as captions
from .moderation import provenance as moderation
from .projects import provenance as projects
from .provenance_row import ASSUMED, DOCUMENTED, REST, SEEN, Row
from .renders import provenance as renders
from .sessions import provenance as sessions
from .signals import provenance as signals
from .sip import provenance as sip
from .storage import provenance as storage
from .streams import provenance as streams

_SUPPORT = "api.support.vonage.com/10927467943452"

_SUBJECTS = (projects, sessions, archives, storage, streams, signals, moderation, sip, callbacks, broadcasts, renders, captions, audio_connector)

ROWS: tuple[Row, ...] = (
    Row("*", "X-OPENTOK-AUTH is a JWT signed with HS256; claims iss, ist, iat, exp", DOCUMENTED, REST),
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
    Row("*", "iat may be 2 seconds ahead", ASSUMED, "OpenTok-Ruby-SDK issue 185: 3 minutes fail; SDKs sign with whole seconds, less is not known"),
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
    Row("*", "a request that offers another protocol (Upgrade: h2c, websocket) is answered in HTTP/1.1", ASSUMED, "RFC 9110 allows it; no source"),
    Row("*", "errors are {code, message, description} in JSON", DOCUMENTED, _SUPPORT),
    Row("*", "an unknown path is 404, another method 405, a body over 1,000,000 bytes 413, in the same shape", ASSUMED, "no source"),
    Row("*", "there is no rate limit and no 429", ASSUMED, "no source mentions one; a status fault can make one"),
    *(row for subject in _SUBJECTS for row in subject.ROWS),
)


def as_json() -> list[dict[str, str]]:
    """The table as the control plane shows it."""
    return [dataclasses.asdict(row) for row in ROWS]


def as_markdown() -> str:
    """The table as docs/emulator.md prints it."""
    lines = ["| operation | what the emulator does | status | source |", "|---|---|---|---|"]
    lines += [f"| `{row.operation}` | {row.what} | {row.status} | {row.source} |" for row in ROWS]
    return "\n".join(lines) + "\n"
