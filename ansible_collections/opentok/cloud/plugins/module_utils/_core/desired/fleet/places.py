# SPDX-License-Identifier: Apache-2.0
"""Where the credentials of an entry go: ``{key}`` or ``{id}`` in a place gives each project its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...errors import InvalidInput, Problem, join_words, quote
from ...http.connection import number_as_text
from .entries import Entry

FIELDS = ("key", "id")
_FIELD = re.compile(r"\{([^{}]*)\}")


def fields_of(target: str) -> list[str]:
    """The fields that stand for the project's own values in a place. Raises :class:`InvalidInput` for one that is none."""
    fields = _FIELD.findall(target)
    strange = [field for field in fields if field not in FIELDS]
    if strange:
        raise InvalidInput(Problem("publish", f"{quote(target)}: unknown placeholder {{{strange[0]}}}: use {{key}} or {{id}}"))
    return fields


def places_of(entry: Entry, targets: Sequence[str] = ()) -> list[str]:
    """The places of an entry: its own, and those that every one has. Raises :class:`InvalidInput`."""
    found = []
    for target in (*targets, *entry.publish):
        fields_of(target)
        found.append(_FIELD.sub(lambda match: _value(entry, match[1]), target))
    twice = {place for place in found if found.count(place) > 1}
    if twice:
        raise InvalidInput(Problem("publish", f"has {join_words(quote(place) for place in sorted(twice))} twice"))
    return found


def _value(entry: Entry, field: str) -> str:
    value = entry.key if field == "key" else number_as_text(entry.inputs.get("id") or entry.inputs.get("existing_id"))
    if value is None:
        raise InvalidInput(Problem("publish", f"the target has {{{field}}}, but no {field} is declared"))
    if not isinstance(value, str) or not all(char.isalnum() or char in "._-" for char in value) or value.startswith("."):
        raise InvalidInput(Problem("publish", f"{field} {quote(value)} cannot be part of a place: only letters, digits, '.', '_' and '-' can"))
    return value
