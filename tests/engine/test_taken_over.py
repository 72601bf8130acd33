# SPDX-License-Identifier: Apache-2.0
"""A live project is never deleted by a later run: whatever was renamed, replaced, moved, targeted, failed or killed before.

Each run is an engine and a provider process of its own; what one of them knows the next one has from the state alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.emulator import Emulator
from tests.engine.killing import CLI, killed
from tests.engine.outcome import NO_CHANGES_EXPECTED, Outcome
from tests.engine.project_stack import NewStack, ProjectStack, account

FIRST = pulumi.ResourceOptions(delete_before_replace=True)


class Tenants(ProjectStack):
    """Declares `projects`: resource name -> arguments; with `fails` also a resource that fails after all of them are there."""

    def __init__(self, new_stack: NewStack, emulator: Emulator, projects: Mapping[str, Mapping[str, Any]], **options: Any) -> None:
        self.projects = projects
        self.fails = False
        super().__init__(new_stack, emulator, also=self._declare, **options)

    def _declare(self) -> None:
        made = [opentok.Project(name, **arguments) for name, arguments in self.projects.items()]
        if self.fails:
            opentok.Project("fails", existing_id="49999999", opts=pulumi.ResourceOptions(depends_on=made))

    def fail(self, projects: Mapping[str, Mapping[str, Any]], **options: Any) -> Outcome:
        """An `up` that carries out `projects`, and then fails."""
        self.projects, self.fails = projects, True
        outcome = self.up(**options)
        self.fails = False
        assert outcome.code not in (0, NO_CHANGES_EXPECTED)
        assert "no project 49999999" in "\n".join(outcome.errors), outcome.text
        return outcome

    def urn(self, name: str) -> str:
        return str(self.stack.resources()[name]["urn"])


def settles(platform: Tenants, before: list[dict[str, Any]]) -> Outcome:
    """The next `up` succeeds, all projects of `before` live on as they were, nothing is left to do."""
    outcome = platform.up().ok()
    assert platform.emulator.all_projects() == before, outcome.text
    assert platform.up_again_is_quiet()
    assert platform.emulator.all_projects() == before
    return outcome


@pytest.mark.long
def test_a_resource_that_took_a_project_over_in_a_run_that_failed(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = Tenants(new_stack, opentok_emulator, {"old": {"name": "Prod"}, "by-id": {"name": "By id"}, "left": {"name": "Left"}})
    platform.up().ok()
    before = opentok_emulator.all_projects()
    by_id = {"existing_id": platform.id_of("by-id")}
    renamed: dict[str, dict[str, Any]] = {"new": {"name": "Prod", "adopt": True}, "id": by_id, "left": {"name": "Left"}}
    platform.fail(renamed)
    assert {"old", "new", "by-id", "id"} <= set(platform.stack.resources()), "the state has both"

    said = settles(platform, before).warnings
    assert sum("is not deleted" in text for text in said) == 2, said
    assert set(platform.stack.resources()) == {"new", "id", "left"}

    # And back again: now it is the first one's entry that is new.
    platform.fail({"old": {"name": "Prod", "adopt": True}, "id": renamed["id"], "left": {"name": "Left"}})
    platform.projects = {"new": {"name": "Prod", "adopt": True}, "id": renamed["id"], "left": {"name": "Left"}}
    settles(platform, before)
    assert set(platform.stack.resources()) == {"new", "id", "left"}
    assert platform.leaks() == []


@pytest.mark.long
def test_targets_and_a_kill_before_the_old_entry_is_gone(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = Tenants(new_stack, opentok_emulator, {"old": {"name": "Prod"}, "older": {"name": "Stage"}})
    platform.up().ok()
    before = opentok_emulator.all_projects()
    stack = platform.urn("old").rsplit("::", 1)[0]
    platform.projects = {"new": {"name": "Prod", "adopt": True}, "older": {"name": "Stage"}}
    platform.up(target=[f"{stack}::new"]).ok()
    assert set(platform.stack.resources()) == {"old", "new", "older"}
    settles(platform, before)

    platform.projects = {"new": {"name": "Prod", "adopt": True}, "newer": {"name": "Stage", "adopt": True}, "last": {"name": "Last"}}
    opentok_emulator.fault("project.create", "delay", seconds=600)
    with killed(CLI, lambda: len(opentok_emulator.all_projects()) > len(before) and "newer" in platform.stack.resources()):
        platform.up()
    opentok_emulator.clear_faults()
    platform.stack.cli("cancel", "--yes")
    assert {"older", "newer"} <= set(platform.stack.resources()), "killed between the two"
    before = opentok_emulator.all_projects()
    platform.projects = {**platform.projects, "last": {"name": "Last", "adopt": True}}
    settles(platform, before)


@pytest.mark.long
def test_a_generated_name_stays_what_it_was(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = Tenants(new_stack, opentok_emulator, {"gen": {}, "moved": {}})
    platform.up().ok()
    before = opentok_emulator.all_projects()

    platform.projects = {"gen": {}, "elsewhere": {"opts": pulumi.ResourceOptions(aliases=[pulumi.Alias(name="moved")])}}
    assert platform.preview(expect_no_changes=True).code == 0
    settles(platform, before)

    platform.stack.rename("prod")
    assert platform.preview(expect_no_changes=True).code == 0
    settles(platform, before)
    platform.refresh().ok()
    settles(platform, before)


@pytest.mark.long
def test_a_forced_replacement_is_a_new_project_or_an_error(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = Tenants(new_stack, opentok_emulator, {"gen": {}, "named": {"name": "Named"}, "adopted": {"name": "Adopted", "adopt": True}})
    platform.up().ok()
    before = opentok_emulator.all_projects()

    for name, said in (("gen", "was not replaced"), ("adopted", "was not replaced"), ("named", "exists already")):
        refused = platform.up(replace=[platform.urn(name)])
        assert refused.code not in (0, NO_CHANGES_EXPECTED)
        (error,) = [text for text in refused.errors if said in text]
        assert "delete_before_replace=True" in error
        settles(platform, before)

    # A run that fails in between, and then one that knows nothing of it.
    platform.fail(platform.projects, replace=[platform.urn("gen")])
    settles(platform, before)

    platform.projects = {name: {**arguments, "opts": FIRST} for name, arguments in platform.projects.items()}
    platform.up(replace=[platform.urn(name) for name in platform.projects]).ok()
    after = opentok_emulator.all_projects()
    assert sorted(row["name"] for row in after) == sorted(row["name"] for row in before)
    assert not {row["id"] for row in after} & {row["id"] for row in before}
    assert not {row["secret"] for row in after} & {row["secret"] for row in before}
    assert platform.up_again_is_quiet()

    # The engine asks by itself where it compares: nothing forces another name here.
    watched = pulumi.ResourceOptions(replace_on_changes=["status"])
    platform.projects = {"gen": {"opts": watched, "status": "suspended"}}
    replaced = platform.up().ok()
    assert replaced.ops("gen") == ["delete-replaced", "replace", "create-replacement"]
    (row,) = opentok_emulator.all_projects()
    assert (row["status"], row["id"] in {one["id"] for one in after}) == ("SUSPENDED", False)
    assert platform.up_again_is_quiet()


@pytest.mark.long
def test_two_resources_of_one_project(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    prod = account(opentok_emulator).projects.create("Prod").id
    before = opentok_emulator.all_projects()
    both = {"one": {"existing_id": prod}, "two": {"existing_id": prod}}
    platform = Tenants(new_stack, opentok_emulator, {"one": both["one"]})
    platform.up().ok()
    platform.projects = both
    platform.up()  # refused, or told, as the engine's order has it
    platform.projects = {"two": both["two"]}
    settles(platform, before)


@pytest.mark.long
def test_a_rename_that_also_goes_to_a_provider_of_its_own(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    """Two provider processes: one takes the project over, the other one deletes its old entry."""
    platform = Tenants(new_stack, opentok_emulator, {"old": {"name": "Prod"}})
    platform.up().ok()
    before = opentok_emulator.all_projects()
    key, secret = opentok_emulator.account_key, opentok_emulator.account_secret

    def declare() -> None:
        explicit = opentok.Provider("explicit", account_key=key, account_secret=secret, api_url=opentok_emulator.url)
        opentok.Project("new", name="Prod", adopt=True, opts=pulumi.ResourceOptions(provider=explicit))

    platform.projects, platform.also = {}, declare
    said = settles(platform, before).warnings
    assert any("is not deleted, only its old entry in the state is: resource 'new' has taken it over" in text for text in said), said
