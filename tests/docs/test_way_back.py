# SPDX-License-Identifier: Apache-2.0
"""The way back that docs/refactoring.md gives, from a state with twins in another account and originals that wait to be deleted."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import snippets
from tests.engine.outcome import NO_CHANGES_EXPECTED
from tests.engine.project_stack import NewStack, ProjectStack, account

OTHER = ("20000002", "0therSecretOfTheAccount" * 2)


def twin_of(resource: dict[str, Any], made: opentok.core.Project) -> dict[str, Any]:
    """The entry of a project that was made in the other account; ``resource`` waits to be deleted from now on."""
    twin = copy.deepcopy(resource)
    twin["id"] = made.id
    twin["outputs"].update(id=made.id, api_key=made.id, account_key=OTHER[0])
    resource["delete"] = True
    return twin


@pytest.mark.long
def test_the_way_back(new_stack: NewStack, opentok_emulator: Emulator) -> None:
    opentok_emulator.add_account(*OTHER)

    def program() -> None:
        acme = opentok.Project("acme", name="Acme")
        opentok.Project("beta", name="Beta", opts=pulumi.ResourceOptions(depends_on=[acme]))

    platform = ProjectStack(new_stack, opentok_emulator, also=program)
    platform.up().ok()
    stack, path = platform.stack, platform.stack.work_dir / "state.json"
    assert stack.cli("stack", "export", "--file", str(path)).returncode == 0
    state = json.loads(path.read_text())
    resources = state["deployment"]["resources"]
    for name in ("Acme", "Beta"):
        place, old = next((place, row) for place, row in enumerate(resources) if row["urn"].endswith(f"::{name.lower()}"))
        made = account(opentok_emulator, OTHER).projects.create(name)
        resources[place] = twin_of(old, made)
        resources.append(old)
    path.write_text(json.dumps(state))
    assert stack.cli("stack", "import", "--file", str(path)).returncode == 0
    before = opentok_emulator.all_projects()
    assert len(before) == 4

    refused = platform.up(continue_on_error=True)
    assert refused.code not in (0, NO_CHANGES_EXPECTED)
    assert any(f"belongs to account {OTHER[0]}" in text for text in refused.errors)
    assert opentok_emulator.all_projects() == before, "nothing was deleted"

    (script,) = [snippet.text for snippet in snippets() if snippet.runner == "way-back"]
    assert stack.cli("stack", "export", "--file", str(path)).returncode == 0
    done = subprocess.run(
        [sys.executable, "-c", script, opentok_emulator.account_key, str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.count(f"of account {OTHER[0]} is forgotten") == 2
    imported = stack.cli("stack", "import", "--file", str(path))
    assert imported.returncode == 0, imported.stderr
    assert platform.up_again_is_quiet()
    assert opentok_emulator.all_projects() == before
    platform.destroy().ok()
    assert [row["account"] for row in opentok_emulator.all_projects()] == [OTHER[0]] * 2
