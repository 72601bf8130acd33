# SPDX-License-Identifier: Apache-2.0
"""Rotation as desired state on the real engine: age, retired secrets, window, a rotation whose answer is lost; each run twice."""

from __future__ import annotations

import datetime
import json

import pytest

from pulumi_opentok.core import fingerprint
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack

NOW = datetime.datetime.now(datetime.timezone.utc)
ROTATION = {"project.get": 1, "project.refresh_secret": 1, "archive.list": 1}


def clock(hours: int) -> str:
    """The time of day, in hours from now."""
    return (NOW + datetime.timedelta(hours=hours)).strftime("%H:%M")


def old(platform: ProjectStack, days: int) -> None:
    """An `up` that was so many days ago: the state says so, since no clock but the emulator's can be set back."""
    platform.up().ok()
    path = platform.stack.work_dir / "state.json"
    assert platform.stack.cli("stack", "export", "--file", str(path)).returncode == 0
    state = json.loads(path.read_text(encoding="utf-8"))
    for resource in state["deployment"]["resources"]:
        outputs = resource.get("outputs", {})
        for name in ("created_at", "secret_rotated_at", "secret_rotation_due_at"):
            if outputs.get(name):
                then = datetime.datetime.fromisoformat(outputs[name].replace("Z", "+00:00")) - datetime.timedelta(days=days)
                outputs[name] = then.isoformat().replace("+00:00", "Z")
    path.write_text(json.dumps(state), encoding="utf-8")
    assert platform.stack.cli("stack", "import", "--file", str(path)).returncode == 0
    platform.requests()


@pytest.mark.long
def test_age_and_window(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": "Acme", "secret_max_age": "90d"}})
    old(platform, 89)
    first = platform.live("acme")["secret"]
    assert platform.quiet()
    shut = {"start": clock(2), "end": clock(3), "timezone": "UTC"}

    platform.wanted["acme"] |= {"secret_max_age": "P30D", "rotation_window": shut}
    waiting = platform.up().ok()
    assert any("waits for the rotation_window: it opens" in text for text in waiting.warnings), waiting.text
    assert platform.quiet()
    assert platform.live("acme")["secret"] == first

    platform.wanted["acme"]["rotation_window"] = {"start": clock(-1), "end": clock(1), "timezone": "UTC"}
    planned = platform.planned()
    assert any("older than secret_max_age 30d" in text and "every client token" in text for text in planned.warnings), planned.text
    platform.up().ok()
    assert platform.requests() == ROTATION
    assert platform.live("acme")["secret"] != first
    state = platform.stack.resources()["acme"]["outputs"]
    assert state["secret_version"] == 2
    assert state["secret_rotation_due_at"] > state["secret_rotated_at"] >= NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert platform.up_again_is_quiet()
    assert platform.leaks() == []


@pytest.mark.long
def test_due_by_age_without_any_change_of_program(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": "Acme", "secret_max_age": "90d"}})
    old(platform, 91)
    first = platform.live("acme")["secret"]
    assert any("due since" in text for text in platform.planned().warnings)
    platform.up().ok()
    assert platform.requests() == ROTATION
    assert platform.live("acme")["secret"] != first
    assert platform.up_again_is_quiet()


@pytest.mark.long
def test_retired_secrets(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": "Acme"}, "globex": {"name": "Globex"}})
    platform.up().ok()
    leaked = [platform.live(name)["secret"] for name in ("acme", "globex")]
    # One in clear, as someone would paste it in a hurry, one as its fingerprint; both lists name both.
    platform.wanted["acme"]["retired_secrets"] = platform.wanted["globex"]["retired_secrets"] = [leaked[0], fingerprint(leaked[1])]
    assert any("the live secret is one of retired_secrets" in text for text in platform.planned().warnings)
    platform.up().ok()
    assert platform.requests() == {operation: 2 * times for operation, times in ROTATION.items()}
    assert {platform.live(name)["secret"] for name in ("acme", "globex")}.isdisjoint(leaked)
    assert platform.up_again_is_quiet()
    assert leaked[0] in platform.secrets
    assert platform.leaks() == []


@pytest.mark.long
def test_a_trigger_told_to_wait_is_not_forgotten(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    shut = {"start": clock(2), "end": clock(3), "applies_to": "all"}
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": "Acme", "secret_triggers": {"v": "1"}, "rotation_window": shut}})
    platform.up().ok()
    first = platform.live("acme")["secret"]
    platform.wanted["acme"]["secret_triggers"] = {"v": "2"}
    platform.up().ok()
    assert platform.quiet()
    assert platform.live("acme")["secret"] == first
    platform.wanted["acme"]["rotation_window"] = {**shut, "start": clock(-1)}
    platform.up().ok()
    assert platform.live("acme")["secret"] != first
    assert platform.up_again_is_quiet()


@pytest.mark.long
def test_lost_answers_rotate_once(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": "Acme", "secret_triggers": {"v": "1"}}})
    platform.up().ok()
    opentok_emulator.fault("project.refresh_secret", "drop_after")
    platform.wanted["acme"]["secret_triggers"] = {"v": "2"}
    done = platform.up().ok()
    assert any("was lost" in text and "it was rotated" in text for text in done.warnings), done.text
    assert platform.requests()["project.refresh_secret"] == 1
    assert platform.up_again_is_quiet()

    # Neither an answer nor a way to read it back: kept as begun, and recognised as done by the next run.
    opentok_emulator.fault("project.refresh_secret", "drop_after")
    opentok_emulator.fault("project.get", "status", status=500, after=1, times=None)
    platform.wanted["acme"]["secret_triggers"] = {"v": "3"}
    begun = platform.up()
    assert any("not finished" in text for text in begun.errors), begun.text
    opentok_emulator.clear_faults()
    platform.requests()
    platform.planned()
    platform.up().ok()
    assert platform.requests()["project.refresh_secret"] == 0
    assert platform.stack.outputs()["acmeSecret"] == platform.live("acme")["secret"]
    assert platform.stack.resources()["acme"]["outputs"]["secret_version"] == 3
    assert platform.up_again_is_quiet()
    assert platform.leaks() == []
