# SPDX-License-Identifier: Apache-2.0
"""Which projects are meant by what a person or a file says: all of them are known before anything is done."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from ...errors import join_words, quote
from .hidden import hidden_label

SUGGESTIONS = 3
SUGGESTED_FOR = 10
"""Texts for which similar names are looked for: that takes a while where there are many."""

Shown = Mapping[str, Any]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wanted:
    """``text`` names a project by its id or exact name, or by ``by`` alone (``id``, ``name``). ``place``: where it stands, if in a file.

    ``column``: under which heading, and ``also`` what other columns of that line name, which must be the same project.
    """

    text: str
    place: str = ""
    by: str = ""
    column: str = ""
    also: tuple[Wanted, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Meant:
    """``projects`` (their outputs) each once, in the order in which they were named; ``repeated``: how often one was named again.

    ``unknown`` and ``ambiguous``: a line for each text that means none, or several; or whose line contradicts itself.
    """

    projects: tuple[Shown, ...]
    unknown: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    repeated: int = 0


def find_meant(listing: Sequence[Shown], wanted: Sequence[Wanted], account_key: str | None) -> Meant:
    """The projects of ``listing`` (outputs, as :meth:`AccountProjects.look` gives them) that are meant."""
    known = _Known(listing)
    found: dict[str, Shown] = {}
    unknown: list[str] = []
    ambiguous: list[str] = []
    repeated = 0
    for each in wanted:
        matching = known.matching(each)
        where = f"{each.place}: " if each.place else ""
        others = [(other, known.matching(other)) for other in each.also]
        if contradiction := _contradiction(each, matching, others):
            ambiguous.append(f"{where}{contradiction}: correct the line, or say with --column which heading counts")
        elif not matching:
            by, text = _split(each)
            hint = _hint(text, listing) if len(unknown) < SUGGESTED_FOR else ""
            what = {"id": "the id", "name": "the exact name"}.get(by, "the id or the exact name")
            unknown.append(f"{where}no project of account {account_key} has {what} {quote(hidden_label(text))}{hint}")
        elif len(matching) > 1:
            several = join_words(_said(one) for one in matching.values())
            ambiguous.append(f"{where}{quote(each.text)} may mean {several}: give the id")
        else:
            repeated += len(found.keys() & matching.keys())
            found.update(matching)
    return Meant(projects=tuple(found.values()), unknown=tuple(unknown), ambiguous=tuple(ambiguous), repeated=repeated)


class _Known:
    """The projects of a listing, by id and by name."""

    def __init__(self, listing: Sequence[Shown]) -> None:
        self._by_id = {one["id"]: one for one in listing if one["id"]}
        self._by_name: dict[str, list[Shown]] = collections.defaultdict(list)
        for one in self._by_id.values():
            self._by_name[one["name"]].append(one)

    def matching(self, wanted: Wanted) -> dict[str, Shown]:
        """Those that it may mean, by id."""
        by, text = _split(wanted)
        found = {text: self._by_id[text]} if by != "name" and text in self._by_id else {}
        found.update({one["id"]: one for one in self._by_name.get(text, ()) if by != "id"})
        return found


def _contradiction(wanted: Wanted, matching: Mapping[str, Shown], others: Sequence[tuple[Wanted, Mapping[str, Shown]]]) -> str | None:
    """How the columns of a line disagree about its project, if they do."""
    for other, theirs in others:
        # A name that is written a little differently is still that of this project.
        alike = {id_ for id_, one in matching.items() if other.by != "id" and _alike(one["name"], other.text)}
        if (matching or theirs) and not matching.keys() & ({*theirs} or alike):
            return f"column {_means(wanted, matching)}, and column {_means(other, theirs)}"
    return None


def _means(wanted: Wanted, matching: Mapping[str, Shown]) -> str:
    what = join_words(_said(one) for one in list(matching.values())[:SUGGESTIONS]) if matching else "no project"
    return f"{quote(wanted.column)} ({quote(wanted.text)}) means {what}"


def _alike(name: str | None, other: str) -> bool:
    one, another = ("".join(char for char in text.casefold() if char.isalnum()) for text in (name or "", other))
    return one == another != ""


def _split(wanted: Wanted) -> tuple[str, str]:
    how, equals, rest = wanted.text.partition("=")
    return (how, rest) if not wanted.by and equals and how in ("id", "name") else (wanted.by, wanted.text)


def _hint(text: str, listing: Sequence[Shown]) -> str:
    """Whose name is begun so or is similar, as the end of a sentence."""
    import difflib  # here: it is rarely needed

    named = [(one["name"].casefold(), one) for one in listing if one["name"] and one["id"]]
    close = difflib.get_close_matches(text.casefold(), [name for name, one in named], SUGGESTIONS)
    alike = [one for name, one in named if name.startswith(text.casefold())] or [one for name, one in named if name in close]
    return f"; similar: {join_words(_said(one) for one in alike[:SUGGESTIONS])}" if alike else ""


def _said(shown: Shown) -> str:
    return f"{shown['id']} {quote(shown['name'])}" if shown["name"] else str(shown["id"])
