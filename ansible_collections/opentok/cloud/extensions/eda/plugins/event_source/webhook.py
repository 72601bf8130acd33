# SPDX-License-Identifier: Apache-2.0
"""Event source for ansible-rulebook: OpenTok's callbacks and webhooks.

One file that imports nothing of the collection: ansible-rulebook runs it by its path. Each ``await queue.put()`` is made while the
delivery waits for its answer, so there is no queue of acknowledged events that a shutdown could lose.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import json
import logging
import math
import re
import ssl
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

try:
    import jwt
except ImportError:
    jwt = None

try:
    from aiohttp import web
except ImportError:
    web = None

DOCUMENTATION = r"""
---
name: webhook
short_description: Receives OpenTok's callbacks and webhooks
version_added: 0.1.0
author:
  - The pulumi-opentok authors (@pulumi-opentok)
description:
  - Listens for what OpenTok posts about sessions, archives, broadcasts, SIP calls, renders and captions, verifies its signature, and hands each
    delivery to the rules as an event.
  - A delivery is acknowledged once its event is in the queue of ansible-rulebook, and not before. Otherwise the answer is a 4xx or a 503, after
    which OpenTok posts again.
  - The keys of an event are C(group) (V(session), V(archive), V(broadcast), V(sip), V(render), V(captions), or null for what is not known),
    C(event) (OpenTok's own name such as V(connectionCreated), or the new status of an archive, broadcast, render or captions), C(project) (API key),
    C(session) (ID), C(id) (of the archive, connection, stream, call and so on), C(reason), C(signed) (whether a signature was verified),
    C(received_at) (UTC, ISO 8601) and C(payload) (the body as it was posted). What OpenTok does not tell is null.
  - Some texts of a body, such as the name of a stream, are written by the clients of a session, and Ansible would run a template in them once
    an event is given to an action. ansible-rulebook also evaluates a text that is a Python literal. So each brace, backslash, V(#), V($), and
    V(%) that does not encode a byte, is replaced by a character that looks like it, and V(jinja2) and V(__ansible_) are changed, in keys too.
requirements:
  - aiohttp, which ansible-rulebook has
  - PyJWT 2.8 or newer, if signatures are verified
options:
  port:
    description: The TCP port to listen on. V(0) takes a free one, which the log names.
    type: int
    required: true
  host:
    description:
      - The address or host name to listen on.
      - With the default only this machine can post, which suits a reverse proxy. Use O(certfile) if others can reach it.
    type: str
    default: 127.0.0.1
  path:
    description: The path that is posted to, without a query. Anything else is answered with 404.
    type: str
    default: /
  signature_secret:
    description:
      - The signature secret of the webhook in the account portal, or a list of the old and the new one while it is changed. Who knows it can speak
        for any project.
      - For several projects, a dictionary of API key to secret (or list). What one of them signs must then be about its own project.
    type: raw
  verify_signature:
    description:
      - Whether a delivery without a valid signature is refused.
      - As far as is known, OpenTok does not sign what it posts to a registered callback. To receive those, set V(false), which excludes
        O(signature_secret), and choose a O(path) that cannot be guessed. Anyone who knows the URL can then post events.
    type: bool
    default: true
  max_age:
    description: How old a signature may be, in seconds, 1 to 86400. One from more than 60 seconds in the future is refused.
    type: float
    default: 300
  deduplicate:
    description:
      - For how many seconds, 0 to 86400, a body that is the same byte by byte is taken for the same event, posted again. It is acknowledged and not
        handed to the rules. V(0) turns this off.
      - OpenTok gives a delivery no ID, so this is for bodies that have an ID and a C(timestamp), such as those of connections and streams. An
        archive that is paused twice posts the same body twice, and both become events.
      - A signed request that is replayed is recognized by its signature, also with V(0).
    type: float
    default: 300
  timeout:
    description: Within how many seconds a delivery is answered, 0.1 to 60. If the rules do not take the event in this time, the answer is 503.
    type: float
    default: 3
  queue_size:
    description: How many deliveries may wait for the rules, 1 to 100000. Further ones are answered with 503 at once.
    type: int
    default: 1000
  max_body:
    description: The size of the largest body, in bytes, 1024 to 16777216. Larger ones are answered with 413.
    type: int
    default: 1048576
  certfile:
    description: A file with the certificate chain, and the private key if there is no O(keyfile). Turns on TLS.
    type: path
  keyfile:
    description: The file with the private key, not encrypted.
    type: path
"""

EXAMPLES = r"""
- name: Signed webhooks, behind a reverse proxy on this machine
  opentok.cloud.webhook:
    port: 5000
    path: /opentok
    signature_secret: "{{ OPENTOK_SIGNATURE_SECRET }}"

- name: The webhooks of two projects
  opentok.cloud.webhook:
    port: 5002
    signature_secret:
      "46000001": "{{ ACME_SIGNATURE_SECRET }}"
      "46000002": "{{ GLOBEX_SIGNATURE_SECRET }}"

- name: Registered callbacks, which have no signature
  opentok.cloud.webhook:
    port: 5001
    path: "/{{ OPENTOK_WEBHOOK_PATH }}"
    verify_signature: false
"""

NAME = "opentok.cloud.webhook"
CLOCK_SKEW = 60.0  # seconds that a signature may be from the future
UNGUESSABLE = 24  # characters of a path
REMEMBERED = 500_000  # deliveries, at most
LOGGED_EVERY = 60.0  # seconds; one kind of refusal

logger = logging.getLogger(NAME)


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Receives until it is cancelled. Raises ValueError, one line for each option that is wrong, before it listens."""
    if web is None:
        raise RuntimeError(f"{NAME} needs aiohttp: pip install aiohttp")
    options = checked(args)
    if options.secrets and jwt is None:
        raise RuntimeError(f"{NAME} needs PyJWT to verify signatures: pip install PyJWT")
    app = web.Application(client_max_size=options.max_body)
    app.router.add_route("*", "/{path:.*}", Receiver(queue, options).answer)
    # A body that comes compressed is not unpacked: nothing says that OpenTok does that, and its size could not be bounded by what is sent.
    runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=options.timeout + 1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, options.host, options.port, ssl_context=options.tls)
        await site.start()
        for address in runner.addresses:
            host, port = address[:2]
            logger.info("listening on %s://%s:%d", "https" if options.tls else "http", f"[{host}]" if ":" in host else host, port)
            if not options.tls and not ipaddress.ip_address(host).is_loopback:
                logger.warning("others can reach %s, without TLS: set certfile, or listen on 127.0.0.1 behind a reverse proxy", host)
        if not options.secrets and len(options.path) < UNGUESSABLE:
            logger.warning("anyone who guesses the path can post events: verify signatures, or choose a random path of %d characters", UNGUESSABLE)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()  # no new deliveries; those that are under way get their answer


@dataclass(frozen=True)
class Options:
    """The options, checked. ``timeout``, ``max_age`` and ``deduplicate`` in seconds, ``max_body`` in bytes; a secret with the project it is of."""

    port: int
    host: str
    path: bytes = field(repr=False)
    secrets: list[tuple[str | None, str]] = field(repr=False)
    max_age: float
    deduplicate: float
    timeout: float
    queue_size: int
    max_body: int
    tls: ssl.SSLContext | None


class Refused(Exception):
    """A delivery that is not taken: status of the answer, and why in words that hold nothing of the request."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Receiver:
    """Answers requests, and hands events on."""

    def __init__(self, queue: Any, options: Options) -> None:
        self._queue, self._options = queue, options
        self._signatures, self._bodies = Recent(options.max_age + CLOCK_SKEW), Recent(options.deduplicate)
        self._turn, self._waiting = asyncio.Lock(), 0
        self._logged: dict[str, float] = {}

    async def answer(self, request: web.Request) -> web.Response:
        """200 once the event is in the queue, or if it was before. Anything else says why not, and OpenTok posts again."""
        deadline = asyncio.get_running_loop().time() + self._options.timeout
        try:
            await self._take(request, deadline)
        except Refused as refusal:
            return self._refusal(refusal)
        return web.Response()

    async def _take(self, request: web.Request, deadline: float) -> None:
        if not hmac.compare_digest(request.rel_url.raw_path.encode("utf-8", "replace"), self._options.path):
            raise Refused(404, "another path")
        if request.method != "POST":
            raise Refused(405, "not a POST")
        signed = bool(self._options.secrets)
        # The signature before the body is read: who cannot sign does not get 1 MiB of memory.
        claims, project, signature = self._verified(request.headers.get("Authorization", "")) if signed else ({}, None, b"")
        body = await read(request, deadline)
        digest = hashlib.sha256(body)
        if signed and not hmac.compare_digest(str(claims.get("payload_hash")).lower().encode("utf-8", "replace"), digest.hexdigest().encode()):
            raise Refused(401, "the body is not the one that was signed")
        payload = parsed(body)
        if project is not None and not all(text(each) == project for each in projects_of(claims, payload) if each is not None):
            raise Refused(401, "the signature secret is that of another project")
        event = normalized(payload, project or claims.get("api_key"), signed)
        if self._waiting >= self._options.queue_size:
            raise Refused(503, "too many deliveries wait for the rules")
        self._waiting += 1
        try:
            await self._hand_on(event, signature, digest.digest() if tells_when(event) else b"", deadline)
        except TimeoutError:
            raise Refused(503, "the rules did not take the event in time") from None
        finally:
            self._waiting -= 1

    async def _hand_on(self, event: dict[str, Any], signature: bytes, body: bytes, deadline: float) -> None:
        """Puts the event into the queue, unless it was put there before. One at a time, so the order is that of the requests."""
        async with asyncio.timeout_at(deadline), self._turn:
            if signature in self._signatures or body in self._bodies:
                return
            await self._queue.put(event)
            # Nothing is awaited from here on, so that a delivery is either put and remembered, or neither.
            if body:
                self._bodies.add(body)
            if signature:
                self._signatures.add(signature)

    def _verified(self, header: str) -> tuple[dict[str, Any], str | None, bytes]:
        """The claims of the JWT, the project that its secret is of if that is known, and what identifies it."""
        scheme, blank, token = header.partition(" ")
        if scheme.lower() != "bearer" or not blank or not token:
            raise Refused(401, "no signature")
        tried = ((claims_of(token, secret), project) for project, secret in self._options.secrets)
        claims, project = next((each for each in tried if each[0] is not None), (None, None))
        if claims is None:
            raise Refused(401, "the signature is not by this signature secret")
        issued = claims.get("iat")
        age = time.time() - issued if isinstance(issued, (int, float)) and not isinstance(issued, bool) else math.nan
        if not -CLOCK_SKEW <= age <= self._options.max_age:
            raise Refused(401, f"the signature is older than {self._options.max_age:g} s or from the future")
        return claims, project, hashlib.sha256(token.rpartition(".")[0].encode()).digest()

    def _refusal(self, refusal: Refused) -> web.Response:
        """The answer. The log has each kind once a minute: who knows the address must not be able to fill a disk."""
        now = time.monotonic()
        if now - self._logged.get(str(refusal), -math.inf) >= LOGGED_EVERY:
            self._logged[str(refusal)] = now
            logger.warning("refused with %d: %s (at most once a minute)", refusal.status, refusal)
        headers = {401: {"WWW-Authenticate": "Bearer"}, 405: {"Allow": "POST"}, 503: {"Retry-After": "5"}}
        return web.Response(status=refusal.status, text=f"{refusal}\n", headers=headers.get(refusal.status))


class Recent:
    """What was seen in the last ``seconds``, and of that the newest 500,000."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._keys: set[bytes] = set()
        self._order: deque[tuple[float, bytes]] = deque()

    def __contains__(self, key: bytes) -> bool:
        while self._order and self._order[0][0] <= time.monotonic() - self._seconds:
            self._keys.discard(self._order.popleft()[1])
        return key in self._keys

    def add(self, key: bytes) -> None:
        """Seen now."""
        if len(self._order) >= REMEMBERED:
            self._keys.discard(self._order.popleft()[1])
        self._keys.add(key)
        self._order.append((time.monotonic(), key))


def claims_of(token: str, secret: str) -> dict[str, Any] | None:
    """The claims, None if the secret did not sign them or the JWT has expired."""
    try:
        # Of the claims only some are known, and what the others mean to PyJWT (aud, sub) need not be what they mean here.
        checks = {"verify_iat": False, "verify_aud": False, "verify_sub": False, "verify_jti": False}
        return jwt.decode(token, secret, algorithms=["HS256"], options=checks, leeway=CLOCK_SKEW)
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None


async def read(request: web.Request, deadline: float) -> bytes:
    """The body. Raises Refused for one that is too large or too slow."""
    try:
        async with asyncio.timeout_at(deadline):
            return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise Refused(413, "the body is too large") from None
    except TimeoutError:
        raise Refused(408, "the body did not come in time") from None


def parsed(body: bytes) -> dict[str, Any]:
    """A JSON object. Raises Refused for anything else, also for what is no JSON (NaN, Infinity) or what ansible-rulebook cannot take."""
    try:
        value = harmless(json.loads(body.decode("utf-8"), parse_constant=finite, parse_float=finite))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Refused(400, "the body is no JSON object, or has an empty key or a number that is too large")
    return value


LOOKALIKES = {
    "{": "\N{MEDIUM LEFT CURLY BRACKET ORNAMENT}",
    "}": "\N{MEDIUM RIGHT CURLY BRACKET ORNAMENT}",
    "\\": "\N{REVERSE SOLIDUS OPERATOR}",
    "#": "\N{MUSIC SHARP SIGN}",
    "%": "\N{ARABIC PERCENT SIGN}",
    "$": "\N{FULLWIDTH DOLLAR SIGN}",
    "jinja2": "jinja-2",
    "__ansible_": "--ansible-",
}
HARMFUL = re.compile(r"[{}\\#$]|%(?![0-9A-Fa-f]{2})|jinja2|__ansible_")
SURROGATE = re.compile("[\ud800-\udfff]")


def harmless(value: Any) -> Any:
    """No text in it can become a template, whatever ansible-rulebook and Ansible make of it. Raises ValueError for an empty key.

    Both render what an event holds, ansible-rulebook after it has evaluated a text that is a Python literal. So what counts is not whether the
    text is a template, but whether it holds the characters of one or of an escape. Behind a ``{`` of the rulebook's author, ``%`` begins a tag, and
    behind a ``#``, ``jinja2:`` overrides the delimiters. ``$`` begins a vault, and keys with ``__ansible_`` are Ansible's own types. A lone
    surrogate can be written to no file.
    """
    if isinstance(value, dict):
        if "" in value:
            raise ValueError("empty key")
        return {harmless(key): harmless(each) for key, each in value.items()}
    if isinstance(value, list):
        return [harmless(each) for each in value]
    if not isinstance(value, str):
        return value
    return HARMFUL.sub(lambda found: LOOKALIKES[found[0]], SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value))


