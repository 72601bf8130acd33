# SPDX-License-Identifier: Apache-2.0
"""What is refused in the declaration of a SIP trunk."""

from __future__ import annotations

from typing import Any

from tests.things.rows import HIDDEN, LONG, Row

URI = "sip:user@sip.example.com;transport=tls"
PASSWORD = HIDDEN * 2
TO_CALL: dict[str, Any] = {"uri": URI, "username": "u", "password": PASSWORD}
NOBODY = {"username": None, "password": None}

WRONG_VERSIONS = (0, -1, 1.5, True, "2", PASSWORD, [1], 2**53, float("inf"), float("nan"))
FLAGS = ("secure", "video", "observe_force_mute", "require_encryption", "enabled", "verify")
NO_FLAGS: tuple[Any, ...] = ("yes", 1, PASSWORD, [])
LINE = "must be a text on one line, not blank, without control characters"
NOTHING_MORE = "must be 'user@host' and nothing more: no password, port, parameter or control character"
ESCAPED = "must not hold an escaped control character (%00 to %1F, %7F): some gateways undo the escape"
TOGETHER = "missing: a user name and a password go together"
IN_CLEAR = "holds the password, but is published in clear"

OF_A_URI: list[tuple[Any, str]] = [
    (None, "missing: declare whom to call"),
    (5060, "must be a string, not int"),
    ({"user": "a"}, "must be a string, not dict"),
    ("", "must begin with 'sip:'"),
    ("sip.example.com", "must begin with 'sip:'"),
    ("mailto:user@example.com", "must begin with 'sip:'"),
    (f"user:{PASSWORD}@example.com", "must begin with 'sip:'"),
    ("tel:+15551234567", "is a tel: URI"),
    ("TEL:+15551234567", "is a tel: URI"),
    ("sip:sip.example.com", "must name a user"),
    (f"sip:user:{PASSWORD}@example.com", "must not hold a password: declare username and password"),
    ("sip:user:@example.com", "must not hold a password"),
    (f"sip:user@example.com?Authorization={PASSWORD}", "must not hold headers after '?': declare them as headers"),
    ("sip:user%0d%0AVia@example.com", ESCAPED),
    ("sip:user%00@example.com", ESCAPED),
    ("sip:user@example.com;x=%7f", ESCAPED),
    ("sip:user@example.com\r\nVia: evil", "has an invalid host name"),
    ("sip:user@example.com:70000", "must have a port from 1 to 65535"),
    ("sip:user@example.com;lr;lr", "repeats an earlier name in parameter 2"),
    ("sips:user@example.com;transport=udp", "contradicts itself: 'sips:' is TLS"),
    ("sip:user@bücher.example", "has an internationalised host, but SIP allows only ASCII: write it as 'xn--bcher-kva.example'"),
    (f"sip:{LONG}@example.com", "must have at most 2,048 bytes"),
]
OF_A_SENDER: list[tuple[Any, str]] = [
    (15551234567, "must be a string, not int"),
    (["a@h"], "must be a string, not list"),
    ("", "must be 'user@host'"),
    ("+15551234567", "must be 'user@host'"),
    ("sip:a@example.com", "must be 'user@host', without 'sip:'"),
    ("a@b@c", "must be 'user@host'"),
    ("@example.com", "has no user before the '@'"),
    ("a@", "has no host"),
    ("a@exa_mple.com", "has an invalid host name"),
    ("a b@example.com", "has a space in the user part at character 2 that must be escaped"),
    ("a@example.com\r\nVia: x", "has an invalid host name"),
    ("a%0d%0a@example.com", NOTHING_MORE),
    (f"a:{PASSWORD}@example.com", NOTHING_MORE),
    ("a@example.com:5060", NOTHING_MORE),
    ("a@example.com;lr", NOTHING_MORE),
    ("a@example.com?x=1", NOTHING_MORE),
    ("a@bücher.example", "has an internationalised host"),
    (f"{LONG}@b", "must have at most 512 bytes"),
]
OF_HEADERS: list[tuple[Any, str, str]] = [
    ([f"X-A: {PASSWORD}"], "headers", "must map names to values, not list"),
    (PASSWORD, "headers", "must map names to values, not str"),
    ({f"X-A: {PASSWORD}": ""}, "headers", "the name that begins with 'X-A' is not a valid SIP header name"),
    ({"Via": PASSWORD}, "headers", "'Via' must not be set"),
    ({"Authorization": PASSWORD}, "headers", "'Authorization' must not be set: the user name and password"),
    # Which of the two is named: the one that arrives last, and Pulumi sends a map in any order.
    ({"X-A": "1", "x-a": "2"}, "headers", "'"),
    ({"X-A": f"{PASSWORD}\r\nVia: evil"}, "headers.X-A", "must be a string on one line, without line breaks or control characters"),
    ({"X-A": 3.0}, "headers.X-A", "must be a string on one line, not float"),
    ({"X-A": 7}, "headers.X-A", "must be a string on one line, not int"),
    ({"X-A": LONG}, "headers.X-A", "must have at most 1,024 bytes"),
    ({"X-Key": f"Bearer {PASSWORD}"}, "headers.X-Key", IN_CLEAR),
]
OF_A_LINE: list[tuple[Any, str]] = [
    (1001, "must be a string, not int: quote it"),
    ({"a": "b"}, "must be a string, not dict"),
    ([PASSWORD], "must be a string, not list"),
    ("", LINE),
    (" ", LINE),
    ("a\r\nb", LINE),
    (f"{PASSWORD}\n", LINE),
    ("a\x1b[0m", LINE),
    (f"{PASSWORD}\ud800", "is not valid Unicode"),
    (LONG, "must have at most 255 bytes, not 10,240"),
    (PASSWORD * 1000, "must have at most 255 bytes"),
]

