# SPDX-License-Identifier: Apache-2.0
"""The one dynamic provider: drives any kind of desired state by its plan.

A subclass each kind, at module level and without instance attributes before ``configure``: the state then holds only the class's dotted
path, and every operation runs the installed code. That path is part of the state format.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

import pulumi
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
from ._errors import one_line_errors
from ._scopes import scope_of
from .core import STACK_CONFIG, Connection, InvalidInput, PlanError, Problem
from .core.desired import Applied, Kind, Plan, Scope
from .core.errors import NOT_SHOWN

HIDDEN = "__"
"""Properties that the engine does not show begin with this."""

UNSAID = "__unsaid"
"""In the outputs: what is remembered and neither inputs nor outputs say. Part of the state format."""

DECLARED = "__declared"
"""In the outputs: the declared values of inputs whose output shows the live value. Part of the state format."""

_announced: dict[str, tuple[str, ...]] = {}
"""By id: the warnings of the plan that the last comparison of this process has said."""


class KindProvider(ResourceProvider):
    """Drives one kind. Subclasses only name it."""

    kind: ClassVar[Kind[Any, Any, Any]]
    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        # Judged at the first call that needs it: an error here would be repeated for each resource and never be retried.
        self._settings = {name: req.config.get(key) for name, key in STACK_CONFIG.items()}

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        with one_line_errors():
            scope = self._scope()
            self.kind.authorise(scope.connection)
            known, unknown = _split(news)
            try:
                self._parse(scope, _inputs(self.kind, known), unknown)
            except InvalidInput as error:
                return CheckResult(news, [self._failure(problem) for problem in error.problems])
            canonical = _hidden_again(self.kind, self.kind.canonical(_inputs(self.kind, known)))
            return CheckResult({**news, **self._marked(canonical)}, [])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        with one_line_errors():
            known, unknown = _split(_news)
            wanted, before = _inputs(self.kind, known), _saved_inputs(self.kind, _olds)
            # What is not known yet is planned as if it stayed, and shown as a change on top.
            stays = {name: before[name] for name in unknown if name in before}
            spec = self._parse(self._scope(), {**wanted, **stays}, unknown - stays.keys())
            state, record = self.kind.restore(_id, _saved(_olds))
            plan = self.kind.plan(spec, state, record, _now())
            _announce(plan)
            _announced[_id] = plan.warnings
            replaces = [*plan.replaces, *(name for name in self.kind.force_new if name in unknown and name not in plan.replaces)]
            if (unknown or wanted != before) and "account_key" not in replaces:
                # Unset: the engine computes which inputs changed, shows them, and keeps our replaces.
                return DiffResult(changes=None, replaces=replaces)
            return DiffResult(changes=plan.changes, replaces=replaces)

    def create(self, props: dict[str, Any]) -> CreateResult:
        with one_line_errors():
            scope = self._scope()
            inputs = _inputs(self.kind, props)
            spec = self._parse(scope, inputs)
            state = self.kind.find(scope, spec)
            plan = self.kind.plan(spec, state, None, _now())
            for text in plan.warnings:
                _engine_log.warning(text)
            try:
                applied = self._apply(scope, plan, state)
            finally:
                for error in self.kind.look_after(scope).values():
                    _engine_log.error(f"not finished: {error}")
            identity = self.kind.identity(applied.state)
            if not any(action.do == "create" for action in applied.done):
                scope.taken_over.add(identity)
            record = self.kind.record(spec, applied, None, _now())
            return CreateResult(identity, self._outs(inputs, applied.state, record))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        with one_line_errors():
            scope = self._scope()
            if DECLARED not in props:
                return self._look_up(scope, id_)
            self._same_account(scope, id_, props)
            before, record = self.kind.restore(id_, _saved(props))
            state = self.kind.settle(scope, None, self.kind.look_again(scope, before), record, before)
            if not self.kind.exists(state):
                return ReadResult("", {})
            record = self.kind.recognise(state, record, _now())
            shown = self.kind.show(state, record)
            for name in self.kind.secret_outputs:
                if shown.get(name) != props.get(name):
                    # The engine shows no change of it: it is nothing that an up would put right.
                    _engine_log.warning(f"{self.kind.name} {id_}: {name} was changed elsewhere; the state now has the one that is valid")
            declared = _saved_inputs(self.kind, props)
            outs = self._outs(declared, state, record)
            drifted = {name: outs[name] for name in self.kind.corrected if name in declared}
            outs[DECLARED] = {**outs[DECLARED], **drifted}
            return ReadResult(id_, outs, inputs={**_hidden_again(self.kind, declared), **drifted})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        with one_line_errors():
            scope = self._scope()
            self._same_account(scope, _id, _olds)
            inputs = _inputs(self.kind, _news)
            spec = self._parse(scope, inputs)
            before, record = self.kind.restore(_id, _saved(_olds))
            state = self.kind.settle(scope, spec, self.kind.look_again(scope, before), record, before)
            if not self.kind.exists(state):
                raise PlanError(
                    f"{self.kind.name} {_id} of account {scope.account_key} is gone: it was deleted elsewhere."
                    " `pulumi refresh` takes note of that, the next `pulumi up` creates it again"
                )
            plan = self.kind.plan(spec, state, record, _now())
            for text in plan.warnings:
                if text not in _announced.get(_id, ()):
                    _engine_log.warning(text)
            if plan.replaces:
                raise PlanError(f"{'; '.join(plan.reasons)}: changed since the preview; run again")
            applied = self._apply(scope, plan, state)
            return UpdateResult(self._outs(inputs, applied.state, self.kind.record(spec, applied, record, _now())))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        with one_line_errors():
            scope = self._scope()
            self._same_account(scope, _id, _props)
            if _id in scope.taken_over:
                # The engine creates a replacement before it deletes the old one, and a resource of another name before the one it follows.
                _engine_log.warning(f"{self.kind.name} {_id} is not deleted: another resource, or this one's replacement, has taken it over")
                return
            # Its own project, whoever deletes it: the credentials may be those of the account, or of another project by now.
            spec = self.kind.parse(_saved_inputs(self.kind, _props), account_key=scope.account_key, api_key=_props.get("api_key"))
            state = self.kind.restore(_id, _saved(_props))[0]
            if not self.kind.only_forgotten:
                state = self.kind.look_again(scope, state)
            plan = self.kind.plan_absent(spec, state)
            for action in plan.actions:
                if action.do != "delete":
                    # The engine says "deleted" of it, which is not what happens.
                    (_engine_log.warning if action.disrupts else _engine_log.info)(action.text)
            self._apply(scope, plan, state)

    def _look_up(self, scope: Scope, id_: str) -> ReadResult:
        """What ``.get()`` asks for: something that no resource manages."""
        self.kind.authorise(scope.connection)
        state = self.kind.read(scope, id_)
        if not self.kind.exists(state):
            raise PlanError(f"there is no {self.kind.name} {id_} in account {scope.account_key}: check the id and whose credentials these are")
        shown = self.kind.show(state, None)
        if "account_key" in shown:
            shown["account_key"] = scope.account_key
        # No inputs: a refresh would find the old outputs among them, and so write the secret in clear into the state.
        return ReadResult(id_, self._marked(shown))

    def _parse(self, scope: Scope, inputs: Mapping[str, Any], unknown: Collection[str] = ()) -> Any:
        return self.kind.parse(inputs, account_key=scope.account_key, api_key=scope.connection.api_key, unknown=unknown)

    def _failure(self, problem: Problem) -> CheckFailure:
        # The engine quotes the value of the property that it is told.
        if problem.field.partition(".")[0] in self.kind.secret_inputs or NOT_SHOWN in problem.message:
            return CheckFailure("", str(problem))
        return CheckFailure(problem.field, problem.message)

    def _scope(self) -> Scope:
        return scope_of(Connection.resolve(self._settings))

    def _same_account(self, scope: Scope, id_: str, saved: Mapping[str, Any]) -> None:
        """Another account would answer "not found", which would look like "gone", and what is gone is created again."""
        owner = saved.get("account_key")
        if owner and scope.account_key and owner != scope.account_key:
            raise PlanError(
                f"{self.kind.name} {id_} belongs to account {owner}, but the credentials are of account {scope.account_key}: nothing was"
                " read or changed; give the credentials of its own account"
            )

    def _apply(self, scope: Scope, plan: Plan, state: Any) -> Applied[Any]:
        applied = self.kind.apply(scope, plan, state)
        for text in applied.warnings:
            _engine_log.warning(text)
        if applied.unfinished is not None:
            left = "; ".join(action.text for action in plan.actions[len(applied.done) :])
            goes_on = f", the next `pulumi up` goes on: {left}" if left else ""
            _engine_log.error(f"not finished{goes_on}: {applied.unfinished}")
        return applied

    def _outs(self, inputs: Mapping[str, Any], state: Any, record: Any) -> dict[str, Any]:
        outs = {**_hidden_again(self.kind, inputs), **_given(self.kind.show(state, record))}
        outs[DECLARED] = {name: inputs[name] for name in self.kind.observed if name in inputs}
        outs[UNSAID] = self.kind.unsaid(record, inputs) or None
        return self._marked(outs)

    def _marked(self, outs: Mapping[str, Any]) -> dict[str, Any]:
        marked = _given(outs)
        for name in self.kind.secret_outputs:
            if name in marked:
                marked[name] = rpc.wrap_rpc_secret(marked[name])
        return marked


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)


def _announce(plan: Plan) -> None:
    """What the plan says beyond the engine's own diff: what stops working for someone, and why.

    It is said wherever the engine compares, also after a refresh, so the words must not read as if something were being done.
    """
    for text in plan.warnings:
        _engine_log.warning(text)
    if plan.replaces:
        for text in plan.reasons:
            _engine_log.warning(text)
    for action in plan.actions:
        if action.disrupts:
            _engine_log.warning(f"planned: {action.text}")
        elif action.touches_api:
            _engine_log.info(f"planned: {action.text}")


def _split(news: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """Known values, and the names of those that are not known yet."""
    unknown = {name for name, value in news.items() if pulumi.contains_unknowns(value)}
    return {name: value for name, value in news.items() if name not in unknown}, unknown


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and name not in ("__provider", "id")}


def _inputs(kind: Kind[Any, Any, Any], props: Mapping[str, Any]) -> dict[str, Any]:
    """The kind's inputs among the properties."""
    names = (*kind.inputs, *kind.hidden_inputs)
    return {name: value for name in names if (value := props.get(_property(kind, name))) is not None}


