# SPDX-License-Identifier: Apache-2.0
"""The projects that a CSV names: one that a billing system, a database or a spreadsheet has written."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from collections.abc import Iterator, Sequence

from ...errors import InvalidInput, Problem, quote
from .hidden import hidden_label
from .meant import Wanted

KEYS = ("apikey", "opentokapikey", "projectid", "id")
"""Headings of a column with ids, without blanks and underscores and in lower case."""

NAMES = ("name", "projectname", "project")
"""The same of a column with names."""

ALONE = "key"
"""One with ids where no other column identifies: beside those it may as well be the customer's own."""

DELIMITERS = ",;\t|"
SEPARATOR = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
"""A first line with which Excel is told how the cells are separated."""

SPREADSHEET = re.compile(r'(\d+)[.,]0+|="(\d+)"|\d[.,]\d+E\+?\d+', re.IGNORECASE)
"""An id as spreadsheets write it where they take it for a number."""

SHOWN = 5
"""Headings that an error shows, at most."""


def wanted_of_csv(text: str, source: str, column: str | None = None) -> list[Wanted]:
    """What the rows of a CSV name, in their order. ``source``: what texts call it; ``column``: the only heading to go by.

    Without ``column``, all that identifies is in each :class:`Wanted`, for what contradicts itself must not be done.
    Raises :class:`InvalidInput` where not all of it can be understood.
    """
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise _wrong(source, "is no text: in Excel, save it as CSV UTF-8")
    text, delimiter = _delimited(text)
    rows = _rows(source, text, delimiter)
    heading = next(rows, None)
    if heading is None:
        raise _wrong(source, "is empty: it must have a line of headings, such as api_key, and a line for each project")
    names = [cell.strip() for cell in heading[1]]
    places = _places(source, names, column)
    found, problems = [], []
    for line, row in rows:
        cells = [cell.strip() for cell in row]
        values = [(place, cells[place] if place < len(cells) else "") for place in places]
        where = f"{source}: line {line}"
        if len(cells) > len(names) and any(cells[len(names) :]):
            what = f"has {len(cells)} cells, and there are {len(names)} headings: quote a cell with {_called(delimiter)}"
            problems.append(Problem(where, what))
        elif not values[0][1]:
            problems.append(Problem(where, f"has nothing in the column {quote(names[places[0]])}: name a project, or remove the line"))
        else:
            each = [Wanted(text=value, place=where, by=_by(names[place]), column=names[place]) for place, value in values if value]
            problems += [Problem(where, what) for what in map(_of_a_spreadsheet, each) if what]
            found.append(dataclasses.replace(each[0], also=tuple(each[1:])))
    if problems:
        raise InvalidInput(problems)
    if not found:
        raise _wrong(source, "names no project: there is nothing below its line of headings")
    return found


def _delimited(text: str) -> tuple[str, str]:
    """The text without the line that says what separates its cells (which stays as a blank one), and what does."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    said = SEPARATOR.fullmatch(first.strip(" "))
    if said:
        return text.replace(first, "", 1), said[1]
    return text, max(DELIMITERS, key=lambda one: len(next(csv.reader([first], delimiter=one))))


def _by(heading: str) -> str:
    return "id" if _plain(heading) in (*KEYS, ALONE) else ""


def _of_a_spreadsheet(wanted: Wanted) -> str | None:
    """What is wrong with an id that a spreadsheet has taken for a number."""
    found = SPREADSHEET.fullmatch(wanted.text) if wanted.by == "id" else None
    if found is None:
        return None
    meant = f" (that is {found[1] or found[2]})" if found[1] or found[2] else ""
    return f"has {quote(wanted.text)} in the column {quote(wanted.column)}, an id as a spreadsheet writes numbers{meant}: format the column as text"


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


def _places(source: str, names: Sequence[str], column: str | None) -> list[int]:
    """The numbers of the columns that say which project a line is about; the first must have something in each line."""
    plain = [_plain(name) for name in names]
    shown = ", ".join(quote(hidden_label(name)) for name in names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
    wanted = [name for name in ((_plain(column),) if column is not None else (*KEYS, *NAMES)) if name in plain]
    if not wanted and column is None and ALONE in plain:
        wanted = [ALONE]
    for name in wanted:
        if plain.count(name) > 1:
            raise _wrong(source, f"has {plain.count(name)} columns {quote(names[plain.index(name)])}: rename one of them")
    if wanted:
        return [plain.index(name) for name in wanted]
    if column is not None:
        raise _wrong(source, f"has no column {quote(column)}: its first line has {shown}")
    raise _wrong(source, f"its first line ({shown}) has no heading api_key, id or name: add one, or say --column NAME")


def _wrong(where: str, what: str) -> InvalidInput:
    return InvalidInput(Problem(where, what))


def _plain(heading: str) -> str:
    return "".join(char for char in heading.casefold() if char.isalnum())


def _called(delimiter: str) -> str:
    return "a tab" if delimiter == "\t" else f"a {delimiter}"
