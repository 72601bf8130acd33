# SPDX-License-Identifier: Apache-2.0
"""Short makers of what the tables of sessions and tokens are about, and what is refused in a declaration of either."""

from __future__ import annotations

import base64
from typing import Any

from pulumi_opentok.core import fingerprint
from pulumi_opentok.core.desired.session import SESSION, SessionSpec, SessionState
from pulumi_opentok.core.desired.token import TOKEN, TokenSpec
from pulumi_opentok.emulator.sessions.session_id import make
from tests.things.rows import LONG, MISTAKEN_SECRET, Row

ACME, ACME_SECRET = "46000001", "acm3" * 10
GLOBEX, GLOBEX_SECRET = "46000002", "9l0b" * 10
PROJECTS = [(ACME, ACME_SECRET, "Acme"), (GLOBEX, GLOBEX_SECRET, "Globex")]
MADE_AT = 1767323045000
"""2026-01-02T03:04:05Z in milliseconds."""
UNIFIED = "29f760f8-7ce1-46c9-ade3-f2dedee4fed2"


def session_id(owner: str = ACME, number: int = 1, *, relayed: bool = False, location: str | None = None) -> str:
    """The id of a session of ``owner``, routed unless it is said to be ``relayed``."""
    return make(owner, location, MADE_AT, f"random{number}", relayed=relayed)


ROOM, OTHER_ROOM = session_id(), session_id(number=2)
RELAYED = session_id(relayed=True)
PLACED = session_id(location="198.51.100.7")
OLD = "1_" + base64.urlsafe_b64encode(f"1~{ACME}~12.34.56.78~Sat Mar 15 14:42:23 PDT 2014~0.341~".encode()).decode().rstrip("=")
"""Of 2014: its time is a text, and it does not show the media mode."""
ROUTED: dict[str, Any] = {"project": ACME, "media_mode": "routed"}
TO_ROOM: dict[str, Any] = {"session": ROOM}


def session(**inputs: Any) -> SessionSpec:
    """What is declared of a routed session of Acme."""
    return SESSION.parse({**ROUTED, **inputs})


def there(identity: str = ROOM) -> SessionState:
    """The session exists."""
    return SessionState.of_id(identity)


def token(**inputs: Any) -> TokenSpec:
    """What is declared of a token for the room."""
    return TOKEN.parse({**TO_ROOM, **inputs})


WRONG_IDS: list[tuple[Any, str]] = [
    (46000001, "must be a session id such as '1_MX40"),
    (True, "must be a session id"),
    (["a"], "must be a session id"),
    ({"a": "b"}, "must be a session id"),
    ("", "must be a session id"),
    (UNIFIED, "must be a session id"),
    (session_id(UNIFIED), "is a session of the unified Vonage platform"),
    (ROOM[2:], "must be a session id"),
    (f" {ROOM}", "must be a session id"),
    (f"{ROOM}\n", "is not a session id: it does not decode"),
    (ROOM[:20], "is not a session id: it does not decode (was it cut off?)"),
    (ROOM[:-8], "is not a session id: it does not decode (was it cut off?)"),
    (f"{ROOM[:30]}?{ROOM[31:]}", "is not a session id: it does not decode"),
    (f"1_{LONG}", "must be a session id"),
    (LONG, "must be a session id"),
    (session_id("46\r\nX-A: 1"), "is not a session id: it contains no API key"),
    (session_id("../46000001"), "is not a session id: it contains no API key"),
    (session_id(""), "is not a session id: it contains no API key"),
]
"""Session ids that are none of OpenTok's, or were cut off or edited by hand."""

