# SPDX-License-Identifier: Apache-2.0
"""SIGTERM to the module, Ctrl+C to all of Ansible, in the middle of a rotation: begun is finished, recorded and published."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.descendants import descendants, signalled
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

MODULE = "AnsiballZ_"


def pythons(part: str) -> list[int]:
    """The Python processes below this one that have this in their command line."""
    return [pid for pid, words in descendants() if words and part in " ".join(words) and "python" in os.path.basename(words[0])]


def asked(emulator: Emulator, operation: str) -> bool:
    return any(entry["operation"] == operation for entry in emulator.journal())


@pytest.mark.long
@pytest.mark.parametrize(("words", "number"), [(MODULE, signal.SIGTERM), ("", signal.SIGINT)])
def test_in_the_middle_of_a_rotation(tmp_path: Path, opentok_emulator: Emulator, words: str, number: int) -> None:
    projects = projects_of(opentok_emulator)
    before = projects.create("Acme")
    ledger, place = tmp_path / "ledger.json", tmp_path / "acme.json"
    options = {"name": "Acme", "retired_secrets": [before.secret], "ledger": str(ledger), "publish": [f"file:{place}"]}
    ansible = AnsibleRun(tmp_path, opentok_emulator, forked=False)
    opentok_emulator.fault("project.refresh_secret", "delay", seconds=1.0)
    others = pythons(words)
    with signalled(lambda: set(pythons(words)).difference(others), [number], lambda: projects.get(before.id).secret != before.secret):
        played = ansible.play([{"name": "acme", "opentok.cloud.project": options}])
    assert played.status != 0, played.output
    deadline = time.monotonic() + 20
    while not place.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    (live,) = projects.list()
    assert json.loads(place.read_text())["api_secret"] == live.secret
    assert live.secret_fingerprint in ledger.read_text()
    assert live.secret not in played.output
    if words:
        result = played.of("acme").result
        said = f"interrupted by {signal.Signals(number).name}: what was begun is finished and recorded, and nothing else was begun"
        assert (result["msg"], result["changed"], len(result["actions"])) == (said, True, 2)


def test_before_anything_is_begun(tmp_path: Path, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.list", "delay", seconds=1.0)
    with signalled(lambda: pythons(MODULE), [signal.SIGTERM], lambda: asked(opentok_emulator, "project.list")):
        played = AnsibleRun(tmp_path, opentok_emulator).play([{"name": "acme", "opentok.cloud.project": {"name": "Acme"}}])
    result = played.of("acme").result
    assert (played.status, result["msg"]) == (2, "interrupted by SIGTERM: nothing was done")
    assert opentok_emulator.all_projects() == []
