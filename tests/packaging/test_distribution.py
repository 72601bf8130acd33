# SPDX-License-Identifier: Apache-2.0
"""The Python distribution: wheel, sdist, editable install."""

from __future__ import annotations

import json
import re
import stat
import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
import yaml

from tests.packaging.building import COLLECTION, CORE, REPO, core_files, core_version
from tests.packaging.environments import Environment

IMPORT_CORE = "import pulumi_opentok.core as c, pulumi_opentok.core.version as v; print(v.VERSION, c.__file__, sep='\\n')"


@pytest.fixture(params=["wheel", "wheel_of_sdist"])
def shipped(request: pytest.FixtureRequest) -> Path:
    """A wheel, built from the tree and from the sdist."""
    path: Path = request.getfixturevalue(request.param)
    return path


def test_wheel_carries_the_core_itself(shipped: Path) -> None:
    with zipfile.ZipFile(shipped) as archive:
        inside = {info.filename: info for info in archive.infolist()}
        found = {name.removeprefix("pulumi_opentok/core/"): archive.read(name) for name in inside if name.startswith("pulumi_opentok/core/")}
    assert found == core_files()
    assert not [name for name, info in inside.items() if stat.S_ISLNK(info.external_attr >> 16)]


def test_wheel_is_a_typed_package_and_no_plugin(shipped: Path) -> None:
    with zipfile.ZipFile(shipped) as archive:
        names = set(archive.namelist())
        plugin = json.loads(archive.read("pulumi_opentok/pulumi-plugin.json"))
    assert "pulumi_opentok/py.typed" in names
    dashboard = REPO / "pulumi_opentok" / "emulator" / "dashboard"
    assert {f"pulumi_opentok/emulator/dashboard/{path.name}" for path in dashboard.iterdir() if path.is_file()} <= names
    assert {"pulumi_opentok/policies/pack/PulumiPolicy.yaml", "pulumi_opentok/policies/ansible_lint/opentok_policies.py"} <= names
    assert plugin["resource"] is False, "without it Pulumi's language host asks for a plugin binary called opentok"
    assert not [name for name in names if name.startswith(("tests/", "tools/", "bench/", "examples/", "ansible_collections/"))]


def test_wheel_says_what_it_is(shipped: Path) -> None:
    folder = f"pulumi_opentok-{core_version()}.dist-info"
    with zipfile.ZipFile(shipped) as archive:
        metadata = Parser().parsestr(archive.read(f"{folder}/METADATA").decode())
        entry_points = archive.read(f"{folder}/entry_points.txt").decode()
        assert f"{folder}/licenses/LICENSE" in archive.namelist()
    assert (metadata["Name"], metadata["Version"]) == ("pulumi-opentok", core_version())
    urls = dict(line.split(", ") for line in metadata.get_all("Project-URL", []))
    assert set(urls) == {"Homepage", "Documentation", "Changelog", "Issues", "Security"}
    address = yaml.safe_load((COLLECTION / "galaxy.yml").read_text(encoding="utf-8"))["repository"]
    assert [url for url in urls.values() if not url.startswith(address)] == [], "one address, in galaxy.yml too"
    links = re.findall(r"\]\(([^)]*)\)", str(metadata.get_payload()))
    assert len(links) > 10
    pictures = re.findall(r' src(?:set)?="([^"]*)"', str(metadata.get_payload()))
    assert len(pictures) == 3
    assert [picture for picture in pictures if not (REPO / picture.removeprefix(f"{address}/raw/main/")).is_file()] == []
    assert [link for link in links if not link.startswith("https://")] == [], "an index page stands at no place in the tree"
    ours = [link.removeprefix(f"{address}/blob/main/") for link in (*links, *urls.values()) if link.startswith(f"{address}/blob/main/")]
    assert [path for path in ours if not (REPO / path.partition("#")[0]).exists()] == []
    assert "opentok-emulator = pulumi_opentok.emulator.cli:main" in entry_points
    assert "[pytest11]\nopentok = pulumi_opentok.emulator.pytest_plugin" in entry_points


def test_sdist_has_no_links_and_no_leavings(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        members = archive.getmembers()
    assert not [member.name for member in members if not (member.isfile() or member.isdir())]
    top = {member.name.split("/")[1] for member in members}
    assert top == {".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "ansible_collections", "pulumi_opentok", "pyproject.toml"}
    assert not [member.name for member in members if "__pycache__" in member.name or "/tests/output/" in member.name]


@pytest.mark.parametrize("made", ["wheel", "wheel_of_sdist"])
def test_core_is_imported_from_what_is_installed(made: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    environment = Environment.make(tmp_path / "env").install(request.getfixturevalue(made))
    version, file = environment.output(IMPORT_CORE).split()
    assert version == core_version()
    assert Path(file).is_relative_to(environment.folder)


def test_editable_install_imports_the_tree_itself(editable: Path, tmp_path: Path) -> None:
    version, file = Environment.make(tmp_path / "env").install(editable).output(IMPORT_CORE).split()
    assert version == core_version()
    assert Path(file).resolve().parent == CORE


def test_nothing_is_imported_where_nothing_is_installed(tmp_path: Path) -> None:
    """The proof that the environments of these tests do not see the source tree by another way."""
    code = "import importlib.util as u, pulumi; print(u.find_spec('pulumi_opentok'))"
    assert Environment.make(tmp_path / "env").output(code).strip() == "None"


def test_installed_programs_start(wheel: Path, tmp_path: Path) -> None:
    environment = Environment.make(tmp_path / "env").install(wheel)
    program = environment.folder / "bin" / "opentok-emulator"
    said = environment.output(f"import subprocess; print(subprocess.run([{str(program)!r}, '--help'], capture_output=True, text=True).stdout)")
    assert "--port" in said
    assert "--data" in said


def test_resources_are_imported_from_the_wheel(wheel: Path, tmp_path: Path) -> None:
    environment = Environment.make(tmp_path / "env").install(wheel)
    version, file = environment.output("import pulumi_opentok as p; p.Project; p.Provider; print(p.__version__, p.__file__)").split()
    assert version == core_version()
    assert Path(file).is_relative_to(environment.folder)
