# SPDX-License-Identifier: Apache-2.0
"""The command ``opentok-ledger``, and its arguments."""

from __future__ import annotations

from collections.abc import Sequence

from ..argument_parser import Parser, parser_of
from ..command import run
from .check import CHECK
from .copies import EXPORT, IMPORT
from .move import MOVE
from .show import SHOW

SUBCOMMANDS = (SHOW, CHECK, EXPORT, IMPORT, MOVE)

_EPILOG = """\
examples:
  opentok-ledger show   ledger.json "ACME GmbH"
  opentok-ledger check  postgresql://db.example.com/opentok
  opentok-ledger export s3://acme-ledgers/opentok -o backup.json
  opentok-ledger import backup.json postgresql://db.example.com/opentok
  opentok-ledger move   ledger.json postgresql://db.example.com/opentok

A LEDGER is a file, postgresql://HOST/DATABASE, s3://BUCKET/KEY, vault:MOUNT/PATH or kubernetes://NAMESPACE/NAME: see docs/ledger.md.
No password stands in it; each store's own variables and files have those. Other variables: NO_COLOR, and OPENTOK_DEBUG=1 for tracebacks.
Exit status: 0 done; 1 something failed; 2 wrong usage or input; 7 something is not as it should be (check); 128 plus the number of the
signal after Ctrl+C or SIGTERM: what was begun is finished.
"""


def parser() -> Parser:
    """The parser of the command and its subcommands."""
    return parser_of("opentok-ledger", "Look into a ledger, check it, and copy or move it to another place.", _EPILOG, SUBCOMMANDS)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs ``opentok-ledger``. Returns the exit status."""
    return run(parser(), SUBCOMMANDS, argv)
