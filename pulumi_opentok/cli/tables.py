# SPDX-License-Identifier: Apache-2.0
"""Aligned text for people: names in any script, as wide as a terminal shows them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

GAP = "  "
_JOINERS = "\u200c\u200d"
"""Needed to write some scripts; they take up no columns."""


def clean(text: str) -> str:
    """``text`` on one line, without anything that could move the cursor or change the line's direction."""
    return "".join(char if char.isprintable() or char in _JOINERS else " " for char in text)


def width(text: str) -> int:
    """The number of columns that it takes up on a terminal."""
    return sum(_columns(char) for char in text)


def cut(text: str, columns: int) -> str:
    """``text`` in at most so many columns, ending with … if it was cut."""
    if width(text) <= columns:
        return text
    kept, used = "", 0
    for char in text:
        used += _columns(char)
        if used > columns - 1:
            break
        kept += char
    return f"{kept}…" if columns > 0 else ""


def pad(text: str, columns: int) -> str:
    """``text`` padded with spaces to so many columns."""
    return text + " " * (columns - width(text))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], columns: int | None) -> list[str]:
    """Lines of aligned cells. The last column is cut to the rest of ``columns`` (``None``: not cut)."""
    lines = [[clean(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(width(line[place]) for line in lines) for place in range(len(headings) - 1)]
    left = None if columns is None else max(columns - sum(widths) - len(GAP) * len(widths), 8)
    return [
        GAP.join([*(pad(cell, room) for cell, room in zip(line, widths, strict=False)), line[-1] if left is None else cut(line[-1], left)]).rstrip()
        for line in lines
    ]


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
