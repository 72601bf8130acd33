# SPDX-License-Identifier: Apache-2.0
"""When a rotation that can wait may be done: days of the week and hours, in a time zone."""

from __future__ import annotations

import dataclasses
import datetime
import re
import zoneinfo
from collections.abc import Mapping
from typing import Any

from ...errors import InvalidInput, Problem, quote
from .state import APPLIES_TO, WINDOW

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WHOLE = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KEYS = tuple(row.name for row in WINDOW)
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Window:
    """Open on each of ``days`` (0 is Monday) from ``start`` to ``end``; an ``end`` before ``start`` is on the next day.

    ``applies_to``: ``age`` (a rotation that is due by age waits for it) or ``all`` (triggers and retired secrets wait too).
    """

    days: frozenset[int]
    start: datetime.time
    end: datetime.time
    zone: zoneinfo.ZoneInfo
    applies_to: str

    def is_open(self, now: datetime.datetime) -> bool:
        """Whether ``now`` lies in the window."""
        return any(opens <= now < closes for opens, closes in self._around(now, 1))

    def next_opening(self, now: datetime.datetime) -> datetime.datetime:
        """When it opens next after ``now``, in the window's zone."""
        return min(opens for opens, _closes in self._around(now, 8) if opens > now).astimezone(self.zone)

    def _around(self, now: datetime.datetime, days: int) -> list[tuple[datetime.datetime, datetime.datetime]]:
        """The openings from yesterday on, as moments: hours of the wall clock are a day's own when summer time begins or ends."""
        today = now.astimezone(self.zone).date()
        found = []
        for offset in range(-1, days + 1):
            day = today + datetime.timedelta(days=offset)
            if day.weekday() in self.days:
                last = day + datetime.timedelta(days=1) if self.end <= self.start else day
                opens, closes = self._moment(day, self.start), self._moment(last, self.end)
                # Hours that the clocks skip are made up for right after: the window would never open that day.
                found.append((opens, closes if closes > opens else opens + self._length()))
        return found

    def _length(self) -> datetime.timedelta:
        """By the clock on the wall."""
        minutes = (self.end.hour - self.start.hour) * 60 + self.end.minute - self.start.minute
        return datetime.timedelta(minutes=minutes % (24 * 60))

    def _moment(self, day: datetime.date, clock: datetime.time) -> datetime.datetime:
        # In UTC, where moments compare by the time that passes between them, also when the clocks change.
        return datetime.datetime.combine(day, clock, tzinfo=self.zone).astimezone(datetime.timezone.utc)


def parse_window(value: Any, field: str) -> Window:
    """``{days: [sat, sun], start: "02:00", end: "05:00", timezone: Europe/Berlin, applies_to: age}``; all but start and end may be left out.

    Default: every day, ``UTC``, ``age``. Raises :class:`InvalidInput`.
    """
    if not isinstance(value, Mapping):
        raise InvalidInput(Problem(field, f"must be a map such as {{start: '02:00', end: '05:00', timezone: Europe/Berlin}}, not {quote(value)}"))
    strange = sorted(str(key) for key in value if key not in KEYS)
    if strange:
        raise InvalidInput(Problem(field, f"has no {quote(strange[0])}: its keys are {', '.join(KEYS)}"))
    start, end = _time(value, "start", field), _time(value, "end", field)
    if start == end:
        raise InvalidInput(Problem(field, f"start and end are both {quote(value['start'])}: such a window never opens"))
    applies_to = value.get("applies_to") or "age"
    if applies_to not in APPLIES_TO:
        raise InvalidInput(Problem(f"{field}.applies_to", f"must be 'age' or 'all', not {quote(applies_to)}"))
    return Window(days=_days(value.get("days"), field), start=start, end=end, zone=_zone(value.get("timezone"), field), applies_to=applies_to)


def _days(value: Any, field: str) -> frozenset[int]:
    if value is None:
        return frozenset(range(7))
    days = list(value) if isinstance(value, (list, tuple)) else []
    if not days:
        raise InvalidInput(Problem(f"{field}.days", f"must be a list of {', '.join(DAYS)}, not {quote(value)}: without a day it never opens"))
    numbers = [_day(day) for day in days]
    if None in numbers:
        raise InvalidInput(Problem(f"{field}.days", f"must be a list of {', '.join(DAYS)}, not {quote(days[numbers.index(None)])}"))
    return frozenset(number for number in numbers if number is not None)


def _day(value: Any) -> int | None:
    """0 for Monday and so on: three letters of its name or more."""
    name = value.strip().lower() if isinstance(value, str) else ""
    return next((number for number, whole in enumerate(_WHOLE) if len(name) >= 3 and whole.startswith(name)), None)


def _time(value: Mapping[str, Any], key: str, field: str) -> datetime.time:
    given = value.get(key)
    match = _TIME.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        hint = ", in quotes (YAML reads 22:00 as the number 1320)" if isinstance(given, (int, float)) else ""
        raise InvalidInput(Problem(f"{field}.{key}", f"must be a time of day such as '02:00'{hint}, not {quote(given)}"))
    return datetime.time(int(match[1]), int(match[2]))


def _zone(value: Any, field: str) -> zoneinfo.ZoneInfo:
    name = "UTC" if value is None else value
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        known = "" if zoneinfo.available_timezones() else " (this machine has no time zones: install the Python package tzdata)"
        raise InvalidInput(Problem(f"{field}.timezone", f"must be a time zone such as 'Europe/Berlin', not {quote(name)}{known}")) from None
