# SPDX-License-Identifier: Apache-2.0
"""SIP and SIPS URIs by the grammar of RFC 3261 section 25.1: read, judged, written canonically.

No library does this for us: ``sipmessage``, the best kept one, has no headers, keeps the last of two parameters of one name, forgets which
characters were escaped and never says what is wrong (the tests use it as a second opinion). IPv6 is that of RFC 5954.
"""

from __future__ import annotations

import dataclasses
import ipaddress
import re
import string
from typing import Any

from ...checks import text_problems
from ...errors import InvalidInput, Problem
from ...secrecy import equal_as_a_whole

MAX_URI = 2048
"""Bytes; our own limit, because the API's is unknown."""
TRANSPORTS = ("udp", "tcp", "tls")
"""Those that OpenTok is known to accept."""
MAX_PORT = 65_535
MAX_TTL = 255

_RESERVED = frozenset(";/?:@&=+$,")
"""RFC 2396 section 2.2: escaped or not, each of these means something else (RFC 3261 section 19.1.4)."""
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-_.!~*'()")
_USER = _UNRESERVED | set("&=+$,;?/")
_PASSWORD = _UNRESERVED | set("&=+$,")
_PARAMETER = _UNRESERVED | set("[]/:&+$")
_HEADER = _UNRESERVED | set("[]/?:+$")
TOKEN = re.compile(r"[A-Za-z0-9.!%*_+`'~-]+")
"""RFC 3261's ``token``."""

