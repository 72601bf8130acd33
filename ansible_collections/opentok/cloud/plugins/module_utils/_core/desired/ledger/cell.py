# SPDX-License-Identifier: Apache-2.0
"""Cells: documents under keys in a store, each written only on top of the one that was read."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from ...errors import LedgerError, quote
from ..parallel import each
from .ledger import ledger_error

TRIES = 4
"""How often a request is sent at most that gets no answer."""

PAUSE = 0.2
"""Seconds before it is sent again, doubled each time."""

ENOUGH = 15.0
"""Seconds after which it is not sent again: a run that hears nothing for long must say so."""

T = TypeVar("T")

LONGEST = 120
"""A key of more characters, escaped, is kept under its digest: stores limit names."""


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
        """Connects. Raises ``LedgerError`` for a store that cannot be reached or has no such place."""

    def close(self) -> None:
        """Disconnects. Never raises."""

    def empty(self) -> bool:
        """Whether there is nothing at all at the place, whoever put it there."""

    def read(self, part: str, key: str, group: str = "") -> Cell | None:
        """What is in a cell now, whichever runner wrote it; ``None`` for nothing."""

    def write(self, part: str, key: str, value: Mapping[str, Any], expected: Any, *, group: str = "") -> Any:
        """Puts ``value`` there in place of the document of the revision ``expected`` (``None``: of none), and gives its revision.

        Raises :class:`Changed`, and :class:`Unanswered` where it may have been done. Sends it once.
        """

    def remove(self, part: str, key: str) -> None:
        """Removes a cell, whatever is in it."""

    def keys(self, part: str, group: str = "") -> Iterable[str]:
        """The keys of the cells of a part, or of a group of it."""

    def list(self, part: str) -> Iterable[tuple[str, Cell]]:
        """The cells of a part, by their keys."""


def write_cell(cells: Cells, part: str, key: str, value: Mapping[str, Any], expected: Any, *, group: str = "") -> Any:
    """As :meth:`Cells.write`, with a mark in the document, so that a write of which nothing was heard is told from one of another run.

    So it may be sent again as well: if the first one was done after all, the second is refused, and the mark is there.
    """
    marked = {**value, "key": key, "write": uuid.uuid4().hex}
    return _tried(lambda: _write(cells, part, key, marked, expected, group))


def _write(cells: Cells, part: str, key: str, marked: Mapping[str, Any], expected: Any, group: str) -> Any:
    """Raises :class:`Unanswered` where it was not done and may be sent again, or where nothing tells."""
    try:
        return cells.write(part, key, marked, expected, group=group)
    except (Changed, Unanswered) as error:
        there = _there(cells, part, key, group, error)
        if there is not None and there.value.get("write") == marked["write"]:
            return there.revision
        if isinstance(error, Changed) or (None if there is None else there.revision) != expected:
            raise Changed from None
        raise


def _there(cells: Cells, part: str, key: str, group: str, error: Exception) -> Cell | None:
    try:
        return cells.read(part, key, group)
    except LedgerError:
        if isinstance(error, Unanswered):
            raise error from None
        raise


def again(read: Callable[[], T]) -> T:
    """What ``read`` gives, asked again where there was no answer."""
    try:
        return _tried(read)
    except Unanswered as error:
        raise LedgerError(str(error)) from None


def _tried(do: Callable[[], T]) -> T:
    pause, end = PAUSE, time.monotonic() + ENOUGH
    for _time in range(TRIES - 1):
        try:
            return do()
        except Unanswered:
            if time.monotonic() > end:
                raise
        time.sleep(pause * random.uniform(0.5, 1.0))
        pause *= 2
    return do()


def each_cell(cells: Cells, part: str) -> Iterator[tuple[str, Cell]]:
    """:meth:`Cells.list` of a store that lists no documents."""
    for key, cell in each(cells.keys(part), lambda key: cells.read(part, key)):
        if cell is not None:
            yield key, cell


def segment(key: str) -> str:
    """``key`` as a part of a path: letters, digits, ``-``, ``_`` and dots, all else as in ``project=2F46000001``. A long one: its digest."""
    data = key.encode(errors="surrogatepass")
    plain = "".join(chr(byte) if _plain(byte) and (at or byte != ord(".")) else f"={byte:02X}" for at, byte in enumerate(data))
    return plain if 0 < len(plain) <= LONGEST else f"={hashlib.sha256(data).hexdigest()}"


def key_of(name: str) -> str | None:
    """The key of a :func:`segment`; ``None`` where only its document tells. Raises ``ValueError`` for what is none."""
    if name.startswith("=") and len(name) == 65:
        return None
    data, rest = bytearray(), name
    while rest:
        plain, mark, rest = rest.partition("=")
        data += plain.encode("ascii")
        if mark:
            data.append(int(rest[:2], 16))
            rest = rest[2:]
    key = data.decode(errors="surrogatepass")
    if segment(key) != name:
        raise ValueError(name)
    return key


def keys_of(cells: Cells, names: Iterable[str], part: str, read: Any) -> Iterator[str]:
    """The keys of these segments; ``read`` gives the cell of a segment whose document has to tell."""
    for name in names:
        try:
            key = key_of(name)
            if key is None:
                cell = read(name)
                key = None if cell is None else str(cell.value.get("key"))
                if key is not None and segment(key) != name:
                    raise ValueError(name)
        except ValueError:
            raise ledger_error(cells.where, f"is damaged, or holds what is not its own: {quote(f'{part}/{name}', 200)}; take that away") from None
        if key is not None:
            yield key


def to_document(value: Mapping[str, Any]) -> bytes:
    """A document as stores hold it."""
    return json.dumps(value, sort_keys=True).encode()


def from_document(data: bytes | str, where: str, cell: str, part: str) -> Mapping[str, Any]:
    """The document. ``cell`` is its name in the store.

    What is none is an entry that is no map, so that a look at the others can pass over it; in any other part it raises ``LedgerError``.
    """
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        if part == "entries":
            return {"key": cell, "entry": "no document"}
        raise ledger_error(where, f"is damaged, or somebody else's: {quote(cell, 300)} is no document of a ledger; restore it, or give another place")
    return value


def _plain(byte: int) -> bool:
    return chr(byte).isascii() and (chr(byte).isalnum() or chr(byte) in "-_.")
