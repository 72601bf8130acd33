# SPDX-License-Identifier: Apache-2.0
"""Work that is carried out when its client is long gone: a worker of the scheduler, by the emulator's clock, in memory only."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable

from .clock import Clock


class Late:
    """Calls whose work is still to be done."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: list[tuple[int, int, Callable[[], object]]] = []
        self._numbers = itertools.count()

    def add(self, seconds: float, work: Callable[[], object]) -> None:
        """Do it in ``seconds``."""
        heapq.heappush(self._waiting, (self._clock.milliseconds() + int(seconds * 1000), next(self._numbers), work))

    def collect(self) -> None:
        """Do what is due, as if it were the moment when it was due."""
        while self._waiting and self._waiting[0][0] <= self._clock.milliseconds():
            moment, _, work = heapq.heappop(self._waiting)
            with self._clock.held(moment):
                work()

    def next_moment(self) -> int | None:
        """When something is due next, in milliseconds."""
        return self._waiting[0][0] if self._waiting else None

    async def all_attempted(self) -> None:
        """Do what is due."""
        self.collect()

    def cancel(self) -> None:
        """Never do it."""
        self._waiting.clear()

    async def close(self) -> None:
        """Never do it."""
        self.cancel()
