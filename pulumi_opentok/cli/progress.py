# SPDX-License-Identifier: Apache-2.0
"""How far a run over many projects is: a bar on stderr, and nothing if that is no terminal."""

from __future__ import annotations

import shutil
import sys
import time
from typing import Any

from ..core.desired.fleet.report import Outcome
from .tables import clean, cut

PAUSE = 0.1
"""Seconds between two pictures of it."""

ROOM = 40
"""Columns that the bar and the numbers take up, at most."""


class Progress:
    """The bar of one phase of a run after the other. What else is written to stderr meanwhile stands above it."""

    _live: Any = None
    """The one that is shown."""

    def __init__(self) -> None:
        self._shows = sys.stderr.isatty()
        self._next: float | None = None
        self._failed = 0

    def __call__(self, done: int, total: int, outcome: Outcome) -> None:
        if not self._shows or total < 2:
            return
        self._failed += outcome.failure is not None and not outcome.not_begun
        # Of what takes no longer than this nothing is shown.
        self._next = self._next or time.monotonic() + PAUSE
        if time.monotonic() >= self._next and done < total:
            self._next = time.monotonic() + PAUSE
            self._show(done, total, outcome)
        if done == total:
            ended()

    def _show(self, done: int, total: int, outcome: Outcome) -> None:
        if Progress._live is None:
            Progress._live = _bar(total)
            Progress._live.start()
        label = cut(clean(outcome.label), max(shutil.get_terminal_size().columns - ROOM, 8))
        failed = f"{self._failed} failed" if self._failed else ""
        Progress._live.update(Progress._live.task_ids[0], completed=done, total=total, label=label, failed=failed, refresh=True)


def ended() -> None:
    """Gives the terminal back as it was."""
    live, Progress._live = Progress._live, None
    if live is not None:
        live.stop()


def _bar(total: int) -> Any:
    # Here: it takes a while to load, and most runs show none.
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = [
        BarColumn(bar_width=12),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        # Names as they are: what looks like markup is none.
        TextColumn("{task.fields[failed]}", style="red", markup=False),
        TextColumn("{task.fields[label]}", markup=False),
    ]
    bar = Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False, redirect_stdout=False)
    bar.add_task("", total=total, label="", failed="")
    return bar
