# SPDX-License-Identifier: Apache-2.0
"""Where the output goes: its width, its colours, and the question before a change."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable

from .errors import Declined, UsageError
from .tables import clean

prog = "opentok-projects"
"""The command that writes: each line on stderr begins with it."""

COLOURS = {"+": "32", "~": "33", "-": "31", "!": "33"}


def columns() -> int | None:
    """The width that lines are cut to: that of the terminal or of ``COLUMNS``; ``None`` for a pipe or file."""
    if not sys.stdout.isatty() and not os.environ.get("COLUMNS", "").isdigit():
        return None
    return shutil.get_terminal_size().columns


def coloured(text: str, mark: str) -> str:
    """In the colour of the mark, on a terminal that wants colours."""
    plain = not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if plain or mark not in COLOURS else f"\033[{COLOURS[mark]}m{text}\033[0m"


def write(lines: Iterable[str]) -> None:
    """Lines to stdout."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def complain(text: str) -> None:
    """One line to stderr."""
    sys.stderr.write(f"{prog}: {clean(text)}\n")
    sys.stderr.flush()


def wait() -> None:
    """Printed in a signal handler, for whoever waits at the terminal."""
    if sys.stderr.isatty():
        os.write(sys.stderr.fileno(), f"\r\033[K{prog}: interrupted: finishing what was begun\n".encode())


def warn(text: str) -> None:
    """A warning from the connection, for example about the clock."""
    complain(f"warning: {text}")


def someone_is_there() -> bool:
    """Whether a person runs this: cron and CI have no terminal on stdin."""
    return sys.stdin is not None and sys.stdin.isatty()


def must_be_able_to_ask() -> None:
    """Raises :class:`UsageError` if nobody could read a question and answer it."""
    if not someone_is_there() or not sys.stderr.isatty():
        raise UsageError("there is no terminal to ask on: pass --yes")


def ask(question: str) -> None:
    """Continues after a yes. Raises :class:`Declined` after anything else."""
    must_be_able_to_ask()
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise Declined("nothing was done")
