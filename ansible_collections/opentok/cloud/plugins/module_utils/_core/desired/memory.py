# SPDX-License-Identifier: Apache-2.0
"""What a ledger remembers of one thing that OpenTok cannot show, or could not find again."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import LedgerError
from .times import from_text

if TYPE_CHECKING:
    from .ledger.ledger import Ledger, OpenLedger
    from .scope import Scope


@contextlib.contextmanager
def remembered(ledger: Ledger | None, key: str, scope: Scope, *, check: bool) -> Iterator[Memory]:
    """What the ledger remembers under ``key``, while this run alone is about it; in a check as it is."""
    if ledger is None:
        yield Memory(None, key, scope.account_key)
        return
    if check:
        with ledger.read_only() as book:
            yield Memory(book, key, scope.account_key)
        return
    from .ledger.ledger import Subject

    kind, _slash, rest = key.partition("/")
    subject = Subject(kind, key=rest, account=scope.account_key)
    with ledger.locked() as book, book.lease(subject), scope.guarded(book.hold):
        yield Memory(book, key, scope.account_key)


class Memory:
    """The entry ``key`` of ``book``; without a book nothing is remembered. Raises :class:`PlanError` where it is one of another account."""

    def __init__(self, book: OpenLedger | None, key: str, account_key: str | None) -> None:
        self._book = book
        self._key = key
        self._whose = {"account_key": account_key} if account_key else {}
        if book is not None:
            book.not_of_another_account(key, account_key)

    @property
    def lasts(self) -> bool:
        """Whether the next run will know."""
        return self._book is not None

    def entry(self, **fields: type | tuple[type, ...]) -> Mapping[str, Any] | None:
        """What is remembered. Raises :class:`LedgerError` where one of ``fields`` is not of its type: someone has edited it."""
        entry = None if self._book is None else self._book.entry(self._key)
        if entry is not None and not all(isinstance(entry.get(name), of) for name, of in fields.items()):
            raise self.damaged()
        return entry

    def moment(self, text: str) -> datetime.datetime:
        """The moment that an entry has as ``text``. Raises :class:`LedgerError` where it is none."""
        try:
            moment = from_text(text)
        except ValueError:
            moment = None
        if moment is None:
            raise self.damaged()
        return moment

    def damaged(self) -> LedgerError:
        """The error of who cannot make sense of what is remembered."""
        if self._book is None:
            raise ValueError("without a ledger nothing is remembered")
        return self._book.damaged(self._key)

    def begin(self, entry: Mapping[str, Any] | None) -> None:
        """Remembers what is about to be done; ``None``: nothing is known any more. Raises :class:`LedgerError` while nothing is done yet."""
        if self._book is not None:
            self._book.restore(self._key, None if entry is None else {**entry, **self._whose})

    def note(self, entry: Mapping[str, Any] | None) -> LedgerError | None:
        """Remembers what is done, or with ``None`` that it has ended. The error of a ledger that cannot take it is told afterwards."""
        try:
            self.begin(entry)
        except LedgerError as error:
            return error
        return None
