# SPDX-License-Identifier: Apache-2.0
"""How the CLI finds the plugin: on PATH, in the folder that a project names, installed from a folder or from the release archive."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_opentok.core.version import VERSION
from pulumi_opentok.emulator import Emulator
from tests.engine.plugin import NAME
from tests.engine.typed import Shell
from tests.packaging.plugin import SUITABLE

PROGRAM = "name: shop\nruntime: yaml\nresources:\n  acme:\n    type: opentok:Project\n    properties:\n      name: Acme\n"
UP = "pulumi stack init dev && pulumi up --skip-preview"
SCRIPTS = Path(sys.prefix, "bin")
"""Of the environment, where `pip install` puts the plugin."""


@pytest.fixture
def shop(new_shell: Callable[..., Shell], tmp_path: Path, opentok_emulator: Emulator) -> Shell:
    """In a folder with a program of one project, where no plugin is."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text(PROGRAM, encoding="utf-8")
    shell = new_shell(folder, opentok_emulator.env)
    (shell.home / "bin" / NAME).unlink()
    system = [place for place in shell.env["PATH"].split(os.pathsep) if not Path(place, NAME).exists()]
    shell.env["PATH"] = os.pathsep.join(system)
    return shell


def test_on_path(shop: Shell) -> None:
    made = shop(UP, PATH=f"{shop.env['PATH']}:{SCRIPTS}").ok()
    assert made.done["acme"] == "created"
    assert f"using {NAME} from $PATH at {SCRIPTS / NAME}" in made.text


def test_in_the_folder_that_the_project_names(shop: Shell) -> None:
    with (shop.work_dir / "Pulumi.yaml").open("a", encoding="utf-8") as project:
        project.write(f"plugins:\n  providers:\n    - name: opentok\n      path: {SCRIPTS}\n")
    made = shop(UP).ok()
    assert (made.done["acme"], made.under) == ("created", {})


def test_installed_from_a_folder(shop: Shell, tmp_path: Path) -> None:
    plugin = tmp_path / "plugin"
    plugin.mkdir()
    (plugin / NAME).write_text(f'#!/bin/sh\nexec {SCRIPTS / NAME} "$@"\n', encoding="utf-8")
    (plugin / NAME).chmod(0o755)
    shop(f"pulumi plugin install resource opentok {VERSION} --file {plugin}").ok()
    assert shop(UP).ok().done["acme"] == "created"


def test_installed_from_the_release_archive(shop: Shell, plugin_archive: Path) -> None:
    """By a Python that has none of the packages."""
    shop(f"pulumi plugin install resource opentok {VERSION} --file {plugin_archive}").ok()
    assert shop(UP, PULUMI_PYTHON_CMD=str(SUITABLE)).ok().done["acme"] == "created"
    (listed,) = [line.split() for line in shop("pulumi plugin ls").ok().text.splitlines() if line.startswith("opentok")]
    assert listed[:3] == ["opentok", "resource", VERSION]


def test_nowhere(shop: Shell) -> None:
    missing = shop(UP)
    assert (missing.code != 0, NAME in missing.text, "Traceback" in missing.text) == (True, True, False)
