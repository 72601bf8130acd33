# SPDX-License-Identifier: Apache-2.0
"""Options that several subcommands have."""

from __future__ import annotations

import argparse
import os
from typing import Any

from ..core.desired.fleet.undeclared import MODES
from ..core.desired.parallel import MOST, PARALLEL
from ..core.http.redaction import redacted


class _NoSecret(argparse.Action):
    """Refuses a secret as an argument."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        parser.error("a secret must not be an argument, which all users of this machine can see: use OPENTOK_ACCOUNT_SECRET or --account-secret-file")


def local_subcommand(commands: Any, name: str, what: str, epilog: str | None = None) -> Any:
    """The parser of the subcommand ``name``, which does ``what`` and asks no account."""
    return commands.add_parser(
        name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def subcommand(commands: Any, name: str, what: str, epilog: str | None = None, *, ledger: bool = True) -> Any:
    """The same for one that asks the account, with the options that each such one has.

    ``ledger``: whether it reads or writes one.
    """
    made = local_subcommand(commands, name, what, epilog)
    as_json(made, "docs/opentok-projects.md")
    if ledger:
        made.add_argument(
            "--ledger",
            metavar="LEDGER",
            default=os.environ.get("OPENTOK_LEDGER") or None,
            help="records when secrets were rotated: a file, or the URL of a store that many runs share (default: $OPENTOK_LEDGER)",
        )
    else:
        made.set_defaults(ledger=None)
    account_of(made)
    return made


def as_json(command: Any, page: str) -> None:
    """``--json``. ``page`` lists the keys."""
    command.add_argument("--json", action="store_true", help=f"print one JSON document on stdout; its keys are listed in {page}")


def account_of(made: Any) -> None:
    """The options that say which account is asked, and how."""
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


def target(command: Any) -> None:
    command.add_argument("project", metavar="ID_OR_NAME", help="its id (= API key) or exact name; use id=... or name=... where it could be either")


def declared(command: Any, *, required: bool) -> None:
    command.add_argument("-f", "--file", metavar="FILE", required=required, help="the declarations, YAML or JSON; - is stdin")


def fleet(command: Any) -> None:
    publish(command)
    others = command.add_argument_group("projects that FILE does not declare")
    others.add_argument(
        "--undeclared",
        metavar="|".join(MODES),
        help="ignore (default) or report them, or purge: end them as they were once declared to end",
    )
    others.add_argument(
        "--purge-limit",
        metavar="N",
        help="how many may end at most, a number or a part of the account's projects (10%%); if there are more, nothing is done at all",
    )
    others.add_argument("--purge-pattern", metavar="PATTERN", help="which may end: those whose name is so; * stands for any characters")
    others.add_argument("--purge-at-most", metavar="N", type=number(0, 1_000_000), help="the same as --undeclared purge --purge-limit N")
    parallel(command)


def parallel(command: Any) -> None:
    command.add_argument("--stop-on-error", action="store_true", help="begin nothing new after a failure; without, one failure stops nothing else")
    command.add_argument("--parallel", metavar="N", type=number(1, MOST), default=PARALLEL, help="projects at a time, 1 to 16 (default: %(default)s)")


def publish(command: Any) -> None:
    command.add_argument(
        "--publish",
        metavar="TARGET",
        action="append",
        default=[],
        help="where to write credentials (repeatable): file:PATH, vault:MOUNT/PATH, ... (docs/publish.md); {key} and {id} stand for the project's",
    )
    command.add_argument(
        "--notify",
        metavar="HOOK",
        action="append",
        default=[],
        help="whom to tell once credentials are published (repeatable): exec:COMMAND, webhook:https://..., kubernetes-rollout:NAMESPACE/KIND/NAME;"
        " none gets the secret",
    )


def number(least: int, most: int) -> Any:
    def number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {most}")
        return int(text)

    return number


def reason(text_: str) -> str:
    return redacted(text(text_), [os.environ.get("OPENTOK_ACCOUNT_SECRET") or ""])


def text(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return text
