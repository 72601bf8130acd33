# SPDX-License-Identifier: Apache-2.0
"""The ledgers that arguments name."""

from __future__ import annotations

import argparse
from typing import Any

from ...core import InvalidInput, Problem
from ...core.desired.ledger.ledger import PATIENCE, Ledger, OpenLedger
from ...core.desired.ledger.places import ledger_at
from ...core.errors import quote
from .. import documents, options, terminal

PAGE = "docs/ledger.md"
PLACE = "the path of a file, or a URL: see opentok-ledger --help"


def subcommand(commands: Any, name: str, what: str, epilog: str | None = None) -> Any:
    """The parser of the subcommand ``name``, which does ``what``."""
    made = options.local_subcommand(commands, name, what, epilog)
    options.as_json(made, PAGE)
    return made


def opened(text: str, called: str = "LEDGER", *, patience: float = PATIENCE) -> Ledger:
    """The ledger that ``text`` names. Raises :class:`InvalidInput`, which calls the argument so."""
    try:
        return ledger_at(text, patience=patience, warn=terminal.complain)
    except InvalidInput as error:
        raise InvalidInput([Problem(called, problem.message) for problem in error.problems]) from None


def warn_of_mark(book: OpenLedger) -> None:
    """Says that no run works with it, where that is so."""
    if book.mark is not None:
        terminal.warn(f"{named(book.where)} {': '.join(book.mark.says())}")


def print_done(given: argparse.Namespace, document: dict[str, Any], line: str) -> None:
    """The document of ``--json``, or the line for people."""
    if given.json:
        documents.write(document)
    else:
        terminal.write([line])


def entries(number: int) -> str:
    """``1 entry``."""
    return f"{number} {'entry' if number == 1 else 'entries'}"


def named(place: str) -> str:
    """A ledger in a text."""
    return f"ledger {quote(place, 300)}"
