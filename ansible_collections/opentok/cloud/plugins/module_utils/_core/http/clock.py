# SPDX-License-Identifier: Apache-2.0
"""The server's clock, as far as its answers reveal it."""

from __future__ import annotations

import email.utils
import threading
import time
from collections.abc import Callable

SKEW = 3.0
"""A 403 is blamed on the clock if the server's ``Date`` differs from ours by more seconds than this. ``Date`` counts whole seconds."""

MAX_OFFSET = 24 * 3600.0
"""Seconds that the server's clock is believed to be off ours, at most. What is signed by its clock is valid until then: a ``Date`` years
ahead, from a fault or from someone between, would make a signature that is good for years."""


class Clock:
    """How far the clock of ``api_url`` is ahead of ours: ``offset`` in seconds, 0 until an answer shows otherwise. Thread-safe."""

    def __init__(self, api_url: str, warn: Callable[[str], None]) -> None:
        self.offset = 0.0
        self._api_url = api_url
        self._warn = warn
        self._lock = threading.Lock()
        self._disbelieved = False
        self._heard: str | None = None

    def hear(self, date: str | None) -> None:
        """Notes the header ``Date`` of an answer."""
        self._heard = date

    def earliest(self) -> float | None:
        """The seconds since the epoch that it surely is, for what must not be too young: by the last answer's ``Date`` or by our own clock, whichever
        is behind. ``None`` where the answer had no date.
        """
        heard = _seconds(self._heard)
        return None if heard is None else min(heard, time.time())

    def correct(self, date: str | None, signed_with: float) -> bool:
        """Whether the header ``Date`` of an answer shows that the offset that was ``signed_with`` is wrong; if so it is corrected."""
        stamp = _seconds(date)
        if stamp is None:
            return False
        offset = stamp - time.time()
        if abs(offset) > MAX_OFFSET + SKEW:
            self._disbelieve(offset)
            return False
        with self._lock:
            if abs(offset - signed_with) <= SKEW:
                return False
            if abs(offset - self.offset) <= SKEW:
                return True  # another thread has corrected it in the meantime
            self.offset = offset
        if abs(offset) > SKEW:
            self._warn(
                f"this machine's clock is {abs(offset):.0f} s {_ahead(offset)} the clock of {self._api_url}:"
                " the request was signed again with the server's time; set this machine's clock (NTP)"
            )
        return True

    def _disbelieve(self, offset: float) -> None:
        with self._lock:
            known, self._disbelieved = self._disbelieved, True
        if not known:
            self._warn(
                f"this machine's clock is {abs(offset) / 86400:.0f} days {_ahead(offset)} the clock of {self._api_url}: more than 24 hours are not"
                " corrected; check which of the two is wrong"
            )


def _ahead(offset: float) -> str:
    return "behind" if offset > 0 else "ahead of"


def _seconds(date: str | None) -> float | None:
    """The seconds since the epoch that a header ``Date`` says, ``None`` when it says nothing that can be read."""
    try:
        stamp = email.utils.parsedate_tz(date or "")
        return None if stamp is None else float(email.utils.mktime_tz(stamp))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
