# SPDX-License-Identifier: Apache-2.0
"""``due``."""

from __future__ import annotations

import argparse
from typing import Any

from .. import documents, files, options, outcomes, texts
from ..account import Account
from ..errors import DUE as SOMETHING_DUE
from ..errors import OK, UsageError, errors_in
from ..subcommand import Subcommand

_EXAMPLES = """\
examples:
  opentok-projects due -f tenants.yaml --ledger ledger.json                what FILE declares
  opentok-projects due --ledger ledger.json                                what the ledger records: ages only
Exit status: 0 nothing is due, 7 something is (even if it waits for its window), 1 something failed, 2 wrong input.
"""


def _add(commands: Any) -> None:
    due = options.subcommand(
        commands, "due", "list the secrets that are due for rotation, and its steps: why, since when, and what they wait for", _EXAMPLES
    )
    options.declared(due, required=False)


def _due(given: argparse.Namespace) -> int:
    if given.file is None and given.ledger is None:
        raise UsageError("due: give the declarations (-f FILE), or the ledger that records them (--ledger FILE)")
    account = Account(given)
    declared = None if given.file is None else files.declarations(given.file)
    fleet = account.fleet()
    with errors_in(given.file):
        report = fleet.plan(fleet.remembered() if declared is None else declared)
    account.print(documents.of_due(account.key, report), lambda: texts.of_due(report, checked=len(report.outcomes)))
    status = outcomes.complain(report)
    return SOMETHING_DUE if status == OK and report.due else status


DUE = Subcommand(name="due", add=_add, run=_due)
