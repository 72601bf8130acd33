# SPDX-License-Identifier: Apache-2.0
"""The command ``opentok-projects``."""

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

BY_NAME = {subcommand.name: subcommand for subcommand in SUBCOMMANDS}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command. Returns the exit status."""
    given = arguments.parse(argv)
    # What a run over many projects makes lives until its end: to look for garbage among it at the usual pace takes a quarter of the time.
    gc.set_threshold(50_000)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A name that this terminal cannot show is no reason to stop.
        sys.stdout.reconfigure(errors="backslashreplace")
    with interrupts.watched(terminal.wait):
        try:
            return _ended(given, _run(given))
        finally:
            progress.ended()


def _ended(given: argparse.Namespace, status: int) -> int:
    """The exit status, after reporting a signal that arrived meanwhile."""
    number = interrupts.received()
    if number is None:
        return status
    if not interrupts.has_begun():
        terminal.complain(f"interrupted{': nothing was done' if BY_NAME[given.command].changes else ''}")
    elif given.command == "rotate":
        terminal.complain("interrupted: what was begun is finished; running it again would rotate once more")
    else:
        terminal.complain("interrupted: what was begun is finished, the rest is not done; run again")
    return SIGNALLED + number


def _run(given: argparse.Namespace) -> int:
    try:
        return BY_NAME[given.command].run(given)
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
