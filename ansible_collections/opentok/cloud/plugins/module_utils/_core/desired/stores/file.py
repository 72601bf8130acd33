# SPDX-License-Identifier: Apache-2.0
"""A file that holds the credential document.

Whoever reads it sees the old document or the new one, never a part: the new one is written beside it and renamed. Mode 0600, always; the
owner of a file that is there already is kept, so a file made for the user who reads it stays readable for that user.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator

from ...errors import InvalidInput, Problem, quote
from ..files.trusted_path import distrust
from ..publish import Document, PublishError
from .document import from_text, to_text

MODE = 0o600

MAX_BYTES = 64 * 1024
"""Bytes; a document has some hundred."""

SIZE = 4096
"""Bytes that the preflight writes: no document needs more room on a disk."""

ADVICE = {
    errno.EBUSY: "it is a mount of its own (of a container, say), which cannot be replaced: mount its folder instead",
    errno.EPERM: "is it immutable (lsattr shows it)? run as a user who may, or name another file",
    errno.ENOSPC: "make room on its disk, or name another file",
    errno.EDQUOT: "make room for this user, or name another file",
}

STALE = 600.0
"""Seconds after which a file that a killed run left beside the place is taken away."""


class FileStore:
    """The file at ``path``, an absolute one."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.where = f"file {quote(path, 200)}"
        self._folder, name = os.path.split(path)
        # Not the name itself, which may be as long as a name can be.
        self._beside = f".opentok-{hashlib.sha256(os.fsencode(name)).hexdigest()[:8]}-"

    @classmethod
    def of(cls, place: str) -> FileStore:
        """The store of ``file:`` and ``place``: a path, a relative one of the working folder, ``~`` for the home. Raises ``InvalidInput``."""
        if place.startswith("//") and not place.startswith("///"):
            raise InvalidInput(Problem("publish", f"{quote('file:' + place)} names a host: write file:/absolute/path or file:relative/path"))
        if place.endswith(("/", "/.", "/..")) or place in (".", ".."):
            raise InvalidInput(Problem("publish", f"{quote('file:' + place)} is a folder: name the file in it"))
        path = os.path.abspath(os.path.expanduser(place))
        return cls("/" + path.lstrip("/"))

    @property
    def real_path(self) -> str:
        """Where it is, whatever links lead to its folder; the file itself is none."""
        return os.path.join(os.path.realpath(self._folder), os.path.basename(self.path))

    def preflight(self) -> None:
        """Does all that a write does: a whole file onto the disk, and if one is there, it is replaced by itself."""
        self.read()
        with self._told("written"):
            with self._new_file() as (file, _name):
                _put(file, bytes(SIZE))
            self._replace_by_itself()

    def read(self) -> Document | None:
        """A document that others may read is none: it is written anew, for its owner alone."""
        there = self._look()
        if there is None:
            return None
        with self._told("read"):
            text = self._content()
        document = from_text(text if len(text) <= MAX_BYTES else b"!", self.where)
        return None if stat.S_IMODE(there.st_mode) & 0o077 else document

    def write(self, document: Document) -> None:
        with self._told("written"), self._new_file() as (file, name):
            _put(file, to_text(document).encode())
            self._rename(name)

    def _replace_by_itself(self) -> None:
        """What only shows when a file is replaced: that it is immutable, or a mount of its own."""
        with self._told("read"):
            content = self._content() if self._look() is not None else None
        if content is None:
            return
        there = os.lstat(self.path)
        with self._new_file() as (file, name):
            _put(file, content)
            now = os.lstat(self.path)
            # Another run may have published a newer secret meanwhile, which shows as well that it can be done.
            if (now.st_ino, now.st_mtime_ns) == (there.st_ino, there.st_mtime_ns):
                self._rename(name)

    def _rename(self, name: str) -> None:
        os.replace(name, self.path)
        with contextlib.suppress(OSError):  # not every file system can
            _flush_folder(self._folder)

    def _content(self) -> bytes:
        # Whatever was put there since: no link is followed, no pipe is waited for.
        handle = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as file:
            return file.read(MAX_BYTES + 1)

    def _look(self) -> os.stat_result | None:
        """What is at the place, if it is a file or nothing, and nobody else could have led us there."""
        with self._told("read"):
            wrong = distrust(self.path)
            if wrong:
                raise PublishError(f"{self.where} is not safe from other users: {wrong}")
            try:
                there = os.lstat(self.path)
            except FileNotFoundError:
                os.stat(self._folder)
                return None
        if stat.S_ISREG(there.st_mode):
            return there
        if stat.S_ISLNK(there.st_mode):
            raise PublishError(f"{self.where} is a symbolic link: name the file that it leads to")
        raise PublishError(f"{self.where} is {'a folder: name a file in it' if stat.S_ISDIR(there.st_mode) else 'no regular file: name another one'}")

    @contextlib.contextmanager
    def _new_file(self) -> Iterator[tuple[int, str]]:
        """An empty file beside the place, with the mode and the owner that the place shall have; gone afterwards unless it was renamed."""
        there = self._look()
        self._tidy()
        file, name = tempfile.mkstemp(prefix=self._beside, dir=self._folder)
        try:
            os.fchmod(file, MODE)
            if there is not None and there.st_uid != os.fstat(file).st_uid:
                self._give(file, there)
            yield file, name
        finally:
            os.close(file)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)

    def _give(self, file: int, there: os.stat_result) -> None:
        try:
            os.fchown(file, there.st_uid, there.st_gid)
        except PermissionError:
            owner = f"user {there.st_uid}"
            raise PublishError(f"{self.where} belongs to {owner}, and only that user or root can replace it: run as one of them") from None

    def _tidy(self) -> None:
        """Takes away what runs that were killed in the middle of a write have left."""
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if entry.name.startswith(self._beside):
                    with contextlib.suppress(OSError):
                        if time.time() - entry.stat(follow_symlinks=False).st_mtime > STALE:
                            os.unlink(entry.path)

    @contextlib.contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise PublishError(f"{self.where} cannot be {what}: its folder is not there: make it, for its users alone (mode 0700)") from None
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno else type(error).__name__
            advice = ADVICE.get(error.errno or 0, "run as a user who may, or name another file")
            raise PublishError(f"{self.where} cannot be {what}: {reason}: {advice}") from None


def _put(file: int, data: bytes) -> None:
    """All of it, onto the disk."""
    while data:
        data = data[os.write(file, data) :]
    os.fsync(file)


def _flush_folder(folder: str) -> None:
    """The renaming itself outlives a loss of power."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
