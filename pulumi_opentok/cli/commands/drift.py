# SPDX-License-Identifier: Apache-2.0
"""``drift``."""

from __future__ import annotations

import argparse
import contextlib
import datetime
from typing import Any

from ...core import OpenTokError
from ...core.desired.drift.document import AS_DECLARED, COULD_NOT_LOOK, Document
from ...core.desired.drift.document import DRIFT as DRIFTED
from ...core.desired.drift.look import UNDECLARED, look, not_looked
from .. import files, options, outcomes, terminal, texts
from ..account import Account
from ..errors import DUE, FAILED, OK, UsageError, errors_in
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
        "--undeclared", choices=UNDECLARED, default="ignore", help="whether a project that FILE does not declare is drift (default: ignore)"
    )
    drift.add_argument(
        "--since", metavar="FILE", help="the --json-file of the run before, which remembers when each drift was first seen; may be the same file"
    )
    drift.add_argument("--allow-empty", action="store_true", help="a FILE that declares nothing is no mistake")
    outputs.add(drift)


def _drift(given: argparse.Namespace) -> int:
    outputs.check(given)
    previous = None
    try:
        previous = outputs.previous(given.since)
        account = Account(given)
        document = _looked(account, previous)
    except OpenTokError as error:
        now = datetime.datetime.now(datetime.timezone.utc)
        with contextlib.suppress(OpenTokError):
            outputs.write(given, not_looked(error, source=SOURCE, looked_at=now, previous=previous))
        raise
    if not outputs.write(given, document):
        account.print(document, lambda: texts.of_drift(document))
    _complain(document)
    return STATUSES[document["result"]]


def _looked(account: Account, previous: Document | None) -> Document:
    given = account.given
    declared = files.declarations(given.file)
    if not declared.entries and not given.allow_empty:
        raise UsageError(f"{given.file}: declares nothing, so nothing could drift: a mistake, more often than not; if it is meant, --allow-empty")
    with errors_in(given.file):
        return look(
            account.fleet(),
            declared,
            source=SOURCE,
            account_key=account.key,
            undeclared=given.undeclared,
            allow_empty=given.allow_empty,
            previous=previous,
        )


def _complain(document: Document) -> None:
    """Lines on stderr for all that could not be looked at."""
    for text in document["errors"]:
        terminal.complain(text)
    if not document["errors"]:
        outcomes.complain_each((str(one["key"]), str(one["error"])) for one in document["items"] if one["result"] == COULD_NOT_LOOK)


DRIFT = Subcommand(name="drift", add=_add, run=_drift)
