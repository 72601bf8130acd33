# SPDX-License-Identifier: Apache-2.0
"""One run of one declaration, for layers without a state of their own (Ansible, the command line).

    report = Run(PROJECT, scope, ledger=ledger_at(path), publishers=[...], hooks=[...]).present(spec)

Looks, plans, and unless it is a check: notes in the ledger what is begun, does it, notes what was done, publishes, notifies. Pulumi has its own state
and its own order of calls, and takes from here what it needs to share a ledger.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import functools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, LedgerError, OpenTokError, PlanError, Problem, join_words, quote
from . import interrupts
from .kind import Kind
from .notify import Hook, Notification, due_in
from .plan import NOT_YET_KNOWN, Action, Applied, Plan
from .publish import Document, Publication, Target
from .scope import Scope

if TYPE_CHECKING:
    from .ledger.ledger import Lease, Ledger, OpenLedger


@dataclasses.dataclass(frozen=True, kw_only=True)
class Report:
    """What a run came to, or in a check would come to.

    ``actions``: what was done (or would be), publications and hooks included, a line each. ``shown``: the kind's outputs, secrets in clear and
    ``None`` for what is not known yet; ``None`` when the thing is not there (any more). ``unfinished``: the error that stopped it on its way,
    after ``actions`` had been done; what is left is done by the next run. ``remembered``: of a check, what else the ledger would have anew.
    """

    plan: Plan
    actions: tuple[str, ...]
    shown: dict[str, Any] | None
    warnings: tuple[str, ...] = ()
    unfinished: OpenTokError | None = None
    remembered: tuple[str, ...] = ()

    @property
    def recorded(self) -> tuple[str, ...]:
        """What would only be remembered, or was, a line each."""
        return (*(action.text for action in self.plan.actions if not action.touches_api), *self.remembered)

    @property
    def changed(self) -> bool:
        """Whether anything was (or would be) changed outside of the ledger."""
        return bool(self.actions)

    @property
    def disruptive(self) -> tuple[str, ...]:
        """Those of ``actions`` by which something stops working for someone."""
        ending = {action.text for action in self.plan.actions if action.disrupts}
        return tuple(text for text in self.actions if text in ending)


class Run:
    """Runs declarations of one kind. With ``check`` nothing is changed anywhere.

    ``unknown``, in a check only: inputs and credentials that an earlier step would give, see :meth:`Kind.plan_unknown`. ``do``: see
    :meth:`Kind.apply`, for who needs more around it.
    """

    def __init__(
        self,
        kind: Kind[Any, Any, Any],
        scope: Scope,
        *,
        ledger: Ledger | None = None,
        publishers: Sequence[Target] = (),
        hooks: Sequence[Hook] = (),
        check: bool = False,
        unknown: Collection[str] = (),
        do: Callable[[Scope, Plan, Any], Applied[Any]] | None = None,
    ) -> None:
        self._kind = kind
        self._do = do or kind.apply
        self._scope = scope
        self._ledger = ledger
        self._publication = Publication(publishers)
        self._hooks = tuple(hooks)
        self._check = check
        self._unknown = unknown

    def now(self) -> datetime.datetime:
        """The time of this run, see :meth:`Scope.now`."""
        return self._scope.now()

    def present(self, inputs: Mapping[str, Any]) -> Report:
        """Makes what is there what ``inputs`` declare."""
        spec = self.spec(inputs)
        if planned := self._plan_unknown(spec, present=True):
            return self._with_publication(planned, Notification(self._hooks))
        with self.book() as book, self.found(book, spec) as found:
            return found.in_doubt_if(self._looked_after(self.apply_present(book, spec, found.state)))

    def absent(self, inputs: Mapping[str, Any]) -> Report:
        """Ends its life as ``inputs`` declare it ended. What was published stays where it is."""
        needed = self._kind.needed_to_end
        left_out = () if needed is None else [name for name in self._kind.inputs if name not in needed and inputs.get(name) is None]
        spec = self.spec(inputs, left_out=left_out)
        if planned := self._plan_unknown(spec, present=False):
            return planned
        with self.book() as book, self.found(book, spec) as found:
            return found.in_doubt_if(self.apply_absent(book, spec, found.state))

    def apply_present(self, book: OpenLedger | None, spec: Any, state: Any) -> Report:
        """Makes what is there, as it was just seen, what ``spec`` wants: :meth:`present` for who has looked already and looks after it."""
        state, record = self._known(book, spec, state)
        state = self._kind.settle(self._scope, spec, state, record)
        plan, record = self._planned_as_published(spec, state, record)
        plan = dataclasses.replace(plan, warnings=(*plan.warnings, *self._elsewhere(book, spec, state)))
        if self._check:
            remembered: tuple[str, ...] = ()
            if book is not None and self._kind.exists(state):
                before, record = record, self._kind.record(spec, Applied(state=state), record, self.now())
                remembered = self._kind.remembered(state, before, record)
                if before is None:
                    plan = dataclasses.replace(plan, warnings=(*plan.warnings, *self._kind.not_recorded(spec, state)))
            planned = self._with_publication(self._planned(plan, state, record), self._notification(book, spec, state))
            return dataclasses.replace(planned, remembered=remembered)
        if _issues_secret(plan):
            self._publication.preflight()
        interrupts.begin()
        applied = self._apply(book, spec, plan, state, record)
        former = self.key(spec, state) if self._kind.exists(state) else None
        applied = dataclasses.replace(applied, state=self._kind.known_as_itself(applied.state))
        after = self._kind.record_without_ledger(spec) if book is None else self._kind.record(spec, applied, record, self.now())
        try:
            self.note(book, spec, applied.state, after, former)
            if book is not None and former is not None:
                self.forget_former(book, former, self.key(spec, applied.state), after)
        except LedgerError as error:
            applied = dataclasses.replace(applied, unfinished=applied.unfinished or error)
        told = self._notification(book, spec, applied.state)
        report = self._publish(plan, applied, after, before=state, repeats=self._kind.repeats(spec), told=told)
        return self._note_published(book, spec, applied.state, after, report)

    def forget_former(self, book: OpenLedger, former: str, key: str, record: Any) -> None:
        """It is known under ``key`` now. A run that was stopped here has left the other."""
        for other in {former, *(f"{self._kind.name}/{identity}" for identity in self._kind.formerly(record))} - {key}:
            book.forget(other)

    def _planned_as_published(self, spec: Any, state: Any, record: Any) -> tuple[Plan, Any]:
        """The plan, and the record that it goes by: what must not be done before the credentials are everywhere waits for that."""
        plan = self._plan(spec, state, record)
        if record is None or not any(action.needs_publication for action in plan.actions):
            return plan, record
        unpublished = self._kind.record_unpublished(record)
        if unpublished is None or not self._publication.planned(self._kind.credentials(self._shown(state, record))):
            return plan, record
        return self._plan(spec, state, unpublished), unpublished

    def _note_published(self, book: OpenLedger | None, spec: Any, state: Any, record: Any, report: Report) -> Report:
        """Writes down that the credentials are in all places, where something waits for that."""
        published = None if record is None or report.unfinished is not None else self._kind.record_published(record, self.now())
        if published is None:
            return report
        try:
            self.note(book, spec, state, published)
        except LedgerError as error:
            return dataclasses.replace(report, unfinished=error)
        return dataclasses.replace(report, shown=self._shown(state, published))

    def apply_absent(self, book: OpenLedger | None, spec: Any, state: Any) -> Report:
        """Ends the life of what is there, as it was just seen: :meth:`absent` for who has looked already."""
        state, record = self._known(book, spec, state)
        plan = self._kind.plan_absent(spec, state)
        plan = dataclasses.replace(plan, warnings=(*plan.warnings, *self._elsewhere(book, spec, state)))
        if self._check:
            return self._planned(plan, state, record)
        interrupts.begin()
        begun = None if record is None else self._kind.record_before_end(record, plan)
        applied = self.apply_begun(book, spec, plan, state, begun)
        if self._kind.exists(state) and applied.unfinished is None:
            applied = dataclasses.replace(applied, unfinished=self.forget(book, spec, state))
        shown = self._shown(applied.state, None) if self._kind.exists(applied.state) else None
        return _report(self._told(plan, state), applied, shown)

    def found_gone(self, book: OpenLedger | None, spec: Any, state: Any) -> Report:
        """What is said of one that was to end and is gone by now: ``state`` is how it was seen before."""
        plan = Plan(kind=self._kind.name, before=self._kind.plan_absent(spec, state).before)
        warning = f"{self._kind.name} {self._kind.identity(state)} was gone already"
        return Report(plan=self._told(plan, state), actions=(), shown=None, warnings=(warning,), unfinished=self.forget(book, spec, state))

    def spec(self, inputs: Mapping[str, Any], *, left_out: Collection[str] = ()) -> Any:
        """The checked spec of ``inputs``, some of which may be ``left_out``.

        Raises :class:`InvalidInput`, also for what needs a ledger and has none.
        """
        needing = self._kind.needing_record(inputs)
        if needing and self._ledger is None:
            missing = f"needs a record of the last run: give a ledger (a file or a URL), or {self._kind.instead_of_record}"
            raise InvalidInput([Problem(name, missing) for name in needing])
        connection = self._scope.connection
        return self._kind.parse(inputs, account_key=self._scope.account_key, api_key=connection.api_key, unknown={*self._unknown, *left_out})

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

    def _apply(self, book: OpenLedger | None, spec: Any, plan: Plan, state: Any, record: Any) -> Applied[Any]:
        if not plan.actions:
            return Applied(state=state)
        return self.apply_begun(book, spec, plan, state, self._kind.record_before_apply(spec, state, record, plan))

    def apply_begun(self, book: OpenLedger | None, spec: Any, plan: Plan, state: Any, begun: Any) -> Applied[Any]:
        """Applies ``plan`` after noting what is ``begun``, if anything is."""
        before = book.entry(self.key(spec, state)) if book is not None and self._kind.exists(state) else None
        self.note(book, spec, state, begun)
        try:
            return self._kind.apply(self._scope, plan, state)
        except OpenTokError as error:
            # Nothing was done, so nothing is begun. A ledger that cannot say so must not hide why.
            if book is not None and begun is not None and not error.outcome_unknown:
                with contextlib.suppress(LedgerError):
                    book.restore(self.key(spec, state), before)
            raise

    def _plan(self, spec: Any, state: Any, record: Any) -> Plan:
        """What makes ``state`` what ``spec`` wants. A replacement is an error, unless the kind has something to do in its place."""
        plan = self._kind.plan(spec, state, record, self.now())
        if not plan.replaces:
            return plan
        instead = self._kind.plan_replacement(spec, state, plan)
        if instead is None:
            name = self._kind.name
            raise PlanError(f"{', '.join(plan.replaces)}: {'; '.join(plan.reasons)}. Declare the {name} as it is, or another one")
        return instead

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
        private = {**self._kind.private_state(record, {}), **due_in(before)}
        return {**entry, **whose, **self._kind.record_to_dict(record), "private": private}

    def notes(self, book: OpenLedger, spec: Any, state: Any) -> bool:
        """Whether a run that finds ``state`` as ``spec`` wants it has something to write down."""
        after = self._kind.record(spec, Applied(state=state), self.recorded(book, state, spec), self.now())
        before = book.entry(self.key(spec, state))
        return self._entry_of(state, after, before) != before

    def _looked_after(self, report: Report) -> Report:
        """With what one more look shows to be wrong with what was made."""
        found = () if self._check else tuple(self._kind.look_after(self._scope).values())
        if not found:
            return report
        first, *rest = [*filter(None, [report.unfinished]), *found]
        return dataclasses.replace(report, unfinished=first, warnings=(*report.warnings, *map(str, rest)))

    def _planned(self, plan: Plan, state: Any, record: Any) -> Report:
        shown = None
        if plan.after is not None:
            shown = self._kind.told({**self._kind.show(state, record), **plan.after}, state)
            if _issues_secret(plan):
                shown.update(dict.fromkeys(self._kind.issued_outputs))
            shown = _without_unknown(shown)
        return Report(plan=self._told(plan, state), actions=_texts(plan.actions), shown=shown, warnings=plan.warnings)

    def _plan_unknown(self, spec: Any, *, present: bool) -> Report | None:
        plan = self._kind.plan_unknown(spec, self._unknown, present=present) if self._unknown else None
        if plan is None:
            return None
        shown = None if plan.after is None else _without_unknown(self._kind.told({**dict.fromkeys(self._kind.outputs), **plan.after}, None))
        return Report(plan=self._told(plan, None), actions=_texts(plan.actions), shown=shown, warnings=plan.warnings)

    def _shown(self, state: Any, record: Any) -> dict[str, Any]:
        return self._kind.told(self._kind.show(state, record), state)

    def _told(self, plan: Plan, state: Any) -> Plan:
        """The plan as it is reported."""
        before, after = (None if shown is None else self._kind.told(shown, state) for shown in (plan.before, plan.after))
        return dataclasses.replace(plan, before=before, after=after)

    def _notification(self, book: OpenLedger | None, spec: Any, state: Any) -> Notification:
        """The hooks of this run, with what the ledger remembers of them."""
        known = self._hooks and book is not None and self._kind.exists(state)
        return Notification(self._hooks, book, self.key(spec, state)) if known else Notification(self._hooks)

    def _with_publication(self, report: Report, told: Notification) -> Report:
        document = self._kind.credentials(report.shown) if report.shown else None
        would = self._publication.planned(document)
        return dataclasses.replace(report, actions=(*report.actions, *would, *told.planned(document, publishes=bool(would))))

    def _publish(self, plan: Plan, applied: Applied[Any], record: Any, *, before: Any, repeats: bool, told: Notification) -> Report:
        """Also when a later step failed: who uses the secret needs the live one. Not when it is unknown which one is live."""
        shown, looked = self._shown(applied.state, record), False
        report = _report(self._told(plan, applied.state), applied, shown)
        document = None if applied.unsure else self._kind.credentials(shown)
        if document is None:
            return report

        def look() -> Document:
            """What was seen of a fleet may be minutes old."""
            nonlocal shown, looked
            if looked:
                return self._kind.credentials(shown) or document
            looked = True
            state = self._kind.settle(self._scope, None, self._kind.read(self._scope, self._kind.identity(applied.state)), record)
            if not self._kind.exists(state):
                raise PlanError(f"{self._kind.name} {document['api_key']} is gone since this run looked: nothing is published")
            shown = self._shown(state, self._kind.refresh_record(state, record, self.now()))
            return self._kind.credentials(shown) or document

        old = self._kind.credentials(self._kind.show(before, None)) if self._kind.exists(before) else None
        published, failed = self._publication.ensure(document, before=old, look=look, repeats=repeats, hearer=told)
        notified, unheard = told.run(self._kind.credentials(shown), repeats=repeats)
        errors = [error for error in (report.unfinished, failed, unheard) if error is not None]
        return dataclasses.replace(
            report,
            actions=(*report.actions, *published, *notified),
            shown=shown,
            unfinished=errors[0] if errors else None,
            warnings=(*report.warnings, *map(str, errors[1:])),
        )


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


def _issues_secret(plan: Plan) -> bool:
    return any(action.issues_secret for action in plan.actions)


def _report(plan: Plan, applied: Applied[Any], shown: dict[str, Any] | None) -> Report:
    warnings = (*plan.warnings, *applied.warnings)
    return Report(plan=plan, actions=_texts(applied.done), shown=shown, warnings=warnings, unfinished=applied.unfinished)


def _without_unknown(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value == NOT_YET_KNOWN else value for name, value in shown.items()}


def _texts(actions: Sequence[Action]) -> tuple[str, ...]:
    return tuple(action.text for action in actions if action.touches_api)