BAD_SESSIONS: list[Row] = [
    ({"project": None}, ["project"], "missing: declare the session's project (its id), or give the project pair"),
    ({"project": 1.5}, ["project"], "must be a project id (= API key) such as '46123456', not 1.5"),
    ({"project": True}, ["project"], "must be a project id"),
    ({"project": ["a"]}, ["project"], "must be a project id"),
    ({"project": {"id": ACME}}, ["project"], "must be a project id"),
    ({"project": ""}, ["project"], "must be a project id"),
    ({"project": "../46000001"}, ["project"], "must be a project id"),
    ({"project": f"{ACME}\r\n"}, ["project"], "must be a project id"),
    ({"project": UNIFIED}, ["project"], "must be a project id"),
    ({"project": LONG}, ["project"], "must be a project id"),
    ({"media_mode": "p2p"}, ["media_mode"], "must be 'relayed' or 'routed', not 'p2p'"),
    ({"media_mode": 1}, ["media_mode"], "must be 'relayed' or 'routed'"),
    ({"media_mode": ["routed"]}, ["media_mode"], "must be 'relayed' or 'routed'"),
    ({"media_mode": LONG}, ["media_mode"], "must be 'relayed' or 'routed'"),
    ({"archive_mode": "sometimes"}, ["archive_mode"], "must be 'manual' or 'always', not 'sometimes'"),
    ({"archive_mode": True}, ["archive_mode"], "must be 'manual' or 'always'"),
    ({"archive_mode": "always\n"}, ["archive_mode"], "must be 'manual' or 'always'"),
    ({"media_mode": "relayed", "archive_mode": "always"}, ["archive_mode"], "'always' needs media_mode 'routed'"),
    ({"archive_name": "a"}, ["archive_name"], "needs archive_mode 'always'"),
    ({"archive_mode": "always", "archive_name": 5}, ["archive_name"], "must be a string, not int 5: quote it"),
    ({"archive_mode": "always", "archive_name": ["a"]}, ["archive_name"], "must be a string, not list"),
    ({"archive_mode": "always", "archive_name": " "}, ["archive_name"], "must not be empty or blank"),
    ({"archive_mode": "always", "archive_name": LONG}, ["archive_name"], "must have 1 to 80 characters"),
    ({"archive_mode": "always", "archive_name": "two\r\nlines"}, ["archive_name"], "must not contain control characters or line breaks"),
    ({"archive_mode": "always", "archive_name": "nul\0"}, ["archive_name"], "must not contain control characters"),
    ({"archive_resolution": "1280x720"}, ["archive_resolution"], "needs archive_mode 'always'"),
    ({"archive_mode": "always", "archive_resolution": "800x600"}, ["archive_resolution"], "must be one of 640x480"),
    ({"archive_mode": "always", "archive_resolution": 720}, ["archive_resolution"], "must be a string, not int 720"),
    ({"archive_mode": "always", "archive_resolution": LONG}, ["archive_resolution"], "must be one of 640x480"),
    ({"location": "::1"}, ["location"], "must be an IPv4 address, not '::1'"),
    ({"location": "example.com"}, ["location"], "must be an IPv4 address"),
    ({"location": "198.51.100.7\n"}, ["location"], "must be an IPv4 address"),
    ({"location": "198.51.100.256"}, ["location"], "must be an IPv4 address"),
    ({"location": 3}, ["location"], "must be a string, not int 3"),
    ({"location": LONG}, ["location"], "must be an IPv4 address"),
    ({"e2ee": "yes"}, ["e2ee"], "must be true or false, not 'yes'"),
    ({"e2ee": 1}, ["e2ee"], "must be true or false"),
    ({"e2ee": ["a"]}, ["e2ee"], "must be true or false"),
    ({"media_mode": "relayed", "e2ee": True}, ["e2ee"], "needs media_mode 'routed' and archive_mode 'manual'"),
    ({"archive_mode": "always", "e2ee": True}, ["e2ee"], "needs media_mode 'routed' and archive_mode 'manual'"),
    *(({"existing_id": value}, ["existing_id"], says) for value, says in WRONG_IDS),
    ({"existing_id": session_id(GLOBEX)}, ["existing_id"], f"is not as declared: its project is '{GLOBEX}', declared is '{ACME}'"),
    ({"existing_id": RELAYED}, ["existing_id"], "is not as declared: its media_mode is 'relayed', declared is 'routed'"),
    (
        {"existing_id": PLACED, "location": "192.0.2.1"},
        ["existing_id"],
        "is not as declared: its location is '198.51.100.7', declared is '192.0.2.1'",
    ),
    ({"project": MISTAKEN_SECRET}, ["project"], "must be a project id (= API key) such as '46123456'"),
    ({"media_mode": MISTAKEN_SECRET}, ["media_mode"], "must be 'relayed' or 'routed'"),
    ({"archive_mode": MISTAKEN_SECRET}, ["archive_mode"], "must be 'manual' or 'always'"),
    ({"archive_mode": "always", "archive_resolution": MISTAKEN_SECRET}, ["archive_resolution"], "must be one of"),
    ({"location": MISTAKEN_SECRET}, ["location"], "must be an IPv4 address"),
    ({"e2ee": MISTAKEN_SECRET}, ["e2ee"], "must be true or false"),
    ({"existing_id": MISTAKEN_SECRET}, ["existing_id"], "must be a session id"),
    ({"media_mode": "p2p", "archive_mode": 3, "location": "?", "e2ee": "no"}, ["media_mode", "archive_mode", "e2ee", "location"], "must be"),
]
"""Of a routed session of Acme."""

