# SPDX-License-Identifier: Apache-2.0
"""The Makefile on machines with odd Pythons: fake ones that write down what they were asked for."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.building import REPO

ENGINE, BROWSER, PROGRAMS = "python tools/engine/pulumi_cli.py", "python tools/chromium.py", "python -m tools.programs"
NODE, LANGUAGES, POSTGRESQL = "python -m tools.node", "python -m tools.languages", "python tools/postgresql.py"
TESTS = "python -m pytest"

GOOD = """\
#!/bin/sh
echo "$(basename "$0") $1 $2${PYTHONDONTWRITEBYTECODE:+ without bytecode}" >> "$LOG"
[ "$TEST_ENGINE" = newest ] || echo "  on the engine that is $TEST_ENGINE" >> "$LOG"
case "$1 $2" in
    "-m venv") mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
    "-m tools.pip_install") [ ! -e "$FAIL" ] ;;
esac
"""
BARE = """\
#!/bin/sh
case "$2" in
    *ensurepip*) echo "ModuleNotFoundError: No module named 'ensurepip'" >&2; exit 1 ;;
esac
[ "$1" != --version ] || echo "Python 3.14.10"
"""
BROKEN_SHIM = "#!/bin/sh\necho 'command not found' >&2\nexit 127\n"


class Tree:
    """A folder with the Makefile and fake Pythons on PATH."""

    def __init__(self, root: Path) -> None:
        self.root, self.bin, self.log, self.fail = root / "tree", root / "bin", root / "log", root / "fail"
        self.root.mkdir()
        self.bin.mkdir()
        for name in ("Makefile", "pyproject.toml", "requirements-dev.txt"):
            shutil.copy(REPO / name, self.root)

    def python(self, name: str, script: str) -> None:
        (self.bin / name).write_text(script, encoding="utf-8")
        (self.bin / name).chmod(0o755)

    def make(self, *args: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": f"{self.bin}:/usr/bin:/bin", "LOG": str(self.log), "FAIL": str(self.fail), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(["make", *args], cwd=self.root, env=env, capture_output=True, text=True, check=False)

    def done(self) -> list[str]:
        """How the environment was made since the last question."""
        return [line for line in self.ran() if " -m venv" in line or ".pip_install" in line]

    def ran(self) -> list[str]:
        """What Pythons were started for since the last question, without the questions about versions."""
        lines = self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [line.rstrip() for line in lines if " -c " not in line and not line.startswith("  ")]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    made = Tree(tmp_path)
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        made.python(name, BROKEN_SHIM)
    return made


def test_the_first_python_that_runs_is_taken_and_a_second_run_does_nothing(tree: Tree) -> None:
    tree.python("python3.12", GOOD)
    tree.python("python3.11", GOOD)
    assert tree.make(".venv/.ready").returncode == 0
    assert tree.done() == ["python3.12 -m venv", "python -m tools.pip_install"]
    assert tree.make(".venv/.ready").returncode == 0
    assert tree.done() == []


def test_an_interrupted_setup_starts_anew(tree: Tree) -> None:
    tree.python("python3.12", GOOD)
    tree.fail.touch()
    assert tree.make(".venv/.ready").returncode != 0
    tree.done()
    tree.fail.unlink()
    assert tree.make(".venv/.ready").returncode == 0
    assert tree.done() == ["python3.12 -m venv", "python -m tools.pip_install"]


@pytest.mark.parametrize("changed", ["pyproject.toml", "requirements-dev.txt"])
def test_changed_dependencies_are_installed_into_what_is_there(tree: Tree, changed: str) -> None:
    tree.python("python3.12", GOOD)
    tree.make(".venv/.ready")
    tree.done()
    stamp = (tree.root / ".venv" / ".ready").stat().st_mtime_ns
    later = (stamp + 10**9) / 10**9
    os.utime(tree.root / changed, (later, later))
    tree.make(".venv/.ready")
    assert tree.done() == ["python -m tools.pip_install"]


def test_python_can_be_named(tree: Tree) -> None:
    tree.python("python3.12", GOOD)
    tree.python("mine", GOOD)
    tree.make(".venv/.ready", f"PYTHON={tree.bin}/mine")
    assert tree.done() == ["mine -m venv", "python -m tools.pip_install"]


def refusal(said: subprocess.CompletedProcess[str]) -> str:
    """The one line that make ends with."""
    assert said.returncode != 0
    (line,) = (line for line in said.stderr.splitlines() if not line.startswith("make: ***"))
    return line


def test_no_python_is_one_clear_line(tree: Tree) -> None:
    line = refusal(tree.make("test"))
    assert line == "error: none of (python3 python3.14 python3.13 python3.12 python3.11) is a Python 3.11-3.14: set PYTHON=/path/to/one"


def test_a_python_that_only_lacks_ensurepip_is_told_its_package(tree: Tree) -> None:
    """Debian's python3 as it comes."""
    tree.python("python3", BARE)
    tree.python("python3.11", BARE)
    line = refusal(tree.make("test"))
    assert line == "error: python3 (Python 3.14.10) lacks ensurepip: apt-get install python3-venv, or set PYTHON=/path/to/another"
    assert tree.done() == []


