# SPDX-License-Identifier: Apache-2.0
"""What happens by itself, in the order of the emulator's time.

The rows are the schedule. A subject is a table with a column ``due_at``: when the next thing happens to the row by itself
(milliseconds since the epoch; NULL: nothing will). So a restart with a data file goes on where it was, and there is nothing to poll:
one task sleeps until the earliest of these moments. It is woken when a call may have changed one, and when the clock is shifted.
"""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from .callbacks.post import Post

if TYPE_CHECKING:
    from .service import Service

_LOG = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Subject:
    """A table whose rows change with time.

    ``settle`` does to a row what is due at this moment and writes its next ``due_at``, which the agenda has set to NULL before. It is
    called within a transaction, and the clock stands at the moment at which it was due, also if the emulator was not running then.
    """

    table: str
    settle: Callable[[Service, sqlite3.Row], None]


class Work(Protocol):
    """What takes its time beside the requests: deliveries that :meth:`collect` begins and :meth:`all_attempted` awaits."""

    def collect(self) -> None:
        """Begin with what is due."""

    async def all_attempted(self) -> None:
        """Returns when everything that is due was attempted."""

    def next_moment(self) -> int | None:
        """When :meth:`collect` is to be called again, in milliseconds; None if no time is known."""

    def forget(self) -> None:
        """Break off what is under way."""

    async def close(self) -> None:
        """Break off what is under way, for good; it stays due."""


class Agenda:
    """Settles what is due and has the files of archives and the webhooks delivered."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._subjects: Sequence[Subject] = ()
        self._query = ""
        self._woken = asyncio.Event()
        self._post: Work = Post(service, self.wake)
        self._works: Sequence[Work] = (self._post,)

    def follow(self, subjects: Sequence[Subject], works: Sequence[Work] = ()) -> None:
        """Take over the subjects; of things due at the same moment those of the first subject come first. ``works`` come before webhooks."""
        self._subjects = subjects
        self._works = (*works, self._post)
        parts = [
            f"SELECT {number} AS number, min(due_at) AS moment FROM {subject.table} WHERE due_at IS NOT NULL"
            for number, subject in enumerate(subjects)
        ]
        self._query = f"SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE moment IS NOT NULL ORDER BY moment, number LIMIT 1"

    def settle(self) -> None:
        """Do all that is due, one thing after the other in the order of its time: one may be the cause of the next."""
        while True:
            now = self._service.clock.milliseconds()
            due = self._first()
            if due is None or due["moment"] > now:
                return
            self._settle_one(self._subjects[due["number"]], due["moment"])

    def changed(self) -> None:
        """A call may have changed what is due: settle, and see when to look again."""
        self.settle()
        self.wake()

    def wake(self) -> None:
        """See anew when to look again, and what is to be delivered."""
        self._woken.set()

    async def settled(self) -> None:
        """The same as :meth:`settle`; returns when every delivery that is due by now was attempted, also those that others caused."""
        for work in self._works:
            self.settle()
            await work.all_attempted()

    def forget(self) -> None:
        """Break off deliveries; for a reset."""
        for work in self._works:
            work.forget()

    async def run(self) -> None:
        """Settle and deliver until it is cancelled."""
        try:
            while True:
                self._woken.clear()
                self.settle()
                for work in self._works:
                    work.collect()
                try:
                    await asyncio.wait_for(self._woken.wait(), self._seconds_to_next())
                except TimeoutError:
                    continue
        finally:
            for work in self._works:
                await work.close()

    def _settle_one(self, subject: Subject, moment: int) -> None:
        service = self._service
        row = service.db.execute(f"SELECT * FROM {subject.table} WHERE due_at = ? ORDER BY position LIMIT 1", (moment,)).fetchone()
        settled = f"UPDATE {subject.table} SET due_at = NULL WHERE position = ?"
        try:
            with service.clock.held(moment), service.store.transaction() as db:
                service.history.next_change()
                db.execute(settled, (row["position"],))
                subject.settle(service, row)
        except Exception:  # noqa: BLE001
            # Our mistake. It must not end what happens to everything else, nor be tried again without end.
            _LOG.exception("%s %s stays as it is", subject.table, row["id"])
            service.db.execute(settled, (row["position"],))

    def _first(self) -> sqlite3.Row | None:
        return self._service.db.execute(self._query).fetchone() if self._query else None

    def _seconds_to_next(self) -> float | None:
        due = self._first()
        of_works = [work.next_moment() for work in self._works]
        moments = [moment for moment in (due["moment"] if due is not None else None, *of_works) if moment is not None]
        return max(0.0, min(moments) / 1000 - self._service.clock.now()) if moments else None
