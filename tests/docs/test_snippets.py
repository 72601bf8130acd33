# SPDX-License-Identifier: Apache-2.0
"""Every snippet of the docs does what its page says: on the real engine, by a real ansible-playbook, in a real shell."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pulumi import automation as auto

from pulumi_opentok.emulator import Emulator
from tests.docs.languages import of_language
from tests.docs.snippets import ROOT, Snippet, snippets
from tests.engine.environment import whole_environment
from tests.engine.stack import EngineStack
from tests.engine.typed import Shell
from tests.playbooks.ansible_run import AnsibleRun, packed_once

NewStack = Callable[..., EngineStack]
NewShell = Callable[..., Shell]
PROSE = {"", "text", "json", "console", "toml"}
ELSEWHERE = {"recipe", "walk", "migration", "call", "room", "retention", "way-back", "file", "unit", "unit-native", "rulebook", "import"}
ELSEWHERE |= {"ledger", "move", "plugin-path", "program", "own-target", "hooks", "kubernetes", "rights", "sql", "step"}
"""test_recipes.py, test_walk.py, test_migration.py, test_sip_trunk.py, test_tasks.py, test_archive_retention.py, test_way_back.py,
test_add_a_kind.py, test_unit_tests.py, tests/eda/test_rulebooks.py, tests/engine/test_import_account.py, tests/playbooks/test_import.py,
test_native.py, test_publish.py, test_publish_kubernetes.py, tests/ledgers/test_docs.py, tests/ledgers/test_postgresql_docs.py,
tests/stores/test_github_store.py, test_ledger.py"""
RUNNERS = {"make", "pulumi", "playbook", "emulator", "stack", "shell", "config", "python", "language", *ELSEWHERE}
TO_ADOPT = [("46000001", "a" * 40, "Globex"), ("46000002", "b" * 40, "Initech"), ("46000003", "c" * 40, "Umbrella")]


def by(runner: str) -> pytest.MarkDecorator:
    """The snippets of one runner, a test each."""
    found = [snippet for snippet in snippets() if snippet.runner == runner]
    return pytest.mark.parametrize("snippet", found, ids=str)


def test_every_snippet_is_run() -> None:
    left = [str(snippet) for snippet in snippets() if snippet.language not in PROSE and snippet.runner not in RUNNERS]
    assert left == []


@by("make")
def test_make(snippet: Snippet) -> None:
    targets = re.findall(r"^make (\w+)", snippet.text, re.MULTILINE)
    assert targets
    done = subprocess.run(["make", "--dry-run", *targets], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@by("pulumi")
def test_pulumi_program(snippet: Snippet, new_stack: NewStack) -> None:
    program = compile(snippet.text, str(snippet), "exec")
    with Emulator(projects=TO_ADOPT if "adopt" in snippet.words else ()) as opentok:
        config = {"proof:europeKey": opentok.account_key, "proof:europeSecret": auto.ConfigValue(opentok.account_secret, secret=True)}
        config["proof:sipPassword"] = auto.ConfigValue("hunter2-hunter2", secret=True)
        config["proof:archiveSecretKey"] = auto.ConfigValue("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", secret=True)
        # The program is the snippet and nothing else.
        stack = new_stack(lambda: exec(program, {"__name__": "__main__"}), env=opentok.env, config=config)
        assert stack.up().ok().changed
        assert not stack.up(expect_no_changes=True).ok().changed


@by("playbook")
def test_playbook(snippet: Snippet, tmp_path: Path) -> None:
    playbook = tmp_path / "snippet.yml"
    playbook.write_text(snippet.text, encoding="utf-8")
    with Emulator(projects=TO_ADOPT if "adopt" in snippet.words else ()) as opentok:
        first, again = AnsibleRun(tmp_path, opentok).twice(playbook)
        assert first.succeeded().changed()
        assert again.changed() == []


@by("python")
def test_python(snippet: Snippet, tmp_path: Path) -> None:
    file = tmp_path / "test_snippet.py"
    file.write_text(snippet.text, encoding="utf-8")
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if "def test_" in snippet.text else []
    with Emulator() as opentok:
        env = whole_environment(opentok.env)
        done = subprocess.run([sys.executable, *command, str(file)], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@by("emulator")
def test_emulator_and_its_export_lines(snippet: Snippet, clone: Path) -> None:
    with EmulatorInShell(snippet, clone) as exports:
        assert set(exports) >= {"OPENTOK_API_URL", "OPENTOK_ACCOUNT_KEY", "OPENTOK_ACCOUNT_SECRET"}


@by("shell")
def test_shell(snippet: Snippet, clone: Path) -> None:
    start = next(other for other in snippets() if other.runner == "emulator")
    with EmulatorInShell(start, clone) as exports:
        done = in_shell(snippet.text, clone, exports)
        assert done.returncode == 0, done.stdout + done.stderr


@by("stack")
def test_stack_commands(snippet: Snippet, engine: Path, tmp_path: Path, opentok_emulator: Emulator) -> None:
    """As one types them, by the CLI itself."""
    (tmp_path / "clone").mkdir()
    (tmp_path / "clone" / ".venv").symlink_to(sys.prefix)
    shutil.copytree(ROOT / "examples" / "pulumi", tmp_path / "clone" / "examples" / "pulumi")
    shell = Shell(engine, tmp_path, tmp_path / "clone", opentok_emulator.env)
    done = shell(snippet.text).ok().done
    assert len(opentok_emulator.all_projects()) == len(done) - 1 == 12


@by("config")
def test_config_commands(snippet: Snippet, new_stack: NewStack, opentok_emulator: Emulator) -> None:
    stack = new_stack(lambda: None)
    for line in snippet.text.splitlines():
        done = stack.cli(*line.split()[1:], stdin="5ecret" * 6)
        assert done.returncode == 0, done.stderr
    assert "5ecret" not in stack.everything_on_disk()


@by("language")
def test_program_of_a_language(snippet: Snippet, new_shell: NewShell, tmp_path: Path, opentok_emulator: Emulator) -> None:
    """By the native provider, in a folder like the example's."""
    shell = new_shell(of_language(snippet.words[0], snippet.text, tmp_path / "folder"), opentok_emulator.env)
    assert shell("pulumi stack init dev && pulumi up --skip-preview").ok().done
    assert shell("pulumi preview --expect-no-changes").ok().under == {}
    assert len(opentok_emulator.all_projects()) == 1


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a clone has after `make test`: the examples and `.venv`."""
    folder = tmp_path / "clone"
    folder.mkdir()
    for name in ("examples", "ansible_collections", "pulumi_opentok", "docs"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def in_shell(text: str, clone: Path, exports: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Runs the lines as one types them, in a clone, with the emulator's export lines pasted."""
    pasted = "".join(f"export {name}={value}\n" for name, value in exports.items())
    home = clone.parent / "home"
    home.mkdir(exist_ok=True)
    env = {**whole_environment(packed_once()), "HOME": str(home), "LC_ALL": "C.UTF-8"}
    return subprocess.run(["bash", "-e"], input=pasted + text, cwd=clone, env=env, capture_output=True, text=True, check=False)


class EmulatorInShell:
    """The snippet that starts the emulator, started as one types it (on a free port); gives its export lines."""

    def __init__(self, snippet: Snippet, clone: Path) -> None:
        lines = snippet.text.rstrip().replace("opentok-emulator", "exec opentok-emulator --port 0")
        self._process = subprocess.Popen(
            ["bash", "-ec", lines], cwd=clone, env=whole_environment({}), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> dict[str, str]:
        exports: dict[str, str] = {}
        for line in self._process.stdout or ():
            if line.strip().startswith("export "):
                name, _, value = line.strip().removeprefix("export ").partition("=")
                exports[name] = value
            if "OPENTOK_ACCOUNT_SECRET" in exports:
                break
        return exports

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.communicate()
