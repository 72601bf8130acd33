# SPDX-License-Identifier: Apache-2.0
"""Texts of others, made fit to stand in a report."""

from __future__ import annotations

_JOINERS = "\u200c\u200d"
"""Needed to write some scripts and emoji; they move nothing."""

LONGEST = 500
"""Characters of one text that a report shows."""


def plain(text: str, limit: int = LONGEST) -> str:
    """``text`` on one line, in at most ``limit`` characters; what moves a cursor, changes a line's direction or is none of XML is a space."""
    printable = text.isprintable()
    cleaned = (text if printable else "".join(char if char.isprintable() or char in _JOINERS else " " for char in text)).strip()
    return cleaned if len(cleaned) <= limit else f"{cleaned[: limit - 1]}…"
