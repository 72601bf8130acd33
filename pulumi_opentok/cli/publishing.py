# SPDX-License-Identifier: Apache-2.0
"""``--publish`` for several projects: ``{key}`` or ``{id}`` in a target gives each project its own place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ..core import InvalidInput, Problem
from ..core.desired.fleet.entries import Entry
from ..core.desired.publish import Publisher
from ..core.desired.stores import publishers
from ..core.errors import quote
from ..core.http.connection import number_as_text
from .errors import UsageError

_FIELD = re.compile(r"\{([^{}]*)\}")
FIELDS = ("key", "id")


def publishing(targets: Sequence[str], *, many: bool) -> Callable[[Entry], Sequence[Publisher]]:
    """The places of an entry. Raises :class:`UsageError` for targets that are invalid for every entry."""
    for target in targets:
        fields = _FIELD.findall(target)
        strange = [field for field in fields if field not in FIELDS]
        if strange:
            raise UsageError(f"--publish {quote(target)}: unknown placeholder {{{strange[0]}}}: use {{key}} or {{id}}")
        if many and not fields:
            raise UsageError(f"--publish {quote(target)}: one place cannot hold the credentials of several projects: put {{key}} or {{id}} in it")
    return lambda entry: publishers([_FIELD.sub(lambda match: _value(entry, match[1]), target) for target in targets])


def _value(entry: Entry, field: str) -> str:
    value = number_as_text(entry.inputs.get(field))
    if value is None:
        raise InvalidInput(Problem("publish", f"the target has {{{field}}}, but no {field} is declared"))
    if not isinstance(value, str) or not all(char.isalnum() or char in "._-" for char in value) or value.startswith("."):
        raise InvalidInput(Problem("publish", f"{field} {quote(value)} cannot be part of a place: only letters, digits, '.', '_' and '-' can"))
    return value
