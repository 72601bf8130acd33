# SPDX-License-Identifier: Apache-2.0
"""Programs of the Automation API in TypeScript and Go, which need no language host: the whole life of a stack in one process."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_opentok.emulator import Emulator
from tests.engine.typed import Shell
from tools.languages import go_program

INLINE = Path(__file__).with_name("inline")
NODE = "node node_modules/typescript/bin/tsc --project . && node build/index.js"


@pytest.mark.long
@pytest.mark.parametrize("language", ["go", "typescript"])
def test_the_life_of_a_stack(language: str, new_shell: Callable[..., Shell], opentok_emulator: Emulator) -> None:
    folder = INLINE / language
    shell = new_shell(folder, opentok_emulator.env)
    told = shell(NODE if language == "typescript" else str(go_program(folder))).ok()
    assert json.loads(told.text.splitlines()[-1]) == {"key": "46000001", "length": 40, "secret": True, "created": 2, "deleted": 2}
    changed = [entry["operation"] for entry in opentok_emulator.journal() if entry["method"] != "GET"]
    assert (changed, opentok_emulator.all_projects()) == (["project.create", "project.delete"], [])
