# SPDX-License-Identifier: Apache-2.0
"""Ctrl+C and SIGTERM: what is begun is finished, recorded and published, then the run ends.

    with interrupts.watched():      the whole of a command or module, in the main thread
        look and plan               a signal ends it at once, by Interrupted
        interrupts.begin()          before anything that must not be cut
        do, note, publish           a signal is remembered
        if interrupts.received(): say so, and end

A process that does not watch, such as a program that uses the core as a library, has its signals as it wants them.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from ..errors import Interrupted, RunInterrupted

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class _Watch:
    """Of the whole process, as signals are. The lock may be taken again by the handler, which interrupts the main thread anywhere."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.reset(lambda: None)

    def reset(self, notice: Callable[[], None]) -> None:
        self.number: int | None = None
        self.begun = False
        self.notice = notice

    def arrived(self, number: int, _frame: FrameType | None) -> None:
        with self.lock:
            first, self.number = self.number is None, self.number or number
            begun = self.begun
        if not first:
            return
        if not begun:
            raise Interrupted(number)
        self.notice()


_watch = _Watch()


@contextlib.contextmanager
def watched(notice: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Handles the signals until it is left. ``notice`` is called in the handler, at the first one that has to wait for what is begun.

    A signal that this process ignores (``nohup``, a background job) stays ignored. Does nothing outside of the main thread.
    """
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        _watch.reset(notice)
        for number in (getattr(signal, name) for name in SIGNALS if hasattr(signal, name)):
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, _watch.arrived)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _watch.reset(lambda: None)


def check() -> None:
    """Raises :class:`Interrupted` if a signal has come."""
    if _watch.number is not None:
        raise Interrupted(_watch.number)


def begin() -> None:
    """From here on nothing is cut. Raises :class:`Interrupted` if a signal has come already."""
    with _watch.lock:
        check()
        _watch.begun = True


def has_begun() -> bool:
    """Whether anything was begun that had to be finished."""
    return _watch.begun


def received() -> int | None:
    """The number of the signal that has come."""
    return _watch.number


def not_begun(stopped: Interrupted) -> RunInterrupted:
    """The error of a run that a signal ended before anything was begun."""
    return RunInterrupted(f"interrupted by {signal.Signals(stopped.number).name}: nothing was done")


def finished_first() -> RunInterrupted | None:
    """The error of a run that finished what was begun when a signal came; ``None`` if none has come."""
    if _watch.number is None:
        return None
    return RunInterrupted(f"interrupted by {signal.Signals(_watch.number).name}: what was begun is finished and recorded, and nothing else was begun")
