# SPDX-License-Identifier: Apache-2.0
"""The arguments of the command."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from ..core import VERSION
from .commands import SUBCOMMANDS
from .errors import USAGE

_EPILOG = """\
examples:
  opentok-projects list
  opentok-projects plan  -f tenants.yaml --ledger ledger.json
  opentok-projects apply -f tenants.yaml --ledger ledger.json --publish 'file:/etc/opentok/{key}.json'
  opentok-projects due   -f tenants.yaml --ledger ledger.json || mail -s 'secrets are due' ops
  opentok-projects rotate 46000001 --reason 'leaked in a chat' --ledger ledger.json
  opentok-projects suspend --csv overdue.csv

The account pair comes from OPENTOK_ACCOUNT_KEY and OPENTOK_ACCOUNT_SECRET; other variables: OPENTOK_API_URL, OPENTOK_TIMEOUT,
OPENTOK_LEDGER, NO_COLOR, and OPENTOK_DEBUG=1 for tracebacks.
Exit status: 0 done; 1 something failed; 2 wrong usage or input (nothing was sent); 3 something is not finished, or it is unknown
whether it was done: run again; 7 something is due (due) or would change (plan --expect-no-changes); 128 plus the number of the signal
after Ctrl+C or SIGTERM: what was begun is finished.
"""

_CHOICE = re.compile(r"invalid choice: .*?(?= \(choose)")


class _Parser(argparse.ArgumentParser):
    """Prints errors on one line, without any value that could be a secret."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {_CHOICE.sub('unknown command', message)} (see --help)\n")

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        found, rest = self.parse_known_args(args, namespace)
        if rest:
            options = [word.split("=")[0] for word in rest if word.startswith("--")]
            self.error(f"unknown option {options[0]}" if options else f"{len(rest)} unexpected argument{'s' if len(rest) > 1 else ''}")
        return found


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The checked arguments. Ends the process for ``--help`` and for errors."""
    return parser().parse_args(argv)


def parser() -> argparse.ArgumentParser:
    """The parser of the command and its subcommands."""
    result = _Parser(
        prog="opentok-projects",
        description="List, declare, suspend and rotate the OpenTok projects of an account.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    result.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
    commands = result.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for subcommand in SUBCOMMANDS:
        subcommand.add(commands)
    return result
