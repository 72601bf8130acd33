# SPDX-License-Identifier: Apache-2.0
"""``--publish`` for several projects: ``{key}`` or ``{id}`` in a target gives each project its own place."""

from __future__ import annotations

from collections.abc import Sequence

from ..core import InvalidInput
from ..core.desired.fleet.account import Publishing
from ..core.desired.fleet.places import fields_of, places_of
from ..core.desired.stores import publishers
from ..core.errors import quote
from .errors import UsageError


def publishing(targets: Sequence[str], *, many: bool) -> Publishing:
    """The places of an entry: its own, and these. Raises :class:`UsageError` for targets that are invalid for every entry."""
    for target in targets:
        try:
            fields = fields_of(target)
        except InvalidInput as error:
            raise UsageError(f"--publish {error.problems[0].message}") from None
        if many and not fields:
            raise UsageError(f"--publish {quote(target)}: one place cannot hold the credentials of several projects: put {{key}} or {{id}} in it")
    return lambda entry: publishers(places_of(entry, targets))
