# SPDX-License-Identifier: Apache-2.0
"""The arguments of the command."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from ..core import VERSION
from ..core.desired.parallel import PARALLEL
from .errors import USAGE

MAX_PARALLEL = 16
"""The number of connections that the core's pool keeps."""

_EPILOG = """\
examples:
  opentok-projects list
  opentok-projects plan  -f tenants.yaml --ledger ledger.json
  opentok-projects apply -f tenants.yaml --ledger ledger.json --publish 'file:/etc/opentok/{key}.json'
  opentok-projects due   -f tenants.yaml --ledger ledger.json || mail -s 'secrets are due' ops
  opentok-projects rotate 46000001 --reason 'leaked in a chat' --ledger ledger.json

The account pair comes from OPENTOK_ACCOUNT_KEY and OPENTOK_ACCOUNT_SECRET; other variables: OPENTOK_API_URL, OPENTOK_TIMEOUT,
OPENTOK_LEDGER, NO_COLOR, and OPENTOK_DEBUG=1 for tracebacks.
Exit status: 0 done; 1 something failed; 2 wrong usage or input (nothing was sent); 3 something is not finished, or it is unknown
whether it was done: run again; 7 something is due (due) or would change (plan --expect-no-changes); 128 plus the number of the signal
after Ctrl+C or SIGTERM: what was begun is finished.
"""

_APPLY = """\
examples:
  opentok-projects apply -f tenants.yaml --ledger ledger.json              asks first on a terminal
  opentok-projects apply -f tenants.yaml --ledger ledger.json --yes        never asks
  opentok-projects apply -f tenants.yaml --purge-at-most 2                 ends projects that FILE does not declare, but not three
Without a terminal (cron, CI) it does not ask. Exit status: 0 all is as declared, 1 something failed (the rest is done), 2 wrong input.
"""

_ROTATE = """\
examples:
  opentok-projects rotate 46000001 --reason 'leaked in a chat' --ledger ledger.json
  opentok-projects rotate 'name=ACME GmbH' --reason 'an employee left' --publish file:/etc/opentok/acme.json --yes
Not idempotent: each call rotates. Without a terminal it needs --yes. Where it may run twice, declare retired_secrets or secret_triggers.
"""

_DUE = """\
examples:
  opentok-projects due -f tenants.yaml --ledger ledger.json                what FILE declares
  opentok-projects due --ledger ledger.json                                what the ledger records: ages only
Exit status: 0 nothing is due, 7 something is (even if it waits for its window), 1 something failed, 2 wrong input.
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


class _NoSecret(argparse.Action):
    """Refuses a secret as an argument."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        parser.error("a secret must not be an argument, which all users of this machine can see: use OPENTOK_ACCOUNT_SECRET or --account-secret-file")


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """The checked arguments. Ends the process for ``--help`` and for errors."""
    return parser().parse_args(argv)


def parser() -> argparse.ArgumentParser:
    """The parser of the command and its subcommands."""
    result = _Parser(
        prog="opentok-projects",
        description="List, declare and rotate the OpenTok projects of an account.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    result.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
    commands = result.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for add in (_list, _show, _plan, _apply, _rotate, _due):
        add(commands)
    return result


def _list(commands: Any) -> None:
    _command(commands, "list", "list all projects of the account")


def _show(commands: Any) -> None:
    show = _command(commands, "show", "show one project")
    _target(show)
    show.add_argument("--show-secret", action="store_true", help="also show its secret in plain text")


def _plan(commands: Any) -> None:
    plan = _command(commands, "plan", "show what apply would do; changes nothing")
    _file(plan, required=True)
    _fleet(plan)
    plan.add_argument("--expect-no-changes", action="store_true", help="exit with 7 when something would change")


def _apply(commands: Any) -> None:
    apply = _command(commands, "apply", "make the projects match what FILE declares", _APPLY)
    _file(apply, required=True)
    _fleet(apply)
    apply.add_argument("--yes", action="store_true", help="do not ask for confirmation")


def _rotate(commands: Any) -> None:
    rotate = _command(commands, "rotate", "rotate the secret of one project now; every client token of the old one dies", _ROTATE)
    _target(rotate)
    rotate.add_argument("--reason", metavar="TEXT", required=True, type=_text, help="why; shown in the output")
    _publish(rotate)
    rotate.add_argument("--yes", action="store_true", help="do not ask for confirmation")


def _due(commands: Any) -> None:
    due = _command(commands, "due", "list the secrets that are due for rotation: why, since when, and what they wait for", _DUE)
    _file(due, required=False)


def _command(commands: Any, name: str, what: str, epilog: str | None = None) -> Any:
    made = commands.add_parser(
        name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("--json", action="store_true", help="print one JSON document on stdout; its keys are listed in docs/opentok-projects.md")
    made.add_argument(
        "--ledger",
        metavar="FILE",
        default=os.environ.get("OPENTOK_LEDGER") or None,
        help="the file that records when secrets were rotated; the first apply creates it (default: $OPENTOK_LEDGER)",
    )
    account = made.add_argument_group("the account")
    account.add_argument("--account-key", metavar="KEY", help="default: $OPENTOK_ACCOUNT_KEY")
    account.add_argument("--account-secret-file", metavar="FILE", help="a file that holds the account's secret (default: $OPENTOK_ACCOUNT_SECRET)")
    account.add_argument("--account-secret", nargs="?", action=_NoSecret, help=argparse.SUPPRESS)
    account.add_argument("--api-url", metavar="URL", help="default: $OPENTOK_API_URL, else https://api.opentok.com")
    account.add_argument("--timeout", metavar="SECONDS", help="limit for one whole request (default: $OPENTOK_TIMEOUT, else 30)")
    account.add_argument(
        "--allow-http",
        action="store_true",
        default=None,
        help="allow http:// to another machine, which sends every secret unencrypted (or $OPENTOK_ALLOW_HTTP)",
    )
    return made


def _target(command: Any) -> None:
    command.add_argument("project", metavar="ID_OR_NAME", help="its id (= API key) or exact name; use id=... or name=... where it could be either")


def _file(command: Any, *, required: bool) -> None:
    command.add_argument("-f", "--file", metavar="FILE", required=required, help="the declarations, YAML or JSON; - is stdin")


def _fleet(command: Any) -> None:
    _publish(command)
    command.add_argument(
        "--purge-at-most",
        metavar="N",
        type=_number(0, 1_000_000),
        help="also end projects that FILE does not declare (see on_delete), at most N; if there are more, nothing is done at all",
    )
    command.add_argument(
        "--parallel", metavar="N", type=_number(1, MAX_PARALLEL), default=PARALLEL, help="projects at a time, 1 to 16 (default: %(default)s)"
    )


def _publish(command: Any) -> None:
    command.add_argument(
        "--publish",
        metavar="TARGET",
        action="append",
        default=[],
        help="where to write credentials (repeatable): file:PATH, aws-secretsmanager:NAME, vault:MOUNT/PATH; {key} and {id} stand for the project's",
    )


def _number(least: int, most: int) -> Any:
    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {most}")
        return int(text)

    return number


def _text(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return text
