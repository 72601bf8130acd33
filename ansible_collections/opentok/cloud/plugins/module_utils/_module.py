# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs any kind of desired state as an Ansible module, and its info twin. Private to opentok.cloud.

Check mode is the plan, diff mode is the plan's before and after. Ansible keeps no record between runs, so actions that only change what
is remembered are none of ours: `changed` is true exactly when `actions` is not empty.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule, env_fallback, missing_required_lib

from ._core.connection import ENVIRONMENT, SECRET_SETTINGS, Connection
from ._core.desired.kind import Kind
from ._core.desired.plan import NOT_YET_KNOWN, Action, Plan
from ._core.desired.scope import Scope
from ._core.errors import MissingLibrary, OpenTokError, PlanError

CONNECTION_OPTIONS = {
    name: {"type": "str", "no_log": name in SECRET_SETTINGS, "fallback": (env_fallback, [variable])} for name, variable in ENVIRONMENT.items()
}

RETURN_SECRET = {"return_secret": {"type": "bool", "default": False, "no_log": False}}


def run_desired_state(kind: Kind, options: Mapping[str, Any], *, fixed: Mapping[str, Any]) -> None:
    """Makes what is there what the module's options declare. ``fixed`` are inputs of the kind that this module always gives."""
    module = AnsibleModule(argument_spec={**CONNECTION_OPTIONS, **RETURN_SECRET, **options}, supports_check_mode=True)
    inputs = {name: module.params[name] for name in options if name != "state"}
    try:
        result = _DesiredState(module, kind, {**inputs, **fixed}).run(absent=module.params["state"] == "absent")
    except OpenTokError as error:
        _fail(module, error)
    _exit(module, kind, kind.name, result)


def run_info(kind: Kind, options: Mapping[str, Any], read: Callable[[Scope, Mapping[str, Any]], Iterable[Any]], **rules: Any) -> None:
    """Returns what there is, as a list under the kind's plural. ``read`` gives the states that the module's options ask for."""
    module = AnsibleModule(argument_spec={**CONNECTION_OPTIONS, **RETURN_SECRET, **options}, supports_check_mode=True, **rules)
    try:
        scope = _scope(module)
        shown = [_shown(kind, scope, state) for state in read(scope, module.params) if kind.exists(state)]
    except OpenTokError as error:
        _fail(module, error)
    _exit(module, kind, f"{kind.name}s", {"changed": False, f"{kind.name}s": shown})


class _DesiredState:
    """One run of one declaration."""

    def __init__(self, module: AnsibleModule, kind: Kind, inputs: Mapping[str, Any]) -> None:
        self._module = module
        self._kind = kind
        self._scope = _scope(module)
        self._spec = kind.parse(inputs, account_key=self._scope.account_key)

    def run(self, *, absent: bool) -> dict[str, Any]:
        state = self._kind.find(self._scope, self._spec)
        plan = self._plan(state, absent)
        for warning in plan.warnings:
            self._module.warn(warning)
        if self._module.check_mode or not plan.changes_api:
            return self._result(plan, plan.actions, self._planned(plan, state))
        applied = self._kind.apply(self._scope, plan, state)
        for warning in applied.warnings:
            self._module.warn(warning)
        there = _shown(self._kind, self._scope, applied.state) if self._kind.exists(applied.state) else None
        result = self._result(plan, applied.done, there)
        if applied.unfinished is not None:
            _mask(self._module, self._kind, self._kind.name, result)
            _fail(self._module, applied.unfinished, **result)
        return result

    def _plan(self, state: Any, absent: bool) -> Plan:
        if absent:
            return self._kind.plan_absent(self._spec, state)
        plan = self._kind.plan(self._spec, state, None, datetime.datetime.now(datetime.timezone.utc))
        if plan.replaces:
            raise PlanError(f"{', '.join(plan.replaces)}: {'; '.join(plan.reasons)}. Declare the {self._kind.name} as it is, or another one")
        return plan

    def _planned(self, plan: Plan, state: Any) -> dict[str, Any] | None:
        """What will be there: what is there now and is not changed by the plan, and null for what only the server can give."""
        if plan.after is None:
            return None
        planned = {**_shown(self._kind, self._scope, state), **plan.after}
        if NOT_YET_KNOWN in planned.values():
            planned.update(dict.fromkeys(self._kind.secret_outputs))
        return {name: None if value == NOT_YET_KNOWN else value for name, value in planned.items()}

    def _result(self, plan: Plan, actions: Iterable[Action], there: dict[str, Any] | None) -> dict[str, Any]:
        texts = [action.text for action in actions if action.touches_api]
        diff = {"before": dict(plan.before or {}), "after": dict(plan.after or {})}
        return {"changed": bool(texts), self._kind.name: there, "actions": texts, "diff": diff}


def _scope(module: AnsibleModule) -> Scope:
    return Scope(Connection.resolve(module.params), warn=module.warn)


def _shown(kind: Kind, scope: Scope, state: Any) -> dict[str, Any]:
    return {**kind.show(state, None), "account_key": scope.account_key}


def _exit(module: AnsibleModule, kind: Kind, key: str, result: dict[str, Any]) -> None:
    _mask(module, kind, key, result)
    module.exit_json(**result)


def _mask(module: AnsibleModule, kind: Kind, key: str, result: Mapping[str, Any]) -> None:
    """Takes the secrets out of what is returned, unless they were asked for."""
    shown = result[key] if isinstance(result[key], list) else [result[key]]
    for one in filter(None, shown):
        for name in kind.secret_outputs:
            if module.params["return_secret"]:
                _let_through(module, one[name])
            else:
                one[name] = None


def _let_through(module: AnsibleModule, secret: str | None) -> None:
    """A secret that was asked for must not be masked because it was given as an option as well."""
    module.no_log_values.discard(secret)
    for name in SECRET_SETTINGS:
        if module.params[name] == secret:
            module.params[name] = None


def _fail(module: AnsibleModule, error: OpenTokError, **result: Any) -> None:
    """One line, and the same in parts for those who want to act on it."""
    failure = {
        "type": type(error).__name__,
        "operation": error.operation,
        "status": getattr(error, "status", None),
        "code": getattr(error, "code", None),
        "outcome_unknown": error.outcome_unknown,
        "problems": [{"field": problem.field, "message": problem.message} for problem in getattr(error, "problems", ())],
    }
    text = missing_required_lib(error.library) if isinstance(error, MissingLibrary) else str(error)
    module.fail_json(msg=text, failure=failure, **result)
