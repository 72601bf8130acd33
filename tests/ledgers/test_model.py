# SPDX-License-Identifier: Apache-2.0
"""Any order of what several runs do on one ledger, in cells whatever answers are lost and in a real PostgreSQL, against a plain dict."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from pulumi_opentok.core.desired.ledger import cell, runners
from pulumi_opentok.core.desired.ledger.cell_store import CellStore
from pulumi_opentok.core.desired.ledger.ledger import Busy, Conflict, Lease, Subject
from pulumi_opentok.core.desired.ledger.postgresql import PostgresqlStore
from pulumi_opentok.core.desired.ledger.shared import SharedBook, Store
from pulumi_opentok.core.errors import LedgerError
from tests.ledgers.memory import MemoryCells, Server
from tests.ledgers.sessions import TERMINATE
from tests.postgresql_server import PostgresqlServer

RUNS = st.integers(0, 2)
KEYS = st.sampled_from(["1", "2", "3"])
NAMES = st.sampled_from(["ACME", "Grüße", "x"])
FATES = st.lists(st.sampled_from(["", "", "", "lost", "gone"]), max_size=6)
SUBJECTS = st.one_of(
    st.builds(Subject, st.just("project"), KEYS, NAMES, st.just("45")),
    st.builds(Subject, st.just("project"), KEYS),
    st.builds(lambda name: Subject("project", called=name, account="45"), NAMES),
)
LIFETIME = 1000.0
"""So long that no heartbeat comes by itself."""
SCHEDULES = int(os.environ.get("LEDGER_SCHEDULES", "0"))
"""So many orders are tried of each store: ``LEDGER_SCHEDULES=10000`` for the record in ``tests/faults``."""


class Clock:
    """All runs' clock, which a test puts forward."""

    now = 0.0


class World(Protocol):
    """Where a ledger is, seen from outside of it. ``looks_ahead``: its store shows many as fast as one."""

    looks_ahead: bool

    def connect(self) -> Store:
        """For one more run."""

    def entries(self) -> dict[str, Any]:
        """What is there."""

    def is_held(self, name: str) -> bool:
        """By whomever, dead or alive."""

    def fates(self, fates: list[str]) -> AbstractContextManager[None]:
        """What becomes of the next writes, where a request can be lost."""

    def cut_off(self, living: Sequence[Process], stopped: Sequence[Process]) -> None:
        """The living take those that stand still for dead."""

    def close(self) -> None:
        """Nobody looks any more."""


class InCells:
    """Cells in memory."""

    looks_ahead = False

    def __init__(self) -> None:
        self._server = Server()
        Clock.now = 0.0

    def connect(self) -> Store:
        return CellStore(MemoryCells(self._server))

    def entries(self) -> dict[str, Any]:
        return {key: one.value["entry"] for key, one in MemoryCells(self._server).list("entries") if one.value["entry"] is not None}

    def is_held(self, name: str) -> bool:
        there = MemoryCells(self._server).read("leases", name)
        return there is not None and there.value.get("runner") is not None

    @contextlib.contextmanager
    def fates(self, fates: list[str]) -> Iterator[None]:
        left = iter(fates)
        self._server.fate = lambda part: next(left, "") if part != "runners" else ""
        try:
            yield
        finally:
            self._server.fate = lambda part: ""

    def cut_off(self, living: Sequence[Process], stopped: Sequence[Process]) -> None:
        for time in (0.0, LIFETIME + 1):
            Clock.now += time
            for run in living:
                run.store.hold()
                for other in stopped:
                    run.store._me().lives(other.store.runner)

    def close(self) -> None:
        """Is gone with it."""


