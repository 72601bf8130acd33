# SPDX-License-Identifier: Apache-2.0
"""What the provider processes of one run of the engine tell each other: the engine starts one for each `Provider`, and one for the default.

Lines of JSON in a private file named after the engine's address. Each process holds a shared lock on it as long as it lives; who finds
nobody else holding one is the first of its run, and empties what an earlier run with the same address has left.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator
from typing import Any

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows
    fcntl = None  # type: ignore[assignment]

from ._engine_log import engine_address

STALE = 24 * 3600.0
"""Seconds after which a file that no process holds is taken away."""

OPEN = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)


class RunFile:
    """The lines that the processes of this run have written. Where there can be no such file, each process knows its own only."""

    def __init__(self) -> None:
        self._file: int | None = None
        self._read = 0
        self._rest = b""
        with contextlib.suppress(OSError):
            self._file = _opened()

    def write(self, line: Any) -> None:
        """Adds one line (JSON types only)."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.write(self._file, json.dumps(line).encode() + b"\n")

    def new_lines(self) -> Iterator[Any]:
        """What was written since the last call, by this process too."""
        if self._file is None:
            return
        while chunk := os.pread(self._file, 1 << 16, self._read):
            self._read += len(chunk)
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            for line in lines:
                yield json.loads(line)


def _opened() -> int | None:
    address = engine_address()
    if fcntl is None or address is None:
        return None
    folder = os.path.join(tempfile.gettempdir(), f"pulumi-opentok-{os.getuid()}")
    with contextlib.suppress(FileExistsError):
        os.mkdir(folder, 0o700)
    there = os.lstat(folder)
    if not stat.S_ISDIR(there.st_mode) or there.st_uid != os.getuid() or there.st_mode & 0o077:
        return None
    name = re.sub(r"[^\w.-]", "_", address)
    file = os.open(os.path.join(folder, name), OPEN | os.O_CREAT, 0o600)
    if _nobody_else_has(file):
        os.ftruncate(file, 0)
        _tidy(folder, name)
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def _nobody_else_has(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _tidy(folder: str, ours: str) -> None:
    """Takes away what runs of other days have left."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name != ours and time.time() - entry.stat(follow_symlinks=False).st_mtime > STALE:
                with contextlib.suppress(OSError):
                    file = os.open(entry.path, OPEN)
                    if _nobody_else_has(file):
                        os.unlink(entry.path)
                    os.close(file)
