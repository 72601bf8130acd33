# SPDX-License-Identifier: Apache-2.0
"""Holds a file for one process at a time, also over several hosts on a shared disk.

The lock is the kernel's (``flock``), so it ends with its process, however that ends. The lock file stays: to remove it would let two
runs lock two files of one name.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import os
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

PAUSE = 0.05
"""Seconds between two tries."""


class Locked(Exception):
    """Another process holds it. ``holder`` is what that one wrote about itself, ``""`` when it wrote nothing."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


class LockUnsupported(Exception):
    """This system has no such locks."""


@contextlib.contextmanager
def exclusive(path: str, patience: float, *, owner: tuple[int, int] | None = None, waits: Callable[[str], None] | None = None) -> Iterator[None]:
    """Holds the lock file ``path`` (made if missing, mode 0600, for ``owner``). Waits ``patience`` seconds at most.

    ``waits`` is told who holds it (as in :class:`Locked`), once, when it has to be waited for.

    Raises :class:`Locked`, :class:`LockUnsupported` or ``OSError``.
    """
    if fcntl is None:
        raise LockUnsupported
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        if owner is not None and os.fstat(file).st_uid == os.geteuid():
            os.fchown(file, *owner)
        _wait(file, patience, waits)
        os.ftruncate(file, 0)
        os.pwrite(file, this_process().encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(file, 0)
    finally:
        os.close(file)


def _wait(file: int, patience: float, waits: Callable[[str], None] | None) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
        if time.monotonic() >= end:
            raise Locked(_holder(file))
        if waits is not None:
            waits(_holder(file))
            waits = None
        time.sleep(PAUSE)


def _holder(file: int) -> str:
    return os.pread(file, 200, 0).decode(errors="replace").strip()


def this_process() -> str:
    """``process 17 on runner-3 since 2026-11-29T02:00:00Z``, for people."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
    return f"process {os.getpid()} on {socket.gethostname()} since {now}"