def finite(written: str) -> float:
    """Raises ValueError for NaN, Infinity and what is too large for a float."""
    value = float(written)
    if not math.isfinite(value):
        raise ValueError(written)
    return value


def projects_of(claims: dict[str, Any], payload: dict[str, Any]) -> tuple[Any, ...]:
    """Whatever says which project a delivery is about."""
    return claims.get("api_key"), payload.get("projectId"), payload.get("partnerId")


def tells_when(event: dict[str, Any]) -> bool:
    """Whether an equal body can only be the same event. An archive's does not: one that is paused twice posts the same body twice."""
    return event["id"] is not None and text(event["payload"].get("timestamp")) is not None


def normalized(payload: dict[str, Any], api_key: Any, signed: bool) -> dict[str, Any]:
    """The event of a body: the same keys for every kind."""
    group, event, about = described(payload)
    projects = (harmless(api_key), payload.get("projectId"), payload.get("partnerId"))
    return {
        "group": group,
        "event": text(event),
        "project": next(filter(None, map(text, projects)), None),
        "session": text(payload.get("sessionId")),
        "id": text(about),
        "reason": text(payload.get("reason")) or text(payload.get("reason_message")),
        "signed": signed,
        "received_at": datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "payload": payload,
    }


def described(payload: dict[str, Any]) -> tuple[str | None, Any, Any]:
    """Group, event, and the ID of what it is about. Source: OpenTok's guides to each kind; captions are an assumption."""
    event, status = payload.get("event"), payload.get("status")
    if event in ("archive", "broadcast"):
        return event, status, payload.get("id")
    if isinstance(payload.get("call"), dict):
        return "sip", event, payload["call"].get("id")
    for kind in ("connection", "stream", "session"):
        if isinstance(event, str) and event.startswith(kind):
            about = payload.get(kind)
            return "session", event, about.get("id") if isinstance(about, dict) else None
    if "captionId" in payload or "captionsId" in payload:
        return "captions", status, payload.get("captionId", payload.get("captionsId"))
    if event is None and "streamId" in payload and status is not None:
        return "render", status, payload.get("id")
    return None, event, payload.get("id")


