# SPDX-License-Identifier: Apache-2.0
"""The projects that a CSV names: one that a billing system, a database or a spreadsheet has written."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from ...errors import InvalidInput, Problem, quote
from .hidden import hidden_label
from .meant import Wanted

KEYS = ("apikey", "opentokapikey", "projectid", "id", "key")
"""Headings of a column with ids, without blanks and underscores and in lower case; the first that there is counts."""

NAMES = ("name", "projectname", "project")
"""The same of a column with names, which counts where there is none with ids."""

DELIMITERS = ",;\t|"
SHOWN = 5
"""Headings that an error shows, at most."""


def wanted_of_csv(text: str, source: str, column: str | None = None) -> list[Wanted]:
    """What the rows of a CSV name, in their order. ``source``: what texts call it; ``column``: the heading to go by.

    Raises :class:`InvalidInput` where not all of it can be understood.
    """
    text = text.removeprefix("\ufeff")
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=lambda one: len(next(csv.reader([first], delimiter=one))))
    rows = _rows(source, text, delimiter)
    heading = next(rows, None)
    if heading is None:
        raise _wrong(source, "is empty: it must have a line of headings, such as api_key, and a line for each project")
    names = [cell.strip() for cell in heading[1]]
    place = _place(source, names, column)
    found, problems = [], []
    for line, row in rows:
        cells = [cell.strip() for cell in row]
        value = cells[place] if place < len(cells) else ""
        if len(cells) > len(names) and any(cells[len(names) :]):
            what = f"has {len(cells)} cells, and there are {len(names)} headings: quote a cell with {_called(delimiter)}"
            problems.append(Problem(f"{source}: line {line}", what))
        elif not value:
            problems.append(Problem(f"{source}: line {line}", f"has nothing in the column {quote(names[place])}: name a project, or remove the line"))
        else:
            found.append(Wanted(text=value, place=f"{source}: line {line}", by="id" if _plain(names[place]) in KEYS else ""))
    if problems:
        raise InvalidInput(problems)
    if not found:
        raise _wrong(source, "names no project: there is nothing below its line of headings")
    return found


def _rows(source: str, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The number and the cells of each line that is not blank."""
    # Without the blanks after a quoted cell, which the reader takes for a mistake.
    text = re.sub(rf'(?<!")" +(?=[{re.escape(delimiter)}\r\n]|$)', '"', text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    line = 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise _wrong(f"{source}: line {line}", f"is not valid CSV: {error}: is a quotation mark missing?") from None


def _place(source: str, names: Sequence[str], column: str | None) -> int:
    """The number of the column that says which project a line is about."""
    plain = [_plain(name) for name in names]
    shown = ", ".join(quote(hidden_label(name)) for name in names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    for wanted_name in (_plain(column),) if column is not None else (*KEYS, *NAMES):
        if plain.count(wanted_name) > 1:
            raise _wrong(source, f"has {plain.count(wanted_name)} columns {quote(names[plain.index(wanted_name)])}: rename one of them")
        if wanted_name in plain:
            return plain.index(wanted_name)
    if column is not None:
        raise _wrong(source, f"has no column {quote(column)}: its first line has {shown}")
    raise _wrong(source, f"its first line ({shown}) has no heading api_key, id or name: add one, or say --column NAME")


def _wrong(where: str, what: str) -> InvalidInput:
    return InvalidInput(Problem(where, what))


def _plain(heading: str) -> str:
    return "".join(char for char in heading.casefold() if char.isalnum())


def _called(delimiter: str) -> str:
    return "a tab" if delimiter == "\t" else f"a {delimiter}"
