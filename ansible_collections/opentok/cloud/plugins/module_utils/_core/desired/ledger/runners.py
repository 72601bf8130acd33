# SPDX-License-Identifier: Apache-2.0
"""Runs that hold something in a store of cells, and whether they live.

Each has a cell that it writes anew every few seconds. No two clocks are compared: one whose cell has not changed for as long as it said itself
that it may take, counted by whoever waits for it, is dead. That is then written into its cell, so that it finds out too: its next sign of life
is refused.
"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from ...errors import LedgerError
from ..files.lock import this_process
from .cell import Cell, Cells, Changed, write_cell
from .ledger import ledger_error

LIFETIME = 20.0
"""Seconds without a sign of life after which a run counts as dead."""

OLD = 3.0
"""So many times its lifetime old by the store's own clock, the last sign of life is that of a dead run for whoever sees it first."""

TIDY = 90
"""In so many quarters of its lifetime a run looks once for cells of runs that are dead, and removes them."""


class Runner:
    """This run. ``text`` says which it is, to people."""

    def __init__(self, cells: Cells, *, lifetime: float = LIFETIME, tick: Callable[[], None] = lambda: None) -> None:
        self.id = uuid.uuid4().hex
        self.text = this_process()
        self._cells = cells
        self._lifetime = lifetime
        self._tick = tick
        self._revision: Any = None
        self._beats = 0
        self._beaten = 0.0
        self._lost = False
        self._one_at_a_time = threading.Lock()
        self._stopped = threading.Event()
        self._watching = threading.Lock()
        self._watched: dict[str, tuple[Any, float]] = {}

    def start(self) -> None:
        """Gives its first sign of life. Raises ``LedgerError``, which shows that nothing can be written there."""
        self._beat()
        threading.Thread(target=self._live, name="opentok-ledger", daemon=True).start()

    def stop(self) -> None:
        """Is no more. Never raises."""
        self._stopped.set()
        with self._one_at_a_time, contextlib.suppress(LedgerError):
            if not self._lost and self._revision is not None:
                self._cells.remove("runners", self.id)

    def hold(self) -> None:
        """Raises ``LedgerError`` where others may have taken it for dead."""
        if _now() - self._beaten > self._lifetime / 2:
            self._beat()
        if self._lost:
            raise self._dead()

    def lives(self, other: str) -> bool:
        """Whether another run lives. One that does not is told so, and its cell removed."""
        cell = self._cells.read("runners", other)
        if cell is None:
            return False
        if not cell.value.get("dead"):
            if self._seems_alive(other, cell):
                return True
            try:
                write_cell(self._cells, "runners", other, {**cell.value, "dead": True}, cell.revision)
            except Changed:
                return True
        with contextlib.suppress(LedgerError):  # it is marked: nobody takes it for alive
            self._cells.remove("runners", other)
        return False

    def _seems_alive(self, other: str, cell: Cell) -> bool:
        now = _now()
        with self._watching:
            revision, since = self._watched.get(other, (None, now))
            if revision != cell.revision:
                self._watched[other] = (cell.revision, now)
                since = now
        lifetime = cell.value.get("lifetime")
        lifetime = float(lifetime) if isinstance(lifetime, (int, float)) and not isinstance(lifetime, bool) else LIFETIME
        return now - since < lifetime and (cell.age is None or cell.age < OLD * lifetime)

    def _live(self) -> None:
        beside = threading.Thread(target=self._housekeeping, name="opentok-ledger-tidy", daemon=True)
        beside.start()
        while not self._stopped.wait(self._lifetime / 4):
            # One that the store does not take is followed by the next; whoever is about to do something asks for one of its own.
            with contextlib.suppress(LedgerError):
                self._beat()
            if self._lost:
                return

    def _housekeeping(self) -> None:
        """What may take long, and must not keep the next sign of life waiting."""
        turns = 0
        while not self._stopped.wait(self._lifetime / 4):
            with contextlib.suppress(LedgerError):
                self._tick()
                # Twice, more than a lifetime apart: what has not changed by then is dead.
                if turns % TIDY in (0, 6):
                    self._tidy()
            turns += 1

    def _tidy(self) -> None:
        for other in list(self._cells.keys("runners")):
            if other != self.id and not self._stopped.is_set():
                self.lives(other)

    def _beat(self) -> None:
        with self._one_at_a_time:
            if self._lost or self._stopped.is_set():
                return
            now = _now()
            try:
                self._revision = self._sign()
            except Changed:
                self._lost = True
                return
            self._beats += 1
            self._beaten = now

    def _sign(self) -> Any:
        value = {"holder": self.text, "lifetime": self._lifetime, "beats": self._beats}
        try:
            return write_cell(self._cells, "runners", self.id, value, self._revision)
        except Changed:
            there = self._cells.read("runners", self.id)
            if there is None or there.value.get("dead"):
                raise
            # Others write nothing but that it is dead: one that was given up here has come through.
            return write_cell(self._cells, "runners", self.id, value, there.revision)

    def _dead(self) -> LedgerError:
        stood = f"gave no sign of life for {self._lifetime:g} s, so another run may have taken what it held"
        return ledger_error(self._cells.where, f"is lost to this run: it {stood}; nothing more was begun; run again")


def _now() -> float:
    """Seconds, those in which the machine was asleep among them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
