# SPDX-License-Identifier: Apache-2.0
"""The Pythons of this machine that really run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
"""The versions that pyproject.toml promises."""


def find(version: str) -> Path | None:
    """An interpreter of this version with venv and ensurepip; the running one counts."""
    return next((python for python in candidates(version) if works(python, version)), None)


def found() -> dict[str, Path]:
    """Of the supported versions those that are on this machine, oldest first."""
    return {version: python for version in SUPPORTED if (python := find(version))}


def candidates(version: str) -> Iterator[Path]:
    """Where one may be: this very one, PATH, pyenv's folders."""
    yield Path(sys.executable)
    on_path = shutil.which(f"python{version}")
    if on_path:
        yield Path(on_path)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True)


def works(python: Path, version: str) -> bool:
    """Whether it runs (a shim may not) and is what its name says."""
    code = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == version
