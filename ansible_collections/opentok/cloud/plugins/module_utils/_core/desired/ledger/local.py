# SPDX-License-Identifier: Apache-2.0
"""A ledger in a file.

JSON, mode 0600, replaced atomically, locked while a run is under way; fingerprints only.
"""

from __future__ import annotations

import collections
import concurrent.futures
import contextlib
import dataclasses
import os
import stat
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ...errors import InvalidInput, LedgerError, Problem, quote
from ..files.atomic import other_owner
from ..files.lock import Locked, LockUnsupported, exclusive
from ..files.trusted_path import distrust, open_to_others
from .file import LedgerFile, ledger_errors, update
from .ledger import PATIENCE, Changes, Entries, Entry, Lease, Ledger, Odd, OpenLedger, Subject, ledger_error, names_of
from .mark import Mark


class FileBook(OpenLedger):
    """The entries of a file. What is written is on the disk."""

    def __init__(self, file: LedgerFile) -> None:
        super().__init__(file.path)
        self._file = file
        self._entries: Entries = file.read()
        self.mark = file.mark
        self._waiting: collections.deque[_Change] = collections.deque()
        self._one_at_a_time = threading.Lock()
        self._looking_up = threading.Lock()
        self._by_name: dict[str, dict[str, None]] | None = None

    def entry(self, key: str) -> Entry | None:
        return self._entries.get(key)

    def of(self, kind: str, *, called: str | None = None) -> Mapping[str, Entry]:
        keys = tuple(self._entries) if called is None else self._called(called)
        some = ((key, self._entries.get(key)) for key in keys if key.startswith(f"{kind}/"))
        return {key[len(kind) + 1 :]: entry for key, entry in some if entry is not None and (called is None or called in names_of(entry))}

    def _called(self, name: str) -> tuple[str, ...]:
        """The keys of what has or had this name."""
        with self._looking_up:
            if self._by_name is None:
                self._by_name = {}
                _index(self._by_name, self._entries)
            return tuple(self._by_name.get(name, ()))

    def set(self, key: str, entry: Entry) -> None:
        if self._entries.get(key) != entry:
            self._change(_Change(key, dict(entry)))

    def forget(self, key: str) -> None:
        if key in self._entries:
            self._change(_Change(key, None))

    @contextlib.contextmanager
    def lease(self, subject: Subject, *, wait: bool = True) -> Iterator[Lease]:
        # Whoever has the file open has all of it.
        yield Lease(alone=True)

    def everything(self) -> Mapping[str, Entry]:
        return dict(self._entries)

    def put_mark(self, mark: Mark | None) -> None:
        with self._one_at_a_time:
            self._file.put_mark(self._entries, mark)
            self.mark = mark

    def close(self) -> None:
        """Tidies the file up. What cannot be tidied is whole all the same, and the next run tries again."""
        with contextlib.suppress(LedgerError):
            self._file.tidy(self._entries)

    def _change(self, change: _Change) -> None:
        """Waits until it is written, by this thread or by one that came before and took it along: the disk is what takes the time."""
        self._waiting.append(change)
        with self._one_at_a_time:
            together = []
            while self._waiting:
                together.append(self._waiting.popleft())
            if together:
                self._write(together)
        change.written.result()

    def _write(self, together: Sequence[_Change]) -> None:
        changes = {change.key: change.entry for change in together}
        try:
            self._file.write(self._entries, changes)
        except BaseException as error:  # noqa: BLE001 - each one that waits raises it
            for change in together:
                change.written.set_exception(error)
            return
        with self._looking_up:
            update(self._entries, changes)
            if self._by_name is not None:
                _index(self._by_name, changes)
        for change in together:
            change.written.set_result(None)


@dataclasses.dataclass(frozen=True)
class _Change:
    """An entry (``None``: that there is none any more) that has to be ``written``."""

    key: str
    entry: dict[str, Any] | None
    written: concurrent.futures.Future[None] = dataclasses.field(default_factory=concurrent.futures.Future)


