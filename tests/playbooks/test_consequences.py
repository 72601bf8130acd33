# SPDX-License-Identifier: Apache-2.0
"""What stops working for someone is said at normal verbosity, in check mode, in diff mode and in a run, and names as people write them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pulumi_opentok.core.desired.project.rotation_plan import TOKENS_DIE
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

NAME = "Müller & Söhne “GmbH” ☕"


def words(output: str) -> str:
    """What was printed, whatever the width of the terminal."""
    return re.sub(r"\s+", " ", output)


@pytest.mark.long
def test_consequences_are_seen_without_v(tmp_path: Path, opentok_emulator: Emulator) -> None:
    project = projects_of(opentok_emulator).create(NAME)
    ansible = AnsibleRun(tmp_path, opentok_emulator)
    rotation = {"name": "rotate", "opentok.cloud.project": {"name": NAME, "retired_secrets": [project.secret_fingerprint], "status": "active"}}
    end = {"name": "end", "opentok.cloud.project": {"name": NAME, "state": "absent", "on_delete": "suspend"}}
    tasks: list[dict[str, Any]] = [rotation, end]
    said = {
        arguments: words(ansible.play(tasks, *arguments).succeeded().output)
        for arguments in (("--check",), ("--check", "--diff"), ())
    }
    for arguments, output in said.items():
        when = "planned" if arguments else "done"
        diff = "--diff" in arguments
        for text in (f"rotate the secret of {project}: ", f"suspend {project} instead of deleting it"):
            assert (f"[WARNING]: {when}: {text}" in output) is not diff, (arguments, output)
            assert text in output, (arguments, output)
        assert TOKENS_DIE in output, (arguments, output)
        assert output.count("WARNING") == (0 if diff else 2), output
    plan = said["--check", "--diff"]
    assert plan.index("rotate the secret") < plan.index("--- before") < plan.index('-secret_fingerprint: "sha256:')
    assert f'name: "{NAME}"' in plan
    assert "\\u" not in "".join(said.values())
    assert projects_of(opentok_emulator).get(project.id).status == "suspended"
