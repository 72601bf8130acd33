# SPDX-License-Identifier: Apache-2.0
"""Environments with the dependencies of a wheel, one a Python version, kept in the cache: filling one takes most of a minute."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement

from tests.packaging.building import run
from tests.packaging.cache import writable_cache
from tests.packaging.environments import clean, pip
from tools.lock import one_at_a_time

TOOLS = ("pytest>=8.2", "hypothesis>=6.100", "markdown-it-py>=3", "prometheus-client>=0.21", "sipmessage>=0.7", "trustme>=1.2")


def dependencies(wheel: Path, extra: str) -> list[str]:
    """What the wheel needs on this system with one of its extras."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return requirements(Parser().parsestr(archive.read(name).decode()).get_all("Requires-Dist") or [], extra)


def requirements(lines: Iterable[str], extra: str) -> list[str]:
    """Of a distribution's requirements those for this system, with one of its extras."""
    needed = [Requirement(line) for line in lines]
    here = [r for r in needed if r.marker is None or (r.marker.evaluate({"extra": extra}) and "extra" in str(r.marker))]
    return sorted(f"{r.name}{r.specifier}" for r in here)


def with_dependencies(python: Path, version: str, needed: list[str]) -> Path:
    """The interpreter of an environment that has what is `needed`; made once for each list."""
    digest = hashlib.sha256("\n".join(needed).encode()).hexdigest()[:12]
    folder = writable_cache() / "packaging" / f"python{version}-{digest}"
    with one_at_a_time(folder.with_suffix(".lock"), lambda: None):
        if not works(folder):
            shutil.rmtree(folder, ignore_errors=True)
            with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as scratch:
                run(python, "-m", "venv", "--without-pip", f"{scratch}/env", cwd=folder.parent)
                pip(Path(scratch, "env", "bin", "python"), "install", *needed)
                point_scripts(Path(scratch, "env", "bin"), f"{scratch}/env", str(folder))
                os.replace(f"{scratch}/env", folder)
    return folder / "bin" / "python"


def point_scripts(folder: Path, made_in: str, kept_in: str) -> None:
    """Programs name their interpreter by its whole path."""
    for script in folder.iterdir():
        if not script.is_symlink() and script.read_bytes().startswith(b"#!"):
            script.write_bytes(script.read_bytes().replace(made_in.encode(), kept_in.encode(), 1))


def works(folder: Path) -> bool:
    """Whether the environment is there and its Python still is."""
    python = folder / "bin" / "python"
    return python.exists() and subprocess.run([str(python), "-c", ""], capture_output=True, check=False).returncode == 0


def run_tests(python: Path, wheel: Path, tests: Path, folder: Path) -> str:
    """Runs a copy of the folder `tests`, and its tables, against the installed wheel, away from the source tree; what pytest printed."""
    site, copy = folder / "site", folder / "tests"
    pip(python, "install", "--no-deps", "--no-index", "--target", str(site), str(wheel))
    for shared in (tests, tests.parent / "things"):
        shutil.copytree(shared, copy / shared.name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("__init__.py", "conftest.py", "one_status.py", "proxies.py"):
        shutil.copyfile(tests.parent / name, copy / name)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib\npythonpath = .\nmarkers = long\n", encoding="utf-8")
    command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"tests/{tests.name}"]
    done = subprocess.run(command, cwd=folder, env=clean(site), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} exited {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout
