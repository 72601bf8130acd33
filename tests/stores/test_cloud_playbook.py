# SPDX-License-Identifier: Apache-2.0
"""A real playbook that publishes to three clouds at once: checked, run, quiet, rotated; and what it says where a library is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.playbooks.ansible_run import AnsibleRun
from tests.stores import azure_contract, github_contract
from tests.stores.azure_contract import AzureContract
from tests.stores.cloud_front import CloudFront
from tests.stores.gcp_contract import GoogleContract
from tests.stores.github_contract import GitHubContract
from tests.stores.places import azure_place, gcp_place, github_place


@pytest.mark.long
def test_three_clouds_by_one_task(
    tmp_path: Path, opentok_emulator: Emulator, front: CloudFront, google: GoogleContract, azure: AzureContract, github: GitHubContract
) -> None:
    places = [gcp_place(google), azure_place(azure), github_place(github)]
    declared = {"name": "Acme", "publish": [place.target for place in places], "ledger": str(tmp_path / "ledger.json")}

    def task(name: str, rotation: str, **more: Any) -> dict[str, Any]:
        return {"name": name, "opentok.cloud.project": {**declared, "secret_triggers": {"rotation": rotation}}, **more}

    tasks = [task("check", "1", check_mode=True), task("run", "1"), task("again", "1"), task("rotate", "2")]
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks, "-vvv").succeeded()

    published = [f"publish the credentials of project {{}} to {place.store.where}" for place in places]
    (project,) = opentok_emulator.all_projects()
    assert played.of("check").result["actions"][1:] == [text.format("(new)") for text in published]
    assert played.of("run").result["actions"][1:] == [text.format(project["id"]) for text in published]
    assert played.of("again").result["changed"] is False
    assert played.of("rotate").result["actions"][1:] == [text.format(project["id"]) for text in published]
    assert [(place.look() or {})["api_secret"] for place in places] == [project["secret"]] * 3
    hidden = [project["secret"], github_contract.TOKEN, azure_contract.TOKEN, azure_contract.CLIENT_SECRET, "BEGIN PRIVATE KEY"]
    assert [text for text in hidden if text in played.output] == []


def test_a_library_that_is_missing_stops_the_task_before_any_request(tmp_path: Path, opentok_emulator: Emulator, front: CloudFront) -> None:
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "nacl.py").write_text("raise ImportError", encoding="utf-8")
    declared = {"name": "Acme", "publish": ["github-actions:acme/web/OPENTOK"]}
    tasks = [{"name": "run", "opentok.cloud.project": declared, "environment": {"PYTHONPATH": str(tmp_path / "without")}}]
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks)
    assert played.status != 0
    assert "Failed to import the required Python library (PyNaCl)" in played.of("run").result["msg"]
    assert (played.of("run").requests, front.asked) == ([], [])