def text(value: Any) -> str | None:
    """Text as it is, a number (some IDs are) as text, nothing else."""
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "" else None


DEFAULTS = {
    "port": None,
    "host": "127.0.0.1",
    "path": "/",
    "signature_secret": None,
    "verify_signature": True,
    "max_age": 300,
    "deduplicate": 300,
    "timeout": 3,
    "queue_size": 1000,
    "max_body": 1 << 20,
    "certfile": None,
    "keyfile": None,
}
RANGES = {
    "port": (0, 65535, True),
    "max_age": (1, 86400, False),
    "deduplicate": (0, 86400, False),
    "timeout": (0.1, 60, False),
    "queue_size": (1, 100_000, True),
    "max_body": (1024, 1 << 24, True),
}
"""Lowest and highest value, and whether it is a whole number."""


def checked(args: dict[str, Any]) -> Options:
    """Raises ValueError with a line for each option that is wrong; it quotes no value, which may be secret."""
    given = DEFAULTS | {name: value for name, value in args.items() if value is not None}
    problems = [f"{name}: there is no such option" for name in given.keys() - DEFAULTS.keys()]
    numbers = {name: number(given[name], *limits) for name, limits in RANGES.items()}
    for name, (lowest, highest, whole) in RANGES.items():
        if numbers[name] is None:
            problems.append(f"{name}: must be {'a whole number' if whole else 'a number'} from {lowest:g} to {highest:,}")
    problems += wrong_texts(given)
    verify = {"true": True, "false": False}.get(str(given["verify_signature"]).lower())
    secrets = secrets_of(given["signature_secret"])
    if verify is None:
        problems.append("verify_signature: must be true or false")
    elif verify and not secrets:
        problems.append("signature_secret: is required, unless verify_signature is false, which lets anyone post events")
    elif secrets and not verify:
        problems.append("verify_signature: must not be false with a signature_secret")
    problems += wrong_secrets(secrets)
    tls = None
    if not problems and given["certfile"] is not None:
        try:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(given["certfile"], given["keyfile"], password="")  # else it would ask at the terminal
        except OSError as error:
            problems.append(f"certfile, keyfile: cannot be loaded: {error.strerror or type(error).__name__}")
    if problems:
        raise ValueError("\n".join(f"{NAME}: {problem}" for problem in sorted(problems)))
    secrets = [(text(project), secret) for project, secret in secrets]
    return Options(host=given["host"], path=given["path"].encode(), secrets=secrets, tls=tls, **numbers)