BAD_TOKENS: list[Row] = [
    ({"session": None}, ["session"], "missing: declare the session that the token is for"),
    *(({"session": value}, ["session"], says) for value, says in WRONG_IDS),
    ({"role": "admin"}, ["role"], "must be 'publisher' or 'subscriber' or 'moderator' or 'publisheronly', not 'admin'"),
    ({"role": 1}, ["role"], "must be 'publisher'"),
    ({"role": ["publisher"]}, ["role"], "must be 'publisher'"),
    ({"role": LONG}, ["role"], "must be 'publisher'"),
    ({"expires_in": "forever"}, ["expires_in"], "must be a duration such as 90d"),
    ({"expires_in": 3600}, ["expires_in"], "must be a duration"),
    ({"expires_in": "0h"}, ["expires_in"], "must be longer than 0"),
    ({"expires_in": "-1h"}, ["expires_in"], "must be a duration"),
    ({"expires_in": "31d"}, ["expires_in"], "must be at most 30d, the longest that OpenTok takes, not '31d'"),
    ({"expires_in": "9" * 10240 + "d"}, ["expires_in"], "must be"),
    ({"expires_in": ["1d"]}, ["expires_in"], "must be a duration"),
    ({"renew_before": "soon"}, ["renew_before"], "must be a duration"),
    ({"renew_before": 5}, ["renew_before"], "must be a duration"),
    ({"renew_before": "24h"}, ["renew_before"], "must be shorter than expires_in (1d), or each run issues a new token"),
    ({"expires_in": "2h", "renew_before": "3h"}, ["renew_before"], "must be shorter than expires_in (2h)"),
    ({"expires_in": "forever", "renew_before": "3d"}, ["expires_in"], "must be a duration"),
    ({"data": 7}, ["data"], "must be a string, not int 7: quote it"),
    ({"data": {"agent": 7}}, ["data"], "must be a string, not dict"),
    ({"data": " "}, ["data"], "must not be empty or blank"),
    ({"data": LONG}, ["data"], "must be a string of at most 1000 bytes"),
    ({"data": "é" * 501}, ["data"], "must be a string of at most 1000 bytes"),
    ({"layout_classes": "focus"}, ["layout_classes"], "must be a list of class names, not 'focus'"),
    ({"layout_classes": [1]}, ["layout_classes"], "must be a list of class names"),
    ({"layout_classes": {"a": "b"}}, ["layout_classes"], "must be a list of class names"),
    ({"layout_classes": ["two words"]}, ["layout_classes"], "a layout class is one word, not 'two words'"),
    ({"layout_classes": ["focus\n"]}, ["layout_classes"], "a layout class is one word"),
    ({"layout_classes": [""]}, ["layout_classes"], "a layout class is one word"),
    ({"layout_classes": [LONG]}, ["layout_classes"], "must be a list of class names of at most 1000 characters in total"),
    ({"token_format": "T1"}, ["token_format"], "must be 'jwt' or 't1', not 'T1'"),
    ({"token_format": 1}, ["token_format"], "must be 'jwt' or 't1'"),
    ({"signed_with": 5}, ["signed_with"], "must be the fingerprint of a secret, sha256: and 64 hex digits, not int"),
    ({"signed_with": ["a"]}, ["signed_with"], "must be the fingerprint of a secret"),
    ({"signed_with": "sha256:12"}, ["signed_with"], "must be the fingerprint of a secret"),
    ({"signed_with": MISTAKEN_SECRET}, ["signed_with"], "must be the fingerprint of a secret"),
    ({"session": MISTAKEN_SECRET}, ["session"], "must be a session id"),
    ({"role": MISTAKEN_SECRET}, ["role"], "must be 'publisher'"),
    ({"expires_in": MISTAKEN_SECRET}, ["expires_in"], "must be a duration"),
    ({"renew_before": MISTAKEN_SECRET}, ["renew_before"], "must be a duration"),
    ({"layout_classes": MISTAKEN_SECRET}, ["layout_classes"], "must be a list of class names"),
    ({"token_format": MISTAKEN_SECRET}, ["token_format"], "must be 'jwt' or 't1'"),
    ({"role": "admin", "expires_in": "x", "data": 7, "token_format": "t2"}, ["role", "expires_in", "data", "token_format"], "must be"),
]
"""Of a token for the room."""

GOOD_SESSIONS: list[dict[str, Any]] = [
    {},
    {"project": 46000001},
    {"project": 46000001.0},
    {"media_mode": "relayed"},
    {"e2ee": True},
    {"archive_mode": "always", "archive_name": "Zoë's “café” 🎥", "archive_resolution": "1280x720"},
    {"archive_mode": "always", "archive_name": "n" * 80},
    {"location": "198.51.100.7"},
    {"existing_id": ROOM},
    {"existing_id": PLACED, "location": "198.51.100.7"},
    {"media_mode": None, "existing_id": RELAYED},
]

GOOD_TOKENS: list[dict[str, Any]] = [
    {},
    {"role": "moderator", "expires_in": "P30D", "renew_before": "29d23h59m"},
    {"data": "é" * 500, "layout_classes": ["focus", "min"], "token_format": "t1"},
    {"data": '{"agent": 7,\n "name": "Zoë"}', "layout_classes": []},
    {"signed_with": fingerprint("a")},
]
