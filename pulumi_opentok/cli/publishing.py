# SPDX-License-Identifier: Apache-2.0
"""``--publish`` and ``--notify`` for several projects: ``{key}`` or ``{id}`` in a target gives each project its own."""

from __future__ import annotations

from collections.abc import Sequence

from ..core import InvalidInput
from ..core.desired.fleet.account import Notifying, Publishing
from ..core.desired.fleet.places import fields_of, hooks_of, places_of
from ..core.desired.hooks import hooks
from ..core.desired.stores import publishers
from ..core.errors import quote
from .errors import UsageError


def publishing(targets: Sequence[str], *, many: bool) -> Publishing:
    """The places of an entry: its own, and these. Raises :class:`UsageError` for targets that are invalid for every entry."""
    for target in targets:
        if many and not _fields(target, "publish"):
            raise UsageError(f"--publish {quote(target)}: one place cannot hold the credentials of several projects: put {{key}} or {{id}} in it")
    return lambda entry: publishers(places_of(entry, targets))


def notifying(targets: Sequence[str], places: Sequence[str], *, allow_http: bool) -> Notifying:
    """What is notified after a publication of an entry: its own hooks, and these. ``places``: those of ``--publish``. Raises :class:`UsageError`."""
    for target in targets:
        _fields(target, "notify")
    return lambda entry: hooks(hooks_of(entry, targets, places), allow_http=allow_http)


def _fields(target: str, option: str) -> list[str]:
    try:
        return fields_of(target, option)
    except InvalidInput as error:
        raise UsageError(f"--{option} {error.problems[0].message}") from None
