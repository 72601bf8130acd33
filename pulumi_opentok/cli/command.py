# SPDX-License-Identifier: Apache-2.0
"""Runs a command, and reports how it ends."""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence

from ..core import OpenTokError
from ..core.desired import interrupts
from ..core.errors import Interrupted
from . import arguments, progress, terminal
from .commands import SUBCOMMANDS
from .errors import FAILED, SIGNALLED, lines_of, status_of
from .subcommand import Subcommand


def main(argv: Sequence[str] | None = None) -> int:
    """Runs ``opentok-projects``. Returns the exit status."""
    return run(arguments.parser(), SUBCOMMANDS, argv)


def run(parser: argparse.ArgumentParser, subcommands: Sequence[Subcommand], argv: Sequence[str] | None) -> int:
    """Runs a command that has these ``subcommands``. Ends the process for ``--help`` and for wrong arguments."""
    terminal.prog = parser.prog
    given = parser.parse_args(argv)
    subcommand = next(one for one in subcommands if one.name == given.command)
    # What a run over many projects makes lives until its end: to look for garbage among it at the usual pace takes a quarter of the time.
    gc.set_threshold(50_000)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that this terminal cannot show is no reason to stop.
        sys.stdout.reconfigure(errors="backslashreplace")
    with interrupts.watched(terminal.wait):
        try:
            return _ended(subcommand, _run(subcommand, given))
        finally:
            progress.ended()


def _ended(subcommand: Subcommand, status: int) -> int:
    """The exit status, after reporting a signal that arrived meanwhile."""
    number = interrupts.received()
    if number is None:
        return status
    if not interrupts.has_begun():
        terminal.complain(f"interrupted{': nothing was done' if subcommand.changes else ''}")
    elif subcommand.repeats:
        terminal.complain(f"interrupted: what was begun is finished; running it again would {subcommand.repeats}")
    else:
        terminal.complain("interrupted: what was begun is finished, the rest is not done; run again")
    return SIGNALLED + number


def _run(subcommand: Subcommand, given: argparse.Namespace) -> int:
    try:
        return subcommand.run(given)
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
        terminal.complain(f"unexpected {type(error).__name__}, a bug in this program: OPENTOK_DEBUG=1 shows where")
        return FAILED


def _debug() -> bool:
    return os.environ.get("OPENTOK_DEBUG") == "1"
