# SPDX-License-Identifier: Apache-2.0
"""Bad input of the native provider as one types it: imports of what is not there, and two versions of the plugin on one machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_opentok.core import Account, Credentials
from pulumi_opentok.core.version import VERSION
from pulumi_opentok.emulator import Emulator
from tests.engine import project_stack
from tests.engine.plugin import NAME
from tests.engine.typed import Shell

PROGRAM = "name: shop\nruntime: yaml\nresources:\n  acme:\n    type: opentok:Project\n    properties:\n      name: Acme\n"
SCRIPT = Path(sys.prefix, "bin", NAME)
OLD = "0.0.9"

pytestmark = pytest.mark.long


def folder(path: Path, program: str = "name: shop\nruntime: yaml\n") -> Path:
    path.mkdir()
    (path / "Pulumi.yaml").write_text(program, encoding="utf-8")
    return path


def told(shell: Shell, line: str) -> list[str]:
    """The errors of a line that fails."""
    done = shell(line)
    assert done.code != 0, done.text
    return sorted({row.strip().removeprefix("error: ") for row in done.text.splitlines() if row.strip().startswith("error: ")})


def test_imports(new_shell: Callable[..., Shell], tmp_path: Path, opentok_emulator: Emulator) -> None:
    """Of a missing id, of another account's project, and of a suspended one, which is declared as such."""
    opentok_emulator.add_account("10000002", "0ther" * 8)
    theirs = Account(Credentials(key="10000002", secret="0ther" * 8, kind="account"), api_url=opentok_emulator.url).projects.create("Theirs")
    ours = project_stack.account(opentok_emulator).projects.create("Ours")
    opentok_emulator.edit_project(ours.id, status="SUSPENDED")
    shell = new_shell(folder(tmp_path / "folder"), opentok_emulator.env)
    shell("pulumi stack init dev").ok()
    for id_ in ("46999999", theirs.id):
        refused = shell(f"pulumi import opentok:index:Project it {id_} --yes --protect=false")
        wrong = f"there is no project {id_} in account {opentok_emulator.account_key}: check the id, and whose credentials you use"
        assert (refused.code != 0, refused.under["it"]) == (True, [f"error: Preview failed: {wrong}"])
    imported = shell(f"pulumi import opentok:index:Project ours {ours.id} --yes --protect=false").ok()
    assert "type: opentok:Project\n    properties:\n      name: Ours\n      status: suspended\n" in imported.text
    assert [secret for secret in (ours.secret, theirs.secret) if secret in shell.printed + shell.everything_on_disk()] == []


def test_two_versions_of_the_plugin(new_shell: Callable[..., Shell], tmp_path: Path, opentok_emulator: Emulator) -> None:
    """The newest is taken, and the one that a program asks for."""
    shell = new_shell(folder(tmp_path / "folder", PROGRAM), opentok_emulator.env)
    (shell.home / "bin" / NAME).unlink()
    shell.env["PATH"] = os.pathsep.join(place for place in shell.env["PATH"].split(os.pathsep) if not Path(place, NAME).exists())
    for version in (OLD, VERSION):
        plugin = tmp_path / version
        plugin.mkdir()
        (plugin / NAME).write_text(f'#!/bin/sh\necho {version} >> {tmp_path}/started\nexec {SCRIPT} "$@"\n', encoding="utf-8")
        (plugin / NAME).chmod(0o755)
        shell(f"pulumi plugin install resource opentok {version} --file {plugin}").ok()
    started = tmp_path / "started"
    shell("pulumi stack init dev && pulumi up --skip-preview").ok()
    assert {*started.read_text(encoding="utf-8").split()} == {VERSION}
    started.unlink()
    shell.edit("Pulumi.yaml", "      name: Acme\n", f"      name: Acme\n    options:\n      version: {OLD}\n")
    assert shell("pulumi up --skip-preview").ok().done == {}
    assert {*started.read_text(encoding="utf-8").split()} == {OLD}
