# SPDX-License-Identifier: Apache-2.0
"""The processes that a test started, and those that they started."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

PROC = Path("/proc")


def descendants() -> list[tuple[int, list[str]]]:
    """Id and words of every process below this one, parents first."""
    rows = list(from_proc() if (PROC / "self" / "stat").exists() else from_ps())
    below, found = {os.getpid()}, []
    while more := [row for row in rows if row[1] in below and row[0] not in below]:
        below |= {pid for pid, _, _ in more}
        found.extend((pid, words) for pid, _, words in more)
    return found


@contextlib.contextmanager
def signalled(processes: Callable[[], Collection[int]], numbers: Collection[int], when: Callable[[], object]) -> Iterator[None]:
    """While inside: as soon as `when()` is true, these signals go to the `processes()` of that moment, one soon after the other."""
    over = threading.Event()

    def watch() -> None:
        while not when():
            if over.wait(0.01):
                return
        for number in numbers:
            for process in processes():
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


def from_proc() -> Iterator[tuple[int, int, list[str]]]:
    """Id, parent and words of all processes: a minimal Debian has no `ps`."""
    for folder in PROC.glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[1])
            words = (folder / "cmdline").read_text(encoding="utf-8", errors="replace").split("\0")[:-1]
        except (FileNotFoundError, ProcessLookupError):  # it has ended
            continue
        yield int(folder.name), parent, words


def from_ps() -> Iterator[tuple[int, int, list[str]]]:
    """The same where there is no /proc."""
    printed = subprocess.run(["ps", "-ww", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    for row in printed.splitlines():
        pid, parent, *words = row.split()
        yield int(pid), int(parent), words
