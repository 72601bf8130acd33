# SPDX-License-Identifier: Apache-2.0
"""docs/ledger.md: what it types with PostgreSQL does what it says with a real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import ROOT, Snippet, of_page
from tests.docs.test_snippets import clone, in_shell
from tests.playbooks.ansible_run import AnsibleRun
from tests.postgresql_server import PostgresqlServer, postgresql_server

__all__ = ["clone", "postgresql_server"]

PLACE = "postgresql://opentok@db.example.com/opentok"


def snippet(word: str) -> Snippet:
    (found,) = [one for one in of_page(ROOT / "docs" / "ledger.md") if one.runner == "ledger" and one.words == (word,)]
    assert PLACE in found.text
    return found


@pytest.mark.long
def test_a_playbook_and_the_command_share_one(postgresql_server: PostgresqlServer, clone: Path, tmp_path: Path, opentok_emulator: Emulator) -> None:
    place = postgresql_server.url(postgresql_server.database())
    playbook = tmp_path / "snippet.yml"
    playbook.write_text(snippet("playbook").text.replace(PLACE, place), encoding="utf-8")
    first, again = AnsibleRun(tmp_path, opentok_emulator).twice(playbook)
    assert first.succeeded().changed()
    assert again.changed() == []
    done = in_shell(snippet("shell").text.replace(PLACE, place), clone, dict(opentok_emulator.env))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 as declared" in done.stdout
    assert len(opentok_emulator.all_projects()) == 1
