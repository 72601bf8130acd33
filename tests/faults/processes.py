# SPDX-License-Identifier: Apache-2.0
"""Processes that can be killed, and the folders that they use.

Each is forked from one clean process that has imported what they need, which takes milliseconds.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import multiprocessing.process
import os
import select
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Connection = multiprocessing.connection.Connection
Process = multiprocessing.process.BaseProcess

REPO = Path(__file__).resolve().parents[2]

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["pytest", "tests.faults.preloaded"])


def start(work: Callable[..., None], *args: Any) -> tuple[Process, Connection]:
    """Runs ``work(connection, *args)`` in a process of its own; the other end of the connection."""
    path = os.environ.get("PYTHONPATH", "")
    if str(REPO) not in path.split(os.pathsep):
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(REPO), path]))
    ours, theirs = _context.Pipe()
    process = _context.Process(target=work, args=(theirs, *args), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def folder() -> tempfile.TemporaryDirectory[str]:
    """A folder in memory, where there is one: processes are killed here, machines are not, so nothing is shown by waiting for a disk."""
    memory = Path("/dev/shm")
    return tempfile.TemporaryDirectory(prefix="faults-", dir=memory if os.access(memory, os.W_OK) else None)


def end(process: Process) -> None:
    """``kill -9``, until nothing is left of it: its sentinel goes before its locks."""
    with contextlib.suppress(ProcessLookupError):  # it is gone already
        gone = os.pidfd_open(process.pid or 0)
        process.kill()
        select.select([gone], [], [])
        os.close(gone)
    process.join()
