# SPDX-License-Identifier: Apache-2.0
"""A row of the table: what was promised, what was measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """``note`` says what the number is made of; it is printed as soon as it is known."""

    what: str
    target: str
    measured: str
    ok: bool
    note: str = ""


def table(rows: Iterable[Row]) -> str:
    """The rows as lines of text, without the notes."""
    cells = [("what", "target", "measured", ""), *((row.what, row.target, row.measured, "ok" if row.ok else "FALLS SHORT") for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(3)]
    lines = ["  ".join([*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[3]]).rstrip() for line in cells]
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join(lines)
