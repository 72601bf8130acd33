# SPDX-License-Identifier: Apache-2.0
"""What one thread of a run reads does not hide what another one writes meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from pulumi_opentok.core.desired.ledger.cell import Cell
from pulumi_opentok.core.desired.ledger.cell_store import CellStore
from pulumi_opentok.core.desired.ledger.shared import SharedBook
from tests.ledgers.memory import MemoryCells, Server

KEY = "project/1"


class Slow(MemoryCells):
    """Has ``meanwhile`` done once, when it has looked and before it answers."""

    meanwhile: Callable[[], Any] | None = None

    def read(self, part: str, key: str, group: str = "") -> Cell | None:
        return self._after(super().read(part, key, group)) if part == "entries" else super().read(part, key, group)

    def list(self, part: str) -> Iterable[tuple[str, Cell]]:
        return self._after(list(super().list(part)))

    def _after(self, found: Any) -> Any:
        do, self.meanwhile = self.meanwhile, None
        if do is not None:
            do()
        return found


@pytest.mark.parametrize(
    "read",
    [
        lambda book: book.of("project"),
        lambda book: book.expect(["project/2", KEY], ["ACME"]),
        lambda book: book.of("project", called="ACME"),
        lambda book: book.entry("project/2"),
    ],
    ids=["all", "some", "called", "one"],
)
@pytest.mark.parametrize("key", [KEY, "project/2"])
def test_a_write_during_a_read(read: Callable[[SharedBook], Any], key: str) -> None:
    cells = Slow(Server())
    store = CellStore(cells)
    store.open(write=True)
    try:
        book = SharedBook(store)
        SharedBook(store).set(KEY, {"name": "ACME", "number": 1})
        book.entry(KEY)
        cells.meanwhile = lambda: book.set(key, {"name": "ACME", "number": 2})
        read(book)
        assert cells.meanwhile is None
        assert book.entry(key) == {"name": "ACME", "number": 2}
        assert book.of("project", called="ACME")[key.partition("/")[2]]["number"] == 2
        book.set(key, {"name": "ACME", "number": 3})
        book.forget(key)
    finally:
        store.close()
