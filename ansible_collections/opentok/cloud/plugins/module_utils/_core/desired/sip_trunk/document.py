# SPDX-License-Identifier: Apache-2.0
"""A SIP trunk as a document: checked, canonical, fingerprinted.

OpenTok has no trunk object: each call carries all it needs. So a trunk is this document, published somewhere, which ``Sip.dial`` is called
with; it has drifted when what is published is not what is declared. Pure: nothing here sends anything.

The document never holds the password, and its fingerprint does not cover it: a hash of what a person chose can be guessed from the hash, and
one under a key would need that key wherever drift is looked for. ``password_version`` stands for it: it is raised whenever the password
changes, so drift is found by who does not know the password.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from ...api.sip.calls import SipAuth, uri_problems
from ...api.sip.headers import header_problems, header_warnings
from ...api.sip.uri import TRANSPORTS, SipUri, parse_sip_uri
from ...checks import raise_if_any, text_problems
from ...errors import InvalidInput, Problem, quote, unquoted
from ...secrecy import equal_as_a_whole
from ..inputs import Input, InputReader

FORMAT = 1
"""Of the document: a reader that finds another one cannot judge it."""
MAX_LINE = 255
"""Bytes of a name or password; our own bound."""
MAX_SENDER = 512
MAX_PASSWORD_VERSION = 2**53 - 1
"""The largest whole number that JSON readers agree on."""
TELLING_PASSWORD = 8
"""Characters: a shorter one may be found in other texts by chance."""

_SCHEME = re.compile(r"sips?:", re.IGNORECASE)
_CONTROL_ESCAPE = re.compile(r"%(?:[01][0-9A-F]|7F)")
_E164 = re.compile(r"\+?[1-9][0-9]{1,14}")


@dataclasses.dataclass(frozen=True, kw_only=True)
class SipTrunk:
    """A checked trunk: the canonical ``document`` (JSON types, all of :data:`DOCUMENT_KEYS`) and what someone should know of it.

    ``unknown``: given inputs whose value is not known yet (a preview); the document has ``None`` for them.
    """

    document: Mapping[str, Any]
    password: str | None = dataclasses.field(default=None, repr=False)
    warnings: tuple[str, ...] = ()
    unknown: frozenset[str] = frozenset()

    __eq__ = equal_as_a_whole

    @property
    def fingerprint(self) -> str | None:
        """The document's fingerprint, see :func:`fingerprint`; ``None`` as long as something is not known."""
        return None if self.unknown - set(SECRET_INPUTS) else fingerprint(self.document)


def parse_trunk(inputs: Mapping[str, Any], *, unknown: Collection[str] = ()) -> SipTrunk:
    """The trunk that :data:`INPUTS` declare; ``None`` is unset, ``unknown`` names inputs that are not known yet.

    ``uri``: a SIP URI, without password and headers; ``sip:`` is put before it where it is missing. ``sender``: ``user@host``. ``headers``:
    names to texts. ``username`` and ``password``: both or neither, at most 255 bytes each. ``password_version``: a whole number from 1, which
    is the default. ``require_encryption``: the URI must ask for TLS, and ``secure`` is then true. ``enabled``: true unless said otherwise.
    Raises :class:`InvalidInput` with every problem.
    """
    reader = InputReader(inputs, frozenset(unknown))
    trunk = _read(reader, inputs, frozenset(name for name in unknown if name in INPUTS))
    if reader.given("username") != reader.given("password"):
        missing = "password" if reader.given("username") else "username"
        reader.problem(missing, "missing: a user name and a password go together (RFC 3261 section 22)")
    if reader.given("password_version") and not reader.given("username") and not reader.given("password"):
        reader.problem("password_version", "means nothing without username and password")
    _refuse_password_in_clear(reader, trunk)
    reader.finish()
    return trunk


def read_trunk(document: Any) -> SipTrunk:
    """A document that was published, checked by the same rules. Raises :class:`InvalidInput`: it was edited, or is no such document."""
    if not isinstance(document, Mapping):
        raise InvalidInput(Problem("document", f"must be a SIP trunk document, not {type(document).__name__}"))
    if document.get("format") != FORMAT or isinstance(document.get("format"), bool):
        raise InvalidInput(Problem("format", f"must be {FORMAT}: the document is none of a SIP trunk, or of another version of this software"))
    reader = InputReader(document)
    for key in document:
        if key not in DOCUMENT_KEYS:
            reader.problem(str(key) if key in SECRET_INPUTS else "document", f"{quote(str(key))} is no part of a SIP trunk document")
    for key in DOCUMENT_KEYS:
        if key not in document:
            reader.problem(key, "missing: a SIP trunk document has all its keys, null where nothing is declared")
    trunk = _read(reader, document, frozenset())
    if reader.given("password_version") != reader.given("username"):
        reader.problem("password_version", "goes with username: both or neither")
    reader.finish()
    return trunk


