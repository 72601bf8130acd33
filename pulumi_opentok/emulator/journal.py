# SPDX-License-Identifier: Apache-2.0
"""The journal: what was asked of the API, without tokens, secrets, headers, queries or bodies."""

from __future__ import annotations

import collections
import itertools
from typing import Any

from .clock import Clock

CAPACITY = 100_000
_LONGEST_PATH = 500

Entry = dict[str, Any]


class Journal:
    """The last :data:`CAPACITY` requests, oldest first, in memory.

    An entry is there from the arrival of its request; ``status`` is null until it is answered, and stays null when a fault dropped
    the connection. ``seq`` counts up and is never used again, not even after :meth:`clear`.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._entries: collections.deque[Entry] = collections.deque(maxlen=CAPACITY)
        self._numbers = itertools.count(1)

    def begin(self, method: str, path: str) -> Entry:
        """Note a request that just came; the caller fills in the rest as it becomes known."""
        entry: Entry = {
            "seq": next(self._numbers),
            "time": round(self._clock.now(), 3),
            "method": method,
            "path": path[:_LONGEST_PATH],
            "operation": None,
            "status": None,
            "who": None,
            "fault": None,
        }
        self._entries.append(entry)
        return entry

    def entries(self, since: int = 0) -> list[Entry]:
        """The entries with a ``seq`` above ``since``."""
        return [entry for entry in self._entries if entry["seq"] > since]

    def newest(self, offset: int, count: int) -> list[Entry]:
        """Some entries, newest first."""
        return list(itertools.islice(reversed(self._entries), offset, offset + count))

    def __len__(self) -> int:
        return len(self._entries)

    def clear(self) -> None:
        """Forget all entries."""
        self._entries.clear()
