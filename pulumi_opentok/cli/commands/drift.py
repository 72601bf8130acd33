# SPDX-License-Identifier: Apache-2.0
"""``drift``."""

from __future__ import annotations

import argparse
from typing import Any

from ...core import CredentialsError, InvalidInput, OpenTokError
from ...core.desired.drift import of_fleet
from ...core.desired.drift.document import AS_DECLARED, COULD_NOT_LOOK, Document
from ...core.desired.drift.document import DRIFT as DRIFTED
from ...core.desired.drift.first_seen import carried
from ...core.desired.fleet.entries import Declarations
from ...core.desired.fleet.undeclared import Undeclared
from .. import files, options, terminal, texts
from ..account import Account
from ..errors import DUE, FAILED, OK, UsageError, errors_in, lines_of
from ..reports import outputs
from ..subcommand import Subcommand

SOURCE = "opentok-projects drift"
STATUSES = {AS_DECLARED: OK, DRIFTED: DUE, COULD_NOT_LOOK: FAILED}

_EXAMPLES = """\
examples:
  opentok-projects drift -f tenants.yaml --ledger ledger.json
  opentok-projects drift -f tenants.yaml --undeclared report --since drift.json --json-file drift.json --markdown comment.md
  opentok-projects drift -f tenants.yaml --prometheus /var/lib/node_exporter/opentok.prom
Changes nothing but the files that it is told to write. Exit status: 0 all is as declared, 7 something has drifted, 1 it could not look at
everything, 2 wrong input.
"""


def _add(commands: Any) -> None:
    drift = options.subcommand(commands, "drift", "say whether the projects are as declared: what differs, since when, what would be done", _EXAMPLES)
    options.declared(drift, required=True)
    drift.add_argument(
        "--undeclared", choices=("ignore", "report"), default="ignore", help="whether a project that FILE does not declare is drift (default: ignore)"
    )
    drift.add_argument(
        "--since", metavar="FILE", help="the --json-file of the run before, which remembers when each drift was first seen; may be the same file"
    )
    outputs.add(drift)


def _drift(given: argparse.Namespace) -> int:
    outputs.check(given)
    previous = outputs.previous(given.since)
    account = Account(given)
    declared = files.declarations(given.file)
    document = carried(_looked(account, declared), previous)
    printed = outputs.write(given, document)
    if not printed:
        account.print(document, lambda: texts.of_drift(document))
    for one in document["items"]:
        if one["result"] == COULD_NOT_LOOK and not document["errors"]:
            terminal.complain(f"{one['key']}: {one['error']}")
    return STATUSES[document["result"]]


def _looked(account: Account, declared: Declarations) -> Document:
    fleet = account.fleet()
    try:
        with errors_in(account.given.file):
            report = fleet.plan(declared, undeclared=Undeclared(undeclared=account.given.undeclared))
    except (UsageError, InvalidInput, CredentialsError):
        raise
    except OpenTokError as error:
        for line in lines_of(error):
            terminal.complain(line)
        return of_fleet.of_failure(error, declared.entries, source=SOURCE, looked_at=fleet.now(), account_key=account.key)
    return of_fleet.of_report(report, source=SOURCE, looked_at=fleet.now(), account_key=account.key)


DRIFT = Subcommand(name="drift", add=_add, run=_drift)
