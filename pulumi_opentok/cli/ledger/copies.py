# SPDX-License-Identifier: Apache-2.0
"""``export`` and ``import``: the document of a file ledger is what both are about."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from ...core import OpenTokError
from ...core.desired.files.atomic import replace_file
from ...core.desired.ledger.file import as_document
from ...core.desired.ledger.local import FileLedger
from ...core.desired.ledger.moving import fill
from ...core.desired.ledger.places import is_file
from ...core.errors import quote
from ..errors import OK, UsageError
from ..subcommand import Subcommand
from . import places

_EXPORT = """\
examples:
  opentok-ledger export postgresql://db.example.com/opentok -o backup.json
  opentok-ledger export s3://acme-ledgers/opentok | gzip > backup.json.gz
What it writes is a ledger itself: it can be given wherever a ledger can.
"""

_IMPORT = """\
examples:
  opentok-ledger import backup.json postgresql://db.example.com/opentok
  opentok-ledger import backup.json postgresql://db.example.com/opentok --merge
All entries are imported or none. What LEDGER has is never overwritten: where an entry differs, nothing is done.
"""


def _add_export(commands: Any) -> None:
    export = places.subcommand(commands, "export", "write what a ledger remembers as one JSON document: the one of a file ledger", _EXPORT)
    export.add_argument("ledger", metavar="LEDGER", help=places.PLACE)
    export.add_argument("-o", "--output", metavar="FILE", help="a file that is not there yet, mode 0600 (default: stdout)")


def _export(given: argparse.Namespace) -> int:
    path = given.output
    if path is None and given.json:
        raise UsageError("export: prints JSON already: give --output FILE with --json, or leave --json out")
    if path is not None and os.path.lexists(path):
        raise UsageError(f"--output {quote(path, 300)}: is there already: give another file")
    with places.opened(given.ledger).read_only(marked=True) as book:
        places.warn_of_mark(book)
        found = book.everything()
    if path is None:
        sys.stdout.write(as_document(found))
        return OK
    try:
        replace_file(path, as_document(found).encode())
    except OSError as error:
        raise OpenTokError(f"--output {quote(path, 300)}: cannot be written: {error.strerror or type(error).__name__}") from None
    document = {"ledger": book.where, "output": os.path.abspath(path), "entries": len(found)}
    places.print_done(given, document, f"{places.entries(len(found))} of {places.named(book.where)} written to {quote(path, 300)}")
    return OK


def _add_import(commands: Any) -> None:
    made = places.subcommand(commands, "import", "put what an export has into a ledger", _IMPORT)
    made.add_argument("file", metavar="FILE", help="an export, which is a file ledger")
    made.add_argument("ledger", metavar="LEDGER", help=places.PLACE)
    made.add_argument("--merge", action="store_true", help="LEDGER may have entries already, and the same; none that differ")


def _import(given: argparse.Namespace) -> int:
    if not is_file(given.file):
        raise UsageError("FILE must be a file, not a ledger in a store: export that first, or move it")
    target = places.opened(given.ledger)
    source = FileLedger(given.file)
    if source.where == target.where:
        raise UsageError("LEDGER is the same file as FILE")
    if not os.path.exists(source.path):
        raise UsageError(f"file {quote(given.file, 300)}: does not exist")
    with source.read_only() as book:
        found = book.everything()
    done = fill(target, found, source.path, merge=given.merge)
    document = {"ledger": target.where, "entries": done.entries, "imported": done.new}
    places.print_done(given, document, f"{places.entries(done.new)} imported; {places.named(target.where)} has {done.entries}")
    return OK


EXPORT = Subcommand(name="export", add=_add_export, run=_export)
IMPORT = Subcommand(name="import", add=_add_import, run=_import, changes=True)
