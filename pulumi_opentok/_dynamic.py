# SPDX-License-Identifier: Apache-2.0
"""The one dynamic provider: drives any kind of desired state by its plan.

Each kind has a subclass, at module level and without instance attributes before ``configure``. So the state holds only the dotted path of
the class, and every operation runs the installed code. The path is part of the state format.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.runtime import rpc

from . import _engine_log
from ._accounts import recorded_credentials, refuse_deletes_if_in_question, require_account, require_same_or_asked_for
from ._announce import TO_DO, announce
from ._entries import Entries, mark_of, new_entry
from ._errors import one_line_errors
from ._interrupts import finished_first
from ._operation import current, operation
from ._properties import DECLARED, PRIVATE, as_saved, generated_before, given, hidden_again, inputs_of, saved_inputs, split
from ._schema import KNOWN, SCHEMA, as_today, kept
from ._scopes import scope_of
from ._secret_inputs import SECRET
from ._settings import STACK_CONFIG, connect
from ._shared_lists import end_all, lists_of
from .core import InvalidInput, PlanError, Problem
from .core.desired import Applied, Kind, Plan, Scope
from .core.errors import NOT_SHOWN, OutcomeUnknown

EXPLICIT = "opentok:explicitProvider"
"""Among a provider's settings: the name of the `Provider`, if that has an account key of its own. Never in a stack's config."""


class KindProvider(ResourceProvider):
    """Drives one kind. Subclasses only name it."""

    kind: ClassVar[Kind[Any, Any, Any]]
    serialize_as_secret_always = False
    _entries: ClassVar[Entries]

    def __init_subclass__(cls) -> None:
        cls._entries = Entries(cls.kind.name)

    def configure(self, req: ConfigureRequest) -> None:
        # Judged at the first call that needs it: an error here would be repeated for each resource and never be retried.
        self._settings = {name: req.config.get(key) for name, key in STACK_CONFIG.items()}
        self._explicit: str | None = req.config.get(EXPLICIT)

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        with operation(_olds, news), one_line_errors():
            scope = self._scope()
            self.kind.authorise(scope.connection)
            news = {**news, **generated_before(self.kind, _olds, news)}
            known, unknown = split(news)
            try:
                spec = self._parse(scope, inputs_of(self.kind, known), unknown)
            except InvalidInput as error:
                return CheckResult(news, [self._failure(problem) for problem in error.problems])
            canonical = hidden_again(self.kind, self.kind.canonical(inputs_of(self.kind, known)))
            return CheckResult({**news, **self._marked(canonical)}, self._twice(spec, unknown, made=not given(_olds)))

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        with operation(_olds, _news), one_line_errors():
            _olds = as_today(self.kind, self._named(_id), _olds)
            known, unknown = split(_news)
            wanted, before = inputs_of(self.kind, known), saved_inputs(self.kind, _olds)
            # What is not known yet is planned as if it stayed, and shown as a change on top.
            stays = {name: before[name] for name in unknown if name in before}
            scope = self._scope()
            spec = self._parse(scope, {**wanted, **stays}, unknown - stays.keys())
            require_same_or_asked_for(self._named(_id), scope, _olds, explicit=self._explicit)
            state, record = self.kind.restore(_id, as_saved(_olds))
            state = self.kind.known_now(scope, state)
            plan = self.kind.plan(spec, state, record, scope.now())
            if not unknown and not current().refreshing and (seen := self.kind.look_before_change(scope, spec, state, plan)) is not state:
                plan = self.kind.plan(spec, seen, record, scope.now())
            announce(plan, refreshing=current().refreshing)
            for name in stays.keys() & self.kind.followed:
                _engine_log.info(f"{TO_DO}{self.kind.followed[name]}")
            replaces = [*plan.replaces, *(name for name in self.kind.force_new if name in unknown and name not in plan.replaces)]
            if self.kind.exclusive:
                self._entries.declared(_id, _olds, current().urn, leaves=bool(replaces), refreshing=current().refreshing)
            # The engine may replace it for reasons of its own (replace_on_changes): then the old one has to make room.
            first = self.kind.ends_before_replaced if replaces else self.kind.exclusive
            exposed = not set(_news.get(SECRET) or ()) <= set(_olds.get(SECRET) or ())
            if (unknown or wanted != before) and "account_key" not in replaces:
                # Unset: the engine computes which inputs changed, shows them, and keeps our replaces.
                return DiffResult(changes=None, replaces=replaces, delete_before_replace=first)
            # What is secret from now on stands in clear in the state, until an update writes it anew.
            return DiffResult(changes=plan.changes or exposed, replaces=replaces, delete_before_replace=first)

    def create(self, props: dict[str, Any]) -> CreateResult:
        end_all()
        with operation(props), one_line_errors():
            scope = self._scope()
            inputs = inputs_of(self.kind, props)
            spec = self._parse(scope, inputs)
            state = self.kind.find(scope, spec)
            plan = self.kind.plan(spec, state, None, scope.now())
            if self.kind.exclusive:
                for taken in _taken(self.kind, plan, state):
                    self._entries.refuse_held(taken, current().urn)
            announce(plan, made_anew=True)
            entry = self._entry(None)
            # What the declaration itself names needs no look that would find it, so nothing else would tell two of one.
            named = self.kind.named(spec) if self.kind.exclusive and not self.kind.exists(state) else None
            try:
                with self._entries.claimed(named, entry, current().urn):
                    applied = self._apply(scope, plan, state)
            finally:
                for error in self.kind.look_after(scope).values():
                    _engine_log.error(f"not finished: {error}")
            identity = self.kind.identity(applied.state)
            record = self.kind.record(spec, applied, None, scope.now())
            outs = self._outs(inputs, applied.state, record, {SCHEMA: KNOWN, **entry})
            if self.kind.exclusive:
                self._entries.created(identity, outs, current().urn, took=not any(action.do == "create" for action in applied.done))
            return CreateResult(identity, outs)

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        with operation(props), one_line_errors(), recorded_credentials(self._settings):
            props = as_today(self.kind, self._named(id_), props)
            scope = self._scope()
            if DECLARED not in props:
                return self._look_up(scope, id_)
            require_account(self._named(id_), scope, props)
            before, record = self.kind.restore(id_, as_saved(props))
            state = self.kind.settle(scope, None, self.kind.refresh_among_many(scope, before, lists_of(scope)), record, before)
            if not self.kind.exists(state):
                return ReadResult("", {})
            record = self.kind.refresh_record(state, record, scope.now())
            shown = self.kind.show(state, record)
            for name in self.kind.secret_outputs:
                if shown.get(name) != props.get(name):
                    # The engine shows no change of it: it is nothing that an up would put right.
                    _engine_log.warning(f"{self._named(id_)}: {name} was changed elsewhere; the state now has the current one")
            declared = saved_inputs(self.kind, props)
            declared |= {name: shown[name] for name in self.kind.reconciled if name in declared}
            outs = self._outs(declared, state, record, {**kept(props), **self._entry(mark_of(props))})
            return ReadResult(id_, outs, inputs=given({**hidden_again(self.kind, declared), SECRET: props.get(SECRET)}))

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        end_all()
        with operation(_olds, _news), one_line_errors():
            _olds = as_today(self.kind, self._named(_id), _olds)
            scope = self._scope()
            require_account(self._named(_id), scope, _olds)
            inputs = inputs_of(self.kind, _news)
            spec = self._parse(scope, inputs)
            before, record = self.kind.restore(_id, as_saved(_olds))
            state = self.kind.settle(scope, spec, self.kind.refresh(scope, before), record, before)
            if not self.kind.exists(state):
                raise PlanError(
                    f"{self._named(_id)} of account {scope.account_key} is gone: it was deleted elsewhere."
                    " Run `pulumi refresh`; the next `pulumi up` then creates it again"
                )
            plan = self.kind.plan(spec, state, record, scope.now())
            announce(plan)
            if plan.replaces:
                raise PlanError(f"{'; '.join(plan.reasons)}: changed since the preview; run again")
            applied = self._apply(scope, plan, state)
            marks = {SCHEMA: KNOWN, **self._entry(mark_of(_olds))}
            return UpdateResult(self._outs(inputs, applied.state, self.kind.record(spec, applied, record, scope.now()), marks))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        end_all()
        with operation(_props), one_line_errors(), recorded_credentials(self._settings):
            _props = as_today(self.kind, self._named(_id), _props)
            scope = self._scope()
            require_account(self._named(_id), scope, _props)
            refuse_deletes_if_in_question(self._named(_id))
            if self.kind.exclusive and self._entries.held_by_another(_id, _props, current().urn):
                return
            # Its own project, whoever deletes it: the credentials may be those of the account, or of another project by now.
            spec = self._saved_spec(scope, _props)
            state = self.kind.restore(_id, as_saved(_props))[0]
            if not self.kind.deletes_nothing:
                state = self.kind.refresh(scope, state)
            plan = self.kind.plan_absent(spec, state)
            if not plan.actions and self.kind.exists(state):
                _engine_log.info(f"{self._named(_id)} is not deleted: it is already as its declaration asks")
            for text in plan.warnings:
                _engine_log.warning(text)
            for action in plan.actions:
                if action.do != "delete":
                    # The engine says "deleted" of the resource, which is not what happens, or not all of it.
                    (_engine_log.warning if action.disrupts else _engine_log.info)(action.text)
            try:
                self._apply(scope, plan, state)
            except OutcomeUnknown as error:
                # A delete that fails leaves its entry in the state as it is: nothing can be noted there for the next run.
                raise OutcomeUnknown("; ".join(filter(None, [str(error), self.kind.after_lost_end]))) from None

    def _look_up(self, scope: Scope, id_: str) -> ReadResult:
        """What ``.get()`` asks for: something that no resource here manages."""
        self.kind.authorise(scope.connection)
        state = self.kind.read(scope, id_)
        if not self.kind.exists(state):
            raise PlanError(f"there is no {self._named(id_)} in account {scope.account_key}: check the id, and whose credentials you use")
        shown = self.kind.show(state, None)
        # No inputs: a refresh would find the old outputs among them, and so write the secret in clear into the state.
        return ReadResult(id_, self._marked(shown))

    def _parse(self, scope: Scope, inputs: Mapping[str, Any], unknown: Collection[str] = ()) -> Any:
        return self.kind.parse(inputs, account_key=scope.account_key, api_key=scope.connection.api_key, unknown=unknown)

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

    def _twice(self, spec: Any, unknown: Collection[str], *, made: bool) -> list[CheckFailure]:
        """What is wrong where another resource of the program declares the same thing, as far as a declaration itself tells."""
        name = self.kind.named(spec) if self.kind.named_by and not {*unknown} & {*self.kind.named_by} else None
        said = self._entries.named(name, current().urn, made=made) if name else ""
        # Whichever of them the engine checks last: it asks for both at the same moment.
        return [CheckFailure("", current().hidden.mask(said))] if said else []

    def _failure(self, problem: Problem) -> CheckFailure:
        name = problem.field.partition(".")[0]
        if name in current().secret_inputs:
            return CheckFailure("", current().hidden.mask_pieces(f"{problem.field}: {problem.message}"))
        message = current().hidden.mask(problem.message)
        # The engine quotes the value of the property that it is told, and finds none that is within another or has another name.
        if name in self.kind.secret_inputs or NOT_SHOWN in problem.message or problem.field not in self.kind.inputs:
            return CheckFailure("", f"{problem.field}: {message}")
        return CheckFailure(problem.field, message)

    def _scope(self) -> Scope:
        return scope_of(connect(self._settings))

    def _named(self, id_: str) -> str:
        return f"{self.kind.name} {id_}"

    def _entry(self, mark: str | None) -> dict[str, Any]:
        return new_entry(self._explicit, mark) if self.kind.exclusive else {}

    def _apply(self, scope: Scope, plan: Plan, state: Any) -> Applied[Any]:
        with finished_first():
            applied = self.kind.apply(scope, plan, state)
        for text in applied.warnings:
            _engine_log.warning(text)
        if applied.unfinished is not None:
            left = "; ".join(action.text for action in plan.actions[len(applied.done) :])
            goes_on = f", the next `pulumi up` goes on: {left}" if left else ""
            _engine_log.error(f"not finished{goes_on}: {applied.unfinished}")
        return applied

    def _outs(self, inputs: Mapping[str, Any], state: Any, record: Any, marks: Mapping[str, Any]) -> dict[str, Any]:
        outs = {**hidden_again(self.kind, inputs), **given(self.kind.show(state, record)), **marks}
        outs[DECLARED] = {name: inputs[name] for name in self.kind.reports_live_value if name in inputs}
        outs[PRIVATE] = self.kind.private_state(record, inputs) or None
        outs[SECRET] = list(current().secret_inputs) or None
        return self._marked(outs)

    def _marked(self, outs: Mapping[str, Any]) -> dict[str, Any]:
        marked = given(outs)
        # No output of the same name as an input, so no mark of the program's would reach them.
        for name in (*self.kind.secret_outputs, *self.kind.encrypted_inputs, DECLARED, PRIVATE):
            if marked.get(name):
                marked[name] = rpc.wrap_rpc_secret(marked[name])
        return marked


def _taken(kind: Kind[Any, Any, Any], plan: Plan, state: Any) -> list[str]:
    """What the plan takes over instead of creating it."""
    adopted = [action.args["id"] for action in plan.actions if action.do == "adopt"]
    return adopted or ([kind.identity(state)] if kind.exists(state) else [])
