# SPDX-License-Identifier: Apache-2.0
"""A file that remembers what runs without a state of their own have done. Private to opentok.cloud and pulumi_opentok.

JSON, mode 0600, replaced atomically, locked while a run is under way; fingerprints only.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..errors import InvalidInput, LedgerError, Problem, quoted
from .atomic_file import replace_file
from .file_lock import Locked, LockUnsupported, exclusive

FORMAT = "opentok-ledger"
VERSION = 1

Entries = dict[str, dict[str, Any]]


class Book:
    """The entries of a ledger while it is open. ``enter`` and ``forget`` are on the disk when they return. Thread-safe."""

    def __init__(self, path: str, entries: Entries, write: Callable[[Entries], None]) -> None:
        self._path = path
        self._entries = entries
        self._write = write
        self._one_at_a_time = threading.Lock()

    def entry(self, key: str) -> Mapping[str, Any] | None:
        """What is remembered under ``key``."""
        return self._entries.get(key)

    def enter(self, key: str, entry: Mapping[str, Any]) -> None:
        """Remembers ``entry``; does not touch the disk when it is what is remembered already."""
        with self._one_at_a_time:
            if self._entries.get(key) != entry:
                self._replace({**self._entries, key: dict(entry)})

    def forget(self, key: str) -> None:
        """Removes ``key``."""
        with self._one_at_a_time:
            if key in self._entries:
                self._replace({other: entry for other, entry in self._entries.items() if other != key})

    def put_back(self, key: str, entry: Mapping[str, Any] | None) -> None:
        """What was remembered under ``key`` before is remembered again."""
        if entry is None:
            self.forget(key)
        else:
            self.enter(key, entry)

    def damaged(self, key: str) -> LedgerError:
        """The error of who cannot make sense of the entry ``key``."""
        return ledger_error(self._path, f"is damaged: entry {quoted(key)} cannot be understood; restore it, or remove that entry")

    def _replace(self, entries: Entries) -> None:
        self._write(entries)
        self._entries = entries


class Ledger:
    """The ledger at ``path``; made at the first write. A run that finds it locked waits ``patience`` seconds at most.

    Beside it lies ``<path>.lock``, which stays. Raises :class:`InvalidInput` for a path that is none.
    """

    def __init__(self, path: str, *, patience: float = 60.0) -> None:
        if not path.strip() or "\0" in path:
            raise InvalidInput(Problem("ledger", f"must be the path of a file, not {quoted(path)}"))
        # The file itself: a link would be replaced by a file, and its lock would lie in another place.
        self.path = os.path.realpath(os.path.expanduser(path))
        self.patience = patience

    @contextlib.contextmanager
    def locked(self) -> Iterator[Book]:
        """Holds the ledger for this run alone. Raises :class:`LedgerError`."""
        self._look()
        with self._lock():
            entries = self._read()
            self._tighten()
            yield Book(self.path, entries, self._write)

    @contextlib.contextmanager
    def read_only(self) -> Iterator[Book]:
        """Reads the ledger as it is, without waiting for anyone. Raises :class:`LedgerError`."""
        self._look()
        yield Book(self.path, self._read(), self._refuse)

    def _look(self) -> None:
        """What stands at the path can be a ledger, if anything does."""
        if not os.path.isdir(os.path.dirname(self.path)):
            raise self._error("cannot be made: there is no such folder; make it first")
        with self._clearly("cannot be looked at"):
            mode = os.stat(self.path).st_mode if os.path.exists(self.path) else stat.S_IFREG
        if stat.S_ISDIR(mode):
            raise self._error("is a folder: give the path of a file in it")
        if not stat.S_ISREG(mode):
            raise self._error("is no regular file: give another path")

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        with contextlib.ExitStack() as held:
            try:
                # Now, and not when there is something to be noted: by then it is too late to stop.
                if not os.access(os.path.dirname(self.path), os.W_OK | os.X_OK):
                    raise self._error("cannot be written: its folder is on a read-only disk, or not this user's")
                held.enter_context(exclusive(f"{self.path}.lock", self.patience))
            except Locked as error:
                who = error.holder or "it does not say which"
                waited = f"and was not free within {self.patience:g} s: run again when that one has ended"
                raise self._error(f"is locked by another run ({who}) {waited}") from None
            except LockUnsupported:
                raise self._error("needs file locks (flock), which this system has not: run on Linux or macOS") from None
            except OSError as error:
                raise self._error(f"cannot be locked: {error.strerror} (the file with .lock after its name)") from None
            yield

    def _read(self) -> Entries:
        with self._clearly("cannot be read"):
            try:
                with open(self.path, encoding="utf-8") as file:
                    text = file.read()
            except FileNotFoundError:
                return {}
            except UnicodeDecodeError:
                raise self._error("is no text: it is not a ledger, or is damaged") from None
        if not text.strip():
            raise self._error("is empty, which a ledger never is: remove the file, and a new one is made")
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            raise self._error("is not JSON: it is not a ledger, or is damaged; restore it, or give another path") from None
        return self._entries(content)

    def _entries(self, content: Any) -> Entries:
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise self._error(f"is JSON, but not a ledger (its format is not {quoted(FORMAT)}): give another path")
        version, entries = content.get("version"), content.get("entries")
        version = version if isinstance(version, int) and not isinstance(version, bool) else 0
        if version > VERSION:
            raise self._error(f"was written by a newer opentok (version {version} of the format, this one knows {VERSION}): update opentok here")
        if version < 1 or not isinstance(entries, dict):
            raise self._error("is damaged: it has no version or no entries; restore it, or give another path")
        wrong = next((key for key, entry in entries.items() if not isinstance(entry, dict)), None)
        if wrong is not None:
            raise self._error(f"is damaged: entry {quoted(wrong)} is not a map; restore it, or remove that entry")
        return entries

    def _tighten(self) -> None:
        """What others may read or write is made the user's own, instead of stopping a run that is wanted: nothing secret was in it."""
        with self._clearly("is open to other users, and that cannot be changed"), contextlib.suppress(FileNotFoundError):
            if stat.S_IMODE(os.stat(self.path).st_mode) != 0o600:
                os.chmod(self.path, 0o600)

    def _write(self, entries: Entries) -> None:
        content = {"format": FORMAT, "version": VERSION, "entries": entries}
        text = json.dumps(content, indent=2, sort_keys=True) + "\n"
        with self._clearly("cannot be written"):
            replace_file(self.path, text.encode())

    def _refuse(self, entries: Entries) -> None:
        raise self._error("is open for reading only")

    @contextlib.contextmanager
    def _clearly(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._error(f"{what}: {error.strerror}") from None

    def _error(self, what: str) -> LedgerError:
        return ledger_error(self.path, what)


def ledger_error(path: str, what: str) -> LedgerError:
    return LedgerError(f"ledger {quoted(path, 300)} {what}")