def _index(by_name: dict[str, dict[str, None]], changes: Changes) -> None:
    """Adds the keys of what has these names; what is called so no longer is left, for who looks it up looks at it."""
    for key, entry in changes.items():
        for name in names_of(entry or {}):
            by_name.setdefault(name, {})[key] = None


class FileLedger(Ledger):
    """The ledger at ``path``; made at the first write. A run holds all of it.

    Beside it lies ``<path>.lock``, which stays. Raises :class:`InvalidInput` for a path that is none.
    """

    def __init__(self, path: str, *, patience: float = PATIENCE, warn: Callable[[str], None] | None = None) -> None:
        if not path.strip() or "\0" in path:
            raise InvalidInput(Problem("ledger", f"must be the path of a file, not {quote(path)}"))
        # The file itself: a link would be replaced by a file, and its lock would lie in another place.
        self._given = os.path.abspath(os.path.expanduser(path))
        self.path = os.path.realpath(self._given)
        self.files = (self.path, f"{self.path}.lock")
        super().__init__(self.path, patience=patience, warn=warn)

    @contextlib.contextmanager
    def locked(self, *, marked: bool = False) -> Iterator[FileBook]:
        self._look()
        with self._lock():
            file = LedgerFile(self.path)
            book = self._book(file, marked=marked)
            file.tighten()
            try:
                yield book
            finally:
                book.close()

    @contextlib.contextmanager
    def read_only(self, *, marked: bool = False, odd: Odd | None = None) -> Iterator[FileBook]:
        self._look()
        yield self._book(LedgerFile(self.path, read_only=True, odd=odd), marked=marked)

    def _book(self, file: LedgerFile, *, marked: bool) -> FileBook:
        book = FileBook(file)
        if book.mark is not None and not marked:
            raise book.mark.refusal(self.path)
        return book

    def _look(self) -> None:
        """What stands at the path can be a ledger, if anything does."""
        if not os.path.isdir(os.path.dirname(self.path)):
            raise ledger_error(self.path, "cannot be made: there is no such folder; make it first")
        with ledger_errors(self.path, "cannot be looked at"):
            # Who could replace it could have a secret rotated, or have a leaked one kept.
            wrong = distrust(self._given) or distrust(self.path) or distrust(f"{self.path}.lock") or open_to_others(self.path)
            mode = os.stat(self.path).st_mode if os.path.exists(self.path) else stat.S_IFREG
        if stat.S_ISDIR(mode):
            raise ledger_error(self.path, "is a folder: give the path of a file in it")
        if not stat.S_ISREG(mode):
            raise ledger_error(self.path, "is no regular file: give another path")
        if wrong:
            raise ledger_error(self.path, f"is not safe from other users: {wrong}")

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        def waits(holder: str) -> None:
            self._waits(f"ledger {quote(self.path, 300)}", holder)

        with contextlib.ExitStack() as held:
            try:
                # Now, and not when there is something to be noted: by then it is too late to stop.
                if not os.access(os.path.dirname(self.path), os.W_OK | os.X_OK):
                    raise ledger_error(self.path, "cannot be written: its folder is on a read-only disk, or not this user's")
                held.enter_context(exclusive(f"{self.path}.lock", self.patience, owner=other_owner(self.path), waits=waits))
            except Locked as error:
                who = error.holder or "it does not say which"
                waited = f"and was not free within {self.patience:g} s: run again when that one has ended"
                raise ledger_error(self.path, f"is locked by another run ({who}) {waited}") from None
            except LockUnsupported:
                raise ledger_error(self.path, "needs file locks (flock), which this system has not: run on Linux or macOS") from None
            except OSError as error:
                raise ledger_error(self.path, f"cannot be locked: {error.strerror} (the file with .lock after its name)") from None
            yield
