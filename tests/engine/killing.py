# SPDX-License-Identifier: Apache-2.0
"""`kill -9` of a run of the engine at a moment of one's choice."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tests.descendants import descendants

CLI = "pulumi"
CLI_ALONE = "pulumi, and not its provider"
PROVIDER = "pulumi.dynamic"


@contextmanager
def killed(program: str, when: Callable[[], object], *numbers: int) -> Iterator[None]:
    """While inside: as soon as `when()` is true, kills the processes of this test run that serve as `program` (`CLI` kills its provider, too)."""
    over = threading.Event()

    def watch() -> None:
        while not when():
            if over.is_set():
                return
            time.sleep(0.01)
        for number in numbers or (signal.SIGKILL,):
            for process in serving(program):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, number)
            time.sleep(0.3)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def serving(program: str) -> list[int]:
    """This process's descendants that are providers, and with `CLI` the CLI before them, which would else see them go."""
    found = descendants()
    providers = [pid for pid, words in found if PROVIDER in words]
    clis = [pid for pid, words in found if words and os.path.basename(words[0]) == CLI]
    return {CLI: [*clis, *providers], CLI_ALONE: clis, PROVIDER: providers}[program]
