# SPDX-License-Identifier: Apache-2.0
"""A shared ledger in a store that has nothing but *cells*: a document under a key that is written only on top of the one that was read.

S3, Vault and Kubernetes have that. A cell is in a part of the ledger, and may be in a group of it, which can be listed:

    ledger/ledger                       what this is: format and version
    entries/KEY                         an entry, a removed one as ``null``
    names/DIGEST/KEY                    that the entry KEY has, or had, a name of this digest
    leases/NAME                         who holds NAME, and whether whoever held it last has ended what was begun
    runners/ID                          a run that may hold something, see ``runners``
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from ...errors import LedgerError, quote
from ..parallel import each
from .cell import Cell, Cells, Changed, write_cell
from .ledger import FORMAT, VERSION, Conflict, Entry, ledger_error, names_of, newer
from .runners import Runner
from .shared import Held, Taken, Versioned


class CellStore:
    """The store of a shared ledger in ``cells``. See :class:`Store`."""

    def __init__(self, cells: Cells) -> None:
        self.where = cells.where
        self._cells = cells
        self._runner: Runner | None = None
        self._itself: Cell | None = None
        self._lock = threading.Lock()
        self._removed: dict[str, Any] = {}
        self._indexed: set[tuple[str, str]] = set()
        self._held: dict[str, Any] = {}

    def open(self, *, write: bool) -> None:
        self._cells.open(write=write)
        self._read_itself()
        if write:
            if self._itself is None:
                with contextlib.suppress(Changed):
                    write_cell(self._cells, "ledger", "ledger", {"format": FORMAT, "version": VERSION}, None)
            self._runner = Runner(self._cells)
            self._runner.start()
            # Whoever marks it sees this runner, or this one sees the mark.
            self._read_itself()

    def close(self) -> None:
        if self._runner is not None:
            self._runner.stop()
        self._cells.close()

    def get(self, keys: Collection[str]) -> dict[str, Versioned]:
        return dict(self._there((key, self._cells.read("entries", key)) for key in keys) if len(keys) < 2 else self._there(self._many(keys)))

    def named(self, names: Collection[str]) -> dict[str, Versioned]:
        keys = {key for _name, found in each(names, self._keys_of) for key in found} if len(names) > 1 else self._keys_of(*names)
        return {key: one for key, one in self.get(keys).items() if names_of(one.entry) & set(names)}

    def all(self) -> Iterator[tuple[str, Versioned]]:
        yield from self._there(self._cells.list("entries"))

    def put(self, key: str, entry: Entry | None, expected: Any) -> Any:
        self.hold()
        for name in names_of(entry or {}):
            self._index(name, key)
        if expected is None:
            with self._lock:
                expected = self._removed.get(key)
        try:
            revision = write_cell(self._cells, "entries", key, {"key": key, "entry": entry}, expected)
        except Changed:
            raise Conflict(f"ledger {quote(self.where, 300)}: {_written(key)}") from None
        with self._lock:
            self._removed.pop(key, None)
            if entry is None:
                self._removed[key] = revision
        return None if entry is None else revision

    def acquire(self, names: Collection[str]) -> Held | Taken:
        clean = True
        mine: list[tuple[str, bool]] = []
        for name in sorted(names):
            answer = self._take(name)
            if isinstance(answer, Taken):
                for taken, was_clean in mine:
                    self.release([taken], clean=was_clean)
                return answer
            clean = clean and answer.clean
            mine.append((name, answer.clean))
        return Held(clean)

    def release(self, names: Collection[str], *, clean: bool) -> None:
        for name in names:
            # Whoever finds it held by a runner that is gone takes it, and looks.
            with contextlib.suppress(LedgerError):
                self._free(name, clean=clean)

    def hold(self) -> None:
        self._me().hold()

    def mark(self) -> Any:
        return None if self._itself is None else self._itself.value.get("mark")

    def put_mark(self, mark: Mapping[str, Any] | None) -> None:
        self.hold()
        value = {"format": FORMAT, "version": VERSION, **({} if mark is None else {"mark": mark})}
        try:
            revision = write_cell(self._cells, "ledger", "ledger", value, None if self._itself is None else self._itself.revision)
        except Changed:
            raise Conflict(f"ledger {quote(self.where, 300)} is being moved by another run: nothing was done") from None
        self._itself = Cell(value, revision)

    def others(self) -> str | None:
        me = self._me()
        living = (str(cell.value.get("holder") or key) for key, cell in self._cells.list("runners") if key != me.id and me.lives(key))
        return next(living, None)

    def holders(self) -> dict[str, str]:
        leases = [cell.value for _key, cell in self._cells.list("leases") if cell.value.get("runner") is not None]
        there = {key: cell for key, cell in self._cells.list("runners") if not cell.value.get("dead")}
        return {str(lease.get("name")): str(lease.get("holder") or "") for lease in leases if lease["runner"] in there}

    def _read_itself(self) -> None:
        self._itself = self._cells.read("ledger", "ledger")
        if self._itself is not None:
            self._judge(self._itself.value)

    def _take(self, name: str) -> Held | Taken:
        there = self._cells.read("leases", name)
        clean = True
        if there is not None:
            holder = there.value.get("runner")
            clean = holder is None and there.value.get("clean") is True
            if holder is not None and (holder == self._me().id or self._me().lives(str(holder))):
                return Taken(str(there.value.get("holder") or ""))
        value = {"name": name, "runner": self._me().id, "holder": self._me().text}
        try:
            revision = write_cell(self._cells, "leases", name, value, None if there is None else there.revision)
        except Changed:
            return Taken("")
        with self._lock:
            self._held[name] = revision
        return Held(clean)

    def _free(self, name: str, *, clean: bool) -> None:
        with self._lock:
            revision = self._held.pop(name)
        with contextlib.suppress(Changed):
            write_cell(self._cells, "leases", name, {"name": name, "runner": None, "clean": clean}, revision)

    def _index(self, name: str, key: str) -> None:
        with self._lock:
            if (name, key) in self._indexed:
                return
        # Before the entry: one too many is passed over, one too few would hide it.
        with contextlib.suppress(Changed):
            write_cell(self._cells, "names", key, {"key": key}, None, group=_digest(name))
        with self._lock:
            self._indexed.add((name, key))

    def _keys_of(self, name: str) -> set[str]:
        return {key for key, _cell in self._cells.list("names", _digest(name))}

    def _many(self, keys: Collection[str]) -> Iterable[tuple[str, Cell | None]]:
        return each(keys, lambda key: self._cells.read("entries", key))

    def _there(self, cells: Iterable[tuple[str, Cell | None]]) -> Iterator[tuple[str, Versioned]]:
        for key, cell in cells:
            if cell is None:
                continue
            entry = cell.value.get("entry")
            if entry is not None and not isinstance(entry, Mapping):
                raise ledger_error(self.where, f"is damaged: entry {quote(key)} is not a map; restore it, or remove that entry")
            with self._lock:
                if entry is None:
                    self._removed[key] = cell.revision
                else:
                    self._indexed.update((name, key) for name in names_of(entry))
            if entry is not None:
                yield key, Versioned(entry, cell.revision)

    def _judge(self, value: Mapping[str, Any]) -> None:
        version = value.get("version")
        if value.get("format") != FORMAT or not isinstance(version, int) or version < 1:
            raise ledger_error(self.where, "is somebody else's: it does not say that it is a ledger; give another place")
        if version > VERSION:
            raise ledger_error(self.where, newer(version))

    def _me(self) -> Runner:
        if self._runner is None:
            raise ledger_error(self.where, "is open for reading only")
        return self._runner


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode(errors="surrogatepass")).hexdigest()[:32]


def _written(key: str) -> str:
    return f"another run has written the entry {quote(key)} since this one read it: nothing was overwritten; run again"
