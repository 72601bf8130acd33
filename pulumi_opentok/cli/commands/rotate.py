# SPDX-License-Identifier: Apache-2.0
"""``rotate``."""

from __future__ import annotations

import argparse
from typing import Any

from ...core.desired.project.rotation_plan import TOKENS_DIE
from .. import documents, options, outcomes, terminal, texts
from ..account import Account
from ..subcommand import Subcommand

_EXAMPLES = """\
examples:
  opentok-projects rotate 46000001 --reason 'leaked in a chat' --ledger ledger.json
  opentok-projects rotate 'name=ACME GmbH' --reason 'an employee left' --publish file:/etc/opentok/acme.json --yes
Not idempotent: each call rotates. Without a terminal it needs --yes. Where it may run twice, declare retired_secrets or secret_triggers.
"""


def _add(commands: Any) -> None:
    rotate = options.subcommand(commands, "rotate", "rotate the secret of one project now; every client token of the old one dies", _EXAMPLES)
    options.target(rotate)
    rotate.add_argument("--reason", metavar="TEXT", required=True, type=options.reason, help="why; shown in the output")
    options.publish(rotate)
    rotate.add_argument("--yes", action="store_true", help="do not ask for confirmation")


def _rotate(given: argparse.Namespace) -> int:
    account = Account(given)
    if not given.yes:
        terminal.must_be_able_to_ask()
        project = account.fleet(many=False).pick(given.project)
        terminal.ask(f"Rotate the secret of {project}? {TOKENS_DIE[0].upper()}{TOKENS_DIE[1:]}.")
    done = account.fleet(many=False).rotate(given.project, because=given.reason)
    account.print(documents.of_rotate(account.key, done), lambda: texts.of_rotate(done))
    if done.failure is not None:
        terminal.complain(f"{done.label}: {done.failure}")
    return outcomes.status_of(done)


ROTATE = Subcommand(name="rotate", add=_add, run=_rotate, changes=True, repeats="rotate once more")
