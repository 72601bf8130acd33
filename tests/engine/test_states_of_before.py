# SPDX-License-Identifier: Apache-2.0
"""A stack that an earlier version made: an `up` and a refresh of this one are quiet; one that a later version made is left alone, in one line."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import pulumi_opentok as opentok
from pulumi_opentok.emulator import Emulator
from tests.engine.stack import EngineStack

FORMER = {"__private": "__unsaid", "session": "session_id"}
"""Names of today in a token's outputs -> of the core's first layout."""


def declared() -> None:
    acme = opentok.Project("acme", name="Acme", on_delete="suspend")
    room = opentok.Session("room", project=acme, media_mode="routed")
    room.token("agent", expires_in="7d")
    opentok.SipTrunk("trunk", uri="sip:a@sip.example.com", username="acme", password="hunter2-hunter2")
    opentok.Callback("joined", project=acme, group="connection", event="created", url="https://hooks.example.com/acme")


def rewrite(stack: EngineStack, change: Callable[[str, dict[str, Any]], dict[str, Any]]) -> None:
    """Puts other outputs into the state, by the kind of the resource."""
    state = json.loads(stack.state_text())
    for row in state["checkpoint"]["latest"]["resources"]:
        if "dynamic/opentok" in row["type"]:
            row["outputs"] = change(row["type"].rpartition(":")[2], row["outputs"])
    stack.state_path().write_text(json.dumps(state), encoding="utf-8")


@pytest.mark.long
def test_an_earlier_and_a_later_one(new_stack: Callable[..., EngineStack], opentok_emulator: Emulator) -> None:
    stack = new_stack(lambda: declared(), env=opentok_emulator.env)
    stack.up().ok()
    written = {name: row["outputs"]["__schema"] for name, row in stack.resources().items() if "__schema" in row.get("outputs", {})}
    assert written == dict.fromkeys(["acme", "room", "room-agent", "trunk", "joined"], 1)

    def of_yesterday(_: str, outs: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in outs.items() if name != "__schema"}

    def of_the_first_layout(kind: str, outs: dict[str, Any]) -> dict[str, Any]:
        return {FORMER.get(name, name) if kind == "Token" else name: value for name, value in of_yesterday(kind, outs).items()}

    rewrite(stack, of_yesterday)
    assert not stack.up(expect_no_changes=True).ok().changed
    assert not stack.refresh(expect_no_changes=True).ok().changed
    assert [name for name, row in stack.resources().items() if "__schema" in row.get("outputs", {})] == [], "nothing was written for its own sake"
    rewrite(stack, of_the_first_layout)
    assert not stack.up(expect_no_changes=True).ok().changed
    stack.refresh().ok()
    assert not stack.up(expect_no_changes=True).ok().changed

    rewrite(stack, lambda _, outs: {**outs, "__schema": 3})
    before = {name: (row["id"], sorted(row["outputs"])) for name, row in stack.resources().items()}
    for run in (stack.preview, stack.up, stack.refresh, stack.destroy):
        opentok_emulator.clear_journal()
        refused = run()
        assert refused.code != 0
        assert any("was written by a later pulumi-opentok (state version 3; this one knows versions up to 2)" in text for text in refused.errors)
        assert "Traceback" not in str([text for text in refused.errors if "version 3" in text])
        assert opentok_emulator.journal() == []
    assert {name: (row["id"], sorted(row["outputs"])) for name, row in stack.resources().items()} == before
    rewrite(stack, of_yesterday)
    stack.destroy().ok()