class InPostgresql:
    """An empty database."""

    looks_ahead = True

    def __init__(self, url: str) -> None:
        self._url = url
        with contextlib.closing(self.connect()) as store:
            store.open(write=True)
        self._session = psycopg.connect(url, autocommit=True)
        self._session.execute("TRUNCATE opentok_ledger_entries, opentok_ledger_leases, opentok_ledger_runners")

    def connect(self) -> Store:
        return PostgresqlStore.of(self._url)

    def entries(self) -> dict[str, Any]:
        return dict(self._session.execute("SELECT key, entry FROM opentok_ledger_entries").fetchall())

    def is_held(self, name: str) -> bool:
        held = "SELECT name FROM opentok_ledger_leases WHERE runner IS NOT NULL AND name = %s"
        return bool(self._session.execute(held, [name]).fetchall())

    def fates(self, fates: list[str]) -> AbstractContextManager[None]:
        return contextlib.nullcontext()

    def cut_off(self, living: Sequence[Process], stopped: Sequence[Process]) -> None:
        for run in stopped:
            self._session.execute(TERMINATE, {"runner": run.store.runner})

    def close(self) -> None:
        self._session.close()


class Process:
    """A run."""

    def __init__(self, world: World) -> None:
        self.store: Any = world.connect()
        self.store.open(write=True)
        self.book = SharedBook(self.store, patience=0)
        self.leases: dict[Subject, tuple[contextlib.ExitStack, Lease]] = {}
        self.stopped = False

    def names(self) -> set[str]:
        return {name for subject in self.leases for name in subject.names}


