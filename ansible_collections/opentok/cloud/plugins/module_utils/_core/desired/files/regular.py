# SPDX-License-Identifier: Apache-2.0
"""Reads files that people name."""

from __future__ import annotations

import errno
import os
import stat


def read_regular(path: str, largest: int) -> bytes:
    """What is in a file, up to one byte more than ``largest``. Raises ``OSError``, also for what is no file: a pipe would be waited for."""
    opened = os.open(os.path.expanduser(path), os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(opened, "rb") as file:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return file.read(largest + 1)
