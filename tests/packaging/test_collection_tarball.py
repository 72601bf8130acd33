# SPDX-License-Identifier: Apache-2.0
"""The collection's tarball: it works where only requests is installed beside it."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import yaml

from tests.packaging.building import COLLECTION, core_files, core_version, unpack
from tests.packaging.environments import Environment

PACKAGE = "ansible_collections.opentok.cloud.plugins.module_utils._core"
CORE_IN_TARBALL = "plugins/module_utils/_core/"


def test_version_is_the_one_of_the_core(collection: Path) -> None:
    settings = yaml.safe_load((COLLECTION / "galaxy.yml").read_text(encoding="utf-8"))
    with tarfile.open(collection) as archive:
        file = archive.extractfile("MANIFEST.json")
        assert file is not None
        manifest = json.load(file)["collection_info"]
    assert settings["version"] == manifest["version"] == core_version()
    assert (manifest["namespace"], manifest["name"]) == ("opentok", "cloud")


def test_tarball_carries_the_core_itself(collection: Path, tmp_path: Path) -> None:
    with tarfile.open(collection) as archive:
        members = archive.getmembers()
    assert not [member.name for member in members if not (member.isfile() or member.isdir())]
    root = unpack(collection, tmp_path) / CORE_IN_TARBALL
    assert {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.py")} == core_files()


def test_tarball_has_no_leavings(collection: Path) -> None:
    with tarfile.open(collection) as archive:
        names = archive.getnames()
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".tar.gz")) or name.startswith("tests/output/")]


def test_core_is_imported_from_the_tarball(collection: Path, tmp_path: Path) -> None:
    root = tmp_path / "installed"
    unpack(collection, root / "ansible_collections" / "opentok" / "cloud")
    environment = Environment.make(tmp_path / "env")
    code = f"import {PACKAGE} as c, {PACKAGE}.version as v; print(v.VERSION, c.__file__, sep='\\n')"
    version, file = environment.output(code, pythonpath=root).split()
    assert version == core_version()
    assert Path(file).is_relative_to(root)


def test_every_module_of_the_core_is_imported_from_the_tarball(collection: Path, tmp_path: Path) -> None:
    root = tmp_path / "installed"
    unpack(collection, root / "ansible_collections" / "opentok" / "cloud")
    modules = sorted(name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in core_files())
    wanted = [f"{PACKAGE}.{name}" for name in modules if name != "__init__"]
    code = f"import importlib, sys\nfor name in {wanted!r}: importlib.import_module(name)\nprint(*sorted({{'pulumi', 'ansible'}} & set(sys.modules)))"
    assert Environment.make(tmp_path / "env").output(code, pythonpath=root).strip() == "", "the core knows neither Pulumi nor Ansible"
