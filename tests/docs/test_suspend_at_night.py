# SPDX-License-Identifier: Apache-2.0
"""docs/guides/suspend-at-night.md as one types it, with the output that it shows."""

from __future__ import annotations

from pathlib import Path

from tests.docs.example_walk import Walk, emulator_of
from tests.docs.snippets import ROOT


class Night(Walk):
    """In an empty folder."""

    home: Path

    @property
    def folder(self) -> Path:
        return self.home


def test_the_page(tmp_path: Path) -> None:
    page = ROOT / "docs" / "guides" / "suspend-at-night.md"
    with emulator_of(page) as opentok:
        walk = Night(page, opentok, {})
        walk.home = tmp_path
        walk.go()
        statuses = {project["name"]: project["status"] for project in opentok.all_projects()}
        assert statuses == {"ACME Inc.": "ACTIVE", "Globex": "SUSPENDED", "Initech": "SUSPENDED"}
        assert walk.asked("project.set_status") == 4
