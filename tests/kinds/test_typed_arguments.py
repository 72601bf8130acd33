# SPDX-License-Identifier: Apache-2.0
"""The typed arguments of a kind's Pulumi resource are the inputs of the kind, with the choices that `parse` takes."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core import InvalidInput
from pulumi_opentok.core.desired import PROJECT
from tests.kinds.kinds import Found, every_kind

NAMES_IN_PULUMI = {("token", "session_id"): "session"}
NO_CHOICE = "no such choice"


def hints(takes: type) -> dict[str, Any]:
    """Each argument with its type."""
    return dict(takes.__annotations__)


def literals(hint: Any) -> Iterator[str]:
    """Every choice in this type, however deep: `pulumi.Input[Literal["a", "b"]] | None`, a sequence of those."""
    if typing.get_origin(hint) is Literal:
        yield from typing.get_args(hint)
    elif hint is bool:
        yield from ("true", "false")
    for part in typing.get_args(hint) if typing.get_origin(hint) is not Literal else ():
        yield from literals(part)


def refusals(found: Found, inputs: Mapping[str, Any], field: str) -> list[str]:
    """What `parse` says is wrong with the input."""
    try:
        found.kind.parse(inputs)
    except InvalidInput as error:
        return [problem.message for problem in error.problems if problem.field == field]
    return []


def choices(messages: list[str]) -> set[str]:
    """The choices that a refusal names: `must be 'a' or 'b', not …`, `must be one of a, b, not …`."""
    for message in messages:
        listed = re.match(r"must be (?:one of |a list of )?(.*), not ", message)
        words = re.split(r",? or |, ", listed[1]) if listed else []
        if len(words) > 1 and all(re.fullmatch(r"'?\w+'?", word) for word in words):
            return {word.strip("'") for word in words}
    return set()


@pytest.mark.parametrize("found", every_kind(), ids=lambda found: found.name)
def test_they_are_its_inputs(found: Found) -> None:
    takes = getattr(opentok, f"{found.resource}ArgsDict")
    assert set(hints(takes)) == {NAMES_IN_PULUMI.get((found.name, name), name) for name in found.kind.inputs}
    assert getattr(opentok, f"{found.resource}Args")._takes is takes


@pytest.mark.parametrize("found", every_kind(), ids=lambda found: found.name)
def test_the_choices_are_those_that_it_takes(found: Found) -> None:
    takes = hints(getattr(opentok, f"{found.resource}ArgsDict"))
    typed = {name: set(literals(takes[NAMES_IN_PULUMI.get((found.name, name), name)])) for name in found.kind.inputs if name != "rotation_window"}
    taken = {name: choices(refusals(found, {name: NO_CHOICE}, name)) for name in typed}
    assert typed == {name: taken[name] or (typed[name] & {"true", "false"}) for name in typed}


def test_the_rotation_window() -> None:
    project = Found(PROJECT, "PROJECT")
    takes = hints(opentok.RotationWindowArgsDict)
    window = {"start": "02:00", "end": "05:00"}
    unknown = refusals(project, {"name": "A", "rotation_window": {**window, "x": 1}}, "rotation_window")
    assert set(takes) == set(unknown[0].partition("its keys are ")[2].split(", "))
    wrong = {"days": [NO_CHOICE], "applies_to": NO_CHOICE, "start": NO_CHOICE, "timezone": NO_CHOICE}
    for name, value in wrong.items():
        inputs = {"name": "A", "rotation_window": {**window, name: value}}
        assert set(literals(takes[name])) == choices(refusals(project, inputs, f"rotation_window.{name}")), name


def test_choices_are_found() -> None:
    """What finds them can fail."""
    assert set(literals(hints(opentok.ProjectArgsDict)["status"])) == {"active", "suspended"}
    assert set(literals(list[Literal["a"]] | types.NoneType)) == {"a"}
    assert choices(["must be 'a' or 'b' or 'c', not 'x'"]) == choices(["must be one of a, b, c, not 'x'"]) == {"a", "b", "c"}
    assert choices(["must be an IPv4 address, not 'x'"]) == choices([]) == set()
