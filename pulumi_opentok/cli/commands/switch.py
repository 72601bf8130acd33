# SPDX-License-Identifier: Apache-2.0
"""``suspend`` and ``activate``."""

from __future__ import annotations

import argparse
import functools
from typing import Any

from ...core.desired.fleet.csv_rows import wanted_of_csv
from ...core.desired.fleet.entries import Declarations, Entry
from ...core.desired.fleet.hidden import hidden_label
from ...core.desired.fleet.meant import Meant, Wanted, find_meant
from ...core.desired.fleet.report import FleetReport
from .. import documents, files, options, outcomes, terminal, texts
from ..account import Account
from ..errors import FAILED, Declined, UsageError
from ..subcommand import Subcommand

_EXAMPLES = """\
examples:
  opentok-projects {verb} 46000001
  opentok-projects {verb} 'ACME GmbH' Globex --reason 'ticket 4711'
  opentok-projects {verb} --csv overdue.csv                       asks first
  opentok-projects {verb} --csv overdue.csv --dry-run             only shows what it would do
  psql ... --csv | opentok-projects {verb} --csv - --yes
The CSV has a line of headings with api_key, id or name (or say --column NAME), separated by commas, semicolons or tabs.
A line of which two of these mean different projects is refused.
All projects are looked up first: if one is not known, nothing is done at all.
Exit status: 0 done, or nothing to do; 1 something failed (the rest is done), a project is not known or you answered no (nothing was done);
2 wrong usage or input.
"""

STATUSES = {"suspend": "suspended", "activate": "active"}
WHAT = {
    "suspend": "suspend projects: their keys, and every session made with them, stop working at once",
    "activate": "activate projects: their keys work again",
}
AGAIN = "where a file of opentok-projects, a stack or a playbook declares them {other}, its next run {verb}s them again: declare them {status} there"


def _add(verb: str, commands: Any) -> None:
    switch = options.subcommand(commands, verb, WHAT[verb], _EXAMPLES.format(verb=verb), ledger=False)
    either = "ids (= API keys) or exact names; id=... or name=... where it could be either"
    switch.add_argument("projects", metavar="ID_OR_NAME", nargs="*", help=either)
    switch.add_argument("--csv", metavar="FILE", help="the projects that a CSV file names; - is stdin")
    switch.add_argument("--column", metavar="NAME", type=options.text, help="the heading of the only column to go by")
    switch.add_argument("--skip-unknown", action="store_true", help="leave out what names no project; without, nothing is done then")
    switch.add_argument("--reason", metavar="TEXT", type=options.reason, help="why; shown in the output")
    switch.add_argument("--dry-run", action="store_true", help="show what would be done, and do nothing")
    switch.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    options.parallel(switch)


def _switch(verb: str, given: argparse.Namespace) -> int:
    wanted = _wanted(given)
    account = Account(given)
    asks = not (given.yes or given.dry_run)
    if asks:
        _must_be_able_to_ask(given)
    fleet = account.fleet()
    meant = find_meant(fleet.look(), wanted, account.key)
    if not _can_go_on(meant, skip_unknown=given.skip_unknown):
        return FAILED
    declared = _declarations(meant, STATUSES[verb])
    show = functools.partial(_print, verb, account, meant)
    if given.dry_run:
        report = fleet.plan(declared)
        show(report, applied=False)
        return outcomes.complain(report)
    digest = None
    if asks:
        planned = fleet.plan(declared)
        if not planned.changed:
            show(planned, applied=True)
            return outcomes.complain(planned)
        show(planned, applied=False)
        _ask(verb, planned, account.key)
        # The account may have changed while somebody read that.
        fleet, digest = account.fleet(), planned.digest
    report = fleet.apply(declared, expected_digest=digest)
    show(report, applied=True)
    return outcomes.complain(report)


def _wanted(given: argparse.Namespace) -> list[Wanted]:
    if bool(given.projects) == (given.csv is not None):
        raise UsageError(f"{given.command}: name the projects, or give a file of them with --csv, one of the two")
    if given.column is not None and given.csv is None:
        raise UsageError("--column is about the file of --csv: give that as well")
    if given.csv is not None:
        return wanted_of_csv(files.csv_text(given.csv), "stdin" if given.csv == "-" else given.csv, given.column)
    if not all(text.strip() for text in given.projects):
        raise UsageError(f"{given.command}: an id or a name is empty: is a variable of your shell not set?")
    return [Wanted(text=text) for text in given.projects]


def _must_be_able_to_ask(given: argparse.Namespace) -> None:
    if given.json:
        raise UsageError("--json does not ask: pass --yes as well, or --dry-run")
    if given.csv == "-":
        raise UsageError("stdin has the CSV, so nobody can answer there: pass --yes or --dry-run, or give a file")
    terminal.must_be_able_to_ask()


def _can_go_on(meant: Meant, *, skip_unknown: bool) -> bool:
    """Whether it is clear which projects are meant; says what is not."""
    for line in meant.unknown:
        terminal.complain(f"skipped: {line}" if skip_unknown else line)
    for line in meant.ambiguous:
        terminal.complain(line)
    refused = bool(meant.ambiguous) or (bool(meant.unknown) and not skip_unknown)
    if refused:
        way_out = ", or leave out those that are not known with --skip-unknown" if meant.unknown and not meant.ambiguous else ""
        terminal.complain(f"nothing was done: say which projects are meant{way_out}")
    elif not meant.projects:
        terminal.complain("nothing was done: no project is left")
        return False
    return not refused


def _declarations(meant: Meant, status: str) -> Declarations:
    entries = (Entry(label=hidden_label(one["name"] or one["id"], one["id"]), inputs={"id": one["id"], "status": status}) for one in meant.projects)
    return Declarations(entries=tuple(entries))


def _ask(verb: str, planned: FleetReport, account_key: str | None) -> None:
    many = f"{planned.changed} projects" if planned.changed > 1 else "this project"
    try:
        terminal.ask(f"{verb.capitalize()} {many} of account {account_key}?")
    except Declined:
        raise Declined("nothing was done: you did not answer yes") from None


def _print(verb: str, account: Account, meant: Meant, report: FleetReport, *, applied: bool) -> None:
    given, skipped = account.given, meant.unknown

    def lines() -> list[str]:
        return _lines(verb, report, meant, applied=applied, reason=given.reason)

    account.print(documents.of_switch(account.key, report, applied=applied, reason=given.reason, skipped=skipped), lines)


def _lines(verb: str, report: FleetReport, meant: Meant, *, applied: bool, reason: str | None) -> list[str]:
    *plan, _summary = texts.of_run(report, applied=applied)
    status = STATUSES[verb]
    back, other = next(item for item in STATUSES.items() if item[0] != verb)
    found = [*plan, texts.of_switch(report, status, applied=applied)]
    if meant.repeated:
        found.append(f"named more than once: {meant.repeated} {'line' if meant.repeated == 1 else 'lines'} left out")
    if reason:
        found.append(f"reason: {reason}")
    if report.changed and applied:
        found.append(f"note: {AGAIN.format(verb=back, other=other, status=status)}")
    return found


def _subcommand(verb: str) -> Subcommand:
    return Subcommand(name=verb, add=functools.partial(_add, verb), run=functools.partial(_switch, verb), changes=True)


SUSPEND, ACTIVATE = map(_subcommand, STATUSES)
