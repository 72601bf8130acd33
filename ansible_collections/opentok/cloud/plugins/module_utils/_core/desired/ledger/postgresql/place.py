# SPDX-License-Identifier: Apache-2.0
"""The URL of a ledger in PostgreSQL: ``postgresql://[USER@][HOST[:PORT],…]/DATABASE[?schema=…&sslmode=…]``.

As libpq's (https://www.postgresql.org/docs/current/libpq-connect.html), but for what it may not have: a password. A URL stands in playbooks, in
argument lists and in what a run prints, so a password comes from where PostgreSQL's own commands have it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from ....errors import InvalidInput, Problem, join_words, quote

FORM = "postgresql://[USER@]HOST[:PORT]/DATABASE, such as postgresql://opentok@db.example.com/opentok?sslmode=verify-full"
PASSWORD = "must have no password in it: PostgreSQL's own ways are PGPASSWORD, PGPASSFILE (~/.pgpass) or a service file (?service=NAME)"

PARAMETERS = (
    "application_name",
    "channel_binding",
    "connect_timeout",
    "gssencmode",
    "host",
    "krbsrvname",
    "passfile",
    "port",
    "require_auth",
    "schema",
    "service",
    "ssl_min_protocol_version",
    "sslcert",
    "sslcrl",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "target_session_attrs",
    "user",
)
"""Those of libpq that say where a server is and how to get to it; ``schema`` is the ledger's own. ``options`` could take a promise back."""

_SECRET = frozenset({"password", "sslpassword"})
_NAME = re.compile(r"[a-z_]{1,40}")
_PORT = re.compile(r"[0-9]{1,5}")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"postgres(?:ql)?://", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Place:
    """``where``: the URL as it was given. ``settings``: libpq's, by their names. ``schema``: of the tables; ``None`` for the first of the path."""

    where: str
    settings: Mapping[str, str]
    schema: str | None = None

    @classmethod
    def of(cls, url: str) -> Place:
        """Raises :class:`InvalidInput`, which quotes nothing that could be a part of a password."""
        rest, _mark, query = _SCHEME.sub("", url, count=1).partition("?")
        authority, _slash, path = rest.partition("/")
        user, at, hosts = authority.rpartition("@")
        if ":" in user or "@" in user:
            raise _wrong(PASSWORD)
        if "@" in path or "@" in query or "#" in url:
            raise _wrong(f"has an @ or a # after the host: write %40 or %23, and mind that it {PASSWORD}")
        settings = _hosts(hosts)
        if at:
            settings["user"] = _text(user, "user")
        for name, value in _parameters(query):
            if name in settings:
                raise _wrong(f"has the {name} twice")
            settings[name] = value
        if "/" in path:
            raise _wrong(f"has a / in the name of the database: write %2F, or {FORM}")
        if not path:
            raise _wrong(f"names no database: {FORM}")
        settings["dbname"] = _text(path, "database")
        return cls(url, settings, settings.pop("schema", None))


def _hosts(text: str) -> dict[str, str]:
    """``host`` and ``port`` of ``HOST[:PORT],…``; those that are not given are libpq's own."""
    if not text:
        return {}
    hosts, ports = [], []
    for one in text.split(","):
        match = re.fullmatch(r"(\[[0-9A-Za-z:.%]+\]|[^:\[\]]*)(?::([^:]*))?", one)
        if match is None:
            raise _wrong(f"has a host that is none; an IPv6 address stands in brackets: {FORM}")
        port = match[2] or ""
        if port and not (_PORT.fullmatch(port) and 0 < int(port) < 65536):
            raise _wrong(f"has a port that is no number from 1 to 65535: {FORM}")
        hosts.append(_text(match[1].strip("[]"), "host") if match[1] else "")
        ports.append(port)
    return {"host": ",".join(hosts), **({"port": ",".join(ports)} if any(ports) else {})}


def _parameters(query: str) -> Iterator[tuple[str, str]]:
    for pair in query.split("&") if query else ():
        name, equals, value = pair.partition("=")
        if name.lower() in _SECRET:
            raise _wrong(PASSWORD)
        if name not in PARAMETERS:
            which = quote(name) if _NAME.fullmatch(name) else "one that is no name"
            raise _wrong(f"has a parameter that is not known ({which}): {join_words(PARAMETERS)} are")
        if not equals or not value:
            raise _wrong(f"has the parameter {name} without a value")
        yield name, _text(value, name)


def _text(part: str, what: str) -> str:
    if _ESCAPE.search(part):
        raise _wrong(f"has a % in its {what} that begins no %XX: write %25")
    try:
        text = unquote(part, errors="strict")
    except UnicodeDecodeError:
        text = ""
    if not text or not text.isprintable():
        raise _wrong(f"has a {what} with characters that are no text")
    return text


def _wrong(what: str) -> InvalidInput:
    return InvalidInput(Problem("ledger", f"the URL {what}"))
