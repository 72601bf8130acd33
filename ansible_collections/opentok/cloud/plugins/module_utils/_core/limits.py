# SPDX-License-Identifier: Apache-2.0
"""The checks that calls about media share: texts, numbers, choices, URLs. Private to opentok.cloud and pulumi_opentok.

Each returns what is wrong with one input, nothing when it is right; ``None`` is always right and means that it is not sent.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .errors import Problem, quoted

MIN_URL = 15
MAX_URL = 2048
"""Characters of a URL that the API calls itself. Source: reference of ``POST /render``, ``/connect`` and ``/captions``."""


def length_problems(field: str, value: Any, least: int, most: int | None = None) -> list[Problem]:
    """A text of ``least`` to ``most`` characters."""
    if value is None:
        return []
    if not isinstance(value, str) or any("\ud800" <= char <= "\udfff" for char in value):
        return [Problem(field, f"must be a text, not {quoted(value)}")]
    if len(value) < least or (most is not None and len(value) > most):
        wanted = "must not be empty" if most is None else f"must have {least} to {most} characters"
        return [Problem(field, f"{wanted}, not {len(value)}")]
    return []


def number_problems(field: str, value: Any, least: int, most: int, unit: str) -> list[Problem]:
    """A whole number from ``least`` to ``most``."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and least <= value <= most):
        return []
    return [Problem(field, f"must be a whole number from {least} to {most} {unit}, not {quoted(value)}")]


def choice_problems(field: str, value: Any, choices: Iterable[Any]) -> list[Problem]:
    """One of ``choices``."""
    known = list(choices)
    if value is None or value in known:
        return []
    return [Problem(field, f"must be one of {', '.join(str(choice) for choice in known)}, not {quoted(value)}")]


def flag_problems(field: str, value: Any) -> list[Problem]:
    """True or false."""
    if value is None or isinstance(value, bool):
        return []
    return [Problem(field, f"must be true or false, not {quoted(value)}")]


def url_problems(field: str, value: Any, schemes: tuple[str, ...] = ("http", "https")) -> list[Problem]:
    """A URL of 15 to 2,048 characters with one of ``schemes``."""
    found = length_problems(field, value, MIN_URL, MAX_URL)
    if found or value is None:
        return found
    if not any(value.lower().startswith(f"{scheme}://") for scheme in schemes):
        return [Problem(field, f"must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}")]
    return []


def token_problems(token: Any) -> list[Problem]:
    """A client token: without one the service cannot join the session. Its value is never part of the text."""
    if isinstance(token, str) and token:
        return []
    return [Problem("token", "must be a client token of the session; see OpenTok.tokens.generate")]
