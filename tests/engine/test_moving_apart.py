# SPDX-License-Identifier: Apache-2.0
"""Moves to the native provider that do not go through at once: the wrong account, a kill, a target, one resource of several; no project is lost."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.engine.killing import CLI, killed
from tests.engine.moving import Moving, dynamic, native, others, written
from tests.engine.outcome import NO_CHANGES_EXPECTED
from tests.engine.project_stack import NewStack

EU = ("20000002", "euSecretOfTheAccount" * 2)
FOR_EVER = 600.0


class Tenants:
    """Projects by their names in the program; those in `native` are declared by the native classes whatever the others are."""

    def __init__(self) -> None:
        self.projects: dict[str, dict[str, Any]] = {"acme": {"name": "Acme", "secret_triggers": {"v": "1"}}, "gen": {}, "stage": {"name": "Stage"}}
        self.native: set[str] = set()

    def __call__(self, package: Any) -> None:
        for name, arguments in self.projects.items():
            (native if name in self.native else package).Project(name, **arguments)


def moved(stack: Moving) -> dict[str, int]:
    """The form in which each resource stands in the state."""
    return {name: row["outputs"]["__schema"] for name, row in stack.by_name().items()}


def begin_a_rotation(stack: Moving, tenants: Tenants, trigger: str) -> str:
    """Neither an answer nor a way to read it back: kept as begun. The secret that is live since."""
    stack.emulator.fault("project.refresh_secret", "drop_after")
    stack.emulator.fault("project.get", "status", status=500, after=1, times=None)
    tenants.projects["acme"]["secret_triggers"] = {"v": trigger}
    begun = stack.up()
    assert any("not finished" in text for text in begun.errors), begun.text
    stack.emulator.clear_faults()
    assert "secret_pending" in stack.by_name()["acme"]["outputs"]["__private"]
    stack.requests()
    return str(stack.live("acme")["secret"])


def rotated_once(stack: Moving, secret: str, version: int) -> None:
    """The other provider has recognised the rotation: it is not done again."""
    assert not written(stack.requests())
    acme = stack.by_name()["acme"]["outputs"]
    assert (acme["api_secret"], acme["secret_version"], stack.live("acme")["secret"]) == (secret, version, secret)
    assert "secret_pending" not in acme.get("__private", {})


# The Automation API follows the events of a CLI that is no more.
@pytest.mark.filterwarnings("ignore:Error in event stream")
@pytest.mark.long
def test_a_move_that_is_refused_killed_and_goes_on(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    opentok_emulator.add_account(*EU)
    tenants = Tenants()
    stack = Moving(new_stack, opentok_emulator, tenants)
    stack.up().ok()
    names = stack.names()

    # The wrong account at this very moment, and a resource that is no longer declared.
    gone, stack.package = tenants.projects.pop("stage"), native
    stack.requests()
    stack.stack.env.update(OPENTOK_ACCOUNT_KEY=EU[0], OPENTOK_ACCOUNT_SECRET=EU[1])
    for run in (stack.preview, stack.up):
        refused = run()
        assert refused.code not in (0, NO_CHANGES_EXPECTED)
        assert any(f"credentials are of account {EU[0]}" in text for text in refused.errors), refused.text
    assert (stack.requests(), stack.names(), set(moved(stack).values())) == ({}, names, {1})
    stack.stack.env.update(opentok_emulator.env)
    tenants.projects["stage"] = gone

    stack.package = dynamic
    secret = begin_a_rotation(stack, tenants, "2")
    stack.package = native
    opentok_emulator.fault("project.get", "delay", seconds=FOR_EVER, after=1)
    with killed(CLI, lambda: 2 in moved_on_disk(stack)):
        assert stack.up().code not in (0, NO_CHANGES_EXPECTED)
    opentok_emulator.clear_faults()
    stack.stack.cli("cancel", "--yes")
    assert set(moved_on_disk(stack)) == {1, 2}, "killed between the two"
    went_on = stack.up().ok()
    assert others(went_on) == []
    rotated_once(stack, secret, 2)
    assert stack.settled()

    secret = begin_a_rotation(stack, tenants, "3")
    stack.package = dynamic
    stack.up().ok()
    rotated_once(stack, secret, 3)
    assert stack.settled()
    assert (stack.names(), stack.leaks()) == (names, [])


def moved_on_disk(stack: Moving) -> list[int]:
    return [int(row["outputs"]["__schema"]) for row in stack.stack.resources().values() if "__schema" in row.get("outputs", {})]


@pytest.mark.long
def test_some_of_a_stack_are_moved(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    tenants = Tenants()
    stack = Moving(new_stack, opentok_emulator, tenants)
    stack.up().ok()
    before = stack.emulator.all_projects()

    # A target alone: the engine wants the providers of all others as they are, so one says in the program which resources move.
    urn = str(stack.stack.resources()["acme"]["urn"]).replace("pulumi-python:dynamic/opentok:", "opentok:index:")
    stack.package = native
    refused = stack.up(target=[urn])
    assert "a change of providers mixed with --target" in refused.text
    begun = moved(stack)
    # What the engine has begun before it comes to the others is done.
    assert begun == {"acme": begun["acme"], "gen": 1, "stage": 1}
    assert stack.emulator.all_projects() == before
    stack.package, tenants.native = dynamic, {"acme"}
    one = stack.up(target=[urn]).ok()
    assert (one.ops("acme"), others(one)) == (["update" if begun["acme"] == 1 else "same"], [])
    assert moved(stack) == {"acme": 2, "gen": 1, "stage": 1}
    assert stack.settled(), "side by side"

    # A rename that takes the project over, from the process of the one provider to that of the other, both ways.
    stage = {"name": "Stage", "adopt": True}
    for name, by in (("next", {"acme", "next"}), ("last", {"acme"})):
        tenants.projects = {"gen": {}, "acme": tenants.projects["acme"], name: stage}
        tenants.native = by
        said = stack.up().ok()
        assert f"is not deleted, only its old entry in the state is: resource '{name}' has taken it over" in said.text
        assert stack.emulator.all_projects() == before
        assert stack.settled()

    # A program of a pulumi-opentok that knows no native resources: it has no alias, so the engine creates and deletes.
    stack.package, tenants.native = native, set()
    tenants.projects = {"gen": {}, "acme": {**tenants.projects["acme"], "adopt": True}}
    stack.up().ok()
    kept = [row for row in before if row["name"] != "Stage"]
    assert stack.emulator.all_projects() == kept, "and what is no longer declared is gone"
    stack.package = dynamic
    stack.without_aliases = True
    stack.up().ok()
    assert stack.emulator.all_projects() == kept
    assert set(moved(stack).values()) == {1}
    stack.without_aliases = False
    assert stack.settled()
    stack.destroy().ok()
    assert stack.names() == []
