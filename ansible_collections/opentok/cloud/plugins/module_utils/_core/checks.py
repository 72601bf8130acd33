# SPDX-License-Identifier: Apache-2.0
"""Checks of inputs that several subjects share. Private to opentok.cloud and pulumi_opentok."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any

from .errors import ForeignAnswer, InvalidInput, Problem, UnreadableAnswer, quoted
from .operations import Operation

MAX_ID = 255
_SAFE_ID = re.compile(r"\w[\w.~=:+@-]{0,254}", re.ASCII)

_UTC = datetime.timezone.utc
_FIRST = datetime.datetime(2010, 1, 1, tzinfo=_UTC)
"""Nothing at OpenTok is older. The company itself began in that year."""
_AHEAD = datetime.timedelta(days=1)
"""How far clocks may differ."""
_LEAST_MILLISECONDS = 100_000_000_000
"""As milliseconds that is 1973, as seconds 5138: what is less is in seconds."""


def id_problems(field: str, value: Any) -> list[Problem]:
    """What is wrong with the id of a connection, stream or callback: 1 to 255 printable ASCII characters, no space and no slash."""
    if isinstance(value, str) and 1 <= len(value) <= MAX_ID and value.isascii() and value.isprintable() and not set(value) & set(" /"):
        return []
    return [Problem(field, f"must be an id as the API gives it, not {quoted(value)}")]


def ids_problems(field: str, values: Any) -> list[Problem]:
    """The same for each of a list."""
    if isinstance(values, str) or not isinstance(values, Sequence):
        return [Problem(field, f"must be a list of ids, not {type(values).__name__}")]
    return [problem for number, value in enumerate(values) for problem in id_problems(f"{field}[{number}]", value)]


def text_problems(field: str, value: Any, *, longest: int) -> list[Problem]:
    """What is wrong with a text of at most ``longest`` bytes of UTF-8."""
    if not isinstance(value, str):
        return [Problem(field, f"must be a string, not {type(value).__name__}")]
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        return [Problem(field, "is not valid Unicode (a lone surrogate)")]
    return [] if size <= longest else [Problem(field, f"must have at most {longest:,} bytes, not {size:,}")]


def refuse(problems: Sequence[Problem]) -> None:
    """Raises :class:`InvalidInput` with all ``problems``, if there are any."""
    if problems:
        raise InvalidInput(problems)


def moment(value: Any) -> datetime.datetime | None:
    """A time of the API in UTC: milliseconds or seconds since 1970 as number or text, RFC 3339, or ``2013-12-08 17:14:52.0``.

    ``None`` for anything else, and for what cannot be: before there was an OpenTok, or more than a day from now.
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
    """An id as the API gives it, ``None`` for what must not become part of a path, a file's name or a line on a terminal."""
    found = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return found if isinstance(found, str) and _SAFE_ID.fullmatch(found) else None


def same(operation: Operation, about: str, wanted: Mapping[str, str | None], shown: Mapping[str, str | None]) -> None:
    """Raises :class:`ForeignAnswer` unless what an answer shows (``None``: does not) is what was asked for, each under its name."""
    for name, value in wanted.items():
        other = shown.get(name)
        if value is not None and other is not None and other != value:
            unsure = "" if operation.is_read else "; the server may or may not have done it"
            what = f"the answer is of another {name}, {quoted(other)} instead of {quoted(value)}: nothing of it is used{unsure}"
            advice = "is there a proxy that mixes answers up?"
            message = f"{operation.name} of {about}: {what}: {advice}"
            raise ForeignAnswer(message, operation=operation.name)


def unreadable(operation: Operation, about: str, wanted: str, answer: Any) -> UnreadableAnswer:
    """The error for an answer that says success and is JSON, but not what it should be."""
    return UnreadableAnswer(f"{operation.name} of {about}: the answer is not {wanted} but {shape(answer)}", operation=operation.name)


def shape(answer: Any) -> str:
    """What an answer is, by the names of its fields: no value of it, and no name that is none."""
    if not isinstance(answer, dict):
        return type(answer).__name__
    names = sorted(name for name in answer if re.fullmatch(r"[A-Za-z_]\w{0,30}", name, re.ASCII))
    return f"an object with {names[:20]}"
