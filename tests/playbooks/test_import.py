# SPDX-License-Identifier: Apache-2.0
"""`opentok-projects import --ansible`: its playbook as it is finds nothing to do in an account of odd names, and carries none of them out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Command
from tests.playbooks.ansible_run import AnsibleRun
from tests.things.odd_account import NAMES, odd_account


@pytest.mark.long
def test_a_whole_account_to_a_quiet_playbook(tmp_path: Path) -> None:
    with odd_account() as opentok:
        Command(opentok, tmp_path)("import", "--ansible", "--output", ".").ok()
        before = opentok.all_projects()
        opentok.clear_journal()
        ansible = AnsibleRun(tmp_path, opentok)
        checked = ansible.playbook(tmp_path / "site.yml", "--check", "--diff").succeeded()
        played = ansible.playbook(tmp_path / "site.yml").succeeded()
        for one in (checked, played):
            result = one.of("Each project is as declared")
            assert (one.changed(), result.requests, result.result["actions"]) == ([], ["project.list"], [])
            assert result.result["summary"]["declared"] == len(NAMES)
        assert opentok.all_projects() == before
    assert not list(tmp_path.rglob("carried-out"))
