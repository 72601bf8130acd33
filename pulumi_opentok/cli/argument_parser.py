# SPDX-License-Identifier: Apache-2.0
"""What parses the arguments of a command with subcommands."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from ..core import VERSION
from .errors import USAGE
from .subcommand import Subcommand

_CHOICE = re.compile(r"invalid choice: .*?(?= \(choose)")


class Parser(argparse.ArgumentParser):
    """Prints errors on one line, without any value that could be a secret."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"{self.prog}: {_CHOICE.sub('unknown command', message)} (see --help)\n")

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        found, rest = self.parse_known_args(args, namespace)
        if rest:
            options = [word.split("=")[0] for word in rest if word.startswith("--")]
            self.error(f"unknown option {options[0]}" if options else f"{len(rest)} unexpected argument{'s' if len(rest) > 1 else ''}")
        return found


def parser_of(prog: str, description: str, epilog: str, subcommands: Iterable[Subcommand]) -> Parser:
    """The parser of a command and its subcommands."""
    result = Parser(prog=prog, description=description, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    result.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
    commands = result.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for subcommand in subcommands:
        subcommand.add(commands)
    return result
