# SPDX-License-Identifier: Apache-2.0
"""OpenTok fails in the middle of an update: what was done is kept, what was not is said, and the next run goes on."""

from __future__ import annotations

import json
from types import ModuleType

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok import native
from pulumi_opentok.emulator import Emulator
from tests.engine.outcome import NO_CHANGES_EXPECTED, Outcome
from tests.engine.project_stack import NewStack, ProjectStack


@pytest.mark.long
@pytest.mark.parametrize("package", [opentok, native], ids=["dynamic", "native"])
def test_unfinished(new_stack: NewStack, opentok_emulator: Emulator, package: ModuleType) -> None:
    platform = ProjectStack(
        new_stack,
        opentok_emulator,
        {"acme": {"name": "Acme", "secret_triggers": {"v": "1"}}, "stopped": {"name": "Stopped", "status": "suspended"}},
        package=package,
    )
    opentok_emulator.fault("project.set_status", "status", status=503, times=4)
    created = platform.up()
    assert any("not finished" in text and "suspend project 'Stopped'" in text for text in said(created, "stopped"))
    failed(platform, created, "stopped")
    assert platform.live("stopped")["status"] == "VALID"
    assert platform.planned().ops("stopped") == ["update"]
    platform.up().ok()
    assert platform.live("stopped")["status"] == "SUSPENDED"
    assert platform.quiet()

    before = platform.live("acme")["secret"]
    platform.wanted["acme"].update(secret_triggers={"v": "2"}, status="suspended")
    opentok_emulator.fault("project.set_status", "status", status=503, times=4)
    stopped = platform.up()
    assert any("not finished" in text and "suspend project" in text for text in said(stopped, "acme"))
    failed(platform, stopped, "acme")
    rotated = platform.live("acme")["secret"]
    assert rotated != before
    if package is opentok:
        assert platform.stack.outputs()["acmeSecret"] == rotated, "the new secret is not lost"
    assert platform.planned().ops("acme") == ["update"]
    platform.up().ok()
    assert platform.stack.outputs()["acmeSecret"] == rotated
    assert platform.live("acme") == {**platform.live("acme"), "status": "SUSPENDED", "secret": rotated}
    assert platform.up_again_is_quiet()
    assert platform.leaks() == []


def said(outcome: Outcome, name: str) -> tuple[str, ...]:
    """The errors that stand under the resource."""
    return tuple(text for text in outcome.under.get(name, ()) if text in outcome.errors)


def failed(platform: ProjectStack, outcome: Outcome, name: str) -> None:
    """A dynamic provider cannot fail and keep what is there."""
    if platform.package is opentok:
        return
    assert outcome.code not in (0, NO_CHANGES_EXPECTED)
    row = platform.stack.resources()[name]
    assert row["id"] == platform.id_of(name)
    assert ["not finished" in reason for reason in row["initErrors"]] == [True]
    assert "ciphertext" in json.dumps(row["outputs"]["apiSecret"])


@pytest.mark.long
def test_what_depends_on_it_waits(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    def declare() -> None:
        stopped = native.Project("stopped", name="Stopped", status="suspended")
        native.Project("after", name="After", opts=pulumi.ResourceOptions(depends_on=[stopped]))

    platform = ProjectStack(new_stack, opentok_emulator, also=declare, package=native)
    opentok_emulator.fault("project.set_status", "status", status=503, times=None)
    failed(platform, platform.up(), "stopped")
    assert platform.stack.resources().keys() == {"stopped"}
    assert platform.names() == ["Stopped"]
    opentok_emulator.clear_faults()
    goes_on = platform.up().ok()
    assert (goes_on.ops("stopped"), goes_on.ops("after")) == (["update"], ["create"])
    (warning,) = goes_on.under["stopped"]
    assert warning.startswith("to do: suspend project"), "under its resource"
    assert "initErrors" not in platform.stack.resources()["stopped"]
    assert platform.up_again_is_quiet()
