# SPDX-License-Identifier: Apache-2.0
"""Input checks that several subjects share.

Each returns what is wrong with one input, or nothing if it is valid. For the media checks (from ``length_problems`` on) ``None`` is always valid
and means that the field is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .errors import InvalidInput, Problem, not_text, quote

MAX_ID = 255
MIN_URL = 15
MAX_URL = 2048
"""Characters of a URL that the API itself calls. Source: reference of ``POST /render``, ``/connect`` and ``/captions``."""


SAFE_ID = re.compile(rf"\w[\w.~=:+@-]{{0,{MAX_ID - 1}}}", re.ASCII)
"""An id as the API returns it: none of a connection, stream or callback is read from an answer that does not look like this."""
_TOKEN = re.compile(r"T1==|eyJ")
_SESSION = re.compile(r"[12]_MX|1~")
"""How tokens and the ids of sessions begin. No other id does: those of connections and streams are UUIDs."""


def id_problems(field: str, value: Any) -> list[Problem]:
    """What is wrong with the id of a connection, stream or callback: an id as the API returns it, and not that of a session, nor a token."""
    whole = isinstance(value, str) and SAFE_ID.fullmatch(value)
    if isinstance(value, str) and _TOKEN.match(value):
        what = "a token"  # which is a secret
    elif whole and _SESSION.match(value):
        what = "the id of a session"
    elif whole:
        return []
    else:
        what = quote(value)
    return [Problem(field, f"must be an id as returned by the API, not {what}")]


def check_an_id(value: Any, field: str) -> str:
    """``value`` if it can be such an id. Raises :class:`InvalidInput`."""
    raise_if_any(id_problems(field, value))
    return str(value)


def ids_problems(field: str, values: Any) -> list[Problem]:
    """The same for each id in a list."""
    if isinstance(values, str) or not isinstance(values, Sequence):
        return [Problem(field, f"must be a list of ids, not {type(values).__name__}")]
    return [problem for number, value in enumerate(values) for problem in id_problems(f"{field}[{number}]", value)]


def text_problems(field: str, value: Any, *, longest: int) -> list[Problem]:
    """What is wrong with a string of at most ``longest`` bytes of UTF-8."""
    if not isinstance(value, str):
        return [Problem(field, f"must be a string, not {type(value).__name__}")]
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        return [Problem(field, "is not valid Unicode (a lone surrogate)")]
    return [] if size <= longest else [Problem(field, f"must have at most {longest:,} bytes, not {size:,}")]


def raise_if_any(problems: Sequence[Problem]) -> None:
    """Raises :class:`InvalidInput` with all ``problems``, if there are any."""
    if problems:
        raise InvalidInput(problems)


def length_problems(field: str, value: Any, least: int, most: int | None = None) -> list[Problem]:
    """A string of ``least`` to ``most`` characters."""
    if value is None:
        return []
    if not isinstance(value, str):
        return [Problem(field, not_text(value))]
    if any("\ud800" <= char <= "\udfff" for char in value):
        return [Problem(field, "is not valid Unicode (a lone surrogate)")]
    if len(value) < least or (most is not None and len(value) > most):
        return [Problem(field, "must not be empty" if most is None else f"must have {least} to {most} characters, not {len(value)}")]
    return []


def number_problems(field: str, value: Any, least: int, most: int, unit: str) -> list[Problem]:
    """A whole number from ``least`` to ``most``."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and least <= value <= most):
        return []
    return [Problem(field, f"must be a whole number from {least} to {most} {unit}, not {quote(value)}")]


def choice_problems(field: str, value: Any, choices: Iterable[Any]) -> list[Problem]:
    """One of ``choices``."""
    known = list(choices)
    if value is None or value in known:
        return []
    return [Problem(field, f"must be one of {', '.join(str(choice) for choice in known)}, not {quote(value)}")]


def flag_problems(field: str, value: Any) -> list[Problem]:
    """True or false."""
    if value is None or isinstance(value, bool):
        return []
    return [Problem(field, f"must be true or false, not {quote(value)}")]


