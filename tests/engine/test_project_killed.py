# SPDX-License-Identifier: Apache-2.0
"""Runs that are killed in the middle: the next one ends in the declared state, with one project."""

from __future__ import annotations

from types import ModuleType

import pytest

import pulumi_opentok
from pulumi_opentok import native
from pulumi_opentok.emulator import Emulator
from tests.engine.killing import CLI, CLI_ALONE, PLUGIN, PROVIDER, killed
from tests.engine.outcome import NO_CHANGES_EXPECTED
from tests.engine.project_stack import NewStack, ProjectStack

FOR_EVER = 600.0

LATE = 1.5
"""Seconds: longer than a kill takes."""

# The Automation API follows the events of a CLI that is no more.
pytestmark = pytest.mark.filterwarnings("ignore:Error in event stream")


def after_the_kill(platform: ProjectStack) -> None:
    platform.emulator.clear_faults()
    # The file backend's lock of a killed run stays, and the CLI says to remove it so.
    platform.stack.cli("cancel", "--yes")


@pytest.mark.long
@pytest.mark.parametrize(
    ("package", "program"),
    [(pulumi_opentok, CLI), (pulumi_opentok, PROVIDER), (native, CLI_ALONE), (native, PLUGIN)],
    ids=["dynamic, with its provider", "dynamic, its provider", "native, without its plugin", "native, its plugin"],
)
def test_killed_in_the_middle(new_stack: NewStack, opentok_emulator: Emulator, package: ModuleType, program: str) -> None:
    """A plugin that is not killed finishes what it does, and then ends by itself: `killed` waits for that."""
    platform = ProjectStack(new_stack, opentok_emulator, {"auto": {"status": "active", "secret_triggers": {"v": "1"}}}, package=package)
    late = LATE if program == CLI_ALONE else FOR_EVER

    opentok_emulator.fault("project.create", "delay", seconds=late)
    with killed(program, opentok_emulator.all_projects):
        assert platform.up().code not in (0, NO_CHANGES_EXPECTED)
    (orphan,) = opentok_emulator.all_projects()
    assert platform.stack.resources() == {}, "nobody knows of it"
    after_the_kill(platform)
    platform.up().ok()
    assert platform.id_of("auto") == orphan["id"]
    assert len(opentok_emulator.all_projects()) == 1
    assert platform.up_again_is_quiet()

    platform.wanted["auto"]["status"] = "suspended"
    opentok_emulator.fault("project.set_status", "delay", seconds=late)
    with killed(program, lambda: platform.live("auto")["status"] == "SUSPENDED"):
        assert platform.up().code not in (0, NO_CHANGES_EXPECTED)
    assert platform.stack.resources()["auto"]["outputs"]["status"] == "active", "nobody knows of it"
    after_the_kill(platform)
    platform.up().ok()
    assert platform.live("auto")["status"] == "SUSPENDED"
    assert platform.stack.resources()["auto"]["outputs"]["status"] == "suspended"
    assert platform.quiet()

    first = platform.live("auto")["secret"]
    platform.wanted["auto"]["secret_triggers"] = {"v": "2"}
    opentok_emulator.fault("project.refresh_secret", "delay", seconds=late)
    with killed(program, lambda: platform.live("auto")["secret"] != first):
        assert platform.up().code not in (0, NO_CHANGES_EXPECTED)
    lost = platform.live("auto")["secret"]
    platform.secrets |= {first, lost}
    after_the_kill(platform)
    rotated = platform.up().ok()
    assert any("rotated elsewhere, or by a run that was killed" in text for text in rotated.warnings)
    assert platform.live("auto")["secret"] not in (first, lost)
    assert platform.quiet()

    platform.destroy().ok()
    assert platform.names() == []
    assert platform.leaks() == []


@pytest.mark.long
def test_a_named_one_of_a_killed_create_waits_for_a_word(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": "Acme"}})
    opentok_emulator.fault("project.create", "delay", seconds=FOR_EVER)
    with killed(CLI, opentok_emulator.all_projects):
        platform.up()
    (orphan,) = opentok_emulator.all_projects()
    after_the_kill(platform)
    refused = platform.up()
    assert any(f"id {orphan['id']}" in text and "adopt=True" in text for text in refused.errors), refused.text
    assert len(opentok_emulator.all_projects()) == 1
    platform.wanted["acme"]["adopt"] = True
    platform.up().ok()
    assert platform.id_of("acme") == orphan["id"]
    assert platform.up_again_is_quiet()


@pytest.mark.long
def test_a_killed_create_that_is_no_longer_declared_stays_and_the_engine_warns(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, {"auto": {}})
    opentok_emulator.fault("project.create", "delay", seconds=FOR_EVER)
    with killed(CLI, opentok_emulator.all_projects):
        platform.up()
    orphan = opentok_emulator.all_projects()
    after_the_kill(platform)
    platform.wanted.clear()
    for _again in range(2):
        without = platform.up().ok()
        assert any("::auto, interrupted while creating" in text for text in without.warnings), without.text
        assert opentok_emulator.all_projects() == orphan
    platform.wanted["auto"] = {}
    platform.up().ok()
    assert [platform.id_of("auto")] == [row["id"] for row in orphan]
