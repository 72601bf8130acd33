# SPDX-License-Identifier: Apache-2.0
"""Ctrl+C and SIGTERM in the middle of a rotation: what was begun is finished and saved, and the next run rotates nothing."""

from __future__ import annotations

import signal

import pytest

from pulumi_opentok.emulator import Emulator
from tests.engine.killing import CLI_ALONE, killed
from tests.engine.project_stack import NewStack, ProjectStack

pytestmark = pytest.mark.filterwarnings("ignore:Error in event stream")


@pytest.mark.parametrize("program", [CLI_ALONE])
@pytest.mark.parametrize("number", [(signal.SIGINT,), (signal.SIGTERM,), (signal.SIGINT,)*2, (signal.SIGTERM,)*2])
def test_x(new_stack: NewStack, opentok_emulator: Emulator, number, program) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, {"auto": {"secret_triggers": {"v": "1"}}})
    platform.up().ok()
    before = platform.live("auto")["secret"]
    platform.wanted["auto"]["secret_triggers"] = {"v": "2"}
    opentok_emulator.fault("project.refresh_secret", "delay", seconds=3)
    with killed(program, lambda: platform.live("auto")["secret"] != before, *number):
        outcome = platform.up()
    print("CODE", number, program, outcome.code, outcome.text)
    live = platform.live("auto")["secret"]
    print("ROTATED", live != before)
    platform.emulator.clear_faults()
    again = platform.up()
    print("AGAIN", again.code, again.text)
    print("ROTATED AGAIN", live != platform.live("auto")["secret"])
