# SPDX-License-Identifier: Apache-2.0
"""`Project.get`: one that exists, read in preview and up and never managed; one that does not, an error of both."""

from __future__ import annotations

import pulumi

import pulumi_opentok as opentok
from pulumi_opentok.emulator import Emulator
from tests.engine.outcome import NO_CHANGES_EXPECTED
from tests.engine.project_stack import NewStack, ProjectStack, account


def test_one_that_exists(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    there = account(opentok_emulator).projects.create("There")

    def look() -> None:
        found = opentok.Project.get("found", there.id)
        pulumi.export("name", found.name)
        pulumi.export("secret", found.api_secret)

    platform = ProjectStack(new_stack, opentok_emulator, also=look)
    platform.requests()
    assert platform.preview().ok().ops("found") == ["read"]
    assert platform.requests() == {"project.get": 1}, "also a preview looks"
    assert platform.up().ok().ops("found") == ["read"]
    row = platform.stack.resources()["found"]
    assert row["external"] is True
    assert row["outputs"]["api_key"] == there.id
    assert platform.stack.outputs() == {"name": "There", "secret": there.secret}
    assert platform.stack.secret_outputs() == {"secret"}
    assert there.secret not in platform.stack.state_text()

    again = platform.up(expect_no_changes=True).ok()
    assert not again.changed
    assert not platform.refresh().ok().changed
    assert there.secret not in platform.stack.state_text(), "a refresh once wrote it among the inputs"
    assert not platform.up(expect_no_changes=True).ok().changed
    platform.destroy().ok()
    assert platform.names() == ["There"], "it was never ours to delete"
    assert platform.leaks() == []


def test_one_that_does_not(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, also=lambda: opentok.Project.get("found", "46999999"))
    for run in (platform.preview, platform.up):
        failed = run()
        assert failed.code not in (0, NO_CHANGES_EXPECTED)
        assert any(f"there is no project 46999999 in account {opentok_emulator.account_key}" in text for text in failed.errors)
        assert "Traceback" not in "\n".join(text for text in failed.errors if "no project" in text)
    assert platform.stack.resources() == {}
