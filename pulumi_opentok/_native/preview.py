# SPDX-License-Identifier: Apache-2.0
"""The outputs that a preview shows: what the plan knows already, and for all else that it is not known yet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._driving import Comparison, Credentials, Driver
from .._engine_log import warning
from .._properties import hidden_again, inputs_of, split
from ..core import PlanError
from ..core.desired import Plan, Scope
from ..core.desired.plan import NOT_YET_KNOWN
from .values import UNKNOWN


def of_create(driver: Driver, credentials: Credentials, props: Mapping[str, Any], *, replaces: bool) -> dict[str, Any]:
    """``replaces``: it takes the place of one that is still there, so a look would only find that."""
    kind = driver.kind
    known, unknown = split(props)
    inputs = inputs_of(kind, known)
    shown = dict.fromkeys((name for name in kind.outputs if name != "id"), UNKNOWN)
    scope, after = credentials.scope(), {}
    if unknown:
        # Nothing can be looked at, but defaults are known, by which policies judge.
        plan = kind.plan_unknown(driver.parse(scope, inputs, unknown), unknown, present=True)
        after = _after(driver, plan) if plan else {}
    elif not replaces:
        after = _found(driver, scope, inputs)
    return {**shown, **_echoed(driver, inputs), **after, **dict.fromkeys(unknown, UNKNOWN)}


def _found(driver: Driver, scope: Scope, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What a look at what is there shows of one that is created or taken over. Raises where an up would."""
    spec = driver.parse(scope, inputs)
    try:
        plan = driver.kind.plan(spec, driver.kind.find(scope, spec), None, scope.now())
    except PlanError as error:
        if not driver.leaving:
            raise
        warning(f"unless this run replaces it first: {error}")
        return {}
    for text in plan.warnings:
        warning(text)
    return _after(driver, plan)


def of_update(driver: Driver, found: Comparison, outs: Mapping[str, Any]) -> dict[str, Any]:
    """``outs``: by the names of the kind, as they were saved."""
    kind, after = driver.kind, _after(driver, found.plan)
    shown = {name: value for name, value in outs.items() if name in kind.outputs and name not in ("id", *(found.plan.after or {}))}
    shown |= {name: outs[name] for name in kind.secret_outputs if name in outs}
    if any(action.issues_secret for action in found.plan.actions):
        after |= dict.fromkeys(kind.issued_outputs, UNKNOWN)
    if kind.states[0] != "present" and found.plan.changes_api:
        # It is started or stopped, of which the plan does not say all that it leads to.
        shown = dict.fromkeys(shown, UNKNOWN)
    return {**shown, **_echoed(driver, found.wanted), **after, **dict.fromkeys(found.unknown, UNKNOWN)}


def _echoed(driver: Driver, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Those that stand among the outputs as they are declared: not what an output shows without its secret part."""
    kind = driver.kind
    return {name: value for name, value in hidden_again(kind, inputs).items() if name not in kind.encrypted_inputs or name not in kind.outputs}


def _after(driver: Driver, plan: Plan) -> dict[str, Any]:
    """What the plan leads to, as far as it is known, without secrets: a plan has fingerprints in their place."""
    shown = {name: value for name, value in (plan.after or {}).items() if value is not None and name in driver.kind.outputs}
    return {name: UNKNOWN if value == NOT_YET_KNOWN else value for name, value in shown.items() if name not in ("id", *driver.kind.secret_outputs)}
