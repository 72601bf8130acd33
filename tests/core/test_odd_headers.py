# SPDX-License-Identifier: Apache-2.0
"""Whatever stands in the headers of an answer: it is used, passed over or one typed error; and no date makes a signature that is good for years."""

from __future__ import annotations

import base64
import contextlib
import email.utils
import json
import logging
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulumi_opentok.core import Account, Credentials, Forbidden, OpenTokError, ServerError
from pulumi_opentok.core.http.clock import MAX_OFFSET, Clock
from pulumi_opentok.core.http.transport import Transport
from tests.core.raw_server import RawServer, raw_server

PAIR = Credentials(key="100", secret="hush" * 10, kind="account")
SAYS_NO = b'{"code":-1,"message":"Invalid token"}'

DATES = [
    "Thu, 01 Jan 99999 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Mon, 32 Foo 2026 00:00:00 GMT",
    "Thu, 01 Jan 0001 00:00:00 +9999",
    "Thu, 01 Jan -1 00:00:00 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "9" * 5000,
    "-1",
    "1e999",
    "nan",
    "\xff\xfe",
    "0",
    "",
]


def asking(url: str, warnings: list[str] | None = None) -> Account:
    return Account(PAIR, transport=Transport(url, timeout=5, backoff=0, warn=(warnings if warnings is not None else []).append))


def said(status: int, body: bytes, headers: list[tuple[str, str]]) -> bytes:
    lines = [f"HTTP/1.1 {status} Odd", *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def lifetimes(server: RawServer) -> list[float]:
    """For how many seconds from now each signature that was sent is good."""
    tokens = [line.split(": ")[1] for head in server.heads for line in head.split("\r\n") if line.startswith("X-OPENTOK-AUTH")]
    claims = [json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "==")) for token in tokens]
    return [claim["exp"] - time.time() for claim in claims]


@pytest.mark.parametrize("date", DATES)
def test_a_date_that_cannot_be_is_not_obeyed(date: str) -> None:
    warnings: list[str] = []
    with raw_server(said(403, SAYS_NO, [("Content-Length", str(len(SAYS_NO))), ("Date", date)])) as server:
        account = asking(server.url, warnings)
        for _ in range(2):
            with pytest.raises(Forbidden, match="HTTP 403 'Invalid token'"):
                account.projects.list()
        assert len(server.asked) == 2
        assert max(lifetimes(server)) < 600
    assert len(warnings) <= 1, "said once"
    if "9999 23" in date or "1970" in date:
        (warning,) = warnings
        assert "more than 24 hours are not corrected; check which of the two is wrong" in warning
        assert warning.isprintable()


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize("status", [429, 503])
def test_a_retry_after_that_cannot_be(waits: list[float], date: str, status: int) -> None:
    refused = said(status, SAYS_NO, [("Content-Length", str(len(SAYS_NO))), ("Retry-After", date)])
    with raw_server(refused) as server, pytest.raises(OpenTokError, match=f"HTTP {status}"):
        asking(server.url).projects.list()
    assert all(0 <= wait <= 30 for wait in waits)


@pytest.mark.parametrize("hours", [-25, -24, -1, 1, 24, 25, 24 * 365])
def test_how_far_a_clock_may_be_off(hours: int) -> None:
    warnings: list[str] = []
    clock = Clock("http://x", warnings.append)
    date = email.utils.formatdate(time.time() + 3600 * hours, usegmt=True)
    assert clock.correct(date, 0.0) == (abs(hours) <= 24)
    assert abs(clock.offset) <= MAX_OFFSET + 3
    assert len(warnings) == 1


HEADERS = ["Date", "Retry-After", "Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Connection", "Location", "Set-Cookie"]
TEXT = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40)
VALUES = st.one_of(
    TEXT,
    st.sampled_from([*DATES, "gzip", "br", "chunked", "gzip, chunked", "close", "keep-alive", "a=b; Expires=Thu, 01 Jan 99999 00:00:00 GMT"]),
    st.integers().map(str),
    st.datetimes().map(lambda moment: moment.strftime("%a, %d %b %Y %H:%M:%S GMT")),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    status=st.sampled_from([200, 201, 204, 206, 301, 401, 403, 404, 408, 429, 500, 503]),
    headers=st.lists(st.tuples(st.sampled_from(HEADERS), VALUES), max_size=5),
    body=st.sampled_from([b"", b"[]", SAYS_NO, b"<html>", b"\x1f\x8b\x08\x00"]),
)
def test_no_header_crashes(status: int, headers: list[tuple[str, str]], body: bytes) -> None:
    def speak(connection: object, _over: object) -> None:
        connection.sendall(said(status, body, headers))  # type: ignore[attr-defined]
        connection.shutdown(1)  # type: ignore[attr-defined]

    with raw_server(speak=speak) as server:
        account = asking(server.url)
        for call in (account.projects.list, lambda: account.projects.create("acme")):
            with contextlib.suppress(OpenTokError):
                call()
        assert max(lifetimes(server)) < MAX_OFFSET + 600


def test_the_kinds_of_error_are_as_ever(caplog: pytest.LogCaptureFixture) -> None:
    """urllib3 would log headers that it cannot read."""
    caplog.set_level(logging.WARNING)
    refused = said(500, SAYS_NO, [("Content-Length", str(len(SAYS_NO))), ("Date", DATES[0]), ("Retry-After", DATES[0])])
    with raw_server(refused) as server, pytest.raises(ServerError):
        asking(server.url).projects.create("acme")
    assert not caplog.records
