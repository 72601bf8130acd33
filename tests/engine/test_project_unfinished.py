# SPDX-License-Identifier: Apache-2.0
"""OpenTok fails in the middle of an update: what was done is kept, what was not is said, and the next run goes on."""

from __future__ import annotations

import pytest

from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack


@pytest.mark.long
def test_unfinished(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(
        new_stack,
        opentok_emulator,
        {"acme": {"name": "Acme", "secret_triggers": {"v": "1"}}, "stopped": {"name": "Stopped", "status": "suspended"}},
    )
    opentok_emulator.fault("project.set_status", "status", status=503, times=4)
    created = platform.up()
    assert any("not finished" in text and "suspend project 'Stopped'" in text for text in created.errors)
    assert platform.live("stopped")["status"] == "VALID"
    assert platform.planned().ops("stopped") == ["update"]
    platform.up().ok()
    assert platform.live("stopped")["status"] == "SUSPENDED"
    assert platform.quiet()

    before = platform.live("acme")["secret"]
    platform.wanted["acme"].update(secret_triggers={"v": "2"}, status="suspended")
    opentok_emulator.fault("project.set_status", "status", status=503, times=4)
    stopped = platform.up()
    assert any("not finished" in text and "suspend project" in text for text in stopped.errors)
    rotated = platform.live("acme")["secret"]
    assert rotated != before
    assert platform.stack.outputs()["acmeSecret"] == rotated, "the new secret is not lost"
    assert platform.planned().ops("acme") == ["update"]
    platform.up().ok()
    assert platform.live("acme") == {**platform.live("acme"), "status": "SUSPENDED", "secret": rotated}
    assert platform.up_again_is_quiet()
    assert platform.leaks() == []
