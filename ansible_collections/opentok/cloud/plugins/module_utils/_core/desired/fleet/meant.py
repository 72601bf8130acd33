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
    """``text`` names a project by its id or exact name, or by ``by`` alone (``id``, ``name``). ``place``: where it stands, if in a file."""

    text: str
    place: str = ""
    by: str = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Meant:
    """``projects`` (their outputs) each once, in the order in which they were named; ``repeated``: how often one was named again.

    ``unknown`` and ``ambiguous``: a line for each text that means none, or several.
    """

    projects: tuple[Shown, ...]
    unknown: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    repeated: int = 0


def find_meant(listing: Sequence[Shown], wanted: Sequence[Wanted], account_key: str | None) -> Meant:
    """The projects of ``listing`` (outputs, as :meth:`AccountProjects.look` gives them) that are meant."""
    by_id = {one["id"]: one for one in listing if one["id"]}
    by_name = collections.defaultdict(list)
    for one in by_id.values():
        by_name[one["name"]].append(one)
    found: dict[str, Shown] = {}
    unknown: list[str] = []
    ambiguous: list[str] = []
    repeated = 0
    for each in wanted:
        by, text = _split(each)
        matching = {text: by_id[text]} if by != "name" and text in by_id else {}
        matching.update({one["id"]: one for one in by_name.get(text, ()) if by != "id"})
        where = f"{each.place}: " if each.place else ""
        if not matching:
            hint = _hint(text, listing) if len(unknown) < SUGGESTED_FOR else ""
            what = {"id": "the id", "name": "the exact name"}.get(by, "the id or the exact name")
            unknown.append(f"{where}no project of account {account_key} has {what} {quote(hidden_label(text))}{hint}")
        elif len(matching) > 1:
            several = join_words(_said(one) for one in matching.values())
            ambiguous.append(f"{where}{quote(text)} may mean {several}: give the id")
        else:
            repeated += len(found.keys() & matching.keys())
            found.update(matching)
    return Meant(projects=tuple(found.values()), unknown=tuple(unknown), ambiguous=tuple(ambiguous), repeated=repeated)


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