def test_a_named_python_that_only_lacks_ensurepip(tree: Tree) -> None:
    tree.python("python3.12", BARE)
    line = refusal(tree.make("test", f"PYTHON={tree.bin}/python3.12"))
    assert line.startswith(f"error: {tree.bin}/python3.12 (Python 3.14.10) lacks ensurepip: apt-get install python3.12-venv, or set")


def test_a_python_without_ensurepip_stands_in_nobody_s_way(tree: Tree) -> None:
    tree.python("python3", BARE)
    tree.python("python3.11", GOOD)
    assert tree.make(".venv/.ready").returncode == 0
    assert tree.done() == ["python3.11 -m venv", "python -m tools.pip_install"]


@pytest.mark.parametrize(
    ("wanted", "needed"),
    [
        ("tests/unit", []),
        ("tests/unit/", []),
        ("tests/unit -x", []),
        ("-x tests/unit/sip tests/core/test_run.py::test_x[tests/engine]", []),
        ("tests/emulator -k 'engine or browser'", []),
        ("tests/engine", [ENGINE, LANGUAGES]),
        ("tests/engine/test_session_life.py::test_life -x", [ENGINE, LANGUAGES]),
        ("tests/unit tests/docs", [ENGINE, LANGUAGES]),
        ("tests/browser", [BROWSER]),
        ("tests/ledgers", [POSTGRESQL]),
        ("tests/gitops", [ENGINE, PROGRAMS, NODE]),
        ("tests/layers tests/browser", [ENGINE, BROWSER]),
        ("tests", [ENGINE, LANGUAGES, BROWSER, PROGRAMS, NODE, POSTGRESQL]),
        ("tests/", [ENGINE, LANGUAGES, BROWSER, PROGRAMS, NODE, POSTGRESQL]),
        ("-x -k drift", [ENGINE, LANGUAGES, BROWSER, PROGRAMS, NODE, POSTGRESQL]),
        (None, [ENGINE, LANGUAGES, BROWSER, PROGRAMS, NODE, POSTGRESQL]),
    ],
)
def test_only_what_the_wanted_tests_need_is_made(tree: Tree, wanted: str | None, needed: list[str]) -> None:
    tree.python("python3.12", GOOD)
    tree.make(".venv/.ready")
    tree.ran()
    said = tree.make("test", *([] if wanted is None else [f"T={wanted}"]))
    assert (said.returncode, tree.ran()) == (0, [*needed, TESTS]), said.stderr


def test_the_folders_that_need_an_engine_or_a_browser_are_those_whose_tests_ask_for_one(tree: Tree) -> None:
    """Their conftest has the fixture."""
    tree.python("python3.12", GOOD)
    tree.make(".venv/.ready")
    for conftest in sorted(REPO.glob("tests/*/conftest.py")):
        names = vars(importlib.import_module(f"tests.{conftest.parent.name}.conftest"))
        tree.ran()
        tree.make("test", f"T=tests/{conftest.parent.name}")
        fixtures = ((ENGINE, "engine"), (LANGUAGES, "new_shell"), (BROWSER, "chromium"), (PROGRAMS, "program"), (NODE, "program"))
        fixtures = (*fixtures, (POSTGRESQL, "postgresql_server"))
        needed = [needed for needed, fixture in fixtures if fixture in names]
        assert (conftest.parent.name, tree.ran()) == (conftest.parent.name, [*needed, TESTS])


def test_a_check_makes_neither_engine_nor_browser(tree: Tree) -> None:
    tree.python("python3.12", GOOD)
    tree.make(".venv/.ready")
    tree.ran()
    said = tree.make("check")
    assert (said.returncode, tree.ran()) == (0, [TESTS]), said.stderr


def test_an_engine_can_be_asked_for(tree: Tree) -> None:
    tree.python("python3.12", GOOD)
    tree.make(".venv/.ready")
    tree.log.unlink()
    assert tree.make("test", "T=tests/engine", "ENGINE=oldest").returncode == 0
    asked = "  on the engine that is oldest"
    assert [line.rstrip() for line in tree.log.read_text(encoding="utf-8").splitlines()] == [ENGINE, asked, LANGUAGES, asked, TESTS, asked]


def test_help_is_the_default_and_names_every_target(tree: Tree) -> None:
    shown = tree.make()
    assert shown.returncode == 0
    named = [line.split()[1] for line in shown.stdout.splitlines()]
    targets = "help demo test check docs pictures matrix fresh conformance faults bench lint gates engine languages browser"
    assert named == [*targets.split(), "postgresql", "programs", "schema", "sdks", "dist", "lock", "clean"]
    assert tree.done() == []
