# SPDX-License-Identifier: Apache-2.0
"""Hooks after a publication: who uses the credentials hears that they have changed.

A hook is due from just before a place is written to until the hook is done. The ledger remembers that, so the next run does what a run that
was killed, or whose hook failed, has not done. Built-in hooks are in ``hooks``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any, Protocol

from ..errors import LedgerError, OpenTokError
from ..http.auth import fingerprint
from ..http.redaction import scrubbed
from .publish import REPEATS, Document

DUE = "notify_due"
"""In the private part of a ledger's entry: the marks of the hooks that are due."""

LONGEST = 1000
"""Characters of the error of one hook."""

Change = Mapping[str, Any]
"""``platform``, ``api_key``, ``secret_fingerprint``, ``version``, ``rotated_at``, and ``targets``: the places that hold the credentials now."""


class Hook(Protocol):
    """Something that is done after a publication."""

    @property
    def where(self) -> str:
        """What is notified, for texts; never a secret."""

    @property
    def mark(self) -> str:
        """What a ledger knows it by: the same for the same target, and no secret."""

    def run(self, change: Change) -> None:
        """Does it. May be done twice for one change: where a run is killed, nobody knows whether it was. Raises :class:`NotifyError`."""


class NotifyError(OpenTokError):
    """A hook has failed. The credentials are published."""


class Book(Protocol):
    """What is needed of an open ledger."""

    def entry(self, key: str) -> Mapping[str, Any] | None:
        """What is remembered under ``key``."""

    def set(self, key: str, entry: Mapping[str, Any]) -> None:
        """Remembers ``entry``."""


def due_in(entry: Mapping[str, Any] | None, after: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the private part of an entry says of hooks, for one that is written anew: nothing if ``after`` has other credentials."""
    entry = entry or {}
    private = entry.get("private")
    due = private.get(DUE) if isinstance(private, Mapping) else None
    changed = after is not None and any(len({entry.get(name), after.get(name)} - {None}) > 1 for name in ("api_key", "secret_fingerprint"))
    return {DUE: due} if due and not changed else {}


class Notification:
    """The hooks of one project in one run. Hears of each place that is written to, as a :class:`~.publish.Hearer`.

    ``book`` and ``key``: the ledger's entry that remembers what is due.
    """

    def __init__(self, hooks: Sequence[Hook], book: Book | None = None, key: str | None = None) -> None:
        self._hooks = tuple(hooks)
        self._book = book
        self._key = key
        due, marks = self._remembered() if hooks else frozenset(), {hook.mark for hook in self._hooks}
        self._due, self._others = due & marks, due - marks
        self._places: list[str] = []
        self._published = False
        self._noted = False
        self._trouble: LedgerError | None = None

    def writing(self, where: str) -> None:
        """Notes once that all are due: a run that is killed from here on is understood by the next."""
        if not self._noted:
            self._noted = True
            self._note({hook.mark for hook in self._hooks})

    def holds(self, where: str, *, written: bool) -> None:
        """The place has the live credentials."""
        self._places.append(where)
        self._published = self._published or written

    def planned(self, document: Document | None, *, publishes: bool) -> tuple[str, ...]:
        """What :meth:`run` would do, a line each."""
        return () if document is None else tuple(_text(hook, document) for hook in self._wanted(publishes))

    def run(self, document: Document | None, *, repeats: bool = False) -> tuple[tuple[str, ...], OpenTokError | None]:
        """Runs those that are due. Returns what was done, and what failed; no failure stops the rest. ``repeats``: as :meth:`Publication.ensure`."""
        if document is None or not self._hooks:
            return (), None
        change, done, failed = self._change(document), [], {}
        for hook in self._wanted(self._published):
            try:
                hook.run(change)
            except OpenTokError as error:
                # It may have read what was published.
                failed[hook.mark] = scrubbed(str(error), [document["api_secret"]], LONGEST)
            else:
                done.append(_text(hook, document))
        if self._noted or self._due:
            self._note(failed.keys())
        if not failed:
            return tuple(done), self._trouble
        return tuple(done), NotifyError(f"{'; '.join(failed.values())}. The credentials are published{self._what_next(repeats)}")

    def _wanted(self, published: bool) -> list[Hook]:
        return [hook for hook in self._hooks if published or hook.mark in self._due]

    def _what_next(self, repeats: bool) -> str:
        if self._entry() is None or self._trouble is not None:
            why = "there is no ledger that could remember it" if self._entry() is None else str(self._trouble)
            return f", and no run notifies again ({why}): do by hand what the hook does"
        return f", and the next run notifies again: {REPEATS if repeats else 'put that right and run again, which rotates nothing for that'}"

    def _change(self, document: Document) -> Change:
        return {
            "platform": document["platform"],
            "api_key": document["api_key"],
            "secret_fingerprint": fingerprint(document["api_secret"]),
            "version": document["version"],
            "rotated_at": document["rotated_at"],
            "targets": list(self._places),
        }

    def _entry(self) -> Mapping[str, Any] | None:
        return self._book.entry(self._key) if self._book is not None and self._key is not None else None

    def _remembered(self) -> frozenset[str]:
        due = due_in(self._entry()).get(DUE)
        return frozenset(mark for mark in due if isinstance(mark, str)) if isinstance(due, list) else frozenset()

    def _note(self, marks: Set[str]) -> None:
        """Notes these, beside those of hooks that this run does not have. What cannot be noted stops no publication: that is said at the end."""
        entry = self._entry()
        if self._book is None or self._key is None or entry is None:
            return
        private = entry.get("private")
        kept = {name: value for name, value in private.items() if name != DUE} if isinstance(private, Mapping) else {}
        due = sorted(marks | self._others)
        try:
            self._book.set(self._key, {**entry, "private": {**kept, **({DUE: due} if due else {})}})
        except LedgerError as error:
            self._trouble = error


def _text(hook: Hook, document: Document) -> str:
    return f"notify {hook.where} of the credentials of project {document['api_key'] or '(new)'}"
