# SPDX-License-Identifier: Apache-2.0
"""Reading the objects of answers. Private to opentok.cloud and pulumi_opentok.

Unknown fields are left alone, a field of a wrong type counts as missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .checks import safe_id
from .connection import number_as_text
from .errors import UnreadableAnswer
from .operations import Operation


def identified(row: Any, operation: Operation, about: str, name: str = "id") -> str:
    """The id ``row[name]``, without which an answer is of no use. Raises :class:`UnreadableAnswer`."""
    value = row.get(name) if isinstance(row, Mapping) else None
    if not isinstance(value, str) or safe_id(value) is None:
        raise UnreadableAnswer(f"{operation.name} of {about}: the answer is not JSON that holds {name}, an id", operation=operation.name)
    return value


def text(row: Mapping[str, Any], name: str) -> str | None:
    """A text that is not empty; a whole number becomes one (the API writes the project's id both ways)."""
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
