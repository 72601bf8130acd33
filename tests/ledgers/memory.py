# SPDX-License-Identifier: Apache-2.0
"""Cells in memory, which lose answers and requests where a test says so: for the many schedules that a server is too slow for."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pulumi_opentok.core.desired.ledger.cell import Cell, Changed, Unanswered

Where = tuple[str, str, str]
"""Part, group and key."""


class Server:
    """What all runs share. ``fate`` says of each write what becomes of it: ``""``, ``"lost"`` (done, and nothing heard), ``"gone"`` (not done)."""

    def __init__(self) -> None:
        self.cells: dict[Where, tuple[str, int]] = {}
        self.fate: Callable[[str], str] = lambda part: ""
        self.revisions = itertools.count(1)
        self.lock = threading.Lock()


class MemoryCells:
    """See ``Cells``."""

    def __init__(self, server: Server) -> None:
        self.where = "memory"
        self._server = server

    def open(self, *, write: bool) -> None:
        """Is there."""

    def close(self) -> None:
        """Is there."""

    def empty(self) -> bool:
        return not self._server.cells

    def read(self, part: str, key: str, group: str = "") -> Cell | None:
        there = self._server.cells.get((part, group, key))
        return None if there is None else Cell(json.loads(there[0]), there[1])

    def write(self, part: str, key: str, value: Mapping[str, Any], expected: Any, *, group: str = "") -> Any:
        fate = self._server.fate(part)
        if fate == "gone":
            raise Unanswered("gone")
        with self._server.lock:
            there = self._server.cells.get((part, group, key))
            if (None if there is None else there[1]) != expected:
                raise Changed
            revision = next(self._server.revisions)
            self._server.cells[part, group, key] = json.dumps(dict(value)), revision
        if fate == "lost":
            raise Unanswered("lost")
        return revision

    def remove(self, part: str, key: str) -> None:
        self._server.cells.pop((part, "", key), None)

    def keys(self, part: str, group: str = "") -> list[str]:
        return [key for of, in_group, key in list(self._server.cells) if (of, in_group) == (part, group)]

    def list(self, part: str) -> Iterable[tuple[str, Cell]]:
        for of, group, key in list(self._server.cells):
            cell = self.read(of, key, group) if of == part else None
            if cell is not None:
                yield key, cell
