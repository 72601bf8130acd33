# SPDX-License-Identifier: Apache-2.0
"""Any order of what several runs do on one ledger in cells, whatever answers are lost, against a plain dict."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from pulumi_opentok.core.desired.ledger import cell, runners
from pulumi_opentok.core.desired.ledger.cell_store import CellStore
from pulumi_opentok.core.desired.ledger.ledger import Conflict, Lease, LedgerError, Subject
from pulumi_opentok.core.desired.ledger.shared import SharedBook
from tests.ledgers.memory import MemoryCells, Server

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


class Clock:
    """All runs' clock, which a test puts forward."""

    now = 0.0


class Process:
    """A run. ``alive``: in the others' eyes."""

    def __init__(self, server: Server) -> None:
        self.store = CellStore(MemoryCells(server))
        self.store.open(write=True)
        self.book = SharedBook(self.store, patience=0)
        self.leases: dict[Subject, tuple[contextlib.ExitStack, Lease]] = {}
        self.stopped = False

    def names(self) -> set[str]:
        return {name for subject in self.leases for name in subject.names}


class Ledgers(RuleBasedStateMachine):
    """Three runs; one that ends is followed by the next."""

    def __init__(self) -> None:
        super().__init__()
        self.server = Server()
        Clock.now = 0.0
        self.runs = [Process(self.server) for _ in range(3)]
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
        before = self.truth(key)
        if one.book.entry(key) == entry:
            entry = before  # as far as it knows: then it writes nothing
        with self.fates(fates):
            try:
                one.book.restore(key, wanted)
            except Conflict:
                assert self.truth(key) == before
                return
            except LedgerError:
                assert self.truth(key) in (before, entry)
                self.model[key] = self.truth(key)
                return
        assert self.truth(key) == entry
        self.model[key] = entry

    @rule(run=RUNS, subject=SUBJECTS, fates=FATES)
    def take(self, run: int, subject: Subject, fates: list[str]) -> None:
        one = self.runs[run]
        if one.stopped:
            return
        held = {name: other for other in self.runs for name in other.names()}
        stack = contextlib.ExitStack()
        with self.fates(fates):
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
            assert one.book.entry(subject.entry) == self.truth(subject.entry)
        if subject.called is not None:
            there = {key: entry for key, entry in self.all().items() if entry["name"] == subject.called}
            assert {f"project/{key}": dict(entry) for key, entry in one.book.of("project", called=subject.called).items()} == there

    @rule(run=RUNS, done=st.booleans(), fates=FATES)
    def give(self, run: int, done: bool, fates: list[str]) -> None:
        one = self.runs[run]
        if one.stopped or not one.leases:
            return
        subject, (stack, lease) = one.leases.popitem()
        if not done:
            lease.doubt()
        with self.fates(fates):
            stack.close()
        # One that stood still and was taken for dead says nothing any more.
        mine = list(subject.names)
        for name in mine:
            self.in_doubt.discard(name)
            if not done and self.lease_of(name).get("runner") is None:
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

    @rule(run=RUNS)
    def stand_still(self, run: int) -> None:
        self.runs[run].stopped = True

    @rule(run=RUNS)
    def end(self, run: int) -> None:
        one = self.runs[run]
        if not one.stopped:
            one.store.close()
        self.runs[run] = Process(self.server)

    @precondition(lambda self: any(run.stopped for run in self.runs))
    @rule()
    def others_find_out(self) -> None:
        """A lifetime goes by, in which those that do not stand still give a sign of life."""
        living = [run for run in self.runs if not run.stopped]
        stopped = [run for run in self.runs if run.stopped]
        for time in (0.0, LIFETIME + 1):
            Clock.now += time
            for run in living:
                run.store.hold()
                for other in stopped:
                    run.store._me().lives(other.store._me().id)
        for run in stopped if living else ():
            run.stopped = False
            run.leases.clear()
            with pytest.raises(LedgerError, match="is lost to this run"):
                run.book.hold()
            with pytest.raises(LedgerError, match="is lost to this run"):
                run.book.set("project/1", {"name": "of the dead", "number": -1})
            run.store.close()
        if living:
            self.runs = [Process(self.server) if run in stopped else run for run in self.runs]

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.all() == {key: entry for key, entry in self.model.items() if entry is not None}

    @invariant()
    def nothing_is_held_twice(self) -> None:
        names = [name for run in self.runs if not run.stopped for name in run.names()]
        assert len(names) == len(set(names))

    def teardown(self) -> None:
        for run in self.runs:
            run.store.close()

    @contextlib.contextmanager
    def fates(self, fates: list[str]) -> Iterator[None]:
        left = iter(fates)
        self.server.fate = lambda part: next(left, "") if part != "runners" else ""
        try:
            yield
        finally:
            self.server.fate = lambda part: ""

    def lease_of(self, name: str) -> dict[str, Any]:
        there = MemoryCells(self.server).read("leases", name)
        return {} if there is None else dict(there.value)

    def truth(self, key: str) -> Any:
        there = MemoryCells(self.server).read("entries", key)
        return None if there is None else there.value["entry"]

    def all(self) -> dict[str, Any]:
        return {key: one.value["entry"] for key, one in MemoryCells(self.server).list("entries") if one.value["entry"] is not None}


def test_any_order_of_what_runs_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell, "PAUSE", 0.0)
    monkeypatch.setattr(runners, "_now", lambda: Clock.now)
    monkeypatch.setattr(CellStore, "lifetime", LIFETIME)
    run_state_machine_as_test(
        Ledgers, settings=settings(max_examples=150, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))
    )
