# SPDX-License-Identifier: Apache-2.0
"""One run of one declaration, for layers without a state of their own (Ansible, the command line).

    report = Run(PROJECT, scope, ledger=ledger_at(path), publishers=[...], hooks=[...]).present(spec)

Looks, plans, and unless it is a check: notes in the ledger what is begun, does it, notes what was done, publishes, notifies. Pulumi has its own state
and its own order of calls, and takes from here what it needs to share a ledger.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import InvalidInput, LedgerError, OpenTokError, PlanError, Problem
from . import interrupts
from .kind import Kind
from .notify import Hook, Notification
from .plan import NOT_YET_KNOWN, Applied, Plan
from .publish import Document, Publication, Target, place_of
from .remembering import Remembering
from .report import Report, report_of, texts_of
from .scope import Scope

if TYPE_CHECKING:
    from .ledger.ledger import Ledger, OpenLedger


class Run(Remembering):
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
        super().__init__(kind, scope, ledger=ledger, check=check)
        for publisher in publishers:
            if ledger is not None and place_of(publisher) in ledger.files:
                # Before anything is issued: a ledger that is not there yet would seem to be a place to publish to.
                raise InvalidInput(Problem("publish", f"{publisher.where} is a file of the ledger: name one for the credentials alone"))
        self._do = do or kind.apply
        self._publication = Publication(publishers)
        self._hooks = tuple(hooks)
        self._unknown = unknown

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
            applied = dataclasses.replace(applied, unfinished=self.note_end(book, spec, state, applied, record))
        shown = self._shown(applied.state, None) if self._kind.exists(applied.state) else None
        return report_of(self._told(plan, state), applied, shown)

    def note_end(self, book: OpenLedger | None, spec: Any, state: Any, applied: Applied[Any], record: Any) -> OpenTokError | None:
        """Forgets what was ended, or goes on remembering what is there all the same. What went wrong with that, if anything."""
        kept = None if record is None else self._kind.record_after_end(record, applied, self.now())
        if kept is None:
            return self.forget(book, spec, state)
        try:
            self.note(book, spec, applied.state, kept)
        except LedgerError as error:
            return error
        return None

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

    def _apply(self, book: OpenLedger | None, spec: Any, plan: Plan, state: Any, record: Any) -> Applied[Any]:
        if not plan.actions:
            return Applied(state=state)
        return self.apply_begun(book, spec, plan, state, self._kind.record_before_apply(spec, state, record, plan))

    def apply_begun(self, book: OpenLedger | None, spec: Any, plan: Plan, state: Any, begun: Any) -> Applied[Any]:
        """Applies ``plan`` after noting what is ``begun``, if anything is."""
        before = book.entry(self.key(spec, state)) if book is not None and self._kind.exists(state) else None
        self.note(book, spec, state, begun)
        try:
            return self._do(self._scope, plan, state)
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
        return Report(plan=self._told(plan, state), actions=texts_of(plan.actions), shown=shown, warnings=plan.warnings)

    def _plan_unknown(self, spec: Any, *, present: bool) -> Report | None:
        plan = self._kind.plan_unknown(spec, self._unknown, present=present) if self._unknown else None
        if plan is None:
            return None
        shown = None if plan.after is None else _without_unknown(self._kind.told({**dict.fromkeys(self._kind.outputs), **plan.after}, None))
        return Report(plan=self._told(plan, None), actions=texts_of(plan.actions), shown=shown, warnings=plan.warnings)

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
        report = report_of(self._told(plan, applied.state), applied, shown)
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


def _issues_secret(plan: Plan) -> bool:
    return any(action.issues_secret for action in plan.actions)


def _without_unknown(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if value == NOT_YET_KNOWN else value for name, value in shown.items()}
