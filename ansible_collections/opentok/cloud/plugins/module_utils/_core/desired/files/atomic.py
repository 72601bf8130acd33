# SPDX-License-Identifier: Apache-2.0
"""Writes to a private file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile


def replace_file(path: str, content: bytes, *, owner: tuple[int, int] | None = None, mode: int = 0o600) -> None:
    """Puts ``content`` there with this ``mode``: whole or not at all, also when the machine stops meanwhile. Raises ``OSError``.

    ``owner``: the ids of the user and group whose file it shall be; unset, one that another user owns stays that user's.
    """
    owner = owner or other_owner(path)
    folder = os.path.dirname(path) or "."
    file, made = tempfile.mkstemp(prefix=f".{os.path.basename(path)[:100]}.", suffix=".new", dir=folder)
    try:
        with os.fdopen(file, "wb") as new:
            if owner not in (None, (os.fstat(file).st_uid, os.fstat(file).st_gid)):
                os.fchown(file, *owner)
            new.write(content)
            new.flush()
            os.fsync(new.fileno())
        if mode != 0o600:
            os.chmod(made, mode)
        os.replace(made, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(made)
        raise
    _sync_folder(folder)


def other_owner(path: str) -> tuple[int, int] | None:
    """The ids of the user whose file it is, if that is not who runs this: root must not take a user's file away. Raises ``OSError``."""
    if not hasattr(os, "geteuid") or not os.path.exists(path):
        return None
    there = os.stat(path)
    return None if there.st_uid == os.geteuid() else (there.st_uid, there.st_gid)


def append_to_file(path: str, content: bytes) -> None:
    """Adds ``content`` at the end of a file that is there; what could be added only in part is taken off again. Raises ``OSError``."""
    with open(path, "r+b", buffering=0) as file:
        end = file.seek(0, os.SEEK_END)
        try:
            if file.write(content) != len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file.fileno())
        except BaseException:
            with contextlib.suppress(OSError):
                file.truncate(end)
            raise


def _sync_folder(folder: str) -> None:
    # Not every file system can; the file is whole in any case.
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
