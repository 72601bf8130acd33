# SPDX-License-Identifier: Apache-2.0
"""A skip is for a desk: under CI=true what a machine lacks is a failure, but for the tests that `tests/conftest.py` names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import MAY_SKIP_IN_CI
from tests.engine.environment import REPO

CONFTEST = """\
import tests.browser.conftest, tests.conformance.conftest, tests.engine.conftest, tests.gitops.conftest, tests.postgresql_server
from tools.chromium import NoBrowser
from tests.browser.conftest import chromium
from tests.conformance.conftest import _go_process, go
from tests.conformance.installing import NoSdk
from tests.conftest import *
from tests.engine.conftest import engine
from tests.gitops.conftest import program
from tests.postgresql_server import postgresql_server
from tools.engine.errors import NoEngine
from tools.postgresql import NoPostgresql
from tools.programs import NoProgram

def none_here(error):
    def ensure(*_):
        raise error
    return ensure

tests.engine.conftest.ensure_engine = none_here(NoEngine("no engine here"))
tests.browser.conftest.ensure_browser = none_here(NoBrowser("no browser here"))
tests.conformance.conftest.go_sdk = none_here(NoSdk("no SDK here"))
tests.postgresql_server.ensure_postgresql = none_here(NoPostgresql("no PostgreSQL here"))
tests.gitops.conftest.ensure = none_here(NoProgram("no program here"))
"""
TESTS = """\
import pytest

@pytest.mark.parametrize("tool", ["a", "b"])
def test_asks_for_a_tool(tool):
    pytest.skip(f"no {tool} here")

@pytest.mark.skipif(True, reason="no marked here")
def test_is_marked(): ...

def test_of_the_engine(engine): ...

def test_of_the_browser(chromium): ...

def test_of_postgresql(postgresql_server): ...

def test_of_an_sdk(go): ...

def test_of_a_program(program):
    program("act")

@pytest.mark.skipif(True, reason="only root can mount")
def test_needs_root(): ...

@pytest.mark.xfail(reason="known")
def test_is_known_to_fail():
    assert False

def test_passes(): ...
"""
MODULE = "import pytest\npytest.importorskip('no_such_module')\n"
LACKING = ["no a here", "no b here", "no marked here", "no engine here", "no browser here", "no PostgreSQL here", "no SDK here"]
LACKING += ["no program here", "no_such_module"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tree with tests that skip for each kind of reason."""
    (tmp_path / "tests").mkdir()
    files = {"pytest.ini": "[pytest]\n", "conftest.py": CONFTEST, "tests/test_all.py": TESTS, "tests/test_module.py": MODULE}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def ran(folder: Path, ci: str | None) -> tuple[dict[str, int], str]:
    """How many tests came to what, and all that pytest printed."""
    kept = {name: value for name, value in os.environ.items() if name != "CI"}
    env = {**kept, "PYTHONPATH": str(REPO), **({} if ci is None else {"CI": ci})}
    command = [sys.executable, "-m", "pytest", "-q", "-ra", "--import-mode=importlib", "-p", "no:cacheprovider", "tests"]
    done = subprocess.run([*command, "--continue-on-collection-errors"], cwd=folder, env=env, capture_output=True, text=True, check=False)
    counts = {word.rstrip("s"): int(count) for count, word in re.findall(r"(\d+) ([a-z]+)", done.stdout.splitlines()[-1])}
    return counts, done.stdout + done.stderr


@pytest.mark.parametrize("ci", [None, "", "false"])
def test_on_a_desk_what_is_missing_is_a_skip(folder: Path, ci: str | None) -> None:
    counts, said = ran(folder, ci)
    assert counts == {"passed": 1, "xfailed": 1, "skipped": 10}, said
    assert [reason for reason in LACKING if reason not in said] == []


@pytest.mark.parametrize("ci", ["true", "True"])
def test_in_ci_it_is_a_failure_and_what_needs_root_is_not(folder: Path, ci: str) -> None:
    counts, said = ran(folder, ci)
    assert counts == {"passed": 1, "xfailed": 1, "skipped": 1, "error": 6, "failed": 3}, said
    assert [reason for reason in LACKING if reason not in said] == []
    assert "only root can mount" in said
    assert "Traceback" not in said


def test_tests_that_are_named_may_skip(folder: Path) -> None:
    for name in MAY_SKIP_IN_CI:
        file, _, test = name.partition("::")
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        text = f'import pytest\n@pytest.mark.parametrize("case", [1, 2])\ndef {test}(case):\n    pytest.skip("no tool here")\n'
        (folder / file).write_text(text, encoding="utf-8")
        (folder / file).with_name(f"{Path(file).stem}_too.py").write_text(text, encoding="utf-8")
    for file in ("test_all.py", "test_module.py"):
        (folder / "tests" / file).unlink()
    counts, said = ran(folder, "true")
    assert counts == {"skipped": 2 * len(MAY_SKIP_IN_CI), "failed": 2 * len(MAY_SKIP_IN_CI)}, said
