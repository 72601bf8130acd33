# SPDX-License-Identifier: Apache-2.0
"""``apply``."""

from __future__ import annotations

import argparse
from typing import Any

from .. import documents, files, options, outcomes, terminal, texts
from ..account import Account
from ..errors import errors_in
from ..planning import planned, undeclared_of
from ..subcommand import Subcommand

_EXAMPLES = """\
examples:
  opentok-projects apply -f tenants.yaml --ledger ledger.json              asks first on a terminal
  opentok-projects apply -f tenants.yaml --ledger ledger.json --yes        never asks
  opentok-projects apply -f tenants.yaml --purge-at-most 2                 ends projects that FILE does not declare, but not three
Without a terminal (cron, CI) it does not ask. Exit status: 0 all is as declared, 1 something failed (the rest is done), 2 wrong input.
"""


def _add(commands: Any) -> None:
    apply = options.subcommand(commands, "apply", "make the projects match what FILE declares", _EXAMPLES)
    options.declared(apply, required=True)
    options.fleet(apply)
    apply.add_argument("--yes", action="store_true", help="do not ask for confirmation")


def _apply(given: argparse.Namespace) -> int:
    account = Account(given)
    declared = files.declarations(given.file)
    digest = None
    if not (given.yes or given.json) and terminal.someone_is_there():
        report = planned(account, declared)
        if report.changed:
            terminal.write(texts.of_run(report, applied=False))
            outcomes.complain(report)
            terminal.ask("Do this?")
        digest = report.digest
    many = len(declared.entries) != 1
    with errors_in(given.file):
        report = account.fleet(many=many).apply(declared, undeclared=undeclared_of(given), expected_digest=digest)
    account.print(documents.of_run(account.key, report, applied=True), lambda: texts.of_run(report, applied=True))
    return outcomes.complain(report)


APPLY = Subcommand(name="apply", add=_add, run=_apply, changes=True)
