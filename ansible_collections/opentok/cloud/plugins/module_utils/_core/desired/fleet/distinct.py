# SPDX-License-Identifier: Apache-2.0
"""Each entry of a fleet means a project of its own: what can be told before anyone has looked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...errors import InvalidInput, Problem, join_words, one_line, quote
from ..project.state import ProjectSpec
from ..publish import Target, place_of

if TYPE_CHECKING:
    from .entries import Entry


def distinct_keys(entries: Iterable[Entry]) -> list[Problem]:
    """A problem for each key that several entries have."""
    return _twice((entry.label, entry.label) for entry in entries)


def check_distinct(specs: Iterable[tuple[Entry, ProjectSpec]]) -> None:
    """No two entries mean one project, as far as that shows, nor look as if they did. Raises :class:`InvalidInput`."""
    pairs = list(specs)
    problems = _twice((f"id {spec.id}", entry.label) for entry, spec in pairs if spec.id is not None)
    by_name = [(entry, spec.name or "") for entry, spec in pairs if spec.id is None]
    problems += _twice((f"name {quote(name)}", entry.label) for entry, name in by_name)
    problems += _same_to_the_eye(by_name)
    if problems:
        raise InvalidInput(problems)


def check_places(places: Iterable[tuple[Target, str]]) -> None:
    """``places``: where credentials go, and the label of whose they are. Raises :class:`InvalidInput` where two go to one place."""
    by_place: dict[str, list[tuple[str, str]]] = {}
    for target, label in places:
        by_place.setdefault(place_of(target), []).append((target.where, label))
    problems = [_one_place(named) for named in by_place.values() if len(named) > 1]
    if problems:
        raise InvalidInput(problems)


def _one_place(named: list[tuple[str, str]]) -> Problem:
    """Of a place that several have, each by a text of its own."""
    texts, labels = [one_line(where, 200) for where in dict.fromkeys(where for where, label in named)], join_words(label for where, label in named)
    what = f"{texts[0]} is the place of {labels}" if len(texts) == 1 else f"{join_words(texts)} are one place, of {labels}"
    return Problem("publish", f"{what}: each needs one of its own, so put {{key}} or {{id}} in it")


def kind_of(value: Any) -> str:
    """What it is, for a text that must not show it."""
    return "nothing" if value is None else type(value).__name__


def _same_to_the_eye(named: Iterable[tuple[Entry, str]]) -> list[Problem]:
    """Names that are other bytes and the same characters (NFC and NFD): nobody could tell which project is whose."""
    odd = [(entry, name) for entry, name in named if not name.isascii()]
    if not odd:
        return []
    import unicodedata  # here, since names of others than ASCII are rare

    by_form: dict[str, dict[str, str]] = {}
    for entry, name in odd:
        by_form.setdefault(unicodedata.normalize("NFC", name), {})[name] = entry.label
    return [
        Problem(f"name {quote(form)}", f"is declared in {len(labels)} Unicode forms (NFC and NFD), which nobody can tell apart, {_places(labels)}")
        for form, labels in by_form.items()
        if len(labels) > 1
    ]


def _places(labels: dict[str, str]) -> str:
    return f"by {join_words(labels.values())}: declare it once, or by its id"


def _twice(named: Iterable[tuple[str, str]]) -> list[Problem]:
    return [
        Problem(name, f"is declared {len(labels)} times (by {join_words(labels)}): each entry needs a project of its own")
        for name, labels in _of_several(named)
    ]


def _of_several(named: Iterable[tuple[str, str]]) -> list[tuple[str, list[str]]]:
    """Each name that several have, with their labels."""
    by_name: dict[str, list[str]] = {}
    for name, label in named:
        by_name.setdefault(name, []).append(label)
    return [(name, labels) for name, labels in by_name.items() if len(labels) > 1]
