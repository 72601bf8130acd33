# SPDX-License-Identifier: Apache-2.0
"""One line of progress for something that takes minutes."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO


class Progress:
    """Says what is happening and for how long it has: in place on a terminal, else a fresh line now and then.

        with Progress("engine") as progress:
            progress.say("compiling")

    Args:
        subject: the word that every line starts with.
        out: where to; standard error unless given.
        every: seconds between two lines where `out` is no terminal (between two updates of the one line where it is: 1).
        clock: seconds, monotonic; for tests.
    """

    def __init__(self, subject: str, out: TextIO | None = None, every: float = 15.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._subject, self._out, self._clock = subject, out or sys.stderr, clock
        self._tty = self._out.isatty()
        self._every = 1.0 if self._tty else every
        self._start = clock()
        self._what = ""
        self._width = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def say(self, what: str, at_once: bool = True) -> None:
        """What is happening now; with `at_once=False` it is shown with the next beat only."""
        self._what = what
        if at_once:
            self.show()

    def show(self) -> None:
        """Writes the line."""
        what, taken = f"{self._subject}: {self._what}", f" ({elapsed(self._clock() - self._start)})"
        line = what + taken
        if self._tty:
            # What a terminal has to wrap is not rewritten in place: its last column stays empty too.
            room = self._columns() - 1
            line = line if len(line) <= room else what[: max(room - len(taken) - 1, 0)] + "…" + taken
            self._out.write("\r" + line.ljust(min(self._width, room)))
            self._width = len(line)
        else:
            self._out.write(line + "\n")
        self._out.flush()

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._out.fileno()).columns or 80
        except (OSError, ValueError):
            return 80

    def _beat(self) -> None:
        while not self._over.wait(self._every):
            if self._what:
                self.show()

    def __enter__(self) -> Progress:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
        if self._tty and self._width:
            self._out.write("\n")
            self._out.flush()


def elapsed(seconds: float) -> str:
    """`4 s`, `3 min 05 s`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
