# SPDX-License-Identifier: Apache-2.0
"""One YAML file without quotes means the same in the command, in Ansible and in Pulumi: to change the tool rotates nothing."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

import pulumi_opentok as opentok
from pulumi_opentok.core import fingerprint
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.emulator import Emulator
from tests.cli.running import Command
from tests.playbooks.ansible_run import AnsibleRun
from tests.protocol.mocks import Recorder, run_program

TENANTS = """
tenants:
  - name: Date Co
    secret_triggers:
      rotation: 2026-11-01
      moment: 2026-11-01T10:00:00Z
      local: 2026-11-01 10:00:00
      number: 3.0
      whole: 007
      quoted: "1.10"
      leaver: yes
      true: 12:30
"""


def test_to_change_the_tool_rotates_nothing(opentok_emulator: Emulator, tmp_path: Path) -> None:
    command = Command(opentok_emulator, tmp_path)
    command.file(TENANTS)
    command("apply", "-f", "tenants.yaml", "--ledger", "l.json").ok()
    (entry,) = json.loads((tmp_path / "l.json").read_text())["entries"].values()
    remembered = entry["private"]["secret_triggers"]

    task = {
        "name": "acme",
        "loop": "{{ tenants }}",
        "opentok.cloud.project": {"name": "{{ item.name }}", "secret_triggers": "{{ item.secret_triggers }}", "ledger": f"{tmp_path}/l.json"},
    }
    played = AnsibleRun(tmp_path, opentok_emulator).play([task], "-e", f"@{tmp_path}/tenants.yaml").succeeded()
    assert (played.changed(), [item.result["changed"] for item in played.items("acme")]) == ([], [False])

    recorder = Recorder()
    (tenant,) = yaml.safe_load(TENANTS)["tenants"]
    run_program(lambda: opentok.Project("acme", **tenant), recorder)
    triggers = PROJECT.parse({name: recorder.inputs_of("acme")[name] for name in tenant}).secret_triggers
    assert {key: fingerprint(value) for key, value in triggers.items()} == remembered


def test_what_would_be_read_in_two_ways_is_refused_by_each(opentok_emulator: Emulator, tmp_path: Path) -> None:
    command = Command(opentok_emulator, tmp_path)
    command.file("projects: [{name: A, secret_triggers: {release: 1.10}}]")
    rule = "one with a fraction or more than 15 digits is read in more than one way (1.10 as 1.1): quote it"
    says = f"secret_triggers: the value of 'release' is a number; {rule}"
    command("plan", "-f", "tenants.yaml", "--ledger", "l.json").failed(2, f"A: {says}")
    task = {"name": "a", "opentok.cloud.project": {"name": "A", "secret_triggers": {"release": 1.10}, "ledger": f"{tmp_path}/l.json"}}
    played = AnsibleRun(tmp_path, opentok_emulator).play([{**task, "ignore_errors": True}]).succeeded()
    assert played.of("a").result["msg"] == says
