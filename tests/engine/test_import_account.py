# SPDX-License-Identifier: Apache-2.0
"""docs/guides/take-over.md: an account of odd names becomes a quiet stack by what `opentok-projects import` writes and says, without an edit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.running import Command
from tests.docs.snippets import ROOT, of_page
from tests.engine.typed import Said, Shell
from tests.things.odd_account import NAMES, odd_account

PAGE = next(snippet.text for snippet in of_page(ROOT / "docs/guides/take-over.md") if snippet.words == ("yaml",)).splitlines()
ALL = len(NAMES) + 1
"""And the stack itself."""
INSTALLS = ("npm install", "python -m pip install -r requirements.txt")
"""What a user types besides; here it is there already."""


@pytest.mark.long
@pytest.mark.parametrize("language", ["yaml", "python", "typescript"])
def test_a_whole_account_to_a_quiet_stack(new_shell: Callable[..., Shell], tmp_path: Path, language: str) -> None:
    command_line, enter, *told = PAGE
    with odd_account() as opentok:
        words = command_line.replace("yaml", language).split()[1:]
        said = Command(opentok, tmp_path)(*words).ok().out.splitlines()
        assert [line.strip() for line in said[1:] if line.strip() not in INSTALLS] == [enter, *told]
        before = opentok.all_projects()
        shell = new_shell(tmp_path / words[-1], opentok.env)
        opentok.clear_journal()
        *bring, look = told
        assert f"= {len(NAMES)} imported" in shell("\n".join(bring)).ok().text
        assert unchanged(shell(look).ok()) == ALL
        if language != "typescript":  # whose compiler takes the time of all the rest in each run
            done = shell("pulumi up --refresh --skip-preview --expect-no-changes").ok()
            assert (done.done, unchanged(done), done.under) == ({}, ALL, {})
        if language == "yaml":
            refused = shell("pulumi destroy")
            assert (refused.code, refused.done) == (1, {})
            assert "protect" in refused.text
        assert {entry["operation"] for entry in opentok.journal()} <= {"project.get", "project.list"}
        assert opentok.all_projects() == before
        on_disk = shell.everything_on_disk()
        assert not [project["id"] for project in before if project["secret"] in on_disk]


def unchanged(said: Said) -> int:
    (line,) = (line for line in said.text.splitlines() if line.endswith(" unchanged"))
    return int(line.split()[0])