def url_problems(field: str, value: Any, schemes: tuple[str, ...] = ("http", "https")) -> list[Problem]:
    """A URL of 15 to 2,048 characters with one of ``schemes``, and :func:`address_problems`."""
    found = length_problems(field, value, MIN_URL, MAX_URL)
    return found or ([] if value is None else address_problems(field, value, schemes))


def address_problems(field: str, value: Any, schemes: tuple[str, ...]) -> list[Problem]:
    """A URL with one of ``schemes``, without blanks and control characters, with a host and a port that can be. Its value is in no text."""
    if not isinstance(value, str) or not value.lower().startswith(tuple(f"{scheme}://" for scheme in schemes)):
        return [Problem(field, f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")]
    if not value.isprintable() or " " in value:
        return [Problem(field, "must not contain blanks, control characters or line breaks")]
    wrong = host_problem(value)
    return [Problem(field, wrong)] if wrong else []


HOST = "must have a host: a name of ASCII letters, digits, '-' and '.' (an international one as 'xn--…'), or an IP address, IPv6 in brackets"
PORT = "must have a port from 1 to 65535, or none"
_AUTHORITY = re.compile(r"[^:/?#]+://(?:[^/?#@]*@)?(?P<host>\[[^\]/?#]*\]|[^:/?#@\[\]]*)(?::(?P<port>[^/?#@\[\]]*))?(?:[/?#].*)?", re.DOTALL)
_NAME = re.compile(r"(?=.{1,254}\Z)\w(?:[\w-]{0,61}\w)?(?:\.\w(?:[\w-]{0,61}\w)?)*\.?", re.ASCII)


def host_problem(url: str) -> str | None:
    """What is wrong with the host or the port of a URL. Source: RFC 3986 section 3.2, RFC 1123 section 2.1; underscores are taken as well."""
    found = _AUTHORITY.fullmatch(url)
    if found is None or not _can_be(found["host"]):
        return HOST
    port = found["port"] or "1"  # an empty one is the usual one
    return None if re.fullmatch("[0-9]{1,5}", port) and 1 <= int(port) <= 65_535 else PORT


def _can_be(host: str) -> bool:
    import ipaddress  # here and below: only what is new is looked at

    try:
        if host.startswith("["):
            return "%" not in host and ipaddress.IPv6Address(host[1:-1]) is not None
        # Where the last part is a number, every client reads an address.
        if host.rstrip(".").rpartition(".")[2].isdigit():
            return ipaddress.IPv4Address(host.rstrip(".")) is not None
    except ValueError:
        return False
    return _NAME.fullmatch(host) is not None


_FIELD_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


def http_header_problems(field: str, headers: Any) -> list[Problem]:
    """What is wrong with headers of HTTP, a map of names to strings. No text quotes any: both may hold a secret. Source: RFC 9110 section 5."""
    if headers is None:
        return []
    if not isinstance(headers, Mapping) or not all(isinstance(part, str) for pair in headers.items() for part in pair):
        return [Problem(field, "must map names to strings")]
    problems = []
    if not all(_FIELD_NAME.fullmatch(name) for name in headers):
        problems.append(Problem(field, "must have names of letters, digits and !#$%&'*+-.^_`|~ (RFC 9110 section 5.1)"))
    if len({name.lower() for name in headers}) < len(headers):
        problems.append(Problem(field, "must have each name once: the names of headers are case-insensitive (RFC 9110 section 5.1)"))
    if not all(value.replace("\t", " ").isprintable() for value in headers.values()):
        problems.append(Problem(field, "must have values without line breaks and control characters (RFC 9110 section 5.5)"))
    return problems


def unencrypted_to_public(url: str) -> bool:
    """Whether what is sent to a valid URL goes unencrypted across the internet: not to this machine, a local network or a private address."""
    from urllib.parse import urlsplit

    address = urlsplit(url)
    return address.scheme == "http" and _is_public(address.hostname or "")


def _is_public(host: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        labels = host.lower().rstrip(".").split(".")
        return len(labels) > 1 and labels[-1] not in ("localhost", "local", "internal", "lan", "test")


def token_problems(token: Any) -> list[Problem]:
    """A client token: the service cannot join the session without one. Its value is never part of the message."""
    if isinstance(token, str) and token:
        return []
    return [Problem("token", "must be a client token of the session; see OpenTok.tokens.generate")]
