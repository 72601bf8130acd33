# SPDX-License-Identifier: Apache-2.0
"""What others do to projects, as `refresh` and the drift gate show it."""

from __future__ import annotations

import pytest

from pulumi_opentok.emulator import Emulator
from tests.engine.outcome import NO_CHANGES_EXPECTED
from tests.engine.project_stack import NewStack, ProjectStack


@pytest.mark.long
def test_drift(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(
        new_stack,
        opentok_emulator,
        {
            "status": {"name": "Status", "status": "active", "secret_triggers": {"v": "1"}},
            "secret": {"name": "Secret", "secret_triggers": {"v": 1}},
            "gone": {"name": "Gone", "status": "active"},
            "renamed": {"name": "Renamed"},
        },
    )
    platform.up().ok()
    platform.requests()
    calm = platform.refresh(expect_no_changes=True).ok()
    assert not calm.changed
    asked = platform.requests()
    assert set(asked) <= {"project.get", "project.list"}
    assert sum(asked.values()) <= 4, "N, or fewer with a list"
    assert platform.quiet(), "a refresh that found nothing leaves nothing to do"

    gone = platform.id_of("gone")
    opentok_emulator.edit_project(platform.id_of("status"), status="SUSPENDED")
    opentok_emulator.edit_project(platform.id_of("secret"), secret="rotatedElsewhere" * 2)
    opentok_emulator.edit_project(platform.id_of("renamed"), name="Renamed by somebody")
    opentok_emulator.delete_project(gone)

    gate = platform.preview(refresh=True, expect_no_changes=True)
    assert gate.code == NO_CHANGES_EXPECTED
    refreshed = platform.refresh().ok()
    assert {name: refreshed.ops(name) for name in platform.wanted} == {
        "status": ["update"],
        "secret": ["same"],
        "gone": ["delete"],
        "renamed": ["same"],
    }, "drift is what the next up would put right"
    assert any(platform.id_of("secret") in text and "api_secret was changed elsewhere" in text for text in refreshed.warnings)
    assert any(platform.id_of("renamed") in text and "renamed elsewhere" in text for text in refreshed.warnings)
    assert refreshed.step("status").diff == {"status": "update"}
    resources = platform.stack.resources()
    assert "gone" not in resources
    assert resources["secret"]["outputs"]["secret_version"] == 2
    assert resources["renamed"]["outputs"]["name"] == "Renamed by somebody"

    planned = platform.planned()
    assert {name: planned.ops(name) for name in platform.wanted} == {
        "status": ["update"],
        "secret": ["same"],
        "gone": ["create"],
        "renamed": ["same"],
    }
    assert planned.step("status").diff == {"status": "update"}
    assert any("renamed elsewhere" in text for text in planned.warnings)
    platform.up().ok()
    assert platform.live("status")["status"] in ("ACTIVE", "VALID")
    assert platform.id_of("gone") != gone
    assert platform.live("secret")["secret"] == "rotatedElsewhere" * 2, "nobody asked for another rotation"
    assert platform.quiet()

    platform.wanted["renamed"]["name"] = "Renamed by somebody"
    settled = platform.up().ok()
    assert settled.ops("renamed") == ["update"], "the declared name follows, the project stays"
    assert settled.warnings == ()
    assert not platform.refresh(expect_no_changes=True).ok().changed
    assert platform.up_again_is_quiet()
    assert platform.leaks() == []


@pytest.mark.long
def test_drift_that_no_refresh_has_seen(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": "Acme", "status": "active"}})
    platform.up().ok()
    acme = platform.id_of("acme")
    opentok_emulator.delete_project(acme)
    platform.wanted["acme"]["status"] = "suspended"
    failed = platform.up()
    assert failed.code not in (0, NO_CHANGES_EXPECTED)
    assert any(acme in text and "pulumi refresh" in text for text in failed.errors)
    assert platform.names() == [], "not created behind anybody's back"
    platform.up(refresh=True).ok()
    assert platform.live("acme")["status"] == "SUSPENDED"
    assert platform.up_again_is_quiet()
