# SPDX-License-Identifier: Apache-2.0
"""``apply``."""

from __future__ import annotations

import argparse
from typing import Any

from ...core.desired.fleet.entries import Declarations
from ...core.desired.fleet.planned import FleetPlan, StalePlan
from .. import documents, files, options, outcomes, saved_plan, terminal, texts
from ..account import Account
from ..errors import errors_in
from ..planning import planned, undeclared_of
from ..subcommand import Subcommand

_EXAMPLES = """\
examples:
  opentok-projects apply -f tenants.yaml --ledger ledger.json              asks first on a terminal
  opentok-projects apply -f tenants.yaml --ledger ledger.json --yes        never asks
  opentok-projects apply -f tenants.yaml --purge-at-most 2                 ends projects that FILE does not declare, but not three
  opentok-projects apply -f tenants.yaml --plan plan.json                  does what plan --out plan.json has shown, or nothing
Without a terminal (cron, CI) it does not ask. Exit status: 0 all is as declared, 1 something failed (the rest is done), 2 wrong input.
"""


def _add(commands: Any) -> None:
    apply = options.subcommand(commands, "apply", "make the projects match what FILE declares", _EXAMPLES)
    options.declared(apply, required=True)
    options.fleet(apply)
    apply.add_argument(
        "--plan", metavar="PLAN", help="do exactly what this file of plan --out says, or nothing; with the FILE and the options that it was made with"
    )
    apply.add_argument("--yes", action="store_true", help="do not ask for confirmation")


def _apply(given: argparse.Namespace) -> int:
    account = Account(given)
    declared = files.declarations(given.file)
    expected = _expected(account, declared)
    digest = None if expected is None else expected.digest
    try:
        with errors_in(given.file):
            report = account.fleet(many=len(declared.entries) != 1).apply(declared, undeclared=undeclared_of(given), expected_digest=digest)
    except StalePlan as error:
        if given.plan is None or expected is None:
            raise
        raise saved_plan.stale(given.plan, expected, error) from None
    account.print(lambda: documents.of_run(account.key, report, applied=True), lambda: texts.of_run(report, applied=True))
    return outcomes.complain(report)


def _expected(account: Account, declared: Declarations) -> FleetPlan | None:
    """The plan that must be the one that is applied: of a file, or what a person has said yes to; ``None``: whichever it is."""
    given = account.given
    if given.plan is not None:
        with errors_in(given.file):
            return saved_plan.expected(given.plan, account, declared)
    if given.yes or given.json or not terminal.someone_is_there():
        return None
    report = planned(account, declared)
    if report.changes:
        terminal.write(texts.of_run(report, applied=False))
        outcomes.complain(report)
        terminal.ask("Do this?")
    return report.plan


APPLY = Subcommand(name="apply", add=_add, run=_apply, changes=True)
