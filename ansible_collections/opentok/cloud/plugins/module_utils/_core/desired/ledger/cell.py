# SPDX-License-Identifier: Apache-2.0
"""Cells: documents under keys in a store, each written only on top of the one that was read."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from ...errors import LedgerError


@dataclasses.dataclass(frozen=True)
class Cell:
    """A document, its revision, and for how many seconds it is there by the store's own clock (``None`` where the store does not say)."""

    value: Mapping[str, Any]
    revision: Any
    age: float | None = None


class Changed(Exception):
    """Another document is in the cell by now. Nothing was written."""


class Unanswered(LedgerError):
    """A write got no answer that tells whether it was done."""


class Cells(Protocol):
    """A place in a store. Thread-safe. Every method raises ``LedgerError`` for what is not said of it."""

    where: str
    """The place as it was given; never a secret."""

    def open(self, *, write: bool) -> None:
        """Connects. Raises ``LedgerError`` for a store that cannot be reached, and for a place that is somebody else's."""

    def close(self) -> None:
        """Disconnects. Never raises."""

    def read(self, part: str, key: str) -> Cell | None:
        """What is in a cell now, whichever runner wrote it; ``None`` for nothing."""

    def write(self, part: str, key: str, value: Mapping[str, Any], expected: Any, *, group: str = "") -> Any:
        """Puts ``value`` there in place of the document of the revision ``expected`` (``None``: of none), and gives its revision.

        Raises :class:`Changed`, and :class:`Unanswered` where it may have been done. Never sends it twice: the second would be refused for the first.
        """

    def remove(self, part: str, key: str) -> None:
        """Removes a cell, whatever is in it."""

    def list(self, part: str, group: str = "") -> Iterable[tuple[str, Cell]]:
        """The cells of a part, or of a group of it, by their keys."""


def write_cell(cells: Cells, part: str, key: str, value: Mapping[str, Any], expected: Any, *, group: str = "") -> Any:
    """As :meth:`Cells.write`, with a mark in the document, so that a write of which nothing was heard is told from one of another run."""
    marked = {**value, "write": uuid.uuid4().hex}
    try:
        return cells.write(part, key, marked, expected, group=group)
    except (Changed, Unanswered):
        there = cells.read(part, key)
        if there is None or there.value.get("write") != marked["write"]:
            raise
        return there.revision
