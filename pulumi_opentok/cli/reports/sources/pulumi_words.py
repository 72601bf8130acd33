# SPDX-License-Identifier: Apache-2.0
"""What a step of Pulumi's engine means: in the plan's words, also where the engine asks no provider for them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from typing import Any

from ....core import OpenTokError
from ....core.desired.plan import Plan
from ....core.desired.project.kind import PROJECT
from ....core.desired.project.state import ProjectState
from ....core.errors import quote

REPLACING = ("replace", "create-replacement", "delete-replaced", "discard-replaced")
"""Operations by which one resource takes the place of another: several steps, one change."""

_ANY_TIME = datetime.datetime.fromtimestamp(0, datetime.timezone.utc)
"""What would be created has no secret whose age could count."""


@dataclasses.dataclass(kw_only=True)
class Said:
    """Texts about a resource."""

    actions: list[str] = dataclasses.field(default_factory=list)
    disruptive: list[str] = dataclasses.field(default_factory=list)
    reasons: list[str] = dataclasses.field(default_factory=list)
    warnings: list[str] = dataclasses.field(default_factory=list)
    errors: list[str] = dataclasses.field(default_factory=list)


def words_of(op: str, kind: str, name: str, step: Mapping[str, Any], said: Said) -> Said:
    """What is said of a step, with words of our own where the provider had none."""
    if op in REPLACING:
        # The provider says in a warning what becomes of the old one.
        ends = [text for text in said.warnings if "is replaced by" in text]
        reasons = [text for text in said.warnings if text not in ends]
        actions = said.actions or ends or [f"replace {kind} {quote(name)}: {_changed(step)}"]
        return dataclasses.replace(said, actions=actions, disruptive=[*said.disruptive, *ends], reasons=reasons, warnings=[])
    if said.actions:
        return said
    if kind == "project" and op in ("create", "delete"):
        plan = _created(step) if op == "create" else _deleted(step)
        if plan is not None and plan.actions:
            disruptive = [action.text for action in plan.actions if action.disrupts]
            return dataclasses.replace(said, actions=list(plan.texts), disruptive=disruptive, warnings=[*said.warnings, *plan.warnings])
    what = f"{op} {kind} {quote(name)}"
    return dataclasses.replace(said, actions=[f"{what}: {_changed(step)}" if op == "update" else what])


def _created(step: Mapping[str, Any]) -> Plan | None:
    inputs = {key: value for key, value in ((step.get("newState") or {}).get("inputs") or {}).items() if not key.startswith("__")}
    try:
        spec = PROJECT.parse(inputs)
        return PROJECT.plan(spec, ProjectState(), None, _ANY_TIME)
    except OpenTokError:
        return None


def _deleted(step: Mapping[str, Any]) -> Plan | None:
    state = step.get("oldState") or {}
    outputs = {key: value for key, value in (state.get("outputs") or {}).items() if value != "[secret]"}
    try:
        there, record = PROJECT.restore(str(state["id"]), outputs)
        on_delete = (state.get("inputs") or {}).get("on_delete") or record.on_delete
        return PROJECT.plan_absent(PROJECT.parse({"existing_id": str(state["id"]), "on_delete": on_delete}), there)
    except (OpenTokError, ValueError):
        return None


def _changed(step: Mapping[str, Any]) -> str:
    return ", ".join(sorted(map(str, step.get("diffReasons") or step.get("replaceReasons") or ()))) or "its declaration"
