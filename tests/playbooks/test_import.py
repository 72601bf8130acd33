# SPDX-License-Identifier: Apache-2.0
"""docs/guides/take-over.md: what `opentok-projects import --ansible` writes finds nothing to do in an account of odd names, and carries none out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Command
from tests.docs.snippets import ROOT, of_page
from tests.playbooks.ansible_run import AnsibleRun
from tests.things.odd_account import NAMES, odd_account

PAGE = next(snippet.text for snippet in of_page(ROOT / "docs/guides/take-over.md") if snippet.words == ("ansible",)).splitlines()


@pytest.mark.long
def test_a_whole_account_to_a_quiet_playbook(tmp_path: Path) -> None:
    with odd_account() as opentok:
        said = Command(opentok, tmp_path)(*PAGE[0].split()[1:]).ok().out.splitlines()
        assert [line.strip() for line in said[1:]] == PAGE[1:]
        assert PAGE[2:] == ["ansible-playbook site.yml --check --diff", "ansible-playbook site.yml"]
        before = opentok.all_projects()
        opentok.clear_journal()
        ansible = AnsibleRun(tmp_path, opentok)
        checked = ansible.playbook(tmp_path / "opentok" / "site.yml", "--check", "--diff").succeeded()
        played = ansible.playbook(tmp_path / "opentok" / "site.yml").succeeded()
        for one in (checked, played):
            result = one.of("Each project is as declared")
            assert (one.changed(), result.requests, result.result["actions"]) == ([], ["project.list"], [])
            assert result.result["summary"]["declared"] == len(NAMES)
        assert opentok.all_projects() == before
    assert not list(tmp_path.rglob("carried-out"))