def _saved_inputs(kind: Kind[Any, Any, Any], outs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as they were declared, from the saved outputs."""
    echoed = {name: value for name, value in _inputs(kind, outs).items() if name not in kind.observed}
    return {**echoed, **(outs.get(DECLARED) or {})}


def _saved(outs: Mapping[str, Any]) -> dict[str, Any]:
    return {**outs, "declared": outs.get(DECLARED) or {}, "unsaid": outs.get(UNSAID) or {}}


def _hidden_again(kind: Kind[Any, Any, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {_property(kind, name): value for name, value in inputs.items()}


def _property(kind: Kind[Any, Any, Any], name: str) -> str:
    return HIDDEN + name if name in kind.hidden_inputs else name


def properties(
    kind: Kind[Any, Any, Any], values: Mapping[str, Any], opts: pulumi.ResourceOptions | None
) -> tuple[dict[str, Any], pulumi.ResourceOptions]:
    """The properties and options of a resource of this kind: a computed one must be among them to become an attribute."""
    names = [*(_property(kind, name) for name in (*kind.inputs, *kind.hidden_inputs)), *kind.outputs]
    computed = {name: None for name in names if name != "id"}
    secrets = pulumi.ResourceOptions(additional_secret_outputs=list(kind.secret_outputs))
    return {**computed, **values}, pulumi.ResourceOptions.merge(opts, secrets)
