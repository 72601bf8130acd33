# SPDX-License-Identifier: Apache-2.0
"""docs/native.md: a stack moves over by one line and back, a run that stops half-way shows what the page shows, and the plugin is where it says."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable

import pytest

from pulumi_opentok.emulator import Emulator
from tests.docs.example_walk import never_printed
from tests.docs.snippets import ROOT, of_page
from tests.engine.plugin import NAME
from tests.engine.typed import Shell

PAGE = ROOT / "docs" / "native.md"
BLOCKS = {" ".join((snippet.runner, *snippet.words)): snippet.text for snippet in of_page(PAGE)}
MADE = {"acme": "updated", "room": "updated", "room-guest": "updated"}
QUIET = "pulumi up --refresh --skip-preview --expect-no-changes"


@pytest.mark.long
def test_over_and_back(new_shell: Callable[..., Shell], opentok_emulator: Emulator) -> None:
    shell = new_shell(ROOT / "examples" / "pulumi" / "quickstart", opentok_emulator.env)
    (shell.home / "bin" / NAME).unlink()
    (shell.work_dir / ".venv").symlink_to(sys.prefix)
    with (shell.work_dir / "Pulumi.yaml").open("a", encoding="utf-8") as project:
        project.write(BLOCKS["plugin-path"])
    shell("pulumi stack init dev && pulumi up --skip-preview").ok()
    before = opentok_emulator.all_projects()
    opentok_emulator.clear_journal()

    over = shell(BLOCKS["move over"]).ok()
    assert (over.done, "to do" in over.text, f"using {NAME}" in over.text) == (MADE, False, False)
    assert shell(QUIET).ok().done == {}
    assert opentok_emulator.all_projects() == before
    assert [entry for entry in opentok_emulator.journal() if entry["method"] != "GET"] == []

    stops_half_way(shell, opentok_emulator)

    assert shell(BLOCKS["move back"]).ok().done == {"acme": "updated"}
    assert shell(QUIET).ok().done == {}
    assert never_printed(PAGE, shell.printed) == []


def stops_half_way(shell: Shell, opentok: Emulator) -> None:
    (project,) = opentok.all_projects()
    leaked = hashlib.sha256(project["secret"].encode()).hexdigest()
    shell.edit("__main__.py", 'status="active"', f'status="suspended", retired_secrets=["sha256:{leaked}"]')
    opentok.fault("project.set_status", "status", status=503, times=4)
    stopped = shell("pulumi up --skip-preview")
    assert (stopped.code != 0, "acme" in stopped.done) == (True, False)
    opentok.clear_journal()
    # Nobody joins a room of a suspended project.
    shell.edit("__main__.py", "room = ", "# room = ")
    shell.edit("__main__.py", 'pulumi.export("session_id', '# pulumi.export("session_id')
    shell.edit("__main__.py", 'pulumi.export("token', '# pulumi.export("token')
    assert shell("pulumi up --skip-preview").ok().done["acme"] == "updated"
    assert [entry["operation"] for entry in opentok.journal() if entry["method"] != "GET"] == ["project.set_status"]
