# SPDX-License-Identifier: Apache-2.0
"""What a text that a client sent says: a number, a URL, or nothing that can be kept."""

from __future__ import annotations

from typing import TypeGuard
from urllib.parse import urlsplit

HIGHEST_NUMBER = 10**18 - 1
"""Of a query: 18 digits, which SQLite can hold."""


def is_url(url: str) -> bool:
    """Whether it is an absolute http or https URL."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def number_in(text: str, most: int) -> int | None:
    """The whole number from 0 to ``most`` that a text of ASCII digits says; None if it says none."""
    says_one = text.isascii() and text.isdigit() and len(text) < 20
    return int(text) if says_one and int(text) <= most else None


def is_text(value: object) -> TypeGuard[str]:
    """Whether a value is a text that can be kept: JSON can say half of a surrogate pair, no text can hold it."""
    try:
        return isinstance(value, str) and value.encode("utf-8") is not None
    except UnicodeEncodeError:
        return False