class Ledgers(RuleBasedStateMachine):
    """Three runs; one that ends is followed by the next."""

    def begin(self) -> World:
        return InCells()

    def __init__(self) -> None:
        super().__init__()
        self.world = self.begin()
        self.runs = [Process(self.world) for _ in range(3)]
        self.model: dict[str, Any] = {}
        self.in_doubt: set[str] = set()
        self.number = 0

    @rule(run=RUNS, key=KEYS, name=NAMES, fates=FATES, forget=st.booleans())
    def write(self, run: int, key: str, name: str, fates: list[str], forget: bool) -> None:
        one, key = self.runs[run], f"project/{key}"
        if one.stopped:
            return
        self.number += 1
        wanted = entry = None if forget else {"name": name, "number": self.number}
        before = self.world.entries().get(key)
        if one.book.entry(key) == entry:
            entry = before  # as far as it knows: then it writes nothing
        with self.world.fates(fates):
            try:
                one.book.restore(key, wanted)
            except Conflict:
                assert self.world.entries().get(key) == before
                return
            except LedgerError:
                assert self.world.entries().get(key) in (before, entry)
                self.model[key] = self.world.entries().get(key)
                return
        assert self.world.entries().get(key) == entry
        self.model[key] = entry

    @rule(run=RUNS, subject=SUBJECTS, fates=FATES)
    def take(self, run: int, subject: Subject, fates: list[str]) -> None:
        one = self.runs[run]
        if one.stopped:
            return
        held = {name: other for other in self.runs for name in other.names()}
        stack = contextlib.ExitStack()
        with self.world.fates(fates):
            try:
                lease = stack.enter_context(one.book.lease(subject, wait=False))
            except LedgerError:
                return
        for name in subject.names:
            assert name not in held or held[name].stopped, "held by two"
            if name in self.in_doubt:
                assert not lease.clean
        one.leases[subject] = stack, lease
        if subject.entry is not None:
            assert one.book.entry(subject.entry) == self.world.entries().get(subject.entry)
        if subject.called is not None:
            there = {key: entry for key, entry in self.world.entries().items() if entry["name"] == subject.called}
            assert {f"project/{key}": dict(entry) for key, entry in one.book.of("project", called=subject.called).items()} == there

    @rule(run=RUNS, done=st.booleans(), fates=FATES)
    def give(self, run: int, done: bool, fates: list[str]) -> None:
        one = self.runs[run]
        if one.stopped or not one.leases:
            return
        subject, (stack, lease) = one.leases.popitem()
        if not done:
            lease.doubt()
        with self.world.fates(fates):
            stack.close()
        # One that stood still and was taken for dead says nothing any more.
        mine = list(subject.names)
        for name in mine:
            self.in_doubt.discard(name)
            if not done and not self.world.is_held(name):
                self.in_doubt.add(name)
        self.in_doubt -= {name for other in self.runs for name in other.names()}

    @rule(run=RUNS, called=NAMES)
    def ask(self, run: int, called: str) -> None:
        one = self.runs[run]
        if not one.stopped:
            for entry in one.book.of("project", called=called).values():
                assert entry["name"] == called

    @rule(run=RUNS)
    def ask_for_all(self, run: int) -> None:
        one = self.runs[run]
        if not one.stopped:
            one.book.of("project")

    @rule(run=RUNS, subjects=st.lists(SUBJECTS, max_size=4, unique=True))
    def look_ahead(self, run: int, subjects: list[Subject]) -> None:
        """It changes nothing of what the run knows, and a lease of the first one then says the same."""
        one = self.runs[run]
        if one.stopped:
            return
        before = dict(one.book._seen), dict(one.book._called)
        claimed = set(one.book.claimed(subjects))
        assert (one.book._seen, one.book._called) == before
        for subject in subjects[:1] if self.world.looks_ahead else ():
            parts = [key for key in (subject.entry,) if key], [name for name in (subject.called,) if name]
            if not one.names().isdisjoint(subject.names):
                continue
            known, held = one.book._known(*parts) is not None, any(map(self.world.is_held, subject.names))
            try:
                with one.book.lease(subject, wait=False) as lease:
                    assert (subject in claimed) == ((known and lease.changed) or held)
                self.in_doubt -= set(subject.names)
            except Busy:
                assert subject in claimed

    @rule(run=RUNS)
    def stand_still(self, run: int) -> None:
        self.runs[run].stopped = True

    @rule(run=RUNS)
    def end(self, run: int) -> None:
        one = self.runs[run]
        if not one.stopped:
            one.store.close()
        self.runs[run] = Process(self.world)

    @precondition(lambda self: any(run.stopped for run in self.runs))
    @rule()
    def others_find_out(self) -> None:
        """A lifetime goes by, in which those that do not stand still give a sign of life."""
        living = [run for run in self.runs if not run.stopped]
        stopped = [run for run in self.runs if run.stopped]
        if living:
            self.world.cut_off(living, stopped)
        for run in stopped if living else ():
            run.stopped = False
            run.leases.clear()
            with pytest.raises(LedgerError, match="is lost to this run"):
                run.book.hold()
            with pytest.raises(LedgerError, match="is lost to this run"):
                run.book.set("project/1", {"name": "of the dead", "number": -1})
            run.store.close()
        if living:
            self.runs = [Process(self.world) if run in stopped else run for run in self.runs]

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.world.entries() == {key: entry for key, entry in self.model.items() if entry is not None}

    @invariant()
    def nothing_is_held_twice(self) -> None:
        names = [name for run in self.runs if not run.stopped for name in run.names()]
        assert len(names) == len(set(names))

    def teardown(self) -> None:
        for run in self.runs:
            run.store.close()
        self.world.close()


def any_order(machine: type[Ledgers], examples: int) -> None:
    how = settings(max_examples=SCHEDULES or examples, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=how)


def test_any_order_of_what_runs_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell, "PAUSE", 0.0)
    monkeypatch.setattr(runners, "_now", lambda: Clock.now)
    monkeypatch.setattr(CellStore, "lifetime", LIFETIME)
    any_order(Ledgers, 150)


def test_any_order_of_what_runs_do_in_postgresql(postgresql_server: PostgresqlServer) -> None:
    url = postgresql_server.url(postgresql_server.database())

    class Shared(Ledgers):
        def begin(self) -> World:
            return InPostgresql(url)

    any_order(Shared, 20)
