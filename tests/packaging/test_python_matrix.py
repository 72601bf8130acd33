# SPDX-License-Identifier: Apache-2.0
"""The wheel on the Pythons that it is for: the unit tests run against it as it is installed.

The oldest and the newest that this machine has; all of them with `make matrix`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path

import pytest

from tests.packaging.building import REPO
from tests.packaging.environments import clean
from tests.packaging.matrix import TOOLS, dependencies, run_tests, with_dependencies
from tools.interpreters import SUPPORTED, find, found


def why_not(version: str, here: Collection[str], *, every: bool) -> str | None:
    """Why this version is left out, and what runs it. `here` are those that are, oldest first."""
    if version not in here:
        return f"no Python {version} here: put python{version} (with venv) on PATH, or `pyenv install {version}`; then `make matrix`"
    inside = list(here)[1:-1]
    return f"Python {version} is neither the oldest nor the newest here: `make matrix` runs it" if version in inside and not every else None


@pytest.mark.long
@pytest.mark.parametrize("version", SUPPORTED)
def test_unit_tests_pass_against_the_wheel(version: str, wheel: Path, tmp_path: Path) -> None:
    pythons = found()
    reason = why_not(version, pythons, every=bool(os.environ.get("EVERY_PYTHON")))
    if reason:
        pytest.skip(reason)
    python = pythons[version]
    environment = with_dependencies(python, version, [*dependencies(wheel, "emulator"), *TOOLS])
    said = run_tests(environment, wheel, REPO / "tests" / "unit", tmp_path)
    assert " passed" in said.splitlines()[-1]
    file = "import pulumi_opentok.core as c; print(c.__file__)"
    where = subprocess.run([str(environment), "-c", file], cwd=tmp_path, env=clean(tmp_path / "site"), capture_output=True, text=True, check=True)
    assert Path(where.stdout.strip()).is_relative_to(tmp_path / "site")


def test_the_running_python_is_found_and_supported() -> None:
    running = "{}.{}".format(*sys.version_info)
    assert running in SUPPORTED
    assert find(running) == Path(sys.executable)


def test_the_oldest_and_the_newest_run_and_make_matrix_runs_all() -> None:
    here = ("3.11", "3.12", "3.13")
    assert [version for version in SUPPORTED if not why_not(version, here, every=False)] == ["3.11", "3.13"]
    assert [version for version in SUPPORTED if not why_not(version, here, every=True)] == list(here)
    assert [version for version in SUPPORTED if not why_not(version, ["3.12"], every=False)] == ["3.12"]
    assert "`make matrix`" in str(why_not("3.12", here, every=False))
    assert "`pyenv install 3.14`; then `make matrix`" in str(why_not("3.14", here, every=True))


def test_classifiers_promise_what_is_tested() -> None:
    text = (REPO / "pyproject.toml").read_text(encoding="utf-8")
    promised = tuple(version for version in ("3.10", *SUPPORTED, "3.15") if f"Python :: {version}\"" in text)
    assert promised == SUPPORTED
    assert f'requires-python = ">={SUPPORTED[0]}"' in text


def test_a_shim_that_fails_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = tmp_path / "python3.9"
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert find("3.9") is None
