# SPDX-License-Identifier: Apache-2.0
"""Ctrl+C and SIGTERM in the middle of a create or a rotation: the engine and its provider finish and save it, and the next run does nothing."""

from __future__ import annotations

import functools
import signal
from collections.abc import Callable
from types import ModuleType

import pytest

import pulumi_opentok as opentok
from pulumi_opentok import native
from pulumi_opentok.emulator import Emulator
from tests.engine.killing import CLI, CLI_ALONE, killed
from tests.engine.project_stack import NewStack, ProjectStack

# The Automation API follows the events of a CLI that is no more.
pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore:Error in event stream")]


def rotated(platform: ProjectStack, before: str) -> bool:
    return str(platform.live("auto")["secret"]) != before


def interrupted(platform: ProjectStack, when: Callable[[], object], program: str, number: int) -> None:
    with killed(program, when, number):
        cancelled = platform.up()
    assert "update canceled" in cancelled.text
    assert "exited prematurely" not in cancelled.text
    assert platform.stack.exported().get("pending_operations") in (None, [])
    assert platform.up_again_is_quiet()


@pytest.mark.parametrize("package", [opentok, native], ids=["dynamic", "native"])
def test_what_is_begun_is_finished_and_saved(new_stack: NewStack, opentok_emulator: Emulator, package: ModuleType) -> None:
    """Both processes are signalled, as a service manager does it: the provider goes on as long as the engine waits for it."""
    platform = ProjectStack(new_stack, opentok_emulator, {"auto": {"secret_triggers": {"v": "0"}}}, package=package)
    platform.up().ok()
    for number in (signal.SIGINT, signal.SIGTERM):
        before = platform.live("auto")["secret"]
        platform.wanted["auto"]["secret_triggers"] = {"v": str(number)}
        opentok_emulator.fault("project.refresh_secret", "delay", seconds=1.5)
        interrupted(platform, functools.partial(rotated, platform, before), CLI, number)
        assert platform.live("auto")["secret"] != before


def test_a_create_is_finished_and_saved(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    """At Ctrl+C, of which a plugin, in a process group of its own, hears from the engine alone."""
    platform = ProjectStack(new_stack, opentok_emulator, {"auto": {"status": "suspended"}}, package=native)
    opentok_emulator.fault("project.create", "delay", seconds=1.5)
    interrupted(platform, opentok_emulator.all_projects, CLI_ALONE, signal.SIGINT)
    assert [row["status"] for row in opentok_emulator.all_projects()] == ["SUSPENDED"]
