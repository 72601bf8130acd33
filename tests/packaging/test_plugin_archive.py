# SPDX-License-Identifier: Apache-2.0
"""The plugin's release archive: what it holds, and which Pythons its launcher takes."""

from __future__ import annotations

import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.packaging.building import core_version, unpack
from tests.packaging.plugin import SUITABLE, THIS
from tools.plugin import NAME, NOT_NEEDED, contents, needed, write


@pytest.fixture
def folder(plugin_archive: Path, tmp_path: Path) -> Path:
    """The archive, unpacked."""
    return unpack(plugin_archive, tmp_path / "plugin")


def start(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs the plugin where nothing else is on PATH but what a shell script needs."""
    tools = folder.parent / "bin"
    tools.mkdir(exist_ok=True)
    for name in ("sh", "dirname", "readlink"):
        (tools / name).unlink(missing_ok=True)
        (tools / name).symlink_to(f"/usr/bin/{name}")
    return subprocess.run([folder / NAME, *arguments], env={"PATH": str(tools), **env}, capture_output=True, text=True, check=False)


def test_it_runs_by_a_python_that_has_nothing(folder: Path) -> None:
    done = start(folder, "--version", PULUMI_PYTHON_CMD=str(SUITABLE), PYTHONPATH="/nowhere")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{NAME} {core_version()}\n", "")


def test_the_first_python_that_fits_is_taken(folder: Path) -> None:
    (folder.parent / "bin").mkdir()
    for name, text in {"python3": "exit 1", f"python{THIS}": f'exec "{SUITABLE}" "$@"'}.items():
        (folder.parent / "bin" / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (folder.parent / "bin" / name).chmod(0o755)
    assert start(folder, "--version").stdout == f"{NAME} {core_version()}\n"


def test_where_none_fits_is_one_line(folder: Path) -> None:
    (folder / f"lib-{THIS}").rename(folder / "lib-3.10")
    done = start(folder, "127.0.0.1:1", PULUMI_PYTHON_CMD=str(SUITABLE))
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: this {NAME} is for CPython on Linux x86_64 with glibc, and none of {SUITABLE} python3 python{THIS} is one: set ")


def test_it_holds_what_the_plugin_imports_and_no_more(folder: Path, plugin_archive: Path, wheel: Path) -> None:
    with tarfile.open(plugin_archive) as archive:
        modes = {member.name: member.mode for member in archive.getmembers() if member.isfile()}
    assert [name for name, mode in modes.items() if mode & 0o111] == [NAME]
    assert {name.split("/")[0] for name in modes} == {NAME, "launch.py", "lib", f"lib-{THIS}"}
    distributions = {path.name.split("-")[0].lower().replace("_", "-") for path in folder.glob("lib*/*.dist-info")}
    assert distributions == {*needed(), "pulumi-opentok"}
    assert not distributions & NOT_NEEDED
    assert [str(path) for path in folder.glob("lib/**/*.so") if "abi3" not in path.name] == [], "these are for one Python"


def test_the_same_wheels_make_the_same_archive(wheel: Path, tmp_path: Path) -> None:
    first, again = tmp_path / "first.tar.gz", tmp_path / "again.tar.gz"
    for archive in (first, again):
        write(archive, contents(wheel, {THIS: [wheel]}))
    assert first.read_bytes() == again.read_bytes()
