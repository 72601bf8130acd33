# SPDX-License-Identifier: Apache-2.0
"""``move``."""

from __future__ import annotations

import argparse
from typing import Any

from ...core.desired.ledger.moving import abandon, move
from ..errors import OK, UsageError
from ..subcommand import Subcommand
from . import places

_EXAMPLES = """\
examples:
  opentok-ledger move ledger.json postgresql://db.example.com/opentok
  opentok-ledger move ledger.json postgresql://db.example.com/opentok --abandon
FROM keeps its entries and is marked: whoever still names it is refused and told where it is. Nobody works with either while it is moved.
Run it again if it was killed. To move back, move TO to FROM.
"""


def _add(commands: Any) -> None:
    made = places.subcommand(commands, "move", "copy a ledger to another place, compare, and mark the old one as moved", _EXAMPLES)
    made.add_argument("source", metavar="FROM", help=places.PLACE)
    made.add_argument("target", metavar="TO", help="the same; an empty one, or one that FROM was moved from")
    made.add_argument("--keep", action="store_true", help="copy only: FROM stays in use, and both go their own ways")
    made.add_argument("--abandon", action="store_true", help="take back a move that was not ended: FROM stays in use, and TO leads to it")


def _move(given: argparse.Namespace) -> int:
    if given.keep and given.abandon:
        raise UsageError("--keep contradicts --abandon: leave one out")
    source, target = places.opened(given.source, "FROM"), places.opened(given.target, "TO")
    document: dict[str, Any] = {"from": source.where, "to": target.where, "moved": False, "entries": 0}
    if given.abandon:
        taken = abandon(source, target)
        line = f"not moved: {places.named(source.where)} stays in use; {places.entries(taken)} taken out of {places.named(target.where)}"
        places.print_done(given, document, line)
        return OK
    done = move(source, target, keep=given.keep)
    document |= {"moved": not given.keep, "entries": done.entries}
    both = f"{places.named(source.where)} to {places.named(target.where)}"
    what = "copied from" if given.keep else "moved before from" if done.already else "moved from"
    places.print_done(given, document, f"{places.entries(done.entries)} {what} {both}")
    return OK


MOVE = Subcommand(name="move", add=_add, run=_move, changes=True)
