# SPDX-License-Identifier: Apache-2.0
"""What happens by itself, in the order of the emulator's time.

The rows are the schedule. A timed table has a column ``due_at``: when the next thing happens to the row by itself (milliseconds since
the epoch; NULL: nothing will). So a restart with a data file goes on where it was, and there is nothing to poll: one task sleeps until the
earliest of these moments. It is woken when a call may have changed one, and when the clock is shifted.

The scheduler knows neither tables nor workers by name: app.py hands them over.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import sqlite3
from collections.abc import Callable, Sequence
from typing import Protocol

from .clock import Clock
from .history import History
from .store import Store

_LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class TimedTable:
    """A table whose rows change with time.

    ``advance`` does to a row what is due at this moment and writes its next ``due_at``, which the scheduler has set to NULL before. It is
    called within a transaction, and the clock stands at the moment at which it was due, also if the emulator was not running then.
    """

    name: str
    advance: Callable[[sqlite3.Row], None]


class Worker(Protocol):
    """What takes its time beside the requests: deliveries that :meth:`collect` begins and :meth:`all_attempted` awaits."""

    def collect(self) -> None:
        """Begin with what is due."""

    async def all_attempted(self) -> None:
        """Returns when everything that is due was attempted."""

    def next_moment(self) -> int | None:
        """When :meth:`collect` is to be called again, in milliseconds; None if no time is known."""

    def cancel(self) -> None:
        """Break off what is under way."""

    async def close(self) -> None:
        """Break off what is under way, for good; it stays due."""


class Scheduler:
    """Advances what is due and drives the workers."""

    def __init__(self, store: Store, clock: Clock, history: History) -> None:
        self._store = store
        self._clock = clock
        self._history = history
        self._tables: Sequence[TimedTable] = ()
        self._workers: Sequence[Worker] = ()
        self._query = ""
        self._woken = asyncio.Event()

    def drive(self, tables: Sequence[TimedTable], workers: Sequence[Worker]) -> None:
        """Take over tables and workers; of things due at the same moment those of the first table come first."""
        self._tables, self._workers = tables, workers
        parts = [
            f"SELECT {number} AS number, min(due_at) AS moment FROM {table.name} WHERE due_at IS NOT NULL" for number, table in enumerate(tables)
        ]
        self._query = f"SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE moment IS NOT NULL ORDER BY moment, number LIMIT 1"

    def advance(self) -> None:
        """Do all that is due, one thing after the other in the order of its time: one may be the cause of the next."""
        while True:
            now = self._clock.milliseconds()
            due = self._first()
            if due is None or due["moment"] > now:
                return
            self._advance_row(self._tables[due["number"]], due["moment"])

    def changed(self) -> None:
        """A call may have changed what is due: advance, and see when to look again."""
        self.advance()
        self.wake()

    def wake(self) -> None:
        """See anew when to look again, and what is to be delivered."""
        self._woken.set()

    async def advance_and_deliver(self) -> None:
        """The same as :meth:`advance`; returns when every delivery that is due by now was attempted, also those that others caused."""
        for worker in self._workers:
            self.advance()
            await worker.all_attempted()

    def cancel(self) -> None:
        """Break off deliveries; for a reset."""
        for worker in self._workers:
            worker.cancel()

    async def run(self) -> None:
        """Advance and deliver until it is cancelled."""
        try:
            while True:
                self._woken.clear()
                self.advance()
                for worker in self._workers:
                    worker.collect()
                try:
                    await asyncio.wait_for(self._woken.wait(), self._seconds_to_next())
                except TimeoutError:
                    continue
        finally:
            for worker in self._workers:
                await worker.close()

    def _advance_row(self, table: TimedTable, moment: int) -> None:
        db = self._store.db
        row = db.execute(f"SELECT * FROM {table.name} WHERE due_at = ? ORDER BY position LIMIT 1", (moment,)).fetchone()
        done = f"UPDATE {table.name} SET due_at = NULL WHERE position = ?"
        try:
            with self._clock.held(moment), self._store.transaction():
                self._history.next_change()
                db.execute(done, (row["position"],))
                table.advance(row)
        except Exception:  # noqa: BLE001
            # Our mistake. It must not end what happens to everything else, nor be tried again without end.
            _LOG.exception("%s %s stays as it is", table.name, row["id"])
            db.execute(done, (row["position"],))

    def _first(self) -> sqlite3.Row | None:
        return self._store.db.execute(self._query).fetchone() if self._query else None

    def _seconds_to_next(self) -> float | None:
        due = self._first()
        of_workers = [worker.next_moment() for worker in self._workers]
        moments = [moment for moment in (due["moment"] if due is not None else None, *of_workers) if moment is not None]
        return max(0.0, min(moments) / 1000 - self._clock.now()) if moments else None
