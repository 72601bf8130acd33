# SPDX-License-Identifier: Apache-2.0
"""``list`` and ``show``."""

from __future__ import annotations

import argparse
from typing import Any

from .. import documents, options, texts
from ..account import Account
from ..errors import OK
from ..subcommand import Subcommand


def _add_list(commands: Any) -> None:
    options.subcommand(commands, "list", "list all projects of the account")


def _list(given: argparse.Namespace) -> int:
    account = Account(given)
    shown = account.fleet().look()
    account.print(documents.of_list(account.key, shown), lambda: texts.of_list(shown, ledger=given.ledger is not None))
    return OK


def _add_show(commands: Any) -> None:
    show = options.subcommand(commands, "show", "show one project")
    options.target(show)
    show.add_argument("--show-secret", action="store_true", help="also show its secret in plain text")


def _show(given: argparse.Namespace) -> int:
    account = Account(given)
    fleet = account.fleet()
    shown = fleet.look_at(given.project)
    secret = given.show_secret
    account.print(documents.of_show(account.key, shown, show_secret=secret), lambda: texts.of_show(shown, show_secret=secret))
    return OK


LIST = Subcommand(name="list", add=_add_list, run=_list)
SHOW = Subcommand(name="show", add=_add_show, run=_show)