def document_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The document that these values stand in, unchecked: where they were saved, numbers may have become floats and no headers nothing."""
    document = {name: values.get(name) for name in DOCUMENT_KEYS}
    version = document["password_version"]
    return {**document, "format": FORMAT, "headers": document["headers"] or {}, "password_version": version and int(version)}


def fingerprint(document: Mapping[str, Any]) -> str:
    """``sha256:`` and 64 hex digits of the canonical document as JSON (keys sorted, no space, ASCII)."""
    text = json.dumps(dict(document), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def dial_options(document: Any, password: str | None = None) -> dict[str, Any]:
    """The keyword arguments of ``Sip.dial`` for a call through the trunk: all but ``session_id``, ``token`` and ``streams``.

    Raises :class:`InvalidInput` for a trunk that is not enabled, a document that is none, a password that is missing or not wanted.
    """
    found = read_trunk(document).document
    username = found["username"]
    problems = []
    if not found["enabled"]:
        trunk = f"trunk {quote(found['name'])}" if found["name"] else "this trunk"
        problems.append(Problem("enabled", f"is false: {trunk} makes no calls until it is declared with enabled: true"))
    if username is not None and password is None:
        problems.append(Problem("password", "missing: the trunk has a user name, and its document holds no password"))
    if username is None and password is not None:
        problems.append(Problem("password", "must not be given: the trunk has no user name"))
    raise_if_any(problems)
    auth = None if username is None or password is None else SipAuth(username=username, password=_line(password, "password"))
    options = {name: found[name] for name in ("uri", "sender", "headers", "secure", "video", "observe_force_mute")}
    return {**options, "auth": auth}


def _read(reader: InputReader, inputs: Mapping[str, Any], unknown: frozenset[str]) -> SipTrunk:
    """Everything that is judged alike in a declaration and in a document."""
    read = reader.table(TABLE)
    uri: SipUri | None = read.get("uri")
    if not reader.given("uri"):
        reader.problem("uri", "missing: declare whom to call, such as 'sip:user@sip.example.com;transport=tls'")
    version = read.get("password_version") or (1 if reader.given("username") and "password_version" not in unknown else None)
    usual = {"headers": {}, **dict.fromkeys(FLAGS, False), "enabled": True}
    document = {name: read.get(name, usual.get(name)) for name in DOCUMENT_KEYS}
    document |= {"format": FORMAT, "uri": uri.text if uri else None, "password_version": version}
    document["secure"] = document["secure"] or (document["require_encryption"] and not reader.given("secure"))
    warnings = _warnings(inputs, read)
    if document["require_encryption"]:
        if uri is not None and not uri.tls:
            reader.problem("uri", "must ask for encrypted signalling under require_encryption: add ';transport=tls'")
        if "secure" not in unknown and inputs.get("secure") is False:
            reader.problem("secure", "contradicts require_encryption: true, which is encrypted signalling and encrypted media")
    elif document["secure"] and "require_encryption" not in unknown and uri is not None and not uri.tls:
        warnings.append("secure: the signalling is not encrypted (no ';transport=tls' in uri): whoever reads it reads the keys of the media")
    return SipTrunk(document=document, password=read.get("password"), warnings=tuple(warnings), unknown=unknown)


def _warnings(inputs: Mapping[str, Any], read: Mapping[str, Any]) -> list[str]:
    """What is odd, but may be right, in what was read of ``inputs``."""
    found = []
    uri: SipUri | None = read.get("uri")
    if uri is not None and _without_scheme(inputs["uri"]):
        found.append("uri: has no scheme: 'sip:' was put before it")
    if uri is not None and uri.scheme == "sips":
        found.append("uri: whether OpenTok takes 'sips:' is not known: 'sip:…;transport=tls' is what its guide shows")
    if uri is not None and uri.transport not in (None, *TRANSPORTS):
        found.append(f"uri: ';transport={uri.transport}' is none of {', '.join(TRANSPORTS)}: OpenTok may not know it")
    found += header_warnings(read.get("headers", {}))
    sender: str | None = read.get("sender")
    if sender is not None and not _E164.fullmatch(sender.partition("@")[0]):
        found.append("sender: its user part is no E.164 number such as +15551234567: a phone shows +00000000 instead")
    return found


def _without_scheme(value: Any) -> bool:
    return isinstance(value, str) and not _SCHEME.match(value) and "@" in value and ":" not in value.partition("@")[0]


def _uri(value: Any, field: str) -> SipUri:
    if isinstance(value, str) and value[:4].lower() == "tel:":
        raise InvalidInput(Problem("uri", "is a tel: URI: OpenTok calls a gateway, so write 'sip:+15551234567@gateway.example.com'"))
    text = f"sip:{value}" if _without_scheme(value) else value
    raise_if_any(uri_problems(text))
    uri = parse_sip_uri(text)
    problems = []
    if uri.password is not None:
        problems.append(Problem("uri", "must not hold a password: declare username and password (RFC 3261 section 19.1.1 advises against it too)"))
    if uri.headers:
        problems.append(Problem("uri", "must not hold headers after '?': declare them as headers"))
    if _CONTROL_ESCAPE.search(uri.text):
        problems.append(Problem("uri", "must not hold an escaped control character (%00 to %1F, %7F): some gateways undo the escape"))
    if uri.scheme == "sips" and uri.transport == "udp":
        problems.append(Problem("uri", "contradicts itself: 'sips:' is TLS, ';transport=udp' is not (RFC 3261 section 26.2.2)"))
    raise_if_any(problems)
    return uri


def _sender(value: Any, field: str) -> str:
    problems = text_problems("sender", value, longest=MAX_SENDER)
    if not problems and (value.count("@") != 1 or _SCHEME.match(value)):
        problems = [Problem("sender", "must be 'user@host', without 'sip:'")]
    raise_if_any(problems)
    uri = parse_sip_uri(f"sip:{value}", "sender")
    if uri.password is not None or uri.port is not None or uri.parameters or uri.headers or _CONTROL_ESCAPE.search(uri.text):
        raise InvalidInput(Problem("sender", "must be 'user@host' and nothing more: no password, port, parameter or control character"))
    return f"{uri.user}@{uri.host}"


def _headers(value: Any, field: str) -> dict[str, str]:
    raise_if_any(header_problems(value))
    # Blanks around a value are no part of it (RFC 3261 section 7.3.1).
    return {name: value[name].strip(" ") for name in sorted(value)}


def _line(value: Any, field: str) -> str:
    """A name or password: its value is never shown."""
    if not isinstance(value, str):
        raise InvalidInput(Problem(field, f"must be a string, not {type(value).__name__}{unquoted(value)}"))
    raise_if_any(text_problems(field, value, longest=MAX_LINE))
    if not value.strip() or not value.isprintable():
        raise InvalidInput(Problem(field, "must be a text on one line, not blank, without control characters"))
    return value


def _password_version(value: Any, field: str) -> int:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or not 1 <= value <= MAX_PASSWORD_VERSION:
        raise InvalidInput(Problem("password_version", f"must be a whole number of 1 to {MAX_PASSWORD_VERSION}"))
    return int(value)


def flag(value: Any, field: str) -> bool:
    """True or false, where another value is not quoted: a password may have been put here by mistake."""
    if not isinstance(value, bool):
        raise InvalidInput(Problem(field, f"must be true or false, not {type(value).__name__}"))
    return value


def _refuse_password_in_clear(reader: InputReader, trunk: SipTrunk) -> None:
    """The document is published: the password must be in none of its texts."""
    password, document = trunk.password, trunk.document
    if password is None or len(password) < TELLING_PASSWORD or password == document["username"]:
        return
    texts = {**document, **{f"headers.{name}": text for name, text in document["headers"].items()}}
    for field, text in texts.items():
        if isinstance(text, str) and password in text:
            reader.problem(field, "holds the password, but is published in clear")


FLAGS = ("secure", "video", "observe_force_mute", "require_encryption")

TABLE = (
    # A password may stand in any of them by mistake, so none is quoted. What no row says is live is saved as the document has it, and may be
    # secret: "declared" would show it in clear.
    Input("name", _line, quoted=False),
    Input("uri", _uri, quoted=False),
    Input("sender", _sender, quoted=False),
    Input("headers", _headers, type="dict", quoted=False),
    Input("username", _line, quoted=False),
    Input("password", _line, secret=True),
    Input("password_version", _password_version, type="int", quoted=False, reports_live_value=True),
    *(Input(name, flag, type="bool", quoted=False, reports_live_value=True) for name in FLAGS),
    Input("enabled", flag, type="bool", quoted=False, reports_live_value=True, only_present=True),
)
"""What is declared of a trunk."""

INPUTS = tuple(row.name for row in TABLE)
SECRET_INPUTS = tuple(row.name for row in TABLE if row.secret)
DOCUMENT_KEYS = ("format", *(name for name in INPUTS if name not in SECRET_INPUTS))
