# SPDX-License-Identifier: Apache-2.0
"""What a ledger remembers of what declarations mean, and that a run holds it meanwhile."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import functools
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ..errors import LedgerError, OpenTokError, join_words, quote
from .kind import Kind
from .notify import due_in
from .plan import Applied
from .report import Report
from .scope import Scope

if TYPE_CHECKING:
    from .ledger.ledger import Lease, Ledger, OpenLedger


class Remembering:
    """Things of one kind, as the ledger has them. With ``check`` it is only read."""

    def __init__(self, kind: Kind[Any, Any, Any], scope: Scope, *, ledger: Ledger | None, check: bool) -> None:
        self._kind = kind
        self._scope = scope
        self._ledger = ledger
        self._check = check

    def now(self) -> datetime.datetime:
        """The time of this run, see :meth:`Scope.now`."""
        return self._scope.now()

    @contextlib.contextmanager
    def book(self) -> Iterator[OpenLedger | None]:
        """The ledger, open for this run (``None`` without one): held for it alone, or in a check read as it is."""
        if self._ledger is None:
            yield None
            return
        with self._ledger.read_only() if self._check else self._ledger.locked() as book:
            if self._check:
                yield book
                return
            self._scope.look_anew()
            with self._scope.guarded(book.hold):
                yield book

    @contextlib.contextmanager
    def found(self, book: OpenLedger | None, spec: Any) -> Iterator[Found]:
        """What ``spec`` means, as it is seen while this run alone is about it."""
        with contextlib.ExitStack() as held:
            found = Found()
            if book is not None and not self._check:
                # Here: a run without a ledger need not load it, which Ansible compiles anew in every run.
                from .ledger.ledger import Subject

                found.leases.append(held.enter_context(book.lease(Subject.of(self._kind, spec, self._scope.account_key))))
                self._scope.look_anew()
            self._of_this_account(book, spec)
            found.state = self.recall(book, spec, self._kind.find(self._scope, spec))
            if book is not None and book.shared and found.leases and self._kind.called(spec) is not None and self._kind.exists(found.state):
                # Others may be about it by its identity.
                lease, found.state = held.enter_context(self.alone_with(book, self._kind.identity(found.state), found.state))
                found.leases.extend(filter(None, [lease]))
                if not self._kind.exists(found.state):
                    # One of them has ended it: by its name it is looked for once more.
                    self._scope.look_anew()
                    found.state = self.recall(book, spec, self._kind.find(self._scope, spec))
            found.state = self.complete(book, found.state)
            yield found

    @contextlib.contextmanager
    def alone_with(self, book: OpenLedger | None, identity: str, seen: Any = None) -> Iterator[tuple[Lease | None, Any]]:
        """While this run alone is about the one of this identity, and how it is then; ``None`` where nobody else can have been about it.

        ``seen``: how it was before.
        """
        if book is None:
            yield None, None
            return
        from .ledger.ledger import Subject

        with book.lease(Subject(self._kind.name, key=identity, account=self._scope.account_key)) as lease:
            if lease.alone:
                yield lease, None
            else:
                yield lease, self._kind.read(self._scope, identity) if seen is None else self._kind.refresh(self._scope, seen)

    def forget(self, book: OpenLedger | None, spec: Any, state: Any) -> OpenTokError | None:
        """Takes it out of the ledger. What went wrong with that, if anything."""
        try:
            if book is not None:
                book.forget(self.key(spec, state))
        except LedgerError as error:
            return error
        return None

    def forget_former(self, book: OpenLedger, former: str, key: str, record: Any) -> None:
        """It is known under ``key`` now. A run that was stopped here has left the other."""
        for other in {former, *(f"{self._kind.name}/{identity}" for identity in self._kind.formerly(record))} - {key}:
            book.forget(other)

    def key(self, spec: Any, state: Any) -> str:
        """Under what a ledger knows an existing one."""
        anchor = None if spec is None else self._kind.ledger_key(spec)
        return f"{self._kind.name}/{anchor or self._kind.identity(state)}"

    def _known(self, book: OpenLedger | None, spec: Any, state: Any) -> tuple[Any, Any]:
        """State and record of what ``spec`` means: as it was just seen, or where no look can find it as the ledger has it."""
        self._of_this_account(book, spec)
        if book is None or self._kind.exists(state) or not self._kind.ledger_key(spec):
            return state, self.recorded(book, state, spec)
        entry = self._entry(book, key := self.key(spec, state))
        if entry is None:
            return state, None
        with _understood(book, key):
            return self._kind.restore(entry["id"], entry)

    def recall(self, book: OpenLedger | None, spec: Any, state: Any) -> Any:
        """``state`` as it was just found, or what the ledger shows it to be."""
        if book is None:
            return state
        return self._kind.recall(self._scope, spec, state, _Asked(lambda: book.of(self._kind.name, called=self._kind.called(spec))))

    def complete(self, book: OpenLedger | None, state: Any) -> Any:
        """``state`` with what the ledger knows to belong to it. What is wrong with its entry is told when that is needed."""
        if book is None or not self._kind.exists(state):
            return state
        with contextlib.suppress(LedgerError):
            return self._kind.complete(self._scope, state, self.recorded(book, state))
        return state

    def _of_this_account(self, book: OpenLedger | None, spec: Any) -> None:
        """What the ledger knows of another account is not absent because this one has no such thing. Raises :class:`PlanError`."""
        known = self._kind.ledger_key(spec) or self._kind.named(spec)
        if book is not None and known is not None:
            book.not_of_another_account(f"{self._kind.name}/{known}", self._scope.account_key)

    def _elsewhere(self, book: OpenLedger | None, spec: Any, state: Any) -> tuple[str, ...]:
        """A warning where there is none of a name here, and the ledger knows one in another account."""
        name, account = self._kind.called(spec), self._scope.account_key
        if book is None or name is None or account is None or self._kind.exists(state):
            return ()
        found = {key: entry.get("account_key") for key, entry in book.of(self._kind.name, called=name).items() if entry.get("name") == name}
        others = [f"{key} of account {owner}" for key, owner in found.items() if owner not in (None, account)]
        if not others:
            return ()
        what = f"the ledger knows {self._kind.name} {quote(name)} as {join_words(others)}"
        return (f"{what}; it is left as it is, for the credentials are of account {account}",)

    def recorded(self, book: OpenLedger | None, state: Any, spec: Any = None) -> Any:
        """What the ledger remembers of an existing one, ``None`` for nothing."""
        if not self._kind.exists(state):
            return None
        if book is None:
            return self._kind.supposed(spec, state)
        entry = self._entry(book, key := self.key(spec, state))
        if entry is None:
            return None
        with _understood(book, key):
            return self._kind.restore(self._kind.identity(state), entry)[1]

    def _entry(self, book: OpenLedger, key: str) -> Mapping[str, Any] | None:
        entry = book.entry(key)
        if entry is not None and (not entry or not all(entry.get(name) for name in self._kind.recorded)):
            # Emptied by hand: taken for a record, it would make every change of a trigger a first value, which rotates nothing.
            raise book.damaged(key)
        return entry

    def note(self, book: OpenLedger | None, spec: Any, state: Any, record: Any, former: str | None = None) -> None:
        """Writes the record down: at once, so that a run that is killed later is understood by the next. ``former``: what it was known under."""
        if book is not None and record is not None:
            key = self.key(spec, state)
            book.set(key, self._entry_of(state, record, book.entry(key) or (book.entry(former) if former else None)))

    def _entry_of(self, state: Any, record: Any, before: Mapping[str, Any] | None) -> dict[str, Any]:
        entry = {name: value for name, value in self._shown(state, record).items() if name not in self._kind.secret_outputs}
        whose = {"account_key": self._scope.account_key} if entry.get("account_key") is None and self._scope.account_key else {}
        private = {**self._kind.private_state(record, {}), **due_in(before, entry)}
        return {**entry, **whose, **self._kind.record_to_dict(record), "private": private}

    def notes(self, book: OpenLedger, spec: Any, state: Any) -> bool:
        """Whether a run that finds ``state`` as ``spec`` wants it has something to write down."""
        after = self._kind.record(spec, Applied(state=state), self.recorded(book, state, spec), self.now())
        before = book.entry(self.key(spec, state))
        return self._entry_of(state, after, before) != before

    def _shown(self, state: Any, record: Any) -> dict[str, Any]:
        return self._kind.told(self._kind.show(state, record), state)


@dataclasses.dataclass
class Found:
    """What a declaration means, and what this run holds of it."""

    state: Any = None
    leases: list[Lease] = dataclasses.field(default_factory=list)

    def in_doubt_if(self, report: Report) -> Report:
        """``report``; where it tells of something that is not finished, whoever holds it next is told to look."""
        if report.unfinished is not None:
            self.doubt()
        return report

    def doubt(self) -> None:
        """Whoever holds it next is told to look."""
        for lease in self.leases:
            lease.doubt()


class _Asked(Mapping[str, Mapping[str, Any]]):
    """Entries that are read when they are asked for: most declarations find what they mean without."""

    def __init__(self, read: Callable[[], Mapping[str, Mapping[str, Any]]]) -> None:
        self._read = read

    @functools.cached_property
    def _entries(self) -> Mapping[str, Mapping[str, Any]]:
        return self._read()

    def __getitem__(self, key: str) -> Mapping[str, Any]:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


@contextlib.contextmanager
def _understood(book: OpenLedger, key: str) -> Iterator[None]:
    """An entry that cannot be restored is an error of the ledger."""
    try:
        yield
    except (ValueError, TypeError, AttributeError, KeyError):
        raise book.damaged(key) from None
