# SPDX-License-Identifier: Apache-2.0
"""The life of callbacks on the real engine: registered, quiet, taken over, drifted, replaced without a gap, gone with their project."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.api.callbacks import Callbacks
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack

HOOK = "https://hooks.example.com/acme"
HIDDEN = "https://hooks.example.com/a-path-that-nobody-guesses"


@pytest.mark.long
def test_life(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    hooks: dict[str, dict[str, Any]] = {
        "joined": {"group": "connection", "event": "created", "url": HOOK},
        "archived": {"group": "archive", "event": "status", "url": HOOK},
    }

    def program() -> None:
        acme = opentok.Project("acme", name="ACME GmbH")
        for name, arguments in hooks.items():
            url = pulumi.Output.secret(HIDDEN) if arguments["url"] == HIDDEN else HOOK
            made = opentok.Callback(name, **{**arguments, "project": acme, "url": url})
            pulumi.export(name, made.id)

    platform = ProjectStack(new_stack, opentok_emulator)
    platform.stack.program = program
    assert platform.planned().changes == {"create": 4}
    assert platform.up().ok().warnings == ()
    assert platform.requests() == {"project.list": 2, "project.create": 1, "callback.list": 4, "callback.register": 2}, "no secret has to be read"
    assert platform.up_again_is_quiet()
    assert not platform.refresh(expect_no_changes=True).ok().changed
    there = callbacks_of(platform)
    first = {one.event: one.id for one in there.list()}

    there.delete(first["created"])
    extra = there.register("archive", "status", HOOK)
    assert platform.refresh().ok().changed
    planned = platform.planned()
    assert (planned.ops("joined"), planned.ops("archived")) == (["create"], ["update"])
    assert f"to do: remove callback {extra.id}" in planned.text
    assert platform.up().ok().changed
    assert {one.event for one in there.list()} == {"created", "status"}
    assert [one.id for one in there.list() if one.event == "status"] == [first["status"]]
    assert platform.up_again_is_quiet()

    platform.secrets.add(HIDDEN)
    hooks["joined"]["url"] = HIDDEN
    planned = platform.planned()
    assert any("a callback cannot be changed (url): another one is registered, then callback" in text for text in planned.warnings), planned.text
    platform.requests()
    platform.up().ok()
    order = [row["operation"] for row in opentok_emulator.journal() if row["operation"] in ("callback.register", "callback.delete")]
    assert order == ["callback.register", "callback.delete"], "no event is missed"
    assert {one.url for one in there.list()} == {HOOK, HIDDEN}
    assert platform.up_again_is_quiet()

    hooks["renamed"] = hooks.pop("archived")
    platform.up().ok()
    assert [one.id for one in there.list() if one.event == "status"] == [first["status"]], "the same one, under another name"
    assert platform.up_again_is_quiet()
    assert platform.leaks() == []
    platform.destroy().ok()
    assert platform.requests()["callback.delete"] == 2
    assert platform.names() == []


def callbacks_of(platform: ProjectStack) -> Callbacks:
    live = platform.live("acme")
    pair = Credentials(key=live["id"], secret=live["secret"], kind="project")
    return OpenTok(pair, api_url=platform.emulator.url).callbacks
