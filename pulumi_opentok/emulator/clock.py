# SPDX-License-Identifier: Apache-2.0
"""The emulator's clock: the machine's, shifted. Everything with a time in it reads this one."""

from __future__ import annotations

import contextlib
import datetime
import email.utils
import time
from collections.abc import Iterator

LEEWAY = 2.0
"""Seconds that a client's clock may be ahead, and that a time may be old when it gets here: many clients count in whole seconds."""


class Clock:
    """A clock that runs at normal speed and can be shifted by ``offset`` seconds (negative: behind)."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset
        self._held: int | None = None
        self._date = (0, b"")

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self.offset if self._held is None else self._held / 1000

    def milliseconds(self) -> int:
        """Milliseconds since the epoch, as the API writes times."""
        return int(self.now() * 1000) if self._held is None else self._held

    @contextlib.contextmanager
    def held(self, milliseconds: int) -> Iterator[None]:
        """Stand at a moment while what was due then is done."""
        before, self._held = self._held, milliseconds
        try:
            yield
        finally:
            self._held = before

    def set(self, now: float) -> None:
        """Make it ``now`` (seconds since the epoch); time goes on from there."""
        self.offset = now - time.time()

    def date_header(self) -> bytes:
        """The value of the HTTP ``Date`` header."""
        second = int(self.now())
        if self._date[0] != second:
            self._date = (second, email.utils.formatdate(second, usegmt=True).encode("ascii"))
        return self._date[1]


def caught_up(moment: float) -> float:
    """The machine's time if ``moment`` was that just now: whoever read it there needed a while to say so, or counts in whole seconds."""
    now = time.time()
    return now if now - LEEWAY < moment <= now else moment


def parse_moment(value: object) -> float:
    """Seconds since the epoch from a number or an ISO 8601 string (without a zone: UTC). Raises ValueError.

    The range is the years 2000 to 2999, so that milliseconds are not taken for seconds.
    """
    moment: float
    if isinstance(value, str):
        parsed = datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        moment = (parsed if parsed.tzinfo else parsed.replace(tzinfo=datetime.timezone.utc)).timestamp()
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        moment = float(value)
    else:
        raise ValueError("a time must be seconds since the epoch or an ISO 8601 string")
    if not 946_684_800 <= moment < 32_503_680_000:
        raise ValueError("a time must be in the years 2000 to 2999, counted in seconds")
    return moment
