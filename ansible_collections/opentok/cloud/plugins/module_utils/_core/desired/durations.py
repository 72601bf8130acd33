# SPDX-License-Identifier: Apache-2.0
"""Durations as people write them."""

from __future__ import annotations

import datetime
import re
from typing import Any

from ..errors import InvalidInput, Problem, quote

_SHORT = re.compile(r"(?:(?P<weeks>\d{1,9})w)?(?:(?P<days>\d{1,9})d)?(?:(?P<hours>\d{1,9})h)?(?:(?P<minutes>\d{1,9})m)?", re.IGNORECASE)
_ISO_8601 = re.compile(r"P(?:(?P<weeks>\d{1,9})W)?(?:(?P<days>\d{1,9})D)?(?:T(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?)?", re.IGNORECASE)

MAX_DURATION = datetime.timedelta(days=3650)


def parse_duration(value: Any, field: str) -> datetime.timedelta:
    """``90d``, ``12h``, ``1w2d``, ``30m``, or ISO 8601 without years, months and seconds (``P90D``, ``PT12H``): above 0, at most 3650 days.

    Raises :class:`InvalidInput`.
    """
    match = None
    if isinstance(value, str):
        text = value.strip()
        match = (_ISO_8601 if text[:1] in ("P", "p") else _SHORT).fullmatch(text)
    parts = {name: int(number) for name, number in match.groupdict().items() if number} if match else {}
    if not parts:
        raise InvalidInput(Problem(field, f"must be a duration such as 90d, 12h, 1w2d or P90D, not {quote(value)}"))
    try:
        duration = datetime.timedelta(**parts)
    except OverflowError:
        duration = datetime.timedelta.max
    if not datetime.timedelta(0) < duration <= MAX_DURATION:
        raise InvalidInput(Problem(field, f"must be longer than 0 and at most {MAX_DURATION.days}d, not {quote(value)}"))
    return duration


def duration_text(duration: datetime.timedelta) -> str:
    """``90d``, ``1d12h``: what :func:`parse_duration` reads, in days, hours and minutes."""
    minutes = int(duration.total_seconds()) // 60
    parts = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "m"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0m"
