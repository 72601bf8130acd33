# SPDX-License-Identifier: Apache-2.0
"""What a preview of Pulumi changes is told, input by input."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from pulumi_opentok._package import path_to_wire, to_wire
from pulumi_opentok.cli.errors import UsageError
from pulumi_opentok.cli.reports.sources import read
from pulumi_opentok.core.desired.drift import markdown
from pulumi_opentok.core.desired.drift.approval import beyond, unlike

NOW = datetime.datetime(2026, 11, 28, 3, tzinfo=datetime.timezone.utc)
PREFIX = "urn:pulumi:dev::t::"
STACK = {"op": "same", "urn": f"{PREFIX}pulumi:pulumi:Stack::t-dev"}
PROJECT = "opentok:index:Project"
OUTPUTS = {
    "api_key": "46000001",
    "name": "Acme",
    "status": "active",
    "secret_fingerprint": "sha256:00",
    "secret_rotated_at": "2026-11-01T00:00:00Z",
    "account_key": "7",
}
ROTATES = "rotate the secret of project 46000001 'Acme': secret_triggers 'a' changed; every client token signed with the old secret stops working"
SECRET = "0123456789abcdef0123456789abcdef01234567"


def preview(op: str, old: Any, new: Any, *, token: str = "opentok:index:Project", said: str | None = None, **step: Any) -> Any:
    states = {"oldState": {"id": "46000001", "inputs": old, "outputs": {"account_key": "7"}}, "newState": {"inputs": new}}
    urn = f"{PREFIX}{token}::acme"
    diagnostics = [{"urn": urn, "severity": "warning", "message": f"warning: to do: {said}"}] if said else []
    return {"steps": [STACK, {"op": op, "urn": urn, **states, **step}], "diagnostics": diagnostics, "changeSummary": {"same": 1, op: 1}}


def told(*arguments: Any, **named: Any) -> Any:
    (one,) = read(preview(*arguments, **named), "FILE", NOW)["items"]
    return one


CHANGED = {
    "on_delete": ({"on_delete": "retain"}, {"on_delete": "delete"}, {}, ["on_delete: 'retain' -> 'delete'"]),
    "removed": (
        {"rotation_window": {"start": "02:00", "days": ["sat"]}},
        {},
        {},
        ["""rotation_window.days: ["sat"] -> nothing""", "rotation_window.start: '02:00' -> nothing"],
    ),
    "a secret": (
        {"retired_secrets": "[secret]"},
        {"retired_secrets": "[secret]"},
        {"diffReasons": ["retired_secrets"]},
        ["retired_secrets: changed"],
    ),
    "like a secret": ({"x": "a"}, {"x": SECRET}, {}, ["x: 'a' -> sha256:"]),
    "of another": ({"length": 2}, {"length": 3}, {"token": "random:index/randomPet:RandomPet"}, ["length: 2 -> 3"]),
    "only the engine knows": ({}, {}, {"diffReasons": ["length"]}, ["length"]),
}


@pytest.mark.parametrize("case", CHANGED)
def test_each_input_that_changes(case: str) -> None:
    old, new, more, lines = CHANGED[case]
    one = told("update", old, new, **more)
    kind = one["kind"]
    assert len(one["actions"]) == len(lines)
    assert all(text.startswith(f"update {kind} 'acme': {line}") for text, line in zip(one["actions"], lines, strict=True)), one["actions"]
    assert SECRET not in str(one)


def natively(op: str, old: Any, new: Any, **step: Any) -> Any:
    """The same preview of a native resource, with the names that its plugin has."""
    found = preview(op, to_wire(PROJECT, old, outputs=False), to_wire(PROJECT, new, outputs=False), **step)
    (one,) = [step for step in found["steps"] if step is not STACK]
    one["oldState"]["outputs"] = to_wire(PROJECT, {**OUTPUTS, **one["oldState"]["outputs"]}, outputs=True)
    for name in {"diffReasons", "detailedDiff"} & one.keys():
        one[name] = [path_to_wire(PROJECT, path) for path in one[name]]
    return found


WINDOW = {"start": "02:00", "end": "05:00", "applies_to": "all"}
NATIVE = {
    "names": ("update", {"on_delete": "retain", "secret_triggers": {"a_b": "1", "aB": "1"}}, {"secret_triggers": {"a_b": "2", "aB": "1"}}, {}),
    "within": ("update", {"rotation_window": WINDOW}, {"rotation_window": {**WINDOW, "applies_to": "age"}}, {}),
    "a secret": ("update", {"retired_secrets": "[secret]"}, {"retired_secrets": "[secret]"}, {"detailedDiff": ["retired_secrets"]}),
    "a rotation": ("update", {"secret_triggers": {"a": "1"}}, {"secret_triggers": {"a": "2"}}, {"said": ROTATES}),
    "created": ("create", {}, {"name": "Acme", "on_delete": "retain", "secret_max_age": "90d"}, {}),
    "deleted": ("delete", {"name": "Acme", "on_delete": "suspend"}, {}, {}),
    "replaced": ("replace", {"name": "Acme"}, {"name": "Zoe"}, {"replaceReasons": ["name"]}),
}


@pytest.mark.parametrize("case", NATIVE)
def test_a_native_resource_is_told_alike(case: str) -> None:
    op, old, new, more = NATIVE[case]
    dynamic, native = preview(op, old, new, **more), natively(op, old, new, **more)
    dynamic["steps"][1]["oldState"]["outputs"] |= OUTPUTS
    for found in (dynamic, native):
        found["steps"][1].setdefault("diffReasons", [])
    assert native["steps"] != dynamic["steps"]
    assert read(native, "FILE", NOW) == read(dynamic, "FILE", NOW)
    assert "_" in str(read(native, "FILE", NOW)["items"][0])


def test_what_a_rotation_does_not_say() -> None:
    old, new = {"secret_triggers": {"a": "1"}, "on_delete": "retain"}, {"secret_triggers": {"a": "2"}, "on_delete": "retain"}
    alone = read(preview("update", old, new, said=ROTATES), "FILE", NOW)
    assert (beyond("rotations", alone), alone["account_key"], alone["items"][0]["does"]) == ([], "7", ["rotate"])
    more = read(preview("update", old, {**new, "on_delete": "delete"}, said=ROTATES), "FILE", NOW)
    assert beyond("rotations", more) == ["would be done, and only rotations may be: update project 'acme': on_delete: 'retain' -> 'delete'"]
    assert len(unlike(alone, more)) == 1
    forged = read(preview("update", old, new, said=ROTATES, token="other:index:Thing"), "FILE", NOW)
    assert beyond("rotations", forged) != [], "what another provider says is no rotation"


def test_what_is_created_is_compared() -> None:
    first, second = (read(preview("create", {}, {"name": "Acme", "on_delete": end}), "FILE", NOW) for end in ("retain", "delete"))
    assert len(unlike(first, second)) == 2
    assert told("create", {}, {}, token="random:index/randomPet:RandomPet")["actions"] == ["create random:index/randomPet:RandomPet 'acme'"]


@pytest.mark.parametrize("found", [{"steps": [], "changeSummary": {}}, {"steps": [STACK], "changeSummary": {"same": 1, "delete": 1}}])
def test_a_preview_that_was_cut(found: Any) -> None:
    with pytest.raises(UsageError, match="is not as"):
        read(found, "FILE", NOW)


def test_why_a_preview_failed() -> None:
    """The provider's line, not that of the engine, which says only that it failed."""
    urn = f"{PREFIX}pulumi-python:dynamic/opentok:Project::acme"
    why = "project.get of project 46000001: HTTP 403 'Forbidden': account key 7 is not permitted to do this"
    lines = [(urn, f"error: Preview failed: Exception: {why}\n\n"), ("", "error: preview failed\n")]
    found = read({"steps": [STACK], "diagnostics": [{"urn": one, "severity": "error", "message": text} for one, text in lines]}, "FILE", NOW)
    assert (found["errors"], found["items"][0]["error"]) == ([], why)
    assert f"`{why}`" in markdown.of_document(found)
