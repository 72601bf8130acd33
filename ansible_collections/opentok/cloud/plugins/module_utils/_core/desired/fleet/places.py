# SPDX-License-Identifier: Apache-2.0
"""Where the credentials of an entry go, and who hears of that: ``{key}`` or ``{id}`` in a target gives each project its own."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from ...errors import InvalidInput, Problem, join_words, quote
from ...http.connection import number_as_text
from .entries import Entry

FIELDS = ("key", "id")
_FIELD = re.compile(r"\{([^{}]*)\}")
_EXEC = "exec:"


def fields_of(target: str, option: str = "publish") -> list[str]:
    """The fields that stand for the project's own values in a target. Raises :class:`InvalidInput` for one that is none."""
    fields = _FIELD.findall(target)
    # A command line may have braces of its own.
    strange = [field for field in fields if field not in FIELDS and (field.isidentifier() or not target.startswith(_EXEC))]
    if strange:
        raise InvalidInput(Problem(option, f"{quote(target)}: unknown placeholder {{{strange[0]}}}: use {{key}} or {{id}}"))
    return [field for field in fields if field in FIELDS]


def places_of(entry: Entry, targets: Sequence[str] = ()) -> list[str]:
    """The places of an entry: its own, and those that every one has. Raises :class:`InvalidInput`."""
    return _own(entry, (*targets, *entry.publish), "publish")


def hooks_of(entry: Entry, hooks: Sequence[str] = (), places: Sequence[str] = ()) -> list[str]:
    """What is notified after a publication of an entry: its own hooks, and those that every one has. ``places``: as of :func:`places_of`.

    Raises :class:`InvalidInput`, also for hooks of an entry that is published nowhere.
    """
    if entry.notify and not (entry.publish or places):
        raise InvalidInput(Problem("notify", "nothing is published, so nobody would ever be notified: give publish as well, or leave it out"))
    return _own(entry, (*hooks, *entry.notify), "notify")


def _own(entry: Entry, targets: Sequence[str], option: str) -> list[str]:
    found = []
    for target in targets:
        fields_of(target, option)
        found.append(_FIELD.sub(functools.partial(_value, entry, target, option), target))
    twice = {place for place in found if found.count(place) > 1}
    if twice:
        raise InvalidInput(Problem(option, f"has {join_words(quote(place) for place in sorted(twice))} twice"))
    return found


def _value(entry: Entry, target: str, option: str, match: re.Match[str]) -> str:
    field = match[1]
    if field not in FIELDS:
        return match[0]
    value = entry.key if field == "key" else number_as_text(entry.inputs.get("id") or entry.inputs.get("existing_id"))
    if value is None:
        raise InvalidInput(Problem(option, f"{'the target' if option == 'publish' else 'the hook'} has {{{field}}}, but no {field} is declared"))
    if not isinstance(value, str) or not all(char.isalnum() or char in "._-" for char in value) or value.startswith("."):
        raise InvalidInput(Problem(option, f"{field} {quote(value)} cannot be part of a place: only letters, digits, '.', '_' and '-' can"))
    if value.startswith("-") and target.startswith(_EXEC):
        raise InvalidInput(Problem(option, f"{field} {quote(value)} cannot be part of a command line: it would be taken for an option"))
    return value
