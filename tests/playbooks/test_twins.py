# SPDX-License-Identifier: Apache-2.0
"""Several hosts of one play, one name, no ledger: the projects that come of it are told, with what to do."""

from __future__ import annotations

from pathlib import Path

import yaml

from pulumi_opentok.emulator import Emulator
from tests.core.odd_server import OddServer, together
from tests.playbooks.ansible_run import AnsibleRun

HOSTS = [f"web{number}" for number in range(1, 4)]


def test_hosts_that_delegate_to_localhost(tmp_path: Path, opentok_emulator: Emulator) -> None:
    """As they come in practice: each host's module lists before any of them creates."""
    server = OddServer()
    server.next("list", *together(len(HOSTS)))
    ansible = AnsibleRun(tmp_path, opentok_emulator, {**server.env, "OPENTOK_TIMEOUT": "120"})
    inventory = tmp_path / "inventory.ini"
    inventory.write_text("[web]\n" + "".join(f"{host} ansible_connection=local\n" for host in HOSTS))
    task = {"name": "race", "opentok.cloud.project": {"name": "Race Co", "status": "active"}, "delegate_to": "localhost"}
    playbook = tmp_path / "play.yml"
    playbook.write_text(yaml.safe_dump([{"hosts": "web", "gather_facts": False, "tasks": [task]}]))
    played = ansible.playbook(playbook, "-i", str(inventory))
    server.close()
    ids = sorted(server.rows)
    assert len(ids) == len(HOSTS)
    assert played.status != 0, played.output
    failed = [one.result for one in played.results if one.outcome == "failed"]
    everything = next(result for result in failed if all(one in result["msg"] for one in ids))
    assert f"3 projects are named 'Race Co' now: ids {ids[0]}, {ids[1]} and {ids[2]}" in everything["msg"]
    assert f"Keep {ids[0]}, the oldest" in everything["msg"]
    assert (everything["changed"], everything["actions"]) == (True, ["create project 'Race Co'"]), "what was done is told"
    assert {one.result["project"]["id"] for one in played.results} == set(ids)
