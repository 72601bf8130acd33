# SPDX-License-Identifier: Apache-2.0
"""Reads the objects in answers.

Unknown fields are ignored; a field of the wrong type counts as missing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from ..checks import SAFE_ID
from ..errors import ForeignAnswer, InvalidResponse, quote
from ..operations import Operation
from .connection import number_as_text

_UTC = datetime.timezone.utc
_FIRST = datetime.datetime(2010, 1, 1, tzinfo=_UTC)
"""Nothing at OpenTok is older: the company was founded in that year."""
_AHEAD = datetime.timedelta(days=1)
"""How far clocks may differ."""
_LEAST_MILLISECONDS = 100_000_000_000
"""In milliseconds, this is 1973; in seconds, 5138: smaller numbers are seconds."""


def identified(row: Any, operation: Operation, about: str, name: str = "id") -> str:
    """The id ``row[name]``, without which an answer is useless. Raises :class:`InvalidResponse`."""
    value = row.get(name) if isinstance(row, Mapping) else None
    if not isinstance(value, str) or safe_id(value) is None:
        raise InvalidResponse(f"{operation.name} of {about}: the answer is not JSON with an id in {name}", operation=operation.name)
    return value


def text(row: Mapping[str, Any], name: str) -> str | None:
    """A non-empty string; a whole number becomes one (the API writes the project's id both ways)."""
    value = number_as_text(row.get(name))
    return value if isinstance(value, str) and value else None


def number(row: Mapping[str, Any], name: str) -> int | None:
    """A whole number."""
    value = row.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def flag(row: Mapping[str, Any], name: str, default: bool) -> bool:
    """True or false."""
    value = row.get(name)
    return value if isinstance(value, bool) else default


def moment(value: Any) -> datetime.datetime | None:
    """A time of the API in UTC: milliseconds or seconds since 1970 as a number or string, RFC 3339, or ``2013-12-08 17:14:52.0``.

    ``None`` for anything else, and for impossible times: before OpenTok existed, or more than a day from now.
    """
    try:
        found = _moment(value)
        return found if found is not None and _FIRST <= found <= datetime.datetime.now(_UTC) + _AHEAD else None
    except (ValueError, OverflowError, OSError):
        return None


def _moment(value: Any) -> datetime.datetime | None:
    if isinstance(value, str):
        if not re.fullmatch(r"\d{1,20}(\.\d{1,9})?", value, re.ASCII):
            # A fraction of any length, which not every Python reads.
            stamp = re.fullmatch(r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:\.\d*)?(Z|[+-]\d\d:?\d\d)?", value.strip(), re.ASCII)
            if stamp is None:
                return None
            found = datetime.datetime.strptime(f"{stamp[1].replace(' ', 'T')}{stamp[2] or 'Z'}", "%Y-%m-%dT%H:%M:%S%z")
            return found.astimezone(_UTC)
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    seconds = value if value < _LEAST_MILLISECONDS else value / 1000
    return datetime.datetime.fromtimestamp(seconds, _UTC)


def safe_id(value: Any) -> str | None:
    """An id as returned by the API, ``None`` for anything that must not become part of a path, a file name or a line on a terminal."""
    found = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return found if isinstance(found, str) and SAFE_ID.fullmatch(found) else None


def same(operation: Operation, about: str, wanted: Mapping[str, str | None], shown: Mapping[str, str | None]) -> None:
    """Raises :class:`ForeignAnswer` unless what an answer shows (``None``: nothing) matches the request, each value under its name."""
    for name, value in wanted.items():
        other = shown.get(name)
        if value is not None and other is not None and other != value:
            unsure = "" if operation.is_read else "; the server may or may not have done it"
            what = f"the answer is about another {name}, {quote(other)} instead of {quote(value)}, so it is not used{unsure}"
            advice = "does a proxy mix up answers?"
            message = f"{operation.name} of {about}: {what}: {advice}"
            raise ForeignAnswer(message, operation=operation.name)


def unreadable(operation: Operation, about: str, wanted: str, answer: Any) -> InvalidResponse:
    """The error for an answer that reports success and is JSON, but not the expected JSON."""
    return InvalidResponse(f"{operation.name} of {about}: the answer is {shape(answer)}, not {wanted}", operation=operation.name)


def shape(answer: Any) -> str:
    """Describes an answer by its field names: without values, and without anything that is not a plain name."""
    if not isinstance(answer, dict):
        return type(answer).__name__
    names = sorted(name for name in answer if re.fullmatch(r"[A-Za-z_]\w{0,30}", name, re.ASCII))
    return f"an object with {names[:20]}"
