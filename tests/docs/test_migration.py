# SPDX-License-Identifier: Apache-2.0
"""docs/guides/migration.md: what the old code made is taken over by the new, which makes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_opentok.core.api.session_ids import opentok_session
from pulumi_opentok.emulator import Emulator
from tests.conformance.installing import NoSdk, python_sdk
from tests.docs.snippets import Snippet, snippets
from tests.engine.project_stack import NewStack
from tests.playbooks.ansible_run import AnsibleRun

OLD_AND_NEW = {snippet.words[0]: snippet for snippet in snippets() if snippet.runner == "migration"}
ACME = ("46000001", "a" * 40, "ACME GmbH")


def play(name: str, ansible: AnsibleRun) -> list[str]:
    """The tasks that changed something."""
    playbook = ansible.folder / f"{name}.yml"
    playbook.write_text(OLD_AND_NEW[name].text, encoding="utf-8")
    return ansible.playbook(playbook, "--diff").succeeded().changed()


@pytest.mark.long
def test_the_playbook_takes_over_what_uri_tasks_made(tmp_path: Path) -> None:
    with Emulator() as opentok:
        ansible = AnsibleRun(tmp_path, opentok)
        assert play("uri", ansible) == ["Create ACME's"]
        (made,) = opentok.all_projects()
        assert play("playbook", ansible) == []
        assert opentok.all_projects() == [made]


def run_with_the_sdk(snippet: Snippet, folder: Path, opentok: Emulator) -> None:
    """In a process that imports the official SDK and nothing of this environment."""
    try:
        sdk = python_sdk(os.environ)
    except NoSdk as error:
        pytest.skip(str(error))
    environ = {"PYTHONPATH": str(sdk), "OPENTOK_API_URL": opentok.url, "OPENTOK_API_KEY": ACME[0], "OPENTOK_API_SECRET": ACME[1], "NO_PROXY": "*"}
    subprocess.run([sys.executable, "-S", "-c", snippet.text], cwd=folder, env=environ, check=True)


@pytest.mark.long
def test_the_stack_takes_over_what_an_sdk_script_made(new_stack: NewStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    program = compile(OLD_AND_NEW["stack"].text, str(OLD_AND_NEW["stack"]), "exec")
    with Emulator(projects=[ACME]) as opentok:
        run_with_the_sdk(OLD_AND_NEW["sdk"], tmp_path, opentok)
        room = (tmp_path / "room.txt").read_text(encoding="utf-8")
        stack = new_stack(lambda: exec(program, {"__name__": "__main__"}), env=opentok.env)
        stack.up().ok()
        assert not stack.up(expect_no_changes=True).ok().changed
        stack.destroy().ok()
        operations = [entry["operation"] for entry in opentok.journal()]
        assert [project["id"] for project in opentok.all_projects()] == [opentok_session(room).api_key] == [ACME[0]], "retained"
    assert [operations.count(name) for name in ("project.create", "session.create")] == [0, 1]
