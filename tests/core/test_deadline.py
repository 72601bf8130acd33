# SPDX-License-Identifier: Apache-2.0
"""A request ends: in its time however slowly the server speaks, and in its size however much it says."""

from __future__ import annotations

import functools
import gzip
import json
import threading
import tracemalloc

import pytest

from pulumi_opentok.core import Account, Credentials, Forbidden, InvalidResponse, NoResponse
from pulumi_opentok.core.http.body import MAX_BYTES
from pulumi_opentok.core.http.transport import Transport
from tests.core.raw_server import answer, raw_server, trickle

PAIR = Credentials(key="100", secret="hush" * 10, kind="account")
TIMEOUT = 0.3

SLOW = {
    "status line": trickle(b"HTTP/1.1 2", b"0"),
    "headers": trickle(b"HTTP/1.1 200 OK\r\n", b"X-More: yes\r\n"),
    "one header": trickle(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
    "interim answers": trickle(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "early hints": trickle(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "body with a length": trickle(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b" "),
    "body in chunks": trickle(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "size of a chunk": trickle(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "trailers": trickle(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n", b"X: y\r\n"),
    "body until the end": trickle(b"HTTP/1.1 200 OK\r\n\r\n", b" "),
}


def asking(url: str, timeout: float = TIMEOUT) -> Account:
    return Account(PAIR, transport=Transport(url, timeout=timeout, backoff=0))


@pytest.mark.parametrize("where", SLOW)
def test_an_answer_that_trickles_ends_at_the_deadline(where: str) -> None:
    with raw_server(speak=SLOW[where]) as server:
        with pytest.raises(NoResponse, match=r"no (complete )?answer within 0\.3 s from http://") as caught:
            asking(server.url).projects.create("acme")
        assert caught.value.outcome_unknown
        assert "the server may or may not have done it" in str(caught.value)
        assert len(server.asked) == 1


@pytest.mark.parametrize("where", ["headers", "body in chunks"])
def test_a_read_that_trickles_ends_too(where: str) -> None:
    """Each try has the whole time; where the answer had begun it is not asked for again."""
    with raw_server(speak=SLOW[where]) as server:
        with pytest.raises(NoResponse, match="OPENTOK_TIMEOUT sets how long to wait") as caught:
            asking(server.url).projects.list()
        assert not caught.value.outcome_unknown
        assert len(server.asked) == (4 if where == "headers" else 1)


def test_a_refusal_of_which_only_a_part_came_proves_nothing() -> None:
    with raw_server(speak=trickle(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 1000000\r\n\r\n", b" ")) as server:
        with pytest.raises(NoResponse, match="no complete answer within") as caught:
            asking(server.url).projects.create("acme")
        assert caught.value.outcome_unknown


@pytest.mark.parametrize("status", ["503 Busy", "429 Slow down"])
def test_what_is_thrown_away_before_a_retry_has_a_deadline_too(status: str) -> None:
    with raw_server(speak=trickle(f"HTTP/1.1 {status}\r\nContent-Length: 1000000\r\n\r\n".encode(), b" ")) as server:
        with pytest.raises(NoResponse, match="no complete answer within"):
            asking(server.url).projects.list()
        assert len(server.asked) == 4


@functools.cache
def bomb() -> bytes:
    """Twice as many blanks as are taken in, in some kilobytes."""
    return gzip.compress(b" " * (2 * MAX_BYTES), 9)


BOMBS = {
    "compressed": lambda: answer("200 OK", bomb(), Content_Encoding="gzip"),
    "compressed in chunks": lambda: (
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + b"%x\r\n%b\r\n0\r\n\r\n" % (len(bomb()), bomb())
    ),
    "compressed twice": lambda: answer("200 OK", gzip.compress(bomb()), Content_Encoding="gzip, gzip"),
    "a length that is not sent": lambda: b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
}


@pytest.mark.parametrize("kind", BOMBS)
def test_an_answer_without_measure_is_not_taken_in(kind: str) -> None:
    with raw_server(BOMBS[kind]()) as server:
        tracemalloc.start()
        try:
            with pytest.raises(InvalidResponse) as caught:
                asking(server.url, 20).projects.create("acme")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert caught.value.outcome_unknown
    assert peak < MAX_BYTES * 1.5
    assert ("larger than 64 MiB" in str(caught.value)) != (kind == "compressed twice")


def test_an_error_without_measure_is_cut() -> None:
    with raw_server(answer("403 Forbidden", bomb(), Content_Encoding="gzip")) as server:
        tracemalloc.start()
        try:
            with pytest.raises(Forbidden):
                asking(server.url, 20).projects.list()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 2 * 2**20


def test_an_account_with_many_thousands_of_projects_fits() -> None:
    row = {"id": "46000001", "secret": "x" * 40, "status": "VALID", "name": "A tenant's name of some length", "createdAt": 1700000000000}
    body = json.dumps([{**row, "id": str(46000000 + number)} for number in range(20_000)]).encode()
    with raw_server(answer("200 OK", gzip.compress(body, 1), Content_Encoding="gzip")) as server:
        assert len(asking(server.url, 20).projects.list()) == 20_000


def test_a_connection_serves_on_after_slow_answers() -> None:
    """The time of one request is not that of the next on the same connection."""
    body = json.dumps([]).encode()

    def slowly(connection: object, _over: threading.Event) -> None:
        whole = answer("200 OK", body)
        for start in range(0, len(whole), 8):
            connection.sendall(whole[start : start + 8])  # type: ignore[attr-defined]

    with raw_server(speak=slowly) as server:
        account = asking(server.url, 5)
        for _ in range(3):
            assert account.projects.list() == []
        (pool,) = account.transport._session.adapters["http://"].poolmanager.pools._container.values()
        assert (pool.num_connections, pool.num_requests) == (1, 3)
