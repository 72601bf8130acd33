# SPDX-License-Identifier: Apache-2.0
"""A ledger in a store that many runs share: each holds what it is about, and writes an entry only on top of the one that it has read."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Protocol, TypeVar

from ...errors import quote
from .ledger import PATIENCE, Busy, Entry, Lease, Ledger, Odd, OpenLedger, Subject, names_of
from .mark import Mark

PAUSE = 0.2
"""Seconds between the first two tries to hold what another run holds."""

LONGEST_PAUSE = 1.0
"""Seconds between two tries, when it takes long."""

T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Versioned:
    """An entry, and what tells it from every other one under its key, before or after."""

    entry: Entry
    revision: Any


@dataclasses.dataclass(frozen=True)
class Held:
    """Names that are held now. ``clean``: whoever held one of them before ended what was begun, or nobody did."""

    clean: bool


@dataclasses.dataclass(frozen=True)
class Taken:
    """Another run holds one of the names: ``holder`` says which, as in ``process 17 on runner-3 since 2026-11-29T02:00:00Z``."""

    holder: str


@dataclasses.dataclass(frozen=True)
class Glance:
    """What one look shows of many entries and names: the ``revisions`` of those that are there, by their keys; the keys of those that are
    ``called`` so, by each name; the names that others hold.
    """

    revisions: Mapping[str, Any]
    called: Mapping[str, frozenset[str]]
    held: Collection[str]


class Store(Protocol):
    """Where the entries of a shared ledger are. Thread-safe. Every method raises ``LedgerError``, and sends nothing anywhere else.

    A run that holds something is one *runner*. It lives as long as its process and its connection; what it held is free when it is dead, which
    the others find out without comparing any clocks.
    """

    where: str
    """The place as it was given; never a secret."""

    odd: Odd | None
    """See ``Ledger.read_only``."""

    def open(self, *, write: bool) -> None:
        """Connects. ``write``: it will be written to, which is shown to be allowed; what is missing is made, an older version brought up to date.

        Raises ``LedgerError`` for one that cannot be reached, is of a newer version, or is somebody else's.
        """

    def close(self) -> None:
        """Frees what is held still, and disconnects. Never raises."""

    def get(self, keys: Collection[str]) -> Mapping[str, Versioned]:
        """Those of these entries that are there."""

    def named(self, names: Collection[str]) -> Mapping[str, Versioned]:
        """The entries, by their keys, that have one of these names (see ``names_of``)."""

    def all(self) -> Iterable[tuple[str, Versioned]]:
        """Every entry."""

    def glance(self, keys: Collection[str], called: Collection[str], held: Collection[str]) -> Glance | None:
        """What has become of the entries under these ``keys``, and of those that are ``called`` so, and which of the names ``held`` others hold.

        ``None``: to look at many would take as long as to try each.
        """

    def put(self, key: str, entry: Entry | None, expected: Any) -> Any:
        """Puts ``entry`` (``None``: removes it) in place of the one of the revision ``expected`` (``None``: of none).

        The new revision; ``None`` for a removed one. Raises ``Conflict`` where another is there by now.
        """

    def acquire(self, names: Collection[str]) -> Held | Taken:
        """Holds all of these names, or none of them. Does not wait."""

    def release(self, names: Collection[str], *, clean: bool) -> None:
        """Frees names that are held. ``clean``: what was begun has ended. What cannot be freed is free when this runner is closed."""

    def hold(self) -> None:
        """Raises ``LedgerError`` where this runner is dead to others."""

    def mark(self) -> Any:
        """What :meth:`put_mark` put last, as it was found when it was opened, with this runner there for others to see; ``None`` for nothing."""

    def put_mark(self, mark: Mapping[str, Any] | None) -> None:
        """Puts it (JSON types only). Raises ``Conflict`` where another is there by now."""

    @property
    def runner(self) -> str:
        """What this runner is called there, which no other one ever is; empty for who only reads."""

    def knows(self, runner: str) -> bool:
        """Whether a runner that is called so has it open for writing."""

    def others(self) -> str | None:
        """Another runner that lives, as in :class:`Taken`; ``None`` for none."""

    def holders(self) -> Mapping[str, str]:
        """The names that are held now, and by whom, as in :class:`Taken`."""


class SharedLedger(Ledger):
    """The ledger in the store that ``connect`` makes."""

    def __init__(self, connect: Callable[[], Store], where: str, *, patience: float = PATIENCE, warn: Callable[[str], None] | None = None) -> None:
        super().__init__(where, patience=patience, warn=warn)
        self._connect = connect

    def locked(self, *, marked: bool = False) -> AbstractContextManager[OpenLedger]:
        return self._open(write=True, marked=marked)

    def read_only(self, *, marked: bool = False, odd: Odd | None = None) -> AbstractContextManager[OpenLedger]:
        return self._open(write=False, marked=marked, odd=odd)

    @contextlib.contextmanager
    def _open(self, *, write: bool, marked: bool, odd: Odd | None = None) -> Iterator[OpenLedger]:
        store = self._connect()
        store.odd = odd
        try:
            store.open(write=write)
            book = SharedBook(store, patience=self.patience, waits=self._waits)
            if book.mark is not None and not marked:
                raise book.mark.refusal(self.where)
            yield book
        finally:
            store.close()


class SharedBook(OpenLedger):
    """The entries of a store as this run has seen them last: of what it holds, as they are."""

    shared: ClassVar[bool] = True

    def __init__(self, store: Store, *, patience: float = PATIENCE, waits: Callable[[str, str], None] = lambda what, holder: None) -> None:
        super().__init__(store.where)
        self._store = store
        self._patience = patience
        self._waits = waits
        self._lock = threading.Lock()
        self._seen: dict[str, Versioned | None] = {}
        self._called: dict[str, frozenset[str]] = {}
        self._whole = False
        self.mark = Mark.of(store.where, store.mark())
        # When each entry was written here last, counted in writes: what was asked for before that is older.
        self._writes = 0
        self._written: dict[str, int] = {}

    def entry(self, key: str) -> Entry | None:
        with self._lock:
            if key in self._seen or self._whole:
                return _entry(self._seen.get(key))
        self._read([key])
        with self._lock:
            return _entry(self._seen.get(key))

    def of(self, kind: str, *, called: str | None = None) -> Mapping[str, Entry]:
        prefix = f"{kind}/"
        if called is not None:
            self.expect((), [called])
        elif not self._whole:
            self._read_all()
        with self._lock:
            keys = tuple(self._seen) if called is None else tuple(self._called[called])
            found = {key: self._seen.get(key) for key in sorted(keys) if key.startswith(prefix)}
        some = ((key, one.entry) for key, one in found.items() if one is not None)
        return {key[len(prefix) :]: entry for key, entry in some if called is None or called in names_of(entry)}

    def expect(self, keys: Collection[str], names: Collection[str] = (), *, anew: bool = False) -> None:
        with self._lock:
            unseen = [key for key in keys if anew or not (self._whole or key in self._seen)]
            unknown = [name for name in names if anew or name not in self._called]
        self._read(unseen, unknown)

    def set(self, key: str, entry: Entry) -> None:
        if self.entry(key) != entry:
            self._put(key, dict(entry))

    def forget(self, key: str) -> None:
        if self.entry(key) is not None:
            self._put(key, None)

    def claimed(self, subjects: Collection[Subject]) -> Collection[Subject]:
        # Whatever is done about one that has an entry is noted there: a look at names would take longer and show no more.
        parts = {subject: ([subject.entry], []) if subject.entry else _parts(subject) for subject in subjects}
        with self._lock:
            before = {subject: self._known(keys, names) for subject, (keys, names) in parts.items()}
        keys = {key for some, _names in parts.values() for key in some}
        names = {name for _keys, some in parts.values() for name in some}
        seen = self._store.glance(keys, names, {name for subject in subjects for name in subject.names})
        if seen is None:
            return ()
        held = set(seen.held)

        def claimed(subject: Subject) -> bool:
            known = before[subject]
            return not held.isdisjoint(subject.names) or (known is not None and known != _known(*parts[subject], seen.called, seen.revisions.get))

        return [subject for subject in subjects if claimed(subject)]

    def hold(self) -> None:
        self._store.hold()

    def everything(self) -> Mapping[str, Entry]:
        self._read_all()
        with self._lock:
            return {key: one.entry for key, one in self._seen.items() if one is not None}

    def put_mark(self, mark: Mark | None) -> None:
        self._store.put_mark(None if mark is None else mark.as_dict())
        self.mark = mark

    def alone(self) -> None:
        def other() -> Taken | None:
            holder = self._store.others()
            return None if holder is None else Taken(holder)

        where, waited = f"the ledger {quote(self.where, 300)}", f"was not free within {self._patience:g} s"

        def busy(holder: str) -> str:
            return f"{where} is in use by another run ({holder}) and {waited}: try again when that one has ended"

        self._wait(other, where, busy, self._patience)

    def holders(self) -> Mapping[str, str]:
        return self._store.holders()

    def is_also(self, other: OpenLedger) -> bool:
        return isinstance(other, SharedBook) and self._store.knows(other._store.runner)

    @contextlib.contextmanager
    def lease(self, subject: Subject, *, wait: bool = True) -> Iterator[Lease]:
        names = subject.names
        held = self._acquire(names, self._patience if wait else 0.0)
        clean = False
        try:
            lease = Lease(changed=self._look(subject), clean=held.clean)
            yield lease
            clean = not lease.in_doubt
        finally:
            self._store.release(names, clean=clean)

    def _acquire(self, names: Collection[str], patience: float) -> Held:
        what, where = _subject(names), f"in the ledger {quote(self.where, 300)}"
        waited = f" and was not free within {patience:g} s" if patience else ""

        def busy(holder: str) -> str:
            return f"{what} is held by another run ({holder or 'it does not say which'}) {where}{waited}: run again when that one has ended"

        return self._wait(lambda: self._store.acquire(names), f"{what}, {where},", busy, patience)

    def _wait(self, ask: Callable[[], T | Taken], what: str, busy: Callable[[str], str], patience: float) -> T:
        """The first answer that is no other run's. ``what`` is waited for; :class:`Busy` says ``busy`` of who holds it."""
        end, pause, told = time.monotonic() + patience, PAUSE, False
        while isinstance(answer := ask(), Taken):
            if time.monotonic() >= end:
                raise Busy(busy(answer.holder))
            if not told:
                self._waits(what, answer.holder)
                told = True
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
        return answer

    def _look(self, subject: Subject) -> bool:
        """Reads what is remembered of ``subject`` anew. Whether it is something else than this run knew, or it knew nothing of it."""
        keys, names = _parts(subject)
        if not keys and not names:
            with self._lock:
                known, self._seen, self._called, self._whole = bool(self._seen), {}, {}, False
            return known
        with self._lock:
            before = self._known(keys, names)
        self._read(keys, names)
        with self._lock:
            return before is None or before != self._known(keys, names)

    def _known(self, keys: Collection[str], names: Collection[str]) -> list[Any] | None:
        """The revisions of these as they were seen; ``None`` where some were not."""
        if any(name not in self._called for name in names) or not (self._whole or all(key in self._seen for key in keys)):
            return None
        return _known(keys, names, self._called, lambda key: None if (one := self._seen.get(key)) is None else one.revision)

    def _read(self, keys: Collection[str], names: Collection[str] = ()) -> None:
        with self._lock:
            begun = self._writes
        found = dict(self._store.get(keys)) if keys else {}
        called = dict(self._store.named(names)) if names else {}
        with self._lock:
            self._see({**{key: found.get(key) for key in keys}, **called}, begun)
            known = called.keys() | {key for key, write in self._written.items() if write >= begun}
            by_name: dict[str, set[str]] = {name: set() for name in names}
            for key in known:
                for name in names_of(_entry(self._seen.get(key)) or {}) & by_name.keys():
                    by_name[name].add(key)
            self._called.update({name: frozenset(some) for name, some in by_name.items()})

    def _read_all(self) -> None:
        with self._lock:
            begun = self._writes
        found = dict(self._store.all())
        with self._lock:
            since = {key: self._seen.get(key) for key, write in self._written.items() if write >= begun}
            self._seen, self._called, self._whole = {**found, **since}, {}, True

    def _see(self, found: Mapping[str, Versioned | None], begun: int) -> None:
        """What a read gave that had ``begun`` when so many writes were done: not what was written meanwhile, which it may not have seen."""
        self._seen.update({key: one for key, one in found.items() if self._written.get(key, -1) < begun})

    def _put(self, key: str, entry: dict[str, Any] | None) -> None:
        with self._lock:
            there = self._seen.get(key)
        revision = self._store.put(key, entry, None if there is None else there.revision)
        with self._lock:
            self._written[key] = self._writes
            self._writes += 1
            self._seen[key] = None if entry is None else Versioned(entry, revision)
            for name in names_of(entry or {}) & self._called.keys():
                self._called[name] |= {key}


def _entry(one: Versioned | None) -> Entry | None:
    return None if one is None else one.entry


def _known(keys: Collection[str], names: Collection[str], called: Mapping[str, frozenset[str]], revision: Callable[[str], Any]) -> list[Any]:
    """What tells whether anything was done about an entry, or about one that is called so."""
    # An entry that was read after the account was listed may be newer than what the list shows; that it came to its name since tells.
    by_name = [key for name in names for key in sorted(called[name])]
    return [by_name, *((key, revision(key)) for key in sorted({*keys, *by_name}))]


def _parts(subject: Subject) -> tuple[list[str], list[str]]:
    """Its key and its name, as far as it has them."""
    return ([] if subject.entry is None else [subject.entry]), ([] if subject.called is None else [subject.called])


def _subject(names: Collection[str]) -> str:
    """``project 46000001``, or ``project 'ACME GmbH'``."""
    name = min(names, key=lambda name: name.count("/"))
    kind, _slash, rest = name.partition("/")
    if rest.partition("/")[2].startswith("called/"):
        kind, rest = rest.partition("/")[0], quote(rest.partition("/called/")[2])
    return f"{kind} {rest}"
