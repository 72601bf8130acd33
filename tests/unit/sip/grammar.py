# SPDX-License-Identifier: Apache-2.0
"""SIP URIs as RFC 3261 section 25.1 makes them, other spellings of them, and what makes two the same (section 19.1.4).

Written apart from the parser and in another way, so that it can be a witness.
"""

from __future__ import annotations

import ipaddress
import re
import string
from urllib.parse import unquote_to_bytes

from hypothesis import strategies as st

ALPHANUM = string.ascii_letters + string.digits
UNRESERVED = ALPHANUM + "-_.!~*'()"
RESERVED = ";/?:@&=+$,"
KNOWN = ("transport", "user", "method", "ttl", "maddr")

escaped = st.builds("%{}{}".format, *[st.sampled_from(string.hexdigits)] * 2)


def some(allowed: str, most: int = 12) -> st.SearchStrategy[str]:
    """One to ``most`` characters that are allowed or escaped."""
    return st.lists(st.one_of(st.sampled_from(allowed), escaped), min_size=1, max_size=most).map("".join)


label = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?", fullmatch=True)
top_label = st.from_regex(r"[A-Za-z]([A-Za-z0-9-]{0,10}[A-Za-z0-9])?", fullmatch=True)
host_name = st.builds(lambda labels, top, dot: ".".join([*labels, top]) + dot, st.lists(label, max_size=3), top_label, st.sampled_from(["", "."]))
ipv4 = st.ip_addresses(v=4).map(str)
ipv6 = st.ip_addresses(v=6).flatmap(lambda found: st.sampled_from([f"[{found}]", f"[{found.exploded}]", f"[{str(found).upper()}]"]))
host = st.one_of(host_name, ipv4, ipv6, ipv4.map("[::ffff:{}]".format))

token = st.text(ALPHANUM + "-.!*_+'~", min_size=1, max_size=8)
other = st.tuples(some(UNRESERVED + "[]/:&+$"), st.one_of(st.none(), some(UNRESERVED + "[]/:&+$"))).filter(
    lambda pair: plain(pair[0]).lower() not in KNOWN
)
known = st.one_of(
    st.tuples(st.sampled_from(["transport", "Transport"]), st.one_of(st.sampled_from(["udp", "TCP", "sctp", "tls"]), token)),
    st.tuples(st.just("user"), st.sampled_from(["phone", "ip"])),
    st.tuples(st.just("method"), st.sampled_from(["INVITE", "REGISTER"])),
    st.tuples(st.just("ttl"), st.integers(0, 255).map(str)),
    st.tuples(st.just("maddr"), host),
    st.tuples(st.just("lr"), st.none()),
)
parameters = st.lists(st.one_of(other, known), max_size=4, unique_by=lambda pair: plain(pair[0]).lower())
headers = st.lists(st.tuples(some(UNRESERVED + "[]/?:+$"), st.one_of(st.just(""), some(UNRESERVED + "[]/?:+$"))), max_size=3)
scheme = st.sampled_from(["sip", "sips", "SIP", "Sips"])
user = st.one_of(some(UNRESERVED + "&=+$,;?/"), st.just("+1-201-555-0123;phone-context=example.com"))
password = st.one_of(st.none(), st.just(""), some(UNRESERVED + "&=+$,"))
port = st.one_of(st.none(), st.integers(1, 65535))


def assembled(scheme: str, user: str | None, password: str | None, host: str, port: int | None, parameters: list, headers: list) -> str:  # type: ignore[type-arg]
    """The URI of its parts."""
    userinfo = "" if user is None else user + ("" if password is None else f":{password}") + "@"
    tail = "".join(f";{name}" if value is None else f";{name}={value}" for name, value in parameters)
    query = "?" + "&".join(f"{name}={value}" for name, value in headers) if headers else ""
    return f"{scheme}:{userinfo}{host}{'' if port is None else f':{port}'}{tail}{query}"


uris = st.builds(assembled, scheme, st.one_of(st.none(), user), password, host, port, parameters, headers)


def plain(text: str) -> str:
    """Escapes undone where that changes nothing: all but those of reserved characters."""
    return re.sub("%[0-9A-Fa-f]{2}", lambda found: _undone(found[0]), text)


def _undone(escape: str) -> str:
    char = unquote_to_bytes(escape).decode("latin-1")
    return escape.upper() if char in RESERVED or char == "%" else char


@st.composite
def respelled(draw: st.DrawFn, uri: str) -> str:
    """The same URI written otherwise: scheme and host in upper case, escapes where none are needed, parameters in another order."""
    found = SPLIT.fullmatch(uri)
    assert found
    tail = draw(st.permutations(found["parameters"].split(";")[1:]))
    letters = [(char, char.isalnum() and not inside) for char, inside in _inside_escape(found["user"])]
    userinfo = "".join(f"%{ord(char):02x}" if free and draw(st.booleans()) else char for char, free in letters)
    parameters = "".join(f";{part}" for part in tail)
    return f"{found['scheme'].upper()}:{userinfo}{found['host'].upper()}{parameters}{found['headers']}"


def _inside_escape(text: str) -> list[tuple[str, bool]]:
    """Each character, and whether it belongs to an escape."""
    inside = {place for found in re.finditer("%..", text) for place in range(*found.span())}
    return [(char, place in inside) for place, char in enumerate(text)]


SPLIT = re.compile(
    r"(?P<scheme>\w+):(?P<user>(?:[^@]*@)?)(?P<host>\[[^]]*\](?::\d+)?|[^;?]*)(?P<parameters>(?:;[^?]*)?)(?P<headers>(?:\?.*)?)", re.DOTALL
)


def same(one: str, other: str) -> bool:
    """Whether two URIs are the same by RFC 3261 section 19.1.4."""
    first, second = _compared(one), _compared(other)
    if first[:3] != second[:3]:
        return False
    ours, theirs = first[3], second[3]
    if any((name in ours) != (name in theirs) for name in KNOWN):
        return False
    return all(ours[name] == theirs[name] for name in ours if name in theirs) and first[4] == second[4]


def _compared(uri: str) -> tuple[str, str, str, dict[str, str], list[str]]:
    found = SPLIT.fullmatch(uri)
    assert found
    pairs = [part.partition("=") for part in found["parameters"].split(";")[1:]]
    # Method names tell upper and lower case apart (section 7.1); of the rest nothing does.
    values = {plain(name).lower(): plain(value) if plain(name).lower() == "method" else plain(value).lower() for name, _, value in pairs}
    if "maddr" in values:
        values["maddr"] = _address(values["maddr"])
    header_parts = [part.partition("=") for part in found["headers"][1:].split("&") if part]
    headers = sorted((f"{plain(name).lower()}={plain(value)}" for name, _, value in header_parts), key=lambda text: text.partition("=")[0])
    return found["scheme"].lower(), plain(found["user"]), _address(found["host"].lower()), values, headers


def _address(host: str) -> str:
    """Two spellings of one IPv6 address are one host."""
    found = re.match(r"\[(.*)\]", host)
    return host if not found else ipaddress.IPv6Address(found[1]).exploded + host[found.end() :]
