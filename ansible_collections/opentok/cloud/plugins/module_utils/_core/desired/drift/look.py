# SPDX-License-Identifier: Apache-2.0
"""Looks for drift: one plan of a fleet, made a document. What could not be looked at is said in it."""

from __future__ import annotations

from ...errors import CredentialsError, InvalidInput, OpenTokError
from ..fleet.entries import Declarations
from ..fleet.fleet import Fleet
from ..fleet.undeclared import Undeclared
from .document import Document
from .first_seen import carried
from .of_fleet import of_failure, of_report

UNDECLARED = ("ignore", "report")
"""What may be said of projects that nobody declares: nothing, or that they are drift."""


def look(
    fleet: Fleet, declared: Declarations, *, source: str, account_key: str | None, undeclared: str = "ignore", previous: Document | None = None
) -> Document:
    """The document of a look. ``previous``: that of the look before. Raises only what is wrong with the input (nothing was sent)."""
    try:
        report = fleet.plan(declared, undeclared=Undeclared(undeclared=undeclared))
    except (InvalidInput, CredentialsError):
        raise
    except OpenTokError as error:
        found = of_failure(error, declared.entries, source=source, looked_at=fleet.now(), account_key=account_key)
    else:
        found = of_report(report, source=source, looked_at=fleet.now(), account_key=account_key)
    return carried(found, previous)
