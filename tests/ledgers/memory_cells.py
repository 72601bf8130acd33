# SPDX-License-Identifier: Apache-2.0
"""Cells in this process: what a store of cells is, without any store. Several ledgers over one `Shelf` are runs that share it."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pulumi_opentok.core.desired.ledger.cell import Cell, Changed, each_cell
from pulumi_opentok.core.desired.ledger.cell_store import CellStore
from pulumi_opentok.core.desired.ledger.shared import SharedLedger


class Shelf:
    """Where the cells are."""

    def __init__(self, where: str = "memory://ledger") -> None:
        self.where = where
        self.lock = threading.Lock()
        self.revisions = itertools.count(1)
        self.cells: dict[tuple[str, str, str], tuple[str, int]] = {}

    def ledger(self, patience: float = 0.0, warn: Callable[[str], None] | None = None) -> SharedLedger:
        return SharedLedger(lambda: CellStore(MemoryCells(self)), self.where, patience=patience, warn=warn)


class MemoryCells:
    """One run's view of a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        self.where = shelf.where
        self._shelf = shelf

    def open(self, *, write: bool) -> None:
        pass

    def close(self) -> None:
        pass

    def read(self, part: str, key: str, group: str = "") -> Cell | None:
        with self._shelf.lock:
            found = self._shelf.cells.get((part, group, key))
        return None if found is None else Cell(json.loads(found[0]), found[1])

    def write(self, part: str, key: str, value: Mapping[str, Any], expected: Any, *, group: str = "") -> Any:
        with self._shelf.lock:
            there = self._shelf.cells.get((part, group, key))
            if (None if there is None else there[1]) != expected:
                raise Changed
            self._shelf.cells[part, group, key] = (json.dumps(value), revision := next(self._shelf.revisions))
            return revision

    def remove(self, part: str, key: str) -> None:
        with self._shelf.lock:
            self._shelf.cells.pop((part, "", key), None)

    def empty(self) -> bool:
        with self._shelf.lock:
            return not self._shelf.cells

    def keys(self, part: str, group: str = "") -> Iterable[str]:
        with self._shelf.lock:
            return [key[2] for key in self._shelf.cells if key[:2] == (part, group)]

    def list(self, part: str) -> Iterable[tuple[str, Cell]]:
        return each_cell(self, part)
