# SPDX-License-Identifier: Apache-2.0
"""Runs that hold something in a store of cells, and whether they live.

Each has a cell that it writes anew every few seconds. No clock is compared: one whose cell has not changed for as long as it said itself that it
may take, counted by whoever waits for it, is dead. That is then written into its cell, so that it finds out too.
"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from typing import Any

from ...errors import LedgerError
from ..files.lock import this_process
from .cell import Cells, Changed, write_cell
from .ledger import ledger_error

LIFETIME = 20.0
"""Seconds without a sign of life after which a run counts as dead."""

OLD = 3.0
"""So many times its lifetime old by the store's own clock, the last sign of life is that of a dead run for whoever sees it first."""


class Runner:
    """This run. ``text`` says which it is, to people."""

    def __init__(self, cells: Cells, *, lifetime: float = LIFETIME) -> None:
        self.id = uuid.uuid4().hex
        self.text = this_process()
        self._cells = cells
        self._lifetime = lifetime
        self._revision: Any = None
        self._beats = 0
        self._beaten = 0.0
        self._lost = False
        self._one_at_a_time = threading.Lock()
        self._stopped = threading.Event()
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
        if time.monotonic() - self._beaten > self._lifetime / 2:
            self._beat()
        if self._lost:
            raise self._dead()

    def lives(self, other: str) -> bool:
        """Whether another run lives. One that does not is told so in its cell."""
        cell = self._cells.read("runners", other)
        if cell is None or cell.value.get("dead"):
            return False
        now = time.monotonic()
        revision, since = self._watched.get(other, (None, now))
        if revision != cell.revision:
            self._watched[other] = (cell.revision, now)
            since = now
        lifetime = cell.value.get("lifetime")
        lifetime = float(lifetime) if isinstance(lifetime, (int, float)) and not isinstance(lifetime, bool) else LIFETIME
        if now - since < lifetime and (cell.age is None or cell.age < OLD * lifetime):
            return True
        try:
            write_cell(self._cells, "runners", other, {**cell.value, "dead": True}, cell.revision)
        except Changed:
            return True
        return False

    def _live(self) -> None:
        while not self._stopped.wait(self._lifetime / 4):
            # One that the store does not take is followed by the next; whoever is about to do something asks for one of its own.
            with contextlib.suppress(LedgerError):
                self._beat()
            if self._lost:
                return

    def _beat(self) -> None:
        with self._one_at_a_time:
            if self._lost or self._stopped.is_set():
                return
            value = {"holder": self.text, "lifetime": self._lifetime, "beats": self._beats}
            now = time.monotonic()
            try:
                self._revision = write_cell(self._cells, "runners", self.id, value, self._revision)
            except Changed:
                self._lost = True
                return
            self._beats += 1
            self._beaten = now

    def _dead(self) -> LedgerError:
        stood = f"gave no sign of life for {self._lifetime:g} s, so another run has taken what it held"
        return ledger_error(self._cells.where, f"is lost to this run: it {stood}; nothing more was begun; run again")
