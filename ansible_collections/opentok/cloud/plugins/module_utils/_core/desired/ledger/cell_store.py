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
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, ClassVar, TypeVar

from ...errors import LedgerError
from ..parallel import each
from .cell import Cell, Cells, Changed, write_cell
from .ledger import FORMAT, VERSION, Entry, Odd, digest, ledger_error, moved_by_another, names_of, newer, not_a_map, written_since
from .runners import LIFETIME, Runner
from .shared import Held, Taken, Versioned

T = TypeVar("T")
R = TypeVar("R")


class CellStore:
    """The store of a shared ledger in ``cells``. See :class:`Store`."""

    lifetime: ClassVar[float] = LIFETIME
    """Seconds without a sign of life after which the others count this run as dead."""

    def __init__(self, cells: Cells) -> None:
        self.where = cells.where
        self.odd: Odd | None = None
        self._cells = cells
        self._runner: Runner | None = None
        self._itself: Cell | None = None
        self._lock = threading.Lock()
        self._removed: dict[str, Any] = {}
        self._indexed: set[tuple[str, str]] = set()
        self._held: dict[str, Any] = {}
        self._unfreed: dict[str, bool] = {}

    def open(self, *, write: bool) -> None:
        self._cells.open(write=write)
        self._read_itself()
        if self._itself is None and not self._cells.empty():
            self._read_itself()  # another run may just have made it
            if self._itself is None:
                self._judge({})
        if write:
            if self._itself is None:
                with contextlib.suppress(Changed):
                    write_cell(self._cells, "ledger", "ledger", {"format": FORMAT, "version": VERSION}, None)
            self._runner = Runner(self._cells, lifetime=self.lifetime, tick=self._free_again)
            self._runner.start()
            # Whoever marks it sees this runner, or this one sees the mark.
            self._read_itself()

    def close(self) -> None:
        if self._runner is not None:
            with contextlib.suppress(LedgerError):
                self._free_again()
            self._runner.stop()
        self._cells.close()

    def get(self, keys: Collection[str]) -> dict[str, Versioned]:
        return dict(self._there(self._many(keys, lambda key: self._cells.read("entries", key))))

    def named(self, names: Collection[str]) -> dict[str, Versioned]:
        keys = {key for _name, found in self._many(names, lambda name: set(self._cells.keys("names", digest(name)))) for key in found}
        return {key: one for key, one in self.get(keys).items() if names_of(one.entry) & set(names)}

    def all(self) -> Iterator[tuple[str, Versioned]]:
        yield from self._there(self._cells.list("entries"))

    def glance(self, keys: Collection[str], called: Collection[str], held: Collection[str]) -> None:
        return None

    def put(self, key: str, entry: Entry | None, expected: Any) -> Any:
        self.hold()
        for name in sorted(names_of(entry or {})):
            self._index(name, key)
        try:
            revision = self._put(key, {"entry": entry}, expected)
        except Changed:
            raise written_since(self.where, key) from None
        with self._lock:
            self._removed.pop(key, None)
            if entry is None:
                self._removed[key] = revision
        return None if entry is None else revision

    def _put(self, key: str, value: Mapping[str, Any], expected: Any) -> Any:
        if expected is not None:
            return write_cell(self._cells, "entries", key, value, expected)
        with self._lock:
            removed = self._removed.get(key)
        try:
            return write_cell(self._cells, "entries", key, value, removed)
        except Changed:
            there = self._cells.read("entries", key)
            if there is None or there.value.get("entry") is not None:
                raise
            # There is none: one that was there has been removed, or removed again.
            return write_cell(self._cells, "entries", key, value, there.revision)

    def acquire(self, names: Collection[str]) -> Held | Taken:
        mine: dict[str, bool] = {}
        done = False
        try:
            for name in sorted(names):
                answer = self._take(name)
                if isinstance(answer, Taken):
                    return answer
                mine[name] = answer.clean
            done = True
            return Held(all(mine.values()))
        finally:
            if not done:
                for name, was_clean in mine.items():
                    self.release([name], clean=was_clean)

    def release(self, names: Collection[str], *, clean: bool) -> None:
        for name in names:
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
            raise moved_by_another(self.where) from None
        self._itself = Cell(value, revision)

    @property
    def runner(self) -> str:
        return "" if self._runner is None else self._runner.id

    def knows(self, runner: str) -> bool:
        return bool(runner) and self._cells.read("runners", runner) is not None

    def others(self) -> str | None:
        me = self._me()
        living = (str(cell.value.get("holder") or key) for key, cell in self._cells.list("runners") if key != me.id and me.lives(key))
        return next(living, None)

    def holders(self) -> dict[str, str]:
        leases = {name: cell.value for name, cell in self._cells.list("leases") if cell.value.get("runner") is not None}
        there = {key for key, cell in self._cells.list("runners") if not cell.value.get("dead")}
        return {name: str(lease.get("holder") or "") for name, lease in leases.items() if lease["runner"] in there}

    def _read_itself(self) -> None:
        self._itself = self._cells.read("ledger", "ledger")
        if self._itself is not None:
            self._judge(self._itself.value)

    def _take(self, name: str) -> Held | Taken:
        me = self._me()
        holder = ""
        for _again in range(3):
            there = self._cells.read("leases", name)
            clean = there is None or (there.value.get("runner") is None and there.value.get("clean") is True)
            runner = None if there is None else there.value.get("runner")
            if there is not None and runner is not None:
                holder = str(there.value.get("holder") or "")
                if runner == me.id:
                    return self._take_back(name, there) or Taken(holder)
                if me.lives(str(runner)):
                    return Taken(holder)
            try:
                revision = self._write_lease(name, {"runner": me.id, "holder": me.text}, there, clean)
            except Changed:
                continue
            with self._lock:
                self._held[name] = revision
            return Held(clean)
        return Taken(holder)

    def _write_lease(self, name: str, value: Mapping[str, Any], there: Cell | None, clean: bool) -> Any:
        try:
            return write_cell(self._cells, "leases", name, value, None if there is None else there.revision)
        except LedgerError:
            with self._lock:
                self._unfreed[name] = clean  # it may be held now, by nobody who knows
            raise

    def _take_back(self, name: str, there: Cell) -> Held | None:
        """What this run should have freed and could not."""
        with self._lock:
            if name not in self._unfreed:
                return None
            self._held[name] = there.revision
            return Held(self._unfreed.pop(name))

    def _free(self, name: str, *, clean: bool) -> None:
        with self._lock:
            revision = self._held.pop(name, None)
        if revision is None:
            return
        try:
            write_cell(self._cells, "leases", name, {"runner": None, "clean": clean}, revision)
        except Changed:
            pass  # others took this run for dead, and it
        except LedgerError:
            with self._lock:
                self._unfreed[name] = clean

    def _free_again(self) -> None:
        """Frees what could not be freed. Raises ``LedgerError``."""
        with self._lock:
            names = tuple(self._unfreed)
        for name in names:
            there = self._cells.read("leases", name)
            if there is None or there.value.get("runner") != self._me().id:
                with self._lock:
                    self._unfreed.pop(name, None)
            elif (held := self._take_back(name, there)) is not None:
                self._free(name, clean=held.clean)

    def _index(self, name: str, key: str) -> None:
        with self._lock:
            if (name, key) in self._indexed:
                return
        # Before the entry: one too many is passed over, one too few would hide it.
        with contextlib.suppress(Changed):
            write_cell(self._cells, "names", key, {}, None, group=digest(name))
        with self._lock:
            self._indexed.add((name, key))

    @staticmethod
    def _many(items: Collection[T], do: Callable[[T], R]) -> Iterable[tuple[T, R]]:
        return each(items, do) if len(items) > 1 else ((item, do(item)) for item in items)

    def _there(self, cells: Iterable[tuple[str, Cell | None]]) -> Iterator[tuple[str, Versioned]]:
        for key, cell in cells:
            if cell is None:
                continue
            entry = cell.value.get("entry")
            if entry is not None and not isinstance(entry, Mapping):
                not_a_map(self.where, key, self.odd)
                continue
            with self._lock:
                if entry is None:
                    self._removed[key] = cell.revision  # if it is an old one by now, the write on top of it is refused, and looks again
                else:
                    self._indexed.update((name, key) for name in names_of(entry))
            if entry is not None:
                yield key, Versioned(entry, cell.revision)

    def _judge(self, value: Mapping[str, Any]) -> None:
        version = value.get("version")
        if value.get("format") != FORMAT or not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise ledger_error(self.where, "is somebody else's: it does not say that it is a ledger; give another place")
        if version > VERSION:
            raise ledger_error(self.where, newer(version))

    def _me(self) -> Runner:
        if self._runner is None:
            raise ledger_error(self.where, "is open for reading only")
        return self._runner
