# SPDX-License-Identifier: Apache-2.0
"""``show``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from ...core.desired.drift.files import as_text
from ...core.desired.ledger.ledger import Entry, OpenLedger, names_of
from ...core.errors import LedgerError, quote
from .. import documents, terminal
from ..errors import OK
from ..subcommand import Subcommand
from ..tables import table
from . import places

_EXAMPLES = """\
examples:
  opentok-ledger show ledger.json
  opentok-ledger show postgresql://db.example.com/opentok "ACME GmbH"
  opentok-ledger show s3://acme-ledgers/opentok project/46000001 --json
"""

COLUMNS = {"KEY": "", "ACCOUNT": "account_key", "ROTATED": "secret_rotated_at", "DUE": "secret_rotation_due_at", "NAME": "name"}
DAYS = ("ROTATED", "DUE")


def _add(commands: Any) -> None:
    show = places.subcommand(commands, "show", "show what a ledger remembers; it holds no secret", _EXAMPLES)
    show.add_argument("ledger", metavar="LEDGER", help=places.PLACE)
    show.add_argument("entry", metavar="KEY_OR_NAME", nargs="?", help="only this: project/46000001, 46000001, or a name")


def _show(given: argparse.Namespace) -> int:
    with places.opened(given.ledger).read_only(marked=True) as book:
        places.warn_of_mark(book)
        found = dict(sorted(book.everything().items())) if given.entry is None else _meant(book, given.entry)
        if given.json:
            documents.write({"ledger": book.where, "mark": book.mark and book.mark.as_dict(), "entries": found})
        elif given.entry is None:
            terminal.write([*_table(found), places.entries(len(found))])
        else:
            terminal.write([line for key, entry in found.items() for line in (key, *as_text(entry).split("\n"))])
    return OK


def _meant(book: OpenLedger, text: str) -> dict[str, Entry]:
    """The entries of this key, or else of this name. Raises :class:`LedgerError` where there is none."""
    entry = book.entry(text)
    if entry is not None:
        return {text: entry}
    found = {key: entry for key, entry in book.everything().items() if key.partition("/")[2] == text or text in names_of(entry)}
    if not found:
        raise LedgerError(f"{places.named(book.where)} remembers nothing of {quote(text)}")
    return dict(sorted(found.items()))


def _table(found: Mapping[str, Entry]) -> list[str]:
    rows = [[key if not field else _cell(entry.get(field), day=title in DAYS) for title, field in COLUMNS.items()] for key, entry in found.items()]
    return table(list(COLUMNS), rows, terminal.columns()) if rows else []


def _cell(value: object, *, day: bool) -> str:
    if value is None or value == "":
        return "-"
    return str(value)[:10] if day else str(value)


SHOW = Subcommand(name="show", add=_add, run=_show)
