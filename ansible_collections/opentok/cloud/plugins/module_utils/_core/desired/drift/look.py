# SPDX-License-Identifier: Apache-2.0
"""Looks for drift: one plan of a fleet, made a document. What could not be looked at is said in it."""

from __future__ import annotations

import datetime

from ...errors import CredentialsError, InvalidInput, OpenTokError, Problem
from ..fleet.entries import Declarations
from ..fleet.fleet import Fleet
from ..fleet.undeclared import Undeclared
from .document import Document, document
from .first_seen import carried
from .of_fleet import of_failure, of_report

UNDECLARED = ("ignore", "report")
"""What may be said of projects that nobody declares: nothing, or that they are drift."""


def look(
    fleet: Fleet,
    declared: Declarations,
    *,
    source: str,
    account_key: str | None,
    undeclared: str = "ignore",
    allow_empty: bool = False,
    previous: Document | None = None,
) -> Document:
    """The document of a look. ``previous``: that of the look before. Raises only what is wrong with the input (nothing was sent).

    ``allow_empty``: nothing declared is no mistake, such as a template that gave nothing: all would be as declared for good.
    """
    if not declared.entries and not allow_empty:
        why = "declares nothing, so nothing could drift: a mistake, more often than not; if it is meant, allow_empty"
        raise InvalidInput(Problem("projects", why))
    try:
        report = fleet.plan(declared, undeclared=Undeclared(undeclared=undeclared))
    except (InvalidInput, CredentialsError):
        raise
    except OpenTokError as error:
        found = of_failure(error, declared.entries, source=source, looked_at=fleet.now(), account_key=account_key)
    else:
        found = of_report(report, source=source, looked_at=fleet.now(), account_key=account_key)
    return carried(found, previous)


def not_looked(error: OpenTokError, *, source: str, looked_at: datetime.datetime, previous: Document | None = None) -> Document:
    """The document of a run that ended before it could look: who only reads what it writes must not take the look before for this one."""
    errors = [str(problem) for problem in error.problems] if isinstance(error, InvalidInput) else [str(error)]
    account_key = previous["account_key"] if previous else None
    return carried(document([], source=source, looked_at=looked_at, account_key=account_key, errors=errors), previous)
