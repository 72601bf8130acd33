# SPDX-License-Identifier: Apache-2.0
"""ruff, mypy --strict and import-linter, as tests: one run, one summary."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]


def run(*command: str) -> None:
    """Runs a tool of this environment in the repository's root; its output is the failure."""
    tool = Path(sys.executable).with_name(command[0])
    done = subprocess.run([tool, *command[1:]], cwd=REPO, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.fail(f"{' '.join(command)} exited {done.returncode}\n{done.stdout}{done.stderr}", pytrace=False)


def test_ruff() -> None:
    run("ruff", "check", "--quiet", ".")


def test_imports() -> None:
    """Who may import whom, as pyproject.toml says."""
    run("lint-imports", "--no-cache", "--no-logo")


@pytest.mark.long
def test_mypy() -> None:
    """The package as pyproject.toml says (strict), through the link also the core; and programs that use it, right and wrong."""
    run("mypy", "--package", "pulumi_opentok", "--module", "tests.protocol.typed_programs")


def test_mypy_of_the_helpers() -> None:
    """Tools, and helpers that many tests call, are typed as strictly."""
    # A cache of its own: two runs at once spoil a common one.
    helpers = [f"tests/{folder}" for folder in ("engine", "packaging", "conformance", "browser", "pictures")]
    run("mypy", "--cache-dir", ".mypy_cache/helpers", "tools", *helpers)
