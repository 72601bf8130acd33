# SPDX-License-Identifier: Apache-2.0
"""Headers that a SIP call may carry: what is wrong with them, what is doubtful.

Source: RFC 3261 sections 7.3, 20 and 25.1; the OpenTok guide on SIP. No message quotes a value: it may be a secret.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from ...errors import Problem, quote
from .uri import TOKEN

MAX_HEADER_NAME = 255
MAX_HEADER_VALUE = 1024
"""Bytes of UTF-8. Both are LiveKit's limits; OpenTok documents none."""
LONG_HEADER_VALUE = 1000

COMPACT = {
    **{"i": "Call-ID", "m": "Contact", "e": "Content-Encoding", "l": "Content-Length", "c": "Content-Type", "f": "From"},
    **{"s": "Subject", "k": "Supported", "t": "To", "v": "Via"},
    **{"o": "Event", "r": "Refer-To", "b": "Referred-By", "u": "Allow-Events", "x": "Session-Expires", "y": "Identity"},
    **{"a": "Accept-Contact", "j": "Reject-Contact", "d": "Request-Disposition", "n": "Identity-Info"},
}
"""The names of one letter: RFC 3261's own, then those of its extensions."""

CREDENTIALS = ("authorization", "proxy-authorization")
_DIALOG = frozenset(
    (
        *("allow", "allow-events", "authentication-info", "call-id", "contact", "cseq", "event", "expires", "from", "identity", "identity-info"),
        *("max-forwards", "mime-version", "min-expires", "min-se", "proxy-authenticate", "proxy-require", "record-route", "refer-to", "replaces"),
        *("require", "route", "session-expires", "supported", "timestamp", "to", "unsupported", "via", "www-authenticate"),
    )
)
_KNOWN = ("user-to-user", "subject", "reason", "diversion", "history-info", "geolocation", "remote-party-id")
_KNOWN_BEGINNINGS = ("x-", "p-")
_FORBIDDEN = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories: control characters, halves of pairs, separators of lines and paragraphs."""


def header_problems(headers: Any) -> list[Problem]:
    """What is wrong with headers for the INVITE.

    A name is a unique token of at most 255 characters that the gateway does not write itself; a value is one line of at most
    1,024 bytes.
    """
    if headers is None:
        return []
    if not isinstance(headers, Mapping):
        return [Problem("headers", f"must map names to values, not {type(headers).__name__}")]
    problems = []
    seen: set[str] = set()
    for name, value in headers.items():
        wrong = _name_problem(name)
        if wrong is None and name.lower() in seen:
            wrong = f"{quote(name)} is given twice: header names are case-insensitive (RFC 3261 section 7.3.1)"
        if wrong is not None:
            problems.append(Problem("headers", wrong))
            continue
        seen.add(name.lower())
        wrong = _value_problem(value)
        if wrong is not None:
            problems.append(Problem(f"headers.{name}", wrong))
    return problems


def header_warnings(headers: Mapping[str, str]) -> list[str]:
    """What is allowed but doubtful in valid headers."""
    warnings = []
    for name, value in headers.items():
        if not name.lower().startswith(_KNOWN_BEGINNINGS) and name.lower() not in _KNOWN:
            warnings.append(f"headers.{name}: has no 'X-' prefix: OpenTok has accepted such headers since 2022, other SIP platforms may not")
        if len(value.encode()) > LONG_HEADER_VALUE:
            warnings.append(f"headers.{name}: has more than {LONG_HEADER_VALUE:,} bytes: an INVITE over UDP may not get through")
    return warnings


def _name_problem(name: Any) -> str | None:
    if not isinstance(name, str):
        return f"a name must be a string, not {type(name).__name__}"
    if not TOKEN.fullmatch(name):
        found = TOKEN.match(name)
        # What follows may be the value, as in 'X-Key: secret'.
        which = f"the name that begins with {quote(found[0])}" if found else "a name"
        return f"{which} is not a valid SIP header name: use letters, digits and -.!%*_+`'~ (RFC 3261 section 25.1)"
    if len(name) > MAX_HEADER_NAME:
        return f"{quote(name)} has more than {MAX_HEADER_NAME} characters"
    if name.lower() in CREDENTIALS:
        return f"{quote(name)} must not be set: the user name and password of the SIP platform are separate inputs"
    if name.lower() in COMPACT:
        return f"{quote(name)} is short for {COMPACT[name.lower()]} (RFC 3261 section 7.3.3): one-letter headers must not be set"
    if name.lower() in _DIALOG or name.lower().startswith("content-"):
        return f"{quote(name)} must not be set: the SIP gateway writes it for each call (RFC 3261 section 20)"
    return None


def _value_problem(value: Any) -> str | None:
    if not isinstance(value, str):
        return f"must be a string on one line, not {type(value).__name__}"
    if any(unicodedata.category(char) in _FORBIDDEN for char in value):
        return "must be a string on one line, without line breaks or control characters (RFC 3261 section 25.1)"
    size = len(value.encode())
    return f"must have at most {MAX_HEADER_VALUE:,} bytes, not {size:,}" if size > MAX_HEADER_VALUE else None
