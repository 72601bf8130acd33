# SPDX-License-Identifier: Apache-2.0
"""``guard``."""

from __future__ import annotations

import argparse
import datetime
from typing import Any

from ...core.desired.drift.approval import ONLY, beyond, unlike, unsaid
from .. import files, terminal
from ..errors import DUE, OK
from ..options import local_subcommand
from ..reports.sources import read
from ..subcommand import Subcommand
from ..tables import clean

_EXAMPLES = """\
examples:
  pulumi preview --refresh --json --save-plan plan.bin > preview.json
  opentok-projects guard preview.json --approved approved.json && pulumi up --refresh --plan plan.bin --yes
  opentok-projects guard now.json --only rotations
Sends nothing. Exit status: 0 it is what was approved, 7 it is not: one line for each difference, 2 wrong input.
"""


def _add(commands: Any) -> None:
    guard = local_subcommand(commands, "guard", "say whether what would be done now is what was approved", _EXAMPLES)
    guard.add_argument("now", metavar="FILE", help="what would be done now: whatever `report --from` takes; - is stdin")
    rule = guard.add_mutually_exclusive_group(required=True)
    rule.add_argument("--approved", metavar="FILE", help="what would have been done when it was approved, in any of the same forms")
    rule.add_argument("--only", choices=ONLY, help="whatever else would be done is not approved")


def _guard(given: argparse.Namespace) -> int:
    now = _document(given.now, "FILE")
    approved = _document(given.approved, "--approved") if given.approved else now
    for text in unsaid(approved, now) if given.approved else ():
        terminal.complain(text)
    found = unlike(approved, now) if given.approved else beyond(given.only, now)
    terminal.write(map(clean, found))
    return DUE if found else OK


def _document(path: str, option: str) -> Any:
    called = f"{option} {path}"
    return read(files.json_document(path, called), called, datetime.datetime.now(datetime.timezone.utc))


GUARD = Subcommand(name="guard", add=_add, run=_guard)
