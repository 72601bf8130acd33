# SPDX-License-Identifier: Apache-2.0
"""The typed arguments of a kind's Pulumi resource are its table of inputs: the same names, the same choices, the same ones required."""

from __future__ import annotations

import types
import typing
from collections.abc import Collection, Iterator
from typing import Any, Literal

import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core.desired.inputs import Input
from pulumi_opentok.core.desired.project.windows import DAYS
from tests.kinds.kinds import Found, every_kind
from tools.schema.types import parts

STRICTER = {"sip_trunk": ["uri: required"]}
"""In Ansible a trunk that is to be absent needs no URI."""


def choices(hint: Any) -> set[str]:
    return {choice for part in parts(hint) if typing.get_origin(part) is Literal for choice in typing.get_args(part)}


def nested(hint: Any) -> type | None:
    """The `TypedDict` that the argument takes."""
    return next((part for part in parts(hint) if typing.is_typeddict(part)), None)


def differences(takes: Any, rows: Collection[Input], elements: dict[str, Collection[str]]) -> Iterator[str]:
    """Where the arguments of a `TypedDict` are not these rows."""
    hints = takes.__annotations__
    yield from sorted(hints.keys() ^ {row.name for row in rows})
    for row in rows:
        hint = hints.get(row.name)
        if choices(hint) != set(row.choices or elements.get(row.name, ())):
            yield f"{row.name}: choices"
        if (bool in parts(hint)) != (row.type == "bool"):
            yield f"{row.name}: true or false"
        if (row.name in takes.__required_keys__) != row.required:
            yield f"{row.name}: required"
        if (of_it := nested(hint)) or row.suboptions:
            yield from (f"{row.name}.{text}" for text in differences(of_it, row.suboptions, elements))


def of_kind(found: Found) -> list[str]:
    rows = [row for row in found.kind.table if row.name in found.kind.inputs]
    return list(differences(getattr(opentok, f"{found.resource}ArgsDict"), rows, {"days": DAYS}))


@pytest.mark.parametrize("found", every_kind(), ids=lambda found: found.name)
def test_they_are_its_inputs(found: Found) -> None:
    assert of_kind(found) == STRICTER.get(found.name, [])
    assert getattr(opentok, f"{found.resource}Args")._takes is getattr(opentok, f"{found.resource}ArgsDict")


def test_a_difference_is_found() -> None:
    """What compares them can fail."""
    wrong = [Input("status", choices=("active", "gone")), Input("more", required=True), Input("adopt", type="str")]
    rows = [*wrong, Input("rotation_window", suboptions=[Input("x")])]
    found = list(differences(opentok.ProjectArgsDict, rows, {}))
    assert {"more", "name", "status: choices", "adopt: true or false", "rotation_window.x", "rotation_window.days", "more: required"} <= set(found)
    assert choices(list[Literal["a"]] | types.NoneType) == {"a"}
