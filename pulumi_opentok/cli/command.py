# SPDX-License-Identifier: Apache-2.0
"""The command ``opentok-projects``."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ..core import ENVIRONMENT, Connection, InvalidInput, OpenTokError
from ..core.desired import Scope, interrupts
from ..core.desired.fleet.entries import Declarations
from ..core.desired.fleet.fleet import Fleet
from ..core.desired.fleet.report import FleetReport, Outcome
from ..core.desired.ledger.ledger import Ledger
from ..core.desired.project.rotation_plan import TOKENS_DIE
from ..core.errors import Interrupted
from . import arguments, documents, files, terminal, texts
from .errors import DUE, FAILED, NOT_FINISHED, OK, SIGNALLED, UsageError, lines_of, status_of, within
from .publishing import publishing


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command. Returns the exit status."""
    given = arguments.parse(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that this terminal cannot show is no reason to stop.
        sys.stdout.reconfigure(errors="backslashreplace")
    with interrupts.watched(terminal.wait):
        return _ended(given, _run(given))


def _ended(given: argparse.Namespace, status: int) -> int:
    """The exit status, after a word on the signal that came meanwhile."""
    number = interrupts.received()
    if number is None:
        return status
    if not interrupts.has_begun():
        terminal.complain(f"interrupted{': nothing was done' if given.command in CHANGING else ''}")
    elif given.command == "rotate":
        terminal.complain("interrupted: what was begun is finished; run again, it would rotate once more")
    else:
        terminal.complain("interrupted: what was begun is finished, the rest is not done; run again")
    return SIGNALLED + number


def _run(given: argparse.Namespace) -> int:
    try:
        return COMMANDS[given.command](given)
    except Interrupted:
        return FAILED
    except BrokenPipeError:
        # Whoever read it has seen enough; Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OpenTokError as error:
        if _debug():
            raise
        for line in lines_of(error):
            terminal.complain(line)
        return status_of(error)
    except Exception as error:  # one line for whatever it is; its text could hold a secret
        if _debug():
            raise
        terminal.complain(f"unexpected {type(error).__name__}, a fault of this program: OPENTOK_DEBUG=1 shows where")
        return FAILED


def _list(given: argparse.Namespace) -> int:
    account = _Account(given)
    shown = account.fleet().look()
    account.print(documents.of_list(account.key, shown), lambda: texts.of_list(shown, ledger=given.ledger is not None))
    return OK


def _show(given: argparse.Namespace) -> int:
    account = _Account(given)
    fleet = account.fleet()
    shown = fleet.look_at(given.project)
    secret = given.show_secret
    account.print(documents.of_show(account.key, shown, show_secret=secret), lambda: texts.of_show(shown, show_secret=secret))
    return OK


def _plan(given: argparse.Namespace) -> int:
    account = _Account(given)
    report = _planned(account, files.declarations(given.file))
    account.print(documents.of_run(account.key, report, applied=False), lambda: texts.of_run(report, applied=False))
    status = _failures(report)
    return DUE if status == OK and given.expect_no_changes and report.changed else status


def _apply(given: argparse.Namespace) -> int:
    account = _Account(given)
    declared = files.declarations(given.file)
    expected = None
    if not (given.yes or given.json) and terminal.someone_is_there():
        expected = _planned(account, declared)
        if expected.changed:
            terminal.write(texts.of_run(expected, applied=False))
            _failures(expected)
            terminal.ask("Do this?")
    many = len(declared.entries) != 1
    with _said_of(given.file):
        report = account.fleet(many=many).apply(declared, purge_at_most=given.purge_at_most, expected=expected)
    account.print(documents.of_run(account.key, report, applied=True), lambda: texts.of_run(report, applied=True))
    return _failures(report)


def _planned(account: _Account, declared: Declarations) -> FleetReport:
    with _said_of(account.given.file):
        return account.fleet(many=len(declared.entries) != 1).plan(declared, purge_at_most=account.given.purge_at_most)


def _rotate(given: argparse.Namespace) -> int:
    account = _Account(given)
    if not given.yes:
        terminal.must_be_able_to_ask()
        project = account.fleet(many=False).pick(given.project)
        terminal.ask(f"Rotate the secret of {project}? {TOKENS_DIE[0].upper()}{TOKENS_DIE[1:]}.")
    done = account.fleet(many=False).rotate(given.project, because=given.reason)
    account.print(documents.of_rotate(account.key, done), lambda: texts.of_rotate(done))
    if done.failure is not None:
        terminal.complain(f"{done.label}: {done.failure}")
    return _status(done)


def _due(given: argparse.Namespace) -> int:
    if given.file is None and given.ledger is None:
        raise UsageError("due: give the declarations (-f FILE), or the ledger that remembers them (--ledger FILE)")
    account = _Account(given)
    declared = None if given.file is None else files.declarations(given.file)
    fleet = account.fleet()
    with _said_of(given.file):
        report = fleet.plan(fleet.remembered() if declared is None else declared)
    account.print(documents.of_due(account.key, report), lambda: texts.of_due(report, checked=len(report.outcomes)))
    status = _failures(report)
    return DUE if status == OK and report.due else status


CHANGING = ("apply", "rotate")

COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "show": _show,
    "plan": _plan,
    "apply": _apply,
    "rotate": _rotate,
    "due": _due,
}


CALLED = {name: f"--{name.replace('_', '-')} (or {variable})" for name, variable in ENVIRONMENT.items()}
"""What errors call the settings of a connection."""


class _Account:
    """The account that the arguments and the environment name."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given = given
        secret = None if given.account_secret_file is None else files.secret(given.account_secret_file)
        settings = {"account_key": given.account_key, "account_secret": secret, "api_url": given.api_url, "timeout": given.timeout}
        settings["allow_http"] = given.allow_http
        self._connection = Connection.resolve(settings, called=CALLED)
        self._connection.account_credentials()
        self.key = self._connection.account_key

    def fleet(self, *, many: bool = True) -> Fleet:
        """Its projects, to be looked at anew. ``many``: each of several needs a place of its own to be published to."""
        scope = Scope(self._connection, warn=terminal.warn)
        ledger = None if self.given.ledger is None else Ledger(self.given.ledger)
        targets = getattr(self.given, "publish", [])
        return Fleet(
            scope,
            ledger=ledger,
            publish=publishing(targets, many=many) if targets else None,
            parallel=getattr(self.given, "parallel", 1),
            progress=terminal.Progress(),
        )

    def print(self, document: Mapping[str, Any], text: Callable[[], list[str]]) -> None:
        """The one or the other."""
        if not self.given.json:
            terminal.write(text())
            return
        ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
        terminal.write([documents.as_text(document, ascii_only=ascii_only)])


@contextlib.contextmanager
def _said_of(file: str | None) -> Iterator[None]:
    """What is wrong with a declaration names its file."""
    try:
        yield
    except InvalidInput as error:
        raise error if file is None else within(file, error) from None


def _failures(report: FleetReport) -> int:
    for outcome in report.everything:
        if outcome.failure is not None and not outcome.not_begun:
            terminal.complain(f"{outcome.label}: {outcome.failure}")
    found = {_status(outcome) for outcome in report.everything}
    return next((status for status in (NOT_FINISHED, FAILED) if status in found), OK)


def _status(outcome: Outcome) -> int:
    if outcome.failure is None:
        return OK
    return NOT_FINISHED if outcome.not_finished else FAILED


def _debug() -> bool:
    return os.environ.get("OPENTOK_DEBUG") == "1"
