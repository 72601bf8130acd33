# SPDX-License-Identifier: Apache-2.0
"""A blue/green rotation by a real playbook: what check mode says is what the run does, each step once, and the end ends both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun, Played
from tests.playbooks.test_rotation import story, task

LATER = {"opentok_control": [["POST", "clock", {"advance": 2 * 3600 + 60}]]}


def assert_story(played: Played, title: str, word: str) -> None:
    check, run, again = (played.of(f"{title}: {step}").result for step in ("check", "run", "again"))
    assert word in run["actions"][0]
    assert check["actions"][0] == run["actions"][0]
    assert (check["changed"], run["changed"], again["changed"], again["actions"]) == (True, True, False, []), title


@pytest.mark.long
def test_a_whole_rotation_and_a_roll_back(tmp_path: Path, opentok_emulator: Emulator) -> None:
    blue: dict[str, Any] = {
        "name": "ACME",
        "strategy": "blue_green",
        "token_lifetime": "2h",
        "soak": "2h",
        "ledger": str(tmp_path / "ledger.json"),
        "publish": [f"file:{tmp_path}/acme.json"],
    }
    first, second, third = ({**blue, "secret_triggers": {"v": str(number)}} for number in (1, 2, 3))
    tasks = [
        task("made", first),
        *story("begin", second),
        task("time", second, check_mode=True, vars=LATER),
        *story("suspend", second),
        task("more time", second, check_mode=True, vars=LATER),
        *story("delete", second),
        *story("begin again", third),
        *story("back", {**third, "handover": "rollback"}),
        task("ended", {"name": "ACME", "state": "absent", "ledger": blue["ledger"]}),
    ]
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks).succeeded()
    assert_story(played, "begin", "create a second project 'ACME'")
    assert_story(played, "suspend", "suspend project")
    assert_story(played, "delete", "delete project")
    assert_story(played, "begin again", "create a second project 'ACME'")
    assert_story(played, "back", "roll back to project")
    made, begun, back = (played.of(one).result["project"] for one in ("made", "begin: run", "back: run"))
    assert (begun["draining_key"], begun["active_key"] != made["id"]) == (made["id"], True)
    check = played.of("begin: check").result
    assert (check["project"]["api_key"], check["project"]["draining_key"]) == (None, made["id"])
    assert any("stored rooms" in warning for warning in check["warnings"])
    assert (back["active_key"], played.of("begin again: run").result["project"]["draining_key"]) == (begun["active_key"], begun["active_key"])
    assert json.loads((tmp_path / "acme.json").read_text("utf-8"))["api_key"] == begun["active_key"]
    assert projects_of(opentok_emulator).list() == []
    assert len(played.of("ended").result["actions"]) == 2


def test_without_a_ledger_nothing_is_sent(tmp_path: Path, opentok_emulator: Emulator) -> None:
    played = AnsibleRun(tmp_path, opentok_emulator).play([task("refused", {"name": "ACME", "rotation": "blue-green"}, ignore_errors=True)])
    refused = played.of("refused")
    assert (refused.requests, refused.result["msg"].startswith("rotation: needs a record of the last run: give a ledger")) == ([], True)