_CHARACTER = re.compile(r"%[0-9A-Fa-f]{2}|.", re.DOTALL)
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?")
_IPV4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_TOKENS = ("transport", "user", "method")
_CASELESS = ("transport", "user")
"""Parameters whose value is written in lower case. RFC 3261 compares all values but ``method`` so; yet a far end may read one of its own
(``tgrp``, ``cic``) with care, so those stay as they were written."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class SipUri:
    """A SIP or SIPS URI in canonical parts: two that are equal here are equal by RFC 3261 section 19.1.4.

    ``host``: lower case, IPv6 in brackets. ``parameters`` and ``headers`` are ordered by name; a parameter without ``=`` has the value
    ``None``. Neither the password nor the headers are part of the repr.
    """

    scheme: str
    user: str | None = None
    password: str | None = dataclasses.field(default=None, repr=False)
    host: str
    port: int | None = None
    parameters: tuple[tuple[str, str | None], ...] = ()
    headers: tuple[tuple[str, str], ...] = dataclasses.field(default=(), repr=False)

    __eq__ = equal_as_a_whole

    @property
    def text(self) -> str:
        """The canonical text, with the password if there is one."""
        password = "" if self.password is None else f":{self.password}"
        userinfo = "" if self.user is None else f"{self.user}{password}@"
        port = "" if self.port is None else f":{self.port}"
        parameters = "".join(f";{name}" if value is None else f";{name}={value}" for name, value in self.parameters)
        headers = "&".join(f"{name}={value}" for name, value in self.headers)
        return f"{self.scheme}:{userinfo}{self.host}{port}{parameters}{'?' if headers else ''}{headers}"

    @property
    def transport(self) -> str | None:
        """The ``transport`` parameter, in lower case."""
        return dict(self.parameters).get("transport")

    @property
    def tls(self) -> bool:
        """Whether the signalling is encrypted."""
        return self.scheme == "sips" or self.transport == "tls"


class _Wrong(Exception):
    """What is wrong with a part of a URI; it quotes no value, because any part may contain a mistyped password."""


def parse_sip_uri(value: Any, field: str = "uri") -> SipUri:
    """Reads ``sip:user:password@host:port;parameter=value?header=value``; everything except scheme and host may be missing. At most 2,048 bytes.

    Raises :class:`InvalidInput` for ``field``, which says what is wrong in which part and never quotes the URI.
    """
    problems = text_problems(field, value, longest=MAX_URI)
    if problems:
        raise InvalidInput(problems)
    try:
        return _parse(value)
    except _Wrong as wrong:
        raise InvalidInput(Problem(field, str(wrong))) from None


def _parse(text: str) -> SipUri:
    scheme, colon, rest = text.partition(":")
    if not colon or scheme.lower() not in ("sip", "sips"):
        raise _Wrong("must begin with 'sip:' or 'sips:' (RFC 3261 section 19.1.1)")
    userinfo, at, rest = rest.rpartition("@")
    if "@" in userinfo:
        raise _Wrong("has more than one '@': write one in the user part as %40")
    user, password = _userinfo(userinfo) if at else (None, None)
    rest, question, headers = rest.partition("?")
    hostport, *parameters = rest.split(";")
    host, port = _host_and_port(hostport)
    return SipUri(
        scheme=scheme.lower(),
        user=user,
        password=password,
        host=host,
        port=port,
        parameters=_parameters(parameters),
        headers=_headers(headers) if question else (),
    )


def _userinfo(text: str) -> tuple[str, str | None]:
    user, colon, password = text.partition(":")
    if not user:
        raise _Wrong("has no user before the '@': name one or leave out the '@'")
    return _canonical(user, _USER, "the user part"), _canonical(password, _PASSWORD, "the password", secret=True) if colon else None


def _host_and_port(text: str) -> tuple[str, int | None]:
    if text.startswith("["):
        host, bracket, rest = text.partition("]")
        host += bracket
        colon, port = rest[:1], rest[1:]
        if colon not in ("", ":"):
            raise _Wrong("has something other than ':port' after the ']' of its IPv6 address")
    elif text.count(":") > 1:
        raise _Wrong("has an IPv6 address without brackets: write [2001:db8::1]")
    else:
        host, colon, port = text.partition(":")
    return _host(host), _port(port) if colon else None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= MAX_PORT):
        raise _Wrong(f"must have a port from 1 to {MAX_PORT} after ':'")
    return int(text)


def _host(text: str) -> str:
    """A host in canonical form: name in lower case, IPv4, or IPv6 in brackets."""
    if not text:
        raise _Wrong("has no host: write sip:user@host")
    if text.startswith("["):
        return _ipv6(text)
    if not text.isascii():
        raise _Wrong(f"has an internationalised host, but SIP allows only ASCII: write it as {_punycode(text) or 'xn--… (punycode)'}")
    labels = text.removesuffix(".").split(".")
    if labels[-1][:1].isdigit() or _IPV4.fullmatch(text):
        return _ipv4(text)
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise _Wrong("has an invalid host name: use labels of letters, digits and inner '-', separated by dots (RFC 3261 section 25.1)")
    if len(text) > 253 or any(len(label) > 63 for label in labels):
        raise _Wrong("has a host name that is too long: at most 253 characters, 63 per label (RFC 1035 section 2.3.4)")
    return text.lower()


def _ipv4(text: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise _Wrong("has a host that is neither an IPv4 address nor a name: the last label of a name must begin with a letter") from None


def _ipv6(text: str) -> str:
    try:
        # A zone ('%eth0') is read by ipaddress, but is no part of a URI.
        address = ipaddress.IPv6Address("" if "%" in text or not text.endswith("]") else text[1:-1])
    except ValueError:
        raise _Wrong("must have an IPv6 address between '[' and ']' (RFC 5954)") from None
    # Python 3.13 changed how it writes these; the canonical form must not depend on who writes it.
    return f"[::ffff:{address.ipv4_mapped}]" if address.ipv4_mapped else f"[{address}]"


def _punycode(host: str) -> str | None:
    """The A-labels, where IDNA 2003 (all that Python has) and IDNA 2008 agree on them: they differ if decoding yields another name."""
    try:
        encoded = host.encode("idna")
        return f"'{encoded.decode()}'" if encoded.decode("idna") == host.lower() else None
    except UnicodeError:
        return None


def _parameters(parts: list[str]) -> tuple[tuple[str, str | None], ...]:
    found: dict[str, str | None] = {}
    for number, part in enumerate(parts, 1):
        where = f"parameter {number}"
        name, equals, value = part.partition("=")
        if not name:
            raise _Wrong(f"has no name for {where}: ';name' or ';name=value' (RFC 3261 section 25.1)")
        name = _canonical(name, _PARAMETER, f"the name of {where}").lower()
        if name in found:
            raise _Wrong(f"repeats an earlier name in {where}: each parameter may appear only once (RFC 3261 section 19.1.1)")
        if equals and not value:
            raise _Wrong(f"has no value after the '=' of {where}")
        found[name] = _known(name, _canonical(value, _PARAMETER, f"the value of {where}") if equals else None)
    return tuple(sorted(found.items()))


def _known(name: str, value: str | None) -> str | None:
    """The value of a parameter, checked by its own rule if RFC 3261 defines one."""
    if name in _TOKENS:
        if value is None or not TOKEN.fullmatch(value):
            raise _Wrong(f"must have a token as the value of ';{name}=' (RFC 3261 section 25.1)")
        return value.lower() if name in _CASELESS else value
    if name == "ttl":
        if value is None or not (value.isdigit() and len(value) <= 3 and int(value) <= MAX_TTL):
            raise _Wrong(f"must have a ttl from 0 to {MAX_TTL}")
        return str(int(value))
    if name == "maddr":
        try:
            return _host(value or "")
        except _Wrong as wrong:
            raise _Wrong(f"has a maddr parameter that {wrong}") from None
    return value


def _headers(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for number, part in enumerate(text.split("&"), 1):
        where = f"header {number} after the '?'"
        name, equals, value = part.partition("=")
        if not name or not equals:
            raise _Wrong(f"must have 'name=value' as {where}")
        name = _canonical(name, _HEADER, f"the name of {where}").lower()
        found.append((name, _canonical(value, _HEADER, f"the value of {where}", secret=True)))
    # By name only: of two headers of one name the first stays the first.
    return tuple(sorted(found, key=lambda pair: pair[0]))


def _canonical(text: str, allowed: frozenset[str], where: str, *, secret: bool = False) -> str:
    """``text`` with the escapes that need not be there undone and the others in upper case (RFC 3261 section 19.1.4)."""
    plain = allowed - _RESERVED
    pieces = []
    for found in _CHARACTER.finditer(text):
        piece = found[0]
        if len(piece) == 3:
            char = chr(int(piece[1:], 16))
            pieces.append(char if char in plain else piece.upper())
        elif piece in allowed:
            pieces.append(piece)
        else:
            what = "'%' without two hex digits" if piece == "%" else "a character" if secret else _shown(piece)
            at = "" if secret else f" at character {found.start() + 1}"
            advice = "" if secret or piece == "%" else f": write {_escaped(piece)}"
            raise _Wrong(f"has {what} in {where}{at} that must be escaped{advice} (RFC 3261 section 25.1)")
    return "".join(pieces)


def _shown(char: str) -> str:
    if char == " ":
        return "a space"
    return f"'{char}'" if char.isprintable() else f"the character U+{ord(char):04X}"


def _escaped(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())
