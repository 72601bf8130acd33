# SPDX-License-Identifier: Apache-2.0
"""Sends bytes that no HTTP library would send, on one connection, and judges the answers."""

from __future__ import annotations

import collections
import dataclasses
import http.client
import json
import re
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

XML = re.compile(r"<\?xml [^>]*\?><errorPayload><code>-?\d+</code><message>[^<]+</message><description>[^<]+</description></errorPayload>")
ALIVE_EVERY = 100


@dataclasses.dataclass(frozen=True)
class Case:
    """One request: what ``kind`` of malformed, and the status codes that are right for it. ``target`` and ``headers`` go out as they are."""

    kind: str
    operation: str
    method: str
    target: bytes
    headers: dict[bytes, bytes]
    body: bytes
    expected: frozenset[int]

    def as_bytes(self) -> bytes:
        """The request."""
        lines = [self.method.encode() + b" " + self.target + b" HTTP/1.1", b"Host: localhost", b"Content-Length: %d" % len(self.body)]
        return b"\r\n".join([*lines, *(name + b": " + value for name, value in self.headers.items()), b"", self.body])

    def __str__(self) -> str:
        return f"{self.kind} of {self.operation}: {self.method} {self.target[:300]!r} {self.body[:1500]!r}"


@dataclasses.dataclass
class Outcome:
    """How many were sent, what was answered, and what was wrong with an answer."""

    sent: int = 0
    statuses: collections.Counter[int] = dataclasses.field(default_factory=collections.Counter)
    kinds: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    operations: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    failures: list[str] = dataclasses.field(default_factory=list)


class Wire:
    """One connection that stays open. ``good`` makes a GET that must be answered with 200 at any time."""

    def __init__(self, url: str, good: Callable[[], bytes]) -> None:
        parts = urlsplit(url)
        self._address = (str(parts.hostname), int(parts.port or 80))
        self._good = good
        self._socket = socket.create_connection(self._address, timeout=60)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def answer(self, request: bytes, method: str) -> tuple[http.client.HTTPResponse, bytes]:
        """The answer and its body. Raises OSError or HTTPException when there is none."""
        self._socket.sendall(request)
        response = http.client.HTTPResponse(self._socket, method=method)
        response.begin()
        return response, response.read()

    def send(self, cases: Iterable[Case]) -> Outcome:
        """All of them, one after the other; every hundred, whether the connection still serves."""
        outcome = Outcome()
        for case in cases:
            outcome.sent += 1
            outcome.kinds[case.kind] += 1
            outcome.operations[case.operation] += 1
            try:
                response, body = self.answer(case.as_bytes(), case.method)
                outcome.statuses[response.status] += 1
                wrong = fault(case, response, body) or (self._dead() if outcome.sent % ALIVE_EVERY == 0 else "")
            except (OSError, http.client.HTTPException) as error:
                wrong = f"no answer ({type(error).__name__}: {error})"
                self.close()
                self._socket = socket.create_connection(self._address, timeout=60)
            if wrong:
                outcome.failures.append(f"{case}: {wrong}")
        if dead := self._dead():
            outcome.failures.append(dead)
        return outcome

    def _dead(self) -> str:
        response, body = self.answer(self._good(), "GET")
        return "" if response.status == 200 else f"the connection is of no use any more: {response.status} {body[:200]!r}"


def fault(case: Case, response: http.client.HTTPResponse, body: bytes) -> str:
    """What is wrong with an answer, "" if nothing is."""
    text = body.decode("utf-8", "replace")
    if response.status not in case.expected:
        return f"{response.status}, not {sorted(case.expected)}: {text[:200]}"
    if response.will_close:
        return "the connection was closed"
    kind = response.headers.get("Content-Type")
    if kind == "application/xml" and b"application/json" not in case.headers.get(b"Accept", b"").lower():
        return "" if XML.fullmatch(text) else f"not the API's XML: {text[:200]}"
    try:
        said = json.loads(body)
        right = set(said) == {"code", "message", "description"} and isinstance(said["code"], int) and said["message"] == said["description"]
    except (ValueError, TypeError):
        right = False
    return "" if right and said["message"] and kind == "application/json" else f"not the API's shape: {kind} {text[:200]}"
