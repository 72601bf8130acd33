# SPDX-License-Identifier: Apache-2.0
"""Operations on what others may be about too: with a ledger one of them at a time, and what each has done is known to the others.

Without a ledger every method does what an operation does by itself.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

from .._ledgers import book_of
from ..core.desired import Applied, Kind, Plan, Scope
from ..core.desired.ledger.ledger import OpenLedger, Subject
from ..core.desired.remembering import Found
from ..core.desired.run import Run
from ..core.errors import LedgerError
from .results import Credentials

AnyKind = Kind[Any, Any, Any]


class Shared:
    """One operation on one thing. ``state``: as it was found, where a declaration was looked for."""

    def __init__(self, kind: AnyKind, run: Run, book: OpenLedger | None, found: Found) -> None:
        self._kind = kind
        self._run = run
        self._book = book
        self._found = found
        self._former: str | None = None

    @property
    def state(self) -> Any:
        return self._found.state

    def theirs(self, spec: Any, state: Any) -> Any:
        """What the ledger remembers of it, ``None`` for nothing."""
        return None if self._book is None else self._run.recorded(self._book, state, spec)

    def agreed(self, spec: Any, state: Any, own: Any, theirs: Any) -> Any:
        """What is remembered of it by its ``own`` record, which the state file has, and by the ledger, where others note what they do."""
        return own if theirs is None or not self._kind.exists(state) else self._kind.agreed(spec, state, own, theirs)

    def apply(self, spec: Any, plan: Plan, state: Any, record: Any) -> Applied[Any]:
        """Does ``plan``, noting before what is begun."""
        begun = None if self._book is None else self._kind.record_before_apply(spec, state, record, plan)
        self._former = self._run.key(spec, state) if self._kind.exists(state) else None
        return self._run.apply_begun(self._book, spec, plan, state, begun)

    def end(self, spec: Any, plan: Plan, state: Any, record: Any) -> Applied[Any]:
        """Does ``plan``, which ends its life, and forgets it."""
        begun = None if self._book is None else self._kind.record_before_end(record, plan)
        applied = self._run.apply_begun(self._book, spec, plan, state, begun)
        if self._kind.exists(state) and applied.unfinished is None:
            applied = dataclasses.replace(applied, unfinished=self._run.note_end(self._book, spec, state, applied, record))
        return applied

    def note(self, spec: Any, applied: Applied[Any], record: Any) -> Iterator[str]:
        """Notes what is there now. What is wrong with that, for whoever reads what is not finished."""
        if applied.unfinished is not None:
            self._found.doubt()
        if self._book is None:
            return
        state = self._kind.known_as_itself(applied.state)
        try:
            self._run.note(self._book, spec, state, record, self._former)
            if self._former is not None:
                self._run.forget_former(self._book, self._former, self._run.key(spec, state), record)
        except LedgerError as error:
            self._found.doubt()
            yield f"not finished: {error}"


class Sharing:
    """Of one kind. ``do``: see :class:`Run`."""

    def __init__(self, kind: AnyKind, do: Any) -> None:
        self._kind = kind
        self._do = do
        # Where a record is kept by a name that only a stateless layer gives, a state of one's own has nothing to share.
        self._shares = kind.remembers or any(name in kind.inputs for name in kind.needs_record)

    @contextlib.contextmanager
    def declared(self, credentials: Credentials, scope: Scope, spec: Any) -> Iterator[Shared]:
        """What ``spec`` means, looked for while nobody else is about it."""
        book, run = self._open(credentials, scope)
        with _guarded(scope, book), run.found(book, spec) as found:
            yield Shared(self._kind, run, book, found)

    @contextlib.contextmanager
    def known(self, credentials: Credentials, scope: Scope, spec: Any, id_: str) -> Iterator[Shared]:
        """The one of this identity, while nobody else is about it."""
        book, run = self._open(credentials, scope)
        found = Found()
        with _guarded(scope, book), contextlib.ExitStack() as held:
            if book is not None:
                key = self._kind.ledger_key(spec) or id_
                found.leases.append(held.enter_context(book.lease(Subject(self._kind.name, key, self._kind.called(spec), scope.account_key))))
                book.not_of_another_account(f"{self._kind.name}/{key}", scope.account_key)
            yield Shared(self._kind, run, book, found)

    def seen(self, credentials: Credentials, scope: Scope, spec: Any, state: Any, own: Any) -> Any:
        """For a comparison, which writes nothing: what is remembered of an existing one by now, see :meth:`Shared.agreed`."""
        ledger = credentials.ledger if self._shares else None
        if ledger is None:
            return own
        with ledger.read_only() as book:
            shared = Shared(self._kind, Run(self._kind, scope), book, Found())
            return shared.agreed(spec, state, own, shared.theirs(spec, state))

    def _open(self, credentials: Credentials, scope: Scope) -> tuple[OpenLedger | None, Run]:
        ledger = credentials.ledger if self._shares else None
        return None if ledger is None else book_of(ledger), Run(self._kind, scope, do=self._do)


def _guarded(scope: Scope, book: OpenLedger | None) -> AbstractContextManager[None]:
    """Nothing is changed by a run that holds nothing any more."""
    return contextlib.nullcontext() if book is None else scope.guarded(book.hold)
