# SPDX-License-Identifier: Apache-2.0
"""Entries from one ledger to another.

While they are copied both are marked (see ``mark``), and nobody else has either open, so no run works with half of them. Each step stands in the
marks: one that was killed is ended by doing it again.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping

from ...errors import InvalidInput, LedgerError, Problem, join_words, quote
from .. import interrupts
from .ledger import Entry, Ledger, OpenLedger, ledger_error
from .mark import FILLED, IMPORTED, MOVED, MOVING, Mark

Everything = Mapping[str, Entry]

SOME = 5
"""So many keys are named in an error."""


@dataclasses.dataclass(frozen=True)
class Copied:
    """``entries``: how many there are now; ``new``: those that were not there before; ``already``: it was done before."""

    entries: int
    new: int
    already: bool = False


def move(source: Ledger, target: Ledger, *, keep: bool = False) -> Copied:
    """Copies all entries of ``source`` to ``target``, compares them, and marks ``source`` as moved; with ``keep`` it stays in use.

    Goes on with a move that was killed. Raises :class:`LedgerError`: all is as it was, or the marks say how far it has come.
    """
    with _both(source, target) as (old, new):
        if old.mark is not None and old.mark.state == MOVED and old.mark.other == new.where:
            return _moved_already(old, new)
        _may_leave(old, new)
        # What is in one that was filled from here, or has moved here, nobody has used since.
        ours = new.mark in (Mark(FILLED, old.where), Mark(MOVED, old.where))
        if not ours:
            _may_be_filled(new, None)
        _hold((old, Mark(MOVING, new.where)), (new, Mark(FILLED, old.where)))
        entries = old.everything()
        there = new.everything()
        if not ours and (foreign := {key for key in there if there[key] != entries.get(key)}):
            _let_go(old, new)
            raise ledger_error(
                new.where, f"has entries of its own ({_some(foreign)}): nothing was moved; give an empty ledger, or import with --merge"
            )
        interrupts.begin()
        made = _copy(entries, new, there)
        # Whatever kills it between the two: who names the old one is refused, and who names the new one until this is ended.
        old.put_mark(None if keep else Mark(MOVED, new.where))
        new.put_mark(None)
        return Copied(len(entries), made)


def abandon(source: Ledger, target: Ledger) -> int:
    """Takes back a move from ``source`` to ``target`` that was not ended. How many entries were taken out of ``target`` again.

    That one stays marked: whoever names it already is led to ``source``, and does not begin with an empty ledger. Where ``source`` does not move to
    it any more, ``target`` is free for anything.
    """
    with _both(source, target) as (old, new):
        filled, moves = new.mark == Mark(FILLED, old.where), old.mark == Mark(MOVING, new.where)
        if filled and old.mark == Mark(MOVED, new.where):
            raise ledger_error(old.where, f"has moved to {quote(new.where, 300)}: nothing was done; end that with `opentok-ledger move`")
        if not filled and not moves:
            raise ledger_error(old.where, f"is not being moved to {quote(new.where, 300)}: nothing was done")
        interrupts.begin()
        taken = _emptied(new, Mark(MOVED, old.where) if moves else None) if filled else 0
        if moves:
            old.put_mark(None)
        return taken


def fill(target: Ledger, entries: Everything, file: str, *, merge: bool = False) -> Copied:
    """Puts the ``entries`` of ``file`` into ``target``, which must be empty, or with ``merge`` may have others and the same, but none that differ.

    All of them or none: one that was killed is marked, and is ended by doing it again.
    """
    with target.locked(marked=True) as new:
        ours = Mark(IMPORTED, file)
        resumed = new.mark == ours
        _may_be_filled(new, ours)
        _hold((new, ours))
        there = new.everything()
        differing = {key for key, entry in entries.items() if there.get(key, entry) != entry}
        if differing or (there and not merge and not resumed):
            new.put_mark(None)
            if differing:
                raise ledger_error(new.where, f"has other entries for {_some(differing)}: nothing was imported; what it has is never overwritten")
            raise ledger_error(new.where, f"is not empty: nothing was imported; give --merge to add to its {len(there)} entries")
        interrupts.begin()
        made = _copy(entries, new, {key: entry for key, entry in there.items() if key in entries})
        new.put_mark(None)
        return Copied(len(there) + made, made)


@contextlib.contextmanager
def _both(source: Ledger, target: Ledger) -> Iterator[tuple[OpenLedger, OpenLedger]]:
    if source.where == target.where:
        raise InvalidInput(Problem("TO", "is the same ledger as FROM"))
    with source.locked(marked=True) as old, target.locked(marked=True) as new:
        if new.is_also(old):
            raise InvalidInput(Problem("TO", "is the same ledger as FROM, under another name"))
        yield old, new


def _may_leave(old: OpenLedger, new: OpenLedger) -> None:
    """Whoever began to move it to another place ends that first: else that place would stay half filled."""
    if old.mark is not None and old.mark != Mark(MOVING, new.where):
        raise old.mark.refusal(old.where)


def _may_be_filled(new: OpenLedger, ours: Mark | None) -> None:
    if new.mark is not None and new.mark != ours:
        raise new.mark.refusal(new.where)


def _hold(*marks: tuple[OpenLedger, Mark]) -> None:
    """Marks them, so that no run opens them any more, and waits until those that have them open have ended; else they are as they were."""
    before: list[tuple[OpenLedger, Mark | None]] = []
    try:
        for book, mark in marks:
            before.append((book, book.mark))
            if book.mark != mark:
                book.put_mark(mark)
            book.alone()
    except BaseException:
        for book, was in before:
            if book.mark != was:
                with contextlib.suppress(LedgerError):
                    book.put_mark(was)
        raise


def _emptied(book: OpenLedger, mark: Mark | None) -> int:
    """Takes out all that is in it, and leaves it with ``mark``. How many entries that were."""
    book.alone()
    keys = tuple(book.everything())
    for key in keys:
        book.forget(key)
    book.put_mark(mark)
    return len(keys)


def _let_go(*books: OpenLedger) -> None:
    for book in books:
        book.put_mark(None)


def _copy(entries: Everything, new: OpenLedger, there: Everything) -> int:
    """Makes what is ``there`` the ``entries``, and reads them back. How many were not there."""
    for key in there.keys() - entries.keys():
        new.forget(key)
    missing = [key for key, entry in entries.items() if there.get(key) != entry]
    for key in missing:
        new.set(key, entries[key])
    after = new.everything()
    if wrong := {key for key, entry in entries.items() if after.get(key) != entry}:
        raise ledger_error(new.where, f"does not give back what was written ({_some(wrong)}): it stays marked; nothing works with it")
    return len(missing)


def _moved_already(old: OpenLedger, new: OpenLedger) -> Copied:
    """The last step of one that was killed right before it, or nothing."""
    unfinished = new.mark == Mark(FILLED, old.where)
    if unfinished:
        new.put_mark(None)
    elif new.mark is not None:
        raise new.mark.refusal(new.where)
    return Copied(len(new.everything()), 0, already=not unfinished)


def _some(keys: set[str]) -> str:
    named = [quote(key) for key in sorted(keys)[:SOME]]
    return join_words([*named, f"{len(keys) - SOME} more"] if len(keys) > SOME else named)
