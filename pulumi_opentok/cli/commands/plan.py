# SPDX-License-Identifier: Apache-2.0
"""``plan``."""

from __future__ import annotations

import argparse
from typing import Any

from .. import documents, files, options, outcomes, saved_plan, texts
from ..account import Account
from ..errors import DUE, OK
from ..planning import planned
from ..subcommand import Subcommand


def _add(commands: Any) -> None:
    plan = options.subcommand(commands, "plan", "show what apply would do; changes nothing")
    options.declared(plan, required=True)
    options.fleet(plan)
    plan.add_argument("--out", metavar="PLAN", help="also write the plan to this file (mode 0600, no secrets), for apply --plan")
    plan.add_argument("--expect-no-changes", action="store_true", help="exit with 7 when something would change")


def _plan(given: argparse.Namespace) -> int:
    saved_plan.check(given)
    account = Account(given)
    declared = files.declarations(given.file)
    report = planned(account, declared)
    if given.out is not None:
        saved_plan.write(given.out, account, declared, report)
    account.print(lambda: documents.of_run(account.key, report, applied=False), lambda: texts.of_run(report, applied=False))
    status = outcomes.complain(report)
    return DUE if status == OK and given.expect_no_changes and report.changes else status


PLAN = Subcommand(name="plan", add=_add, run=_plan)
