# SPDX-License-Identifier: Apache-2.0
"""Checks of inputs that several subjects share. Private to opentok.cloud and pulumi_opentok."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from .errors import InvalidInput, Problem, UnreadableAnswer, quoted
from .operations import Operation
from .session_ids import session_owner

MAX_ID = 255


def session_problems(session_id: Any, api_key: str) -> list[Problem]:
    """What is wrong with ``session_id``: it must decode, and belong to the project ``api_key``."""
    try:
        owner = session_owner(session_id)
    except InvalidInput as error:
        return list(error.problems)
    return [] if owner == api_key else [Problem("session_id", f"belongs to project {quoted(owner)}, not to {api_key}")]


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
    """A time of the API in UTC: milliseconds as number or text, or ``2013-12-08 17:14:52.0``. ``None`` for anything else."""
    try:
        if isinstance(value, str) and not value.isdigit():
            return datetime.datetime.strptime(value.partition(".")[0], "%Y-%m-%d %H:%M:%S").replace(tzinfo=datetime.timezone.utc)
        return datetime.datetime.fromtimestamp(int(value) / 1000, datetime.timezone.utc)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def unreadable(operation: Operation, about: str, wanted: str, answer: Any) -> UnreadableAnswer:
    """The error for an answer that says success and is JSON, but not what it should be."""
    shown = f"an object with {sorted(answer)}" if isinstance(answer, dict) else type(answer).__name__
    return UnreadableAnswer(f"{operation.name} of {about}: the answer is not {wanted} but {shown}", operation=operation.name)
