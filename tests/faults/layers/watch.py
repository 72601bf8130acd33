# SPDX-License-Identifier: Apache-2.0
"""A moment in a server's life that is seen from outside: its request hangs, because the emulator holds back the answer."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.faults.opentok import OpenTokProcess
from tests.faults.schedule import Moment

LOOK = 0.004
"""Seconds between two looks whether the request has come."""

LONG = 3000.0


class Watch:
    """While it is open, the ``moment`` comes when the work of its request is done and nobody has the answer."""

    def __init__(self, opentok: OpenTokProcess, moment: Moment | None, kill: Callable[[], None]) -> None:
        self._opentok = opentok
        self._moment = moment
        self._kill = kill
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._fault = 0

    def __enter__(self) -> None:
        if self._moment is not None:
            self._fault = self._opentok.fault("*", "delay", after=self._moment.request - 1, seconds=LONG)["id"]
            self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._moment is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK):
            if any(fault["id"] == self._fault and fault["fired"] for fault in self._opentok.faults()):
                if self._moment is not None and self._moment.what.startswith("kill"):
                    self._kill()
                else:
                    self._opentok.restart()
                return
