# SPDX-License-Identifier: Apache-2.0
"""Whose request passes next, where several run at once: an order that is data, so that the same schedule is the same run.

The one whose turn it is is waited for, unless it has ended or waits for a ledger that another holds. No clock decides.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence

LONG = 60.0
"""Seconds after which a party that neither comes nor ends is taken for hanging."""


class Turns:
    """For ``parties``, numbered from 0. After ``order`` they take turns."""

    def __init__(self, order: Sequence[int], parties: int = 2) -> None:
        self._order = list(order)
        self._parties = parties
        self._taken = 0
        self._ended: set[int] = set()
        self._blocked: set[int] = set()
        self._changes = 0
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def of(self, party: int) -> Iterator[None]:
        """A request of this party: inside when it is its turn, and over when it has passed."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._next() == party, LONG):
                raise TimeoutError(f"party {party} waits for {self._next()}, which neither comes nor ends")
        try:
            yield
        finally:
            with self._changed:
                self._taken += 1
                self._tell()

    def blocked(self, party: int, patience: float = LONG) -> None:
        """This one waits for what another holds: returns when something has changed, or after so many seconds."""
        with self._changed:
            self._blocked.add(party)
            before = self._changes
            self._tell()
            self._changed.wait_for(lambda: self._changes > before + 1 or len(self._ended) >= self._parties - 1, patience)
            self._blocked.discard(party)

    def away(self, party: int) -> None:
        """This one stands still: returns when all others have ended."""
        with self._changed:
            self._blocked.add(party)
            self._tell()
            self._changed.wait_for(lambda: len(self._ended - {party}) >= self._parties - 1, LONG)
            self._blocked.discard(party)

    def ended(self, party: int) -> None:
        """It sends no more requests."""
        with self._changed:
            self._ended.add(party)
            self._tell()

    def _tell(self) -> None:
        self._changes += 1
        self._changed.notify_all()

    def _next(self) -> int:
        """The first in the order, from here on, that can come."""
        for party in (*self._order[self._taken : self._taken + 1], self._taken % self._parties, *range(self._parties)):
            if party not in self._ended | self._blocked:
                return party
        return -1
