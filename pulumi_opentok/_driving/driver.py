# SPDX-License-Identifier: Apache-2.0
"""Drives any kind of desired state by its plan."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from .. import _engine_log
from .._accounts import refuse_deletes_if_in_question, require_account, require_same_or_asked_for
from .._announce import TO_DO, announce
from .._entries import Entries, mark_of, new_entry
from .._operation import current
from .._properties import DECLARED, PRIVATE, as_saved, generated_before, given, hidden_again, inputs_of, marked_names, saved_inputs, split
from .._schema import CAMEL, SCHEMA, as_today, form_of, kept
from .._secret_inputs import SECRET
from .._shared_lists import end_all, lists_of
from ..core import InvalidInput, PlanError, Problem
from ..core.desired import Applied, Kind, Plan, Scope
from ..core.errors import NOT_SHOWN, ApiError, OutcomeUnknown
from .results import Comparison, Credentials, Failure, Outcome
from .sharing import Shared, Sharing

Apply = Callable[[Scope, Plan, Any], Applied[Any]]
"""Does the actions of a plan: :meth:`Kind.apply`, and what a protocol needs around it."""


class Driver:
    """Drives the resources of one kind. ``form``: the version of the outputs that it writes. Every method raises errors of the core."""

    def __init__(self, kind: Kind[Any, Any, Any], *, form: int, apply: Apply | None = None) -> None:
        self.kind = kind
        self._form = form
        self._entries = Entries(kind.name)
        self._sharing = Sharing(kind, apply or kind.apply)

    def named(self, id_: str) -> str:
        """``project 46123456``."""
        return f"{self.kind.name} {id_}"

    def check(self, credentials: Credentials, olds: Mapping[str, Any], news: Mapping[str, Any]) -> tuple[dict[str, Any], list[Failure]]:
        """The inputs as they are saved, and what is wrong with them."""
        scope = credentials.scope()
        self.kind.authorise(scope.connection)
        news = {**news, **generated_before(self.kind, olds, news)}
        known, unknown = split(news)
        try:
            spec = self.parse(scope, inputs_of(self.kind, known), unknown)
        except InvalidInput as error:
            return news, [self._failure(problem) for problem in error.problems]
        canonical = hidden_again(self.kind, self.kind.canonical(inputs_of(self.kind, known)))
        return {**news, **canonical}, self._twice(spec, unknown, made=not given(olds))

    def diff(self, credentials: Credentials, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Comparison:
        """What an update would do."""
        outs = as_today(self.kind, self.named(id_), olds)
        known, unknown = split(news)
        wanted, before = inputs_of(self.kind, known), saved_inputs(self.kind, outs)
        # What is not known yet is planned as if it stayed, and shown as a change on top.
        stays = {name: before[name] for name in unknown if name in before}
        scope = credentials.scope()
        spec = self.parse(scope, {**wanted, **stays}, unknown - stays.keys())
        require_same_or_asked_for(self.named(id_), scope, outs, explicit=credentials.explicit)
        state, record = self.kind.restore(id_, as_saved(outs))
        state = self.kind.known_now(scope, state)
        plan = self.kind.plan(spec, state, record, scope.now())
        if not unknown and not current().refreshing:
            seen = self.kind.look_before_change(scope, spec, state, plan)
            known = self._sharing.seen(credentials, scope, spec, seen, record) if any(action.issues_secret for action in plan.actions) else record
            if seen is not state or known is not record:
                plan = self.kind.plan(spec, seen, known, scope.now())
        announce(plan, refreshing=current().refreshing)
        for name in stays.keys() & self.kind.followed:
            _engine_log.info(f"{TO_DO}{self.kind.followed[name]}")
        replaces = (*plan.replaces, *(name for name in self.kind.force_new if name in unknown and name not in plan.replaces))
        if self.kind.exclusive:
            self._entries.declared(id_, outs, current().urn, leaves=bool(replaces), refreshing=current().refreshing)
        # What is secret from now on stands in clear in the state, until an update writes it anew.
        exposed = not set(news.get(SECRET) or ()) <= {*(outs.get(SECRET) or ()), *marked_names(self.kind)}
        return Comparison(
            plan=plan,
            wanted=wanted,
            before=before,
            unknown=unknown,
            replaces=replaces,
            rewrites=exposed or self.rewrites(olds),
            # The engine may replace it for reasons of its own (replace_on_changes): then the old one has to make room.
            delete_first=self.kind.ends_before_replaced if replaces else self.kind.exclusive,
        )

    def create(self, credentials: Credentials, props: Mapping[str, Any]) -> Outcome:
        """Makes it, or takes it over."""
        end_all()
        scope = credentials.scope()
        inputs = inputs_of(self.kind, props)
        spec = self.parse(scope, inputs)
        with self._sharing.declared(credentials, scope, spec) as shared:
            return self._create(shared, credentials, scope, inputs, spec)

    def _create(self, shared: Shared, credentials: Credentials, scope: Scope, inputs: Mapping[str, Any], spec: Any) -> Outcome:
        state = shared.state
        theirs = shared.theirs(spec, state)
        plan = self.kind.plan(spec, state, None, scope.now())
        if self.kind.exclusive:
            for taken in _taken(self.kind, plan, state):
                self._entries.refuse_held(taken, current().urn)
        announce(plan, made_anew=True)
        entry = self._entry(credentials, None)
        # What the declaration itself names needs no look that would find it, so nothing else would tell two of one.
        named = self.kind.named(spec) if self.kind.exclusive and not self.kind.exists(state) else None
        try:
            with self._entries.claimed(named, entry, current().urn):
                applied = _warned(shared.apply(spec, plan, state, None))
        except BaseException:
            for text in self._found_after(scope):
                _engine_log.error(text)
            raise
        identity = self.kind.identity(applied.state)
        record = shared.agreed(spec, applied.state, self.kind.record(spec, applied, None, scope.now()), theirs)
        unfinished = (*_unfinished(plan, applied), *shared.note(spec, applied, record), *self._found_after(scope))
        outs = self._outs(identity, inputs, applied.state, record, {SCHEMA: self._form, **entry})
        if self.kind.exclusive:
            self._entries.created(identity, outs, current().urn, took=not any(action.do == "create" for action in applied.done))
        return Outcome(id=identity, outs=outs, unfinished=unfinished)

    def read(self, credentials: Credentials, id_: str, saved: Mapping[str, Any]) -> Outcome | None:
        """What is there now of what a declaration made; ``None``: nothing any more."""
        outs = as_today(self.kind, self.named(id_), saved)
        scope = credentials.scope()
        require_account(self.named(id_), scope, outs)
        before, record = self.kind.restore(id_, as_saved(outs))
        state = self.kind.settle(scope, None, self.kind.refresh_among_many(scope, before, lists_of(scope)), record, before)
        if not self.kind.exists(state):
            return None
        record = self.kind.refresh_record(state, record, scope.now())
        shown = self.kind.show(state, record)
        for name in self.kind.secret_outputs:
            if shown.get(name) != outs.get(name):
                # The engine shows no change of it: it is nothing that an up would put right.
                _engine_log.warning(f"{self.named(id_)}: {name} was changed elsewhere; the state now has the current one")
        declared = saved_inputs(self.kind, outs)
        declared |= {name: shown[name] for name in self.kind.reconciled if name in declared}
        marks = {**kept(saved, self._form), **self._entry(credentials, mark_of(outs))}
        inputs = given({**hidden_again(self.kind, declared), SECRET: outs.get(SECRET)})
        made = self._outs(id_, declared, state, record, marks)
        made = {name: value for name, value in made.items() if name in outs or name not in self.kind.added_outputs}
        return Outcome(id=id_, outs=made, inputs=inputs)

    def look_up(self, credentials: Credentials, id_: str, saved: Mapping[str, Any]) -> Outcome | None:
        """Something that no resource here manages, with the inputs that declare it as it is; ``None``: it does not exist.

        ``saved``: what was seen of it before.
        """
        scope = credentials.scope()
        self.kind.authorise(scope.connection)
        require_account(self.named(id_), scope, saved)
        state = self.kind.read(scope, id_)
        if not self.kind.exists(state):
            return None
        return Outcome(id=id_, outs=self.kind.show(state, None), inputs=self.kind.declaration(state))

    def update(self, credentials: Credentials, id_: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Outcome:
        """Makes it as declared, in place."""
        end_all()
        outs = as_today(self.kind, self.named(id_), olds)
        scope = credentials.scope()
        require_account(self.named(id_), scope, outs)
        inputs = inputs_of(self.kind, news)
        spec = self.parse(scope, inputs)
        with self._sharing.known(credentials, scope, spec, id_) as shared:
            return self._update(shared, credentials, scope, id_, outs, inputs, spec)

    def _update(
        self, shared: Shared, credentials: Credentials, scope: Scope, id_: str, outs: Mapping[str, Any], inputs: Mapping[str, Any], spec: Any
    ) -> Outcome:
        before, record = self.kind.restore(id_, as_saved(outs))
        state = self.kind.refresh(scope, before)
        record = shared.agreed(spec, state, record, shared.theirs(spec, state))
        state = self.kind.settle(scope, spec, state, record, before)
        if not self.kind.exists(state):
            raise PlanError(
                f"{self.named(id_)} of account {scope.account_key} is gone: it was deleted elsewhere."
                " Run `pulumi refresh`; the next `pulumi up` then creates it again"
            )
        plan = self.kind.plan(spec, state, record, scope.now())
        announce(plan)
        if plan.replaces:
            raise PlanError(f"{'; '.join(plan.reasons)}: changed since the preview; run again")
        try:
            applied = _warned(shared.apply(spec, plan, state, record))
        except ApiError as error:
            if not error.outcome_unknown or not any(action.issues_secret for action in plan.actions):
                raise
            # What was refused may be done, and seen later: a rotation is remembered as begun, so that the next up does not do it twice.
            applied = Applied(state=state, unfinished=error, unsure=True)
        record = self.kind.record(spec, applied, record, scope.now())
        marks = {SCHEMA: self._form, **self._entry(credentials, mark_of(outs))}
        if applied.unfinished is None:
            # The outputs are what is published.
            record = self.kind.record_published(record, scope.now()) or record
        unfinished = (*_unfinished(plan, applied), *shared.note(spec, applied, record), *self._found_after(scope))
        return Outcome(id=id_, outs=self._outs(id_, inputs, applied.state, record, marks), unfinished=unfinished)

    def delete(self, credentials: Credentials, id_: str, saved: Mapping[str, Any]) -> None:
        """Ends it as its declaration asks, unless another entry of the state holds it."""
        end_all()
        outs = as_today(self.kind, self.named(id_), saved)
        scope = credentials.scope()
        require_account(self.named(id_), scope, outs)
        refuse_deletes_if_in_question(self.named(id_))
        if self.kind.exclusive and self._entries.held_by_another(id_, outs, current().urn):
            return
        # Its own project, whoever deletes it: the credentials may be those of the account, or of another project by now.
        spec = self._saved_spec(scope, outs)
        with self._sharing.known(credentials, scope, spec, id_) as shared:
            self._delete(shared, scope, id_, outs, spec)

    def _delete(self, shared: Shared, scope: Scope, id_: str, outs: Mapping[str, Any], spec: Any) -> None:
        state, record = self.kind.restore(id_, as_saved(outs))
        if not self.kind.deletes_nothing:
            state = self.kind.refresh(scope, state)
        plan = self.kind.plan_absent(spec, state)
        if not plan.actions and self.kind.exists(state):
            _engine_log.info(f"{self.named(id_)} is not deleted: it is already as its declaration asks")
        for text in plan.warnings:
            _engine_log.warning(text)
        for action in plan.actions:
            if action.do != "delete":
                # The engine says "deleted" of the resource, which is not what happens, or not all of it.
                (_engine_log.warning if action.disrupts else _engine_log.info)(action.text)
        try:
            applied = _warned(shared.end(spec, plan, state, record))
        except OutcomeUnknown as error:
            # A delete that fails leaves its entry in the state as it is: nothing can be noted there for the next run.
            raise OutcomeUnknown("; ".join(filter(None, [str(error), self.kind.after_lost_end]))) from None
        for text in _unfinished(plan, applied):
            _engine_log.error(text)

    def parse(self, scope: Scope, inputs: Mapping[str, Any], unknown: Collection[str] = ()) -> Any:
        """The spec of these inputs. Raises :class:`InvalidInput`."""
        return self.kind.parse(inputs, account_key=scope.account_key, api_key=scope.connection.api_key, unknown=unknown)

    @property
    def leaving(self) -> bool:
        """Whether this run has compared one that it replaces."""
        return self._entries.leaving

    def rewrites(self, outs: Mapping[str, Any]) -> bool:
        """Whether these saved outputs are of the other provider's form."""
        return bool(form_of(outs) == CAMEL) != (self._form == CAMEL)

    def _found_after(self, scope: Scope) -> list[str]:
        return [f"not finished: {error}" for error in self.kind.look_after(scope).values()]

    def _saved_spec(self, scope: Scope, props: Mapping[str, Any]) -> Any:
        """The spec as it was declared. Inputs that this version refuses are left out: they are no reason to keep anything."""
        inputs = saved_inputs(self.kind, props)
        parse = functools.partial(self.kind.parse, inputs, account_key=scope.account_key, api_key=props.get("api_key"))
        try:
            return parse()
        except InvalidInput as error:
            wrong = {problem.field.partition(".")[0] for problem in error.problems}
            if "on_delete" in wrong:
                raise
            return parse(unknown=wrong)

    def _twice(self, spec: Any, unknown: Collection[str], *, made: bool) -> list[Failure]:
        """What is wrong where another resource of the program declares the same thing, as far as a declaration itself tells."""
        name = self.kind.named(spec) if self.kind.named_by and not {*unknown} & {*self.kind.named_by} else None
        said = self._entries.named(name, current().urn, made=made) if name else ""
        # Whichever of them the engine checks last: it asks for both at the same moment.
        return [Failure(property="", reason=current().hidden.mask(said))] if said else []

    def _failure(self, problem: Problem) -> Failure:
        name = problem.field.partition(".")[0]
        if name in current().secret_inputs:
            return Failure(property="", reason=current().hidden.mask_pieces(f"{problem.field}: {problem.message}"))
        message = current().hidden.mask(problem.message)
        # The engine quotes the value of the property that it is told, and finds none that is within another or has another name.
        if name in self.kind.secret_inputs or NOT_SHOWN in problem.message or problem.field not in self.kind.inputs:
            return Failure(property="", reason=f"{problem.field}: {message}")
        return Failure(property=problem.field, reason=message)

    def _entry(self, credentials: Credentials, mark: str | None) -> dict[str, Any]:
        return new_entry(credentials.explicit, mark) if self.kind.exclusive else {}

    def _outs(self, id_: str, inputs: Mapping[str, Any], state: Any, record: Any, marks: Mapping[str, Any]) -> dict[str, Any]:
        outs = {**hidden_again(self.kind, inputs), **given(self.kind.show(state, record)), **marks}
        if "id" in outs:
            # The engine keeps the one that the resource was made with, whatever has taken the place of that.
            outs["id"] = id_
        outs[DECLARED] = {name: inputs[name] for name in self.kind.reports_live_value if name in inputs}
        outs[PRIVATE] = self.kind.private_state(record, inputs) or None
        outs[SECRET] = list(current().secret_inputs) or None
        return given(outs)


def _warned(applied: Applied[Any]) -> Applied[Any]:
    for text in applied.warnings:
        _engine_log.warning(text)
    return applied


def _unfinished(plan: Plan, applied: Applied[Any]) -> Iterator[str]:
    if applied.unfinished is not None:
        left = "; ".join(action.text for action in plan.actions[len(applied.done) :])
        goes_on = f", the next `pulumi up` goes on: {left}" if left else ""
        yield f"not finished{goes_on}: {applied.unfinished}"


def _taken(kind: Kind[Any, Any, Any], plan: Plan, state: Any) -> list[str]:
    """What the plan takes over instead of creating it."""
    adopted = [action.args["id"] for action in plan.actions if action.do == "adopt"]
    return adopted or ([kind.identity(state)] if kind.exists(state) else [])
