# SPDX-License-Identifier: Apache-2.0
"""The life of projects on the real engine: create, nothing to do, status both ways, rotation, rename, destroy."""

from __future__ import annotations

import pickle

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.emulator import Emulator
from tests.engine.outcome import NO_CHANGES_EXPECTED
from tests.engine.project_stack import NewStack, ProjectStack

NAME = "Zoë's “café” 🎥"


@pytest.mark.long
def test_life(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, {"zoe": {"name": NAME}, "auto": {}})
    key: list[pulumi.Output[str]] = []

    def child() -> None:
        zoe = opentok.Project("zoe", **platform.wanted["zoe"])
        key.append(zoe.id)
        opentok.Project("child", name=pulumi.Output.concat("child of ", zoe.id))

    def program() -> None:
        child()
        opentok.Project("auto")

    platform.stack.program = program

    planned = platform.planned()
    assert planned.changes == {"create": 4}, "three projects and the stack"

    created = platform.up().ok()
    assert created.changes == {"create": 4}
    sent = platform.requests()
    assert {operation: times for operation, times in sent.items() if operation != "project.list"} == {"project.create": 3}
    assert 2 <= sent["project.list"] <= 1 + 3, "one before, and one after each burst of creates"
    assert platform.live("zoe")["name"] == NAME
    assert platform.live("auto")["name"].startswith("auto-")
    assert created.warnings == ()
    assert platform.up_again_is_quiet(), "0 requests"

    platform.wanted["zoe"]["status"] = "suspended"
    planned = platform.planned()
    assert planned.step("zoe").diff == {"status": "add"}
    assert (planned.ops("zoe"), planned.ops("child"), planned.ops("auto")) == (["update"], ["same"], ["same"]), "a dependent of id stays"
    assert any("suspend project" in text and "stop working" in text for text in planned.warnings)
    assert platform.up().ok().ops("zoe") == ["update"]
    assert platform.requests() == {"project.get": 1, "project.set_status": 1}
    assert platform.live("zoe")["status"] == "SUSPENDED"
    assert platform.quiet()

    platform.wanted["zoe"].update(status="active", secret_triggers={"leak": "1"})
    before = platform.live("zoe")["secret"]
    assert platform.up().ok().step("zoe").diff == {"status": "update", "secret_triggers": "add"}
    assert platform.live("zoe")["status"] in ("ACTIVE", "VALID")
    assert platform.live("zoe")["secret"] == before, "a first trigger rotates nothing"
    assert platform.quiet()

    platform.wanted["zoe"]["secret_triggers"] = {"leak": "2"}
    planned = platform.planned()
    assert planned.step("zoe").diff == {"secret_triggers.leak": "update"}
    assert (planned.ops("zoe"), planned.ops("child")) == (["update"], ["same"])
    assert any("rotate the secret" in text and "'leak' changed" in text and "every client token" in text for text in planned.warnings)
    assert platform.up().ok().ops("zoe") == ["update"]
    assert platform.live("zoe")["secret"] != before
    assert platform.stack.resources()["zoe"]["outputs"]["secret_version"] == 2
    assert platform.quiet()

    platform.wanted["zoe"]["name"] = "Zoe"
    old = platform.id_of("zoe")
    planned = platform.planned()
    assert planned.step("zoe").replaces == ("name",)
    assert any(old in text and "another API key" in text and "deleted for good" in text for text in planned.warnings)
    assert any("cannot rename" in text for text in planned.warnings)
    renamed = platform.up().ok()
    assert renamed.ops("zoe") == ["create-replacement", "replace", "delete-replaced"]
    assert platform.emulator.project(old) is None
    assert platform.live("zoe")["name"] == "Zoe"
    assert platform.live("child")["name"] == f"child of {platform.id_of('zoe')}"
    assert platform.quiet()

    platform.requests()
    assert platform.destroy().ok().changes == {"delete": 4}
    assert platform.names() == []
    assert platform.leaks() == []


def test_bad_input_stops_a_preview_in_one_line(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": "Acme", "status": "paused", "on_delete": "keep"}})
    refused = platform.preview()
    assert refused.code not in (0, NO_CHANGES_EXPECTED)
    said = [text for text in refused.errors if "acme" in text]
    assert any("property status value {paused} has a problem: must be 'active' or 'suspended', not 'paused'" in text for text in said)
    assert any("property on_delete value {keep}" in text for text in said)
    assert "Traceback" not in refused.text
    assert platform.requests() == {}


def test_two_pythons_take_turns(new_stack: NewStack, opentok_emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.14 pickles by protocol 5 where none is named; the program runs in this process."""
    platform = ProjectStack(new_stack, opentok_emulator, {"acme": {"name": "Acme"}})
    for default, status in ((4, "suspended"), (5, "active"), (4, "suspended")):
        monkeypatch.setattr(pickle, "DEFAULT_PROTOCOL", default)
        platform.wanted["acme"]["status"] = status
        done = platform.up().ok()
        if done.ops("acme") != ["create"]:
            assert done.step("acme").diff == {"status": "update"}, "and no __provider"
