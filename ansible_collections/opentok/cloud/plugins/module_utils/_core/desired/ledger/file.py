# SPDX-License-Identifier: Apache-2.0
"""The ledger's format, and how it gets onto the disk.

A JSON document, replaced atomically. While a run is under way, what it notes is added below, a line for each write: a JSON map of the entries
that are new, ``null`` for one that there is no more. So a note takes as long however many entries there are. When the run ends the lines become
part of the document; of a run that was killed they stay for the next one, and a last line that was cut off was never told to be noted.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from typing import Any

from ...errors import quote
from ..files.atomic import append_to_file, replace_file
from .ledger import FORMAT, VERSION, Changes, Entries, Entry, Odd, ledger_error, newer, not_a_map
from .mark import Mark, kept

FOREIGN = "is not JSON: it is not a ledger, or is damaged; restore it, or give another path"


class LedgerFile:
    """The file at ``path``, for who holds its lock or only reads. Everything raises :class:`LedgerError`. ``odd``: see ``Ledger.read_only``."""

    def __init__(self, path: str, *, read_only: bool = False, odd: Odd | None = None) -> None:
        self.path = path
        self.mark: Mark | None = None
        self._read_only = read_only
        self._odd = odd
        # Whether the file is there and ends where a line ends; whether there is anything below the document.
        self._appendable = False
        self._appended = False

    def read(self) -> Entries:
        """Its entries; none where it is not there."""
        with ledger_errors(self.path, "cannot be read"):
            try:
                with open(self.path, encoding="utf-8") as file:
                    text = file.read()
            except FileNotFoundError:
                return {}
            except UnicodeDecodeError:
                raise ledger_error(self.path, "is no text: it is not a ledger, or is damaged") from None
        if not text.strip():
            raise ledger_error(self.path, "is empty, which a ledger never is: remove the file, and a new one is made")
        document, lines, cut_off = self._parts(text.lstrip())
        entries = self._entries(document)
        for line in lines:
            update(entries, self._changes(line))
        self._appended = bool(lines or cut_off)
        self._appendable = not cut_off
        return entries

    def write(self, entries: Entries, changes: Changes) -> None:
        """Adds ``changes`` to its ``entries``; when it returns they are on the disk, and when it raises all is as it was."""
        if self._read_only:
            raise ledger_error(self.path, "is open for reading only")
        appendable, self._appendable = self._appendable, False
        with ledger_errors(self.path, "cannot be written"):
            if appendable and os.path.exists(self.path):
                self._appended = True
                append_to_file(self.path, (json.dumps(changes, sort_keys=True) + "\n").encode())
            else:
                after = dict(entries)
                update(after, changes)
                self._replace(after)
        self._appendable = True

    def tidy(self, entries: Entries) -> None:
        """One document again, where something was added."""
        if self._appended:
            with ledger_errors(self.path, "cannot be written"):
                self._replace(entries)

    def put_mark(self, entries: Entries, mark: Mark | None) -> None:
        """Writes its ``entries`` as one document, with ``mark``."""
        before, self.mark = self.mark, mark
        try:
            with ledger_errors(self.path, "cannot be written"):
                self._replace(entries)
        except BaseException:
            self.mark = before
            raise

    def tighten(self) -> None:
        """What others may read or write is made the user's own, instead of stopping a run that is wanted: nothing secret was in it."""
        with ledger_errors(self.path, "is open to other users, and that cannot be changed"), contextlib.suppress(FileNotFoundError):
            if stat.S_IMODE(os.stat(self.path).st_mode) != 0o600:
                os.chmod(self.path, 0o600)

    def _replace(self, entries: Entries) -> None:
        replace_file(self.path, as_document(entries, self.mark).encode())
        self._appended = False

    def _parts(self, text: str) -> tuple[Any, list[str], str]:
        """The document, the lines that were added, and what there is of a last one that was cut off."""
        try:
            document, end = json.JSONDecoder().raw_decode(text)
        except (ValueError, RecursionError):
            raise ledger_error(self.path, FOREIGN) from None
        *lines, last = text[end:].split("\n")
        if last.strip() and not last.startswith("{"):
            raise ledger_error(self.path, FOREIGN)
        return document, [line for line in lines if line.strip()], last.strip()

    def _changes(self, line: str) -> Changes:
        try:
            changes = json.loads(line)
        except (ValueError, RecursionError):
            raise ledger_error(self.path, FOREIGN) from None
        if not isinstance(changes, dict):
            raise ledger_error(self.path, FOREIGN)
        return {key: entry for key, entry in changes.items() if entry is None or self._is_map(key, entry)}

    def _entries(self, content: Any) -> Entries:
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ledger_error(self.path, f"is JSON, but not a ledger (its format is not {quote(FORMAT)}): give another path")
        version, entries = content.get("version"), content.get("entries")
        version = version if isinstance(version, int) and not isinstance(version, bool) else 0
        if version > VERSION:
            raise ledger_error(self.path, newer(version))
        if version < 1 or not isinstance(entries, dict):
            raise ledger_error(self.path, "is damaged: it has no version or no entries; restore it, or give another path")
        self.mark = Mark.of(self.path, content.get("mark"))
        return {key: entry for key, entry in entries.items() if self._is_map(key, entry)}

    def _is_map(self, key: str, entry: object) -> bool:
        if not isinstance(entry, dict):
            not_a_map(self.path, key, self._odd)
            return False
        return True


def as_document(entries: Mapping[str, Entry], mark: Mark | None = None) -> str:
    """The text of a file that has these ``entries``."""
    content = {"format": FORMAT, "version": VERSION, **kept(mark), "entries": entries}
    return json.dumps(content, indent=2, sort_keys=True) + "\n"


def update(entries: Entries, changes: Changes) -> None:
    """Makes the changes in ``entries``."""
    for key, entry in changes.items():
        if entry is None:
            entries.pop(key, None)
        else:
            entries[key] = entry


@contextlib.contextmanager
def ledger_errors(path: str, what: str) -> Iterator[None]:
    """An ``OSError`` within becomes a :class:`LedgerError`."""
    try:
        yield
    except OSError as error:
        raise ledger_error(path, f"{what}: {error.strerror}") from None
