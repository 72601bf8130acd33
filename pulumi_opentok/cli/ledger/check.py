# SPDX-License-Identifier: Apache-2.0
"""``check``."""

from __future__ import annotations

import argparse
import os
from typing import Any

from ...core import ENVIRONMENT
from ...core.desired.ledger.ledger import VERSION, Entry, Ledger, NoMap
from ...core.errors import LedgerError
from .. import documents, options, terminal
from ..account import Account
from ..errors import DUE, OK
from ..subcommand import Subcommand
from . import places
from .findings import Finding, damaged, differing, unindexed

_EXAMPLES = """\
examples:
  opentok-ledger check ledger.json
  opentok-ledger check postgresql://db.example.com/opentok --read-only
It opens LEDGER as a run does, and writes no entry; --read-only leaves that out too. Where the account's credentials are given or in the
environment, its projects are listed and compared with what LEDGER remembers of them.
Exit status: 0 all is well, 7 something is not as it should be, 1 it could not look, 2 wrong usage.
"""


def _add(commands: Any) -> None:
    check = places.subcommand(commands, "check", "say whether a ledger can be used, and whether what it remembers is so", _EXAMPLES)
    check.add_argument("ledger", metavar="LEDGER", help=places.PLACE)
    check.add_argument("--read-only", action="store_true", help="do not look whether it can be written to")
    options.account_of(check)


def _check(given: argparse.Namespace) -> int:
    ledger = places.opened(given.ledger, patience=0.0)
    account = Account(argparse.Namespace(**{**vars(given), "ledger": None})) if _has_credentials(given) else None
    findings: list[Finding] = [] if given.read_only else _cannot_be_written(ledger)
    odd: set[str] = set()
    with ledger.read_only(marked=True, odd=odd.add) as book:
        understood = dict(sorted(book.everything().items()))
        held = book.holders()
        mark = book.mark
        findings += damaged(understood, odd)
        findings += unindexed(book, understood)
    entries: dict[str, Entry] = {**understood, **{key: {} for key in odd}}
    if mark is not None:
        findings.insert(0, Finding("moved", None, f"{places.named(ledger.where)} {': '.join(mark.says())}"))
    if account is not None:
        findings += differing(understood, account.key, account.fleet().look())
    accounts: dict[str, int] = {}
    for entry in entries.values():
        accounts[str(entry.get("account_key") or "")] = accounts.get(str(entry.get("account_key") or ""), 0) + 1
    document = {
        "ledger": ledger.where,
        "version": VERSION,
        "mark": mark and mark.as_dict(),
        "entries": len(entries),
        "accounts": accounts,
        "held": [{"what": what, "holder": holder} for what, holder in sorted(held.items())],
        "compared_with": None if account is None else account.key,
        "findings": [finding.as_dict() for finding in findings],
    }
    if given.json:
        documents.write(document)
    else:
        terminal.write(_lines(document))
    return DUE if findings else OK


def _has_credentials(given: argparse.Namespace) -> bool:
    named = (given.account_key, given.account_secret_file, *(os.environ.get(ENVIRONMENT[name]) for name in ("account_key", "account_secret")))
    return any(named)


def _cannot_be_written(ledger: Ledger) -> list[Finding]:
    try:
        with ledger.locked(marked=True):
            return []
    except NoMap:  # which is a finding of its own
        return []
    except LedgerError as error:
        return [Finding("not writable", None, str(error))]


def _lines(document: dict[str, Any]) -> list[str]:
    whose = ", ".join(f"{number} of account {key}" if key else f"{number} of no account" for key, number in document["accounts"].items())
    lines = [f"{places.named(document['ledger'])}: {places.entries(document['entries'])}{f' ({whose})' if whose else ''}"]
    lines += [f"held: {one['what']} by {one['holder'] or 'a run that does not say which'}" for one in document["held"]]
    if document["compared_with"] is not None:
        lines.append(f"compared with account {document['compared_with']}")
    found = document["findings"]
    return [*lines, *(terminal.coloured(f"! {one['text']}", "!") for one in found), f"{len(found)} {'finding' if len(found) == 1 else 'findings'}"]


CHECK = Subcommand(name="check", add=_add, run=_check)
