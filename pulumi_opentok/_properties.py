# SPDX-License-Identifier: Apache-2.0
"""Between the properties that the engine keeps and the inputs and outputs of a kind."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pulumi

from ._secret_inputs import SECRET, awaitable_twice, secret_names
from .core.desired import Kind
from .core.desired.inputs import as_text

HIDDEN = "__"
"""Properties that the engine does not show begin with this."""

PRIVATE = "__private"
"""Among the outputs: what else is remembered, beyond inputs and outputs. Part of the state format."""

DECLARED = "__declared"
"""Among the outputs: the declared values of inputs whose output shows the live value. Part of the state format."""


def split(news: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """Known values, and the names of those that are not known yet."""
    unknown = {name for name, value in news.items() if pulumi.contains_unknowns(value)}
    return {name: value for name, value in news.items() if name not in unknown}, unknown


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None and name not in ("__provider", "id")}


def generated_before(kind: Kind[Any, Any, Any], olds: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
    """Generated values, kept as they were: a renamed stack, program or resource would generate others."""
    marks = {name: HIDDEN + mark for name, mark in kind.generated.items()}
    return {name: olds[name] for name, mark in marks.items() if olds.get(mark) and news.get(mark) and olds.get(name)}


def inputs_of(kind: Kind[Any, Any, Any], props: Mapping[str, Any]) -> dict[str, Any]:
    """The kind's inputs among the properties."""
    names = (*kind.inputs, *kind.hidden_inputs)
    return {name: value for name in names if (value := props.get(_property(kind, name))) is not None}


def saved_inputs(kind: Kind[Any, Any, Any], outs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs as they were declared, from the saved outputs."""
    echoed = {name: value for name, value in inputs_of(kind, outs).items() if name not in kind.reports_live_value}
    return {**echoed, **(outs.get(DECLARED) or {})}


def marked_names(kind: Kind[Any, Any, Any]) -> tuple[str, ...]:
    """The properties that are secret whatever a program marks."""
    return (*kind.secret_outputs, *kind.encrypted_inputs, DECLARED, PRIVATE)


def as_saved(outs: Mapping[str, Any]) -> dict[str, Any]:
    return {**outs, "declared": outs.get(DECLARED) or {}, "private": outs.get(PRIVATE) or {}}


def hidden_again(kind: Kind[Any, Any, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {_property(kind, name): value for name, value in inputs.items()}


def _property(kind: Kind[Any, Any, Any], name: str) -> str:
    return HIDDEN + name if name in kind.hidden_inputs else name


def properties(
    kind: Kind[Any, Any, Any], values: Mapping[str, Any], opts: pulumi.ResourceOptions | None
) -> tuple[dict[str, Any], pulumi.ResourceOptions]:
    """The properties and options of a resource of this kind, with its outputs: only what is among the properties becomes an attribute."""
    if opts is not None and opts.import_ is not None:
        instead = "use existing_id instead, which takes over an existing one" if "existing_id" in kind.inputs else "declare it as it is"
        raise pulumi.RunError(f"{kind.name}: import_={opts.import_!r} does not work with dynamic resources: {instead}")
    names = [*(_property(kind, name) for name in (*kind.inputs, *kind.hidden_inputs)), *kind.outputs]
    computed = {name: None for name in names if name != "id"}
    secrets = pulumi.ResourceOptions(additional_secret_outputs=[*kind.secret_outputs, *kind.encrypted_inputs])
    values = awaitable_twice({name: as_yaml_meant(value) for name, value in values.items()})
    return {**computed, **secretly(kind, values), SECRET: secret_names(values)}, pulumi.ResourceOptions.merge(opts, secrets)


def secretly(kind: Kind[Any, Any, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """``values`` with those marked that are secret whatever a program marks: else the engine tells its events of them before it asks the provider."""
    always = (*kind.secret_outputs, *kind.encrypted_inputs)
    return {name: pulumi.Output.secret(value) if name in always and value is not None else value for name, value in values.items()}


def as_yaml_meant(value: Any) -> Any:
    """``value`` with text for dates, which YAML makes of unquoted text and the SDK refuses. Ansible does the same."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {as_text(key): as_yaml_meant(item) for key, item in value.items()}
    return [as_yaml_meant(item) for item in value] if isinstance(value, list) else value
