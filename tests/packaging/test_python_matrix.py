# SPDX-License-Identifier: Apache-2.0
"""The wheel on every Python that it is for: the unit tests run against it as it is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.building import REPO
from tests.packaging.environments import clean
from tests.packaging.interpreters import SUPPORTED, find
from tests.packaging.matrix import TOOLS, dependencies, run_tests, with_dependencies


@pytest.mark.long
@pytest.mark.parametrize("version", SUPPORTED)
def test_unit_tests_pass_against_the_wheel(version: str, wheel: Path, tmp_path: Path) -> None:
    python = find(version)
    if python is None:
        pytest.skip(f"no Python {version} that runs: put python{version} (with venv) on PATH, or `pyenv install {version}`")
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


def test_classifiers_promise_what_is_tested() -> None:
    text = (REPO / "pyproject.toml").read_text(encoding="utf-8")
    promised = tuple(version for version in ("3.9", *SUPPORTED, "3.14") if f"Python :: {version}\"" in text)
    assert promised == SUPPORTED
    assert f'requires-python = ">={SUPPORTED[0]}"' in text


def test_a_shim_that_fails_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shim = tmp_path / "python3.9"
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    assert find("3.9") is None
