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
from . import pulumi_inputs, wording

REPLACING = ("replace", "create-replacement", "delete-replaced", "discard-replaced")
"""Operations by which one resource takes the place of another: several steps, one change."""

_ANY_TIME = datetime.datetime.fromtimestamp(0, datetime.timezone.utc)
"""What would be created has no secret whose age could count."""


@dataclasses.dataclass(kw_only=True)
class Said:
    """Texts about a resource."""

    actions: list[str] = dataclasses.field(default_factory=list)
    does: list[str] = dataclasses.field(default_factory=list)
    disruptive: list[str] = dataclasses.field(default_factory=list)
    recorded: list[str] = dataclasses.field(default_factory=list)
    reasons: list[str] = dataclasses.field(default_factory=list)
    warnings: list[str] = dataclasses.field(default_factory=list)
    errors: list[str] = dataclasses.field(default_factory=list)


def words_of(op: str, kind: str, name: str, step: Mapping[str, Any], said: Said) -> Said:
    """What is said of a step: in the provider's words, with words of our own where it had none, and each input that changes."""
    what = f"{op} {kind} {quote(name)}"
    if op in REPLACING:
        return _replaced(f"replace {kind} {quote(name)}", step, said)
    said = _of_project(op, step, said) if kind == "project" else said
    if op in ("create", "import"):
        told = ("name", "status") if said.actions else ()
        given = [f"{path}: {value}" for path, value in pulumi_inputs.given(step).items() if path not in told]
        return _with(dataclasses.replace(said, recorded=given), [] if said.actions else [what], op)
    if op == "update":
        changes = pulumi_inputs.without(pulumi_inputs.changed(step), said.actions, said.does)
        texts = [f"{what}: {path}: {text}" for path, text in changes.items()]
        return _with(said, texts if texts or said.actions else [f"{what}: {_changed(step)}"], op)
    return said if said.actions else _with(said, [what], op)


def _with(said: Said, texts: list[str], does: str) -> Said:
    return dataclasses.replace(said, actions=[*said.actions, *texts], does=[*said.does, *[does] * len(texts)])


def _replaced(what: str, step: Mapping[str, Any], said: Said) -> Said:
    """The provider says in a warning what becomes of the old one."""
    ends = [text for text in said.warnings if "is replaced by" in text]
    reasons = [text for text in said.warnings if text not in ends]
    said = dataclasses.replace(said, disruptive=[*said.disruptive, *ends], reasons=reasons, warnings=[])
    texts = [f"{what}: {path}: {text}" for path, text in pulumi_inputs.changed(step).items()]
    return _with(said, [*ends, *texts] or ([] if said.actions else [f"{what}: {_changed(step)}"]), "replace")


def _of_project(op: str, step: Mapping[str, Any], said: Said) -> Said:
    """What is created or deleted, as a plan says it: the engine does not ask the provider."""
    plan = None if said.actions else _created(step) if op == "create" else _deleted(step) if op == "delete" else None
    if plan is None or not plan.actions:
        return said
    disruptive = [action.text for action in plan.actions if action.disrupts]
    texts = list(plan.texts)
    return dataclasses.replace(said, actions=texts, does=wording.does(texts), disruptive=disruptive, warnings=[*said.warnings, *plan.warnings])


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
