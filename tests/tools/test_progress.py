# SPDX-License-Identifier: Apache-2.0
"""The line of progress: rewritten in place on a terminal, fresh lines elsewhere."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import struct
import termios
import threading

import pytest

from tools.progress import Progress, elapsed


class Screen(io.StringIO):
    """Standard error of a terminal or of a log; an event tells when a text has been written `enough` times."""

    def __init__(self, tty: bool, awaited: str = "", enough: int = 1) -> None:
        super().__init__()
        self._tty, self._awaited, self._left = tty, awaited, enough
        self.seen = threading.Event()

    def isatty(self) -> bool:
        return self._tty

    def write(self, text: str) -> int:
        if self._awaited and self._awaited in text:
            self._left -= 1
            if self._left == 0:
                self.seen.set()
        return super().write(text)


def test_a_log_gets_fresh_lines() -> None:
    now = iter([0.0, 0.0, 75.0])
    log = Screen(tty=False)
    with Progress("engine", log, every=3600, clock=lambda: next(now)) as progress:
        progress.say("downloading")
        progress.say("not worth a line of its own", at_once=False)
        progress.say("compiling")
    assert log.getvalue() == "engine: downloading (0 s)\nengine: compiling (1 min 15 s)\n"


def test_a_terminal_has_one_line_rewritten_in_place() -> None:
    screen = Screen(tty=True)
    with Progress("engine", screen, clock=lambda: 0.0) as progress:
        progress.say("downloading")
        progress.say("done")
    first, second = "engine: downloading (0 s)", "engine: done (0 s)"
    assert screen.getvalue() == f"\r{first}\r{second.ljust(len(first))}\n", "the shorter line must wipe the longer one"


@pytest.mark.parametrize("columns", [40, 30])
def test_the_line_fits_the_terminal(columns: int) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(theirs, "w", encoding="utf-8") as screen:
        with Progress("engine", screen, clock=lambda: 0.0) as progress:
            progress.say("building Pulumi v3.276.0 with Go, once: 12 modules downloaded")
            progress.say("done")
        first, second = os.read(ours, 4096).decode().rstrip("\r\n").lstrip("\r").split("\r")
    os.close(ours)
    assert (len(first), first[:15], first[-7:]) == (columns - 1, "engine: buildin", "… (0 s)")
    assert (len(second), second.rstrip()) == (columns - 1, "engine: done (0 s)")


def test_it_goes_on_saying_what_is_happening() -> None:
    log = Screen(tty=False, awaited="engine: compiling", enough=3)
    with Progress("engine", log, every=0.001) as progress:
        progress.say("compiling")
        log.seen.wait()


def test_nothing_is_written_where_nothing_was_said() -> None:
    log = Screen(tty=True)
    with Progress("engine", log):
        pass
    assert log.getvalue() == ""


@pytest.mark.parametrize(("seconds", "text"), [(0.9, "0 s"), (59.9, "59 s"), (60, "1 min 00 s"), (185, "3 min 05 s")])
def test_elapsed(seconds: float, text: str) -> None:
    assert elapsed(seconds) == text