def secrets_of(given: Any) -> list[tuple[Any, Any]]:
    """Each secret with the project that it is of, None if that is not said."""
    pairs = list(given.items()) if isinstance(given, dict) else [(None, given)]
    # An empty text is none at all, which is what a variable that is not set gives.
    return [(project, each) for project, value in pairs for each in (value if isinstance(value, list) else [value]) if value or project is not None]


def wrong_secrets(secrets: list[tuple[Any, Any]]) -> list[str]:
    """What is wrong with them."""
    if not all(isinstance(secret, str) and secret.strip() for project, secret in secrets):
        return ["signature_secret: must be a text, a list of texts, or a dictionary of API key to either, none empty; quote digits"]
    if not all(project is None or text(project) is not None for project, secret in secrets):
        return ["signature_secret: the keys of the dictionary must be API keys"]
    owners: dict[str, Any] = {}
    if any(owners.setdefault(secret, project) != project for project, secret in secrets):
        return ["signature_secret: no two projects may have the same secret, each could speak for the other"]
    return []


def wrong_texts(given: dict[str, Any]) -> list[str]:
    """What is wrong with host, path and files."""
    problems = []
    host, path = given["host"], given["path"]
    if not isinstance(host, str) or not host.strip():
        problems.append("host: must be an address or a host name")
    if not isinstance(path, str) or not path.startswith("/") or not path.isascii() or not path.isprintable() or set(path) & set(" ?#"):
        problems.append("path: must begin with / and be printable ASCII without spaces, ? and #")
    problems += [f"{name}: must be the path of a file" for name in ("certfile", "keyfile") if not isinstance(given[name] or "", str)]
    if given["keyfile"] is not None and given["certfile"] is None:
        problems.append("keyfile: needs a certfile")
    return problems


def number(value: Any, lowest: float, highest: float, whole: bool) -> Any:
    """The number, also from text as templates give it; None if it is none or out of range."""
    try:
        found = None if isinstance(value, bool) else int(value) if whole and not isinstance(value, float) else float(value)
    except (TypeError, ValueError):
        return None
    return found if found is not None and lowest <= found <= highest and (not whole or isinstance(found, int)) else None