BAD_TRUNKS: list[Row] = [
    *(({"uri": value}, ["uri"], says) for value, says in OF_A_URI),
    *(({"sender": value}, ["sender"], says) for value, says in OF_A_SENDER),
    *(({"headers": value}, [field], says) for value, field, says in OF_HEADERS),
    *(({name: value}, [name], says) for name in ("name", "username", "password") for value, says in OF_A_LINE),
    *(({"password_version": value}, ["password_version"], f"must be a whole number of 1 to {2**53 - 1}") for value in WRONG_VERSIONS),
    *(({name: value}, [name], f"must be true or false, not {type(value).__name__}") for name in FLAGS for value in NO_FLAGS),
    ({"password": None}, ["password"], TOGETHER),
    ({"username": None}, ["username"], TOGETHER),
    ({**NOBODY, "password_version": 2}, ["password_version"], "means nothing without username and password"),
    ({"require_encryption": True, "secure": False}, ["secure"], "contradicts require_encryption"),
    ({"uri": "sip:a@b", "require_encryption": True}, ["uri"], "must ask for encrypted signalling under require_encryption"),
    ({"uri": "sip:a@b;transport=tcp", "require_encryption": True, "secure": True}, ["uri"], "must ask for encrypted signalling"),
    ({"name": PASSWORD}, ["name"], IN_CLEAR),
    ({"name": f"my {PASSWORD}"}, ["name"], IN_CLEAR),
    ({"uri": f"sip:{PASSWORD}@b"}, ["uri"], IN_CLEAR),
    ({"sender": f"{PASSWORD}@b"}, ["sender"], IN_CLEAR),
    ({"username": f"u:{PASSWORD}"}, ["username"], IN_CLEAR),
    (
        {
            **{"name": "", "uri": "sip:a:p@b?c=d", "sender": "x", "headers": {"Via": "", "X-A": 1}},
            **{"username": None, "password": "", "secure": 1, "enabled": "no"},
        },
        ["name", "uri", "uri", "sender", "headers", "headers.X-A", "password", "secure", "enabled", "username"],
        "",
    ),
]
"""Of a trunk to the gateway of example.com, with a user name and a password."""
