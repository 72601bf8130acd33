# SPDX-License-Identifier: Apache-2.0
"""Walking through pages: never for ever, nothing twice, nothing left out, whatever the server's `count` counts."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import pytest

from pulumi_opentok.core.http.pages import walk

Rows = list[int]
COUNTS: dict[str, Callable[[Rows, Sequence[int]], int]] = {
    "all": lambda rows, page: len(rows),
    "the page": lambda rows, page: len(page),
    "nothing": lambda rows, page: 0,
    "too much": lambda rows, page: 1_000_000,
}
ENOUGH = 1000
"""Requests that no walk through these lists may need."""


class Server:
    """A list, newest first; at most ``cap`` rows a page."""

    def __init__(self, rows: Rows, count: str, cap: int = 1000) -> None:
        self.rows = rows
        self.requests: list[tuple[int, int]] = []
        self._count = COUNTS[count]
        self._cap = cap

    def __call__(self, offset: int, count: int) -> tuple[int, Sequence[int]]:
        self.requests.append((offset, count))
        assert len(self.requests) < ENOUGH, "endless"
        assert 1 <= count <= 1000
        page = self.rows[offset : offset + min(count, self._cap)]
        return self._count(self.rows, page), page


def walked(server: Callable[[int, int], tuple[int, Sequence[int]]], page_size: int, then: Callable[[int], None] = lambda row: None) -> Rows:
    found = []
    for row in walk(server, page_size, lambda row: row):
        found.append(row)
        then(row)
    return found


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("page_size", [1, 2, 3, 250, 1000])
@pytest.mark.parametrize("number", [0, 1, 2, 3, 5, 249, 250, 251, 350, 500])
def test_every_row_once(number: int, page_size: int, count: str) -> None:
    server = Server(list(range(number)), count)
    assert walked(server, page_size) == list(range(number))
    assert len(server.requests) <= number // page_size + 2


@pytest.mark.parametrize(("count", "requests"), [("all", [(0, 250), (250, 250)]), ("the page", [(0, 250), (249, 251)])])
def test_350_in_pages_of_250(count: str, requests: list[tuple[int, int]]) -> None:
    server = Server(list(range(350)), count)
    assert walked(server, 250) == list(range(350))
    assert server.requests == requests


def test_a_server_with_smaller_pages_than_were_asked_for() -> None:
    assert walked(Server(list(range(350)), "all", cap=100), 250) == list(range(350))


@pytest.mark.parametrize("count", COUNTS)
def test_a_server_that_takes_no_offset(count: str) -> None:
    rows = list(range(7))
    server = Server(rows, count)
    assert walked(lambda offset, size: server(0, 7), 7) == rows
    assert len(server.requests) <= 2


@pytest.mark.parametrize("count", COUNTS)
def test_a_server_that_gives_its_last_page_for_ever(count: str) -> None:
    server = Server(list(range(50)), count)
    assert walked(lambda offset, size: server(min(offset, 40), size), 10) == list(range(50))
    assert len(server.requests) < 20


def test_counts_that_make_no_sense() -> None:
    rnd = random.Random(1)
    server = Server(list(range(50)), "all")
    found = walked(lambda offset, size: (rnd.randrange(2000), server(offset, size)[1]), 10)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("count", ["all", "the page"])
@pytest.mark.parametrize("who", ["the loop", "others", "the loop and others", "new ones"])
def test_a_list_that_changes_meanwhile(who: str, count: str) -> None:
    for seed in range(300):
        rnd = random.Random(seed)
        server = Server(list(range(rnd.randrange(60))), count)
        stays = set(server.rows)

        def change(row: int, server: Server = server, stays: set[int] = stays, rnd: random.Random = rnd) -> None:
            if "loop" in who and row in server.rows:
                server.rows.remove(row)
            if "others" in who and server.rows and rnd.random() < 0.3:
                gone = rnd.choice(server.rows)
                server.rows.remove(gone)
                stays.discard(gone)
            if who == "new ones" and rnd.random() < 0.3:
                server.rows.insert(0, -len(server.rows))

        found = walked(server, rnd.choice([2, 3, 5, 7, 50]), change)
        assert len(found) == len(set(found)), seed
        assert stays <= set(found), seed
