# SPDX-License-Identifier: Apache-2.0
"""Ctrl+C and SIGTERM in the middle of a rotation: the engine and its provider finish and save it, and the next run rotates nothing."""

from __future__ import annotations

import functools
import signal

import pytest

from pulumi_opentok.emulator import Emulator
from tests.engine.killing import CLI, killed
from tests.engine.project_stack import NewStack, ProjectStack

# The Automation API follows the events of a CLI that is no more.
pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore:Error in event stream")]


def rotated(platform: ProjectStack, before: str) -> bool:
    return str(platform.live("auto")["secret"]) != before


def test_what_is_begun_is_finished_and_saved(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    """Both processes are signalled, as a service manager does it: the provider goes on as long as the engine waits for it."""
    platform = ProjectStack(new_stack, opentok_emulator, {"auto": {"secret_triggers": {"v": "0"}}})
    platform.up().ok()
    for number in (signal.SIGINT, signal.SIGTERM):
        before = platform.live("auto")["secret"]
        platform.wanted["auto"]["secret_triggers"] = {"v": str(number)}
        opentok_emulator.fault("project.refresh_secret", "delay", seconds=1.5)
        with killed(CLI, functools.partial(rotated, platform, before), number):
            cancelled = platform.up()
        assert "update canceled" in cancelled.text
        assert platform.live("auto")["secret"] != before
        assert platform.up_again_is_quiet()
