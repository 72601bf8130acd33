# SPDX-License-Identifier: Apache-2.0
"""The quality gates of the collection, each with the tool's own judgement and with no ignore file."""

from __future__ import annotations

import dataclasses
import re
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from ansible.release import __version__ as ansible_core

from pulumi_opentok.core import Account, Credentials
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.version import VERSION
from tests.gates.workspace import COLLECTION, ROOT, Workspace
from tests.kinds.features import EVERY_OPERATION, names, rows
from tests.packaging.matrix import with_dependencies
from tests.playbooks.ansible_run import COMPILED, compiled_modules
from tools.interpreters import find

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

CORES = {"2.18": ("3.11", "3.12", "3.13"), "2.21": ("3.14", "3.13", "3.12")}
"""The oldest and the newest ansible-core that the collection is for, and the Pythons that each starts on."""
BY_VERSION = ("ansible-doc", "compile", "import", "runtime-metadata", "validate-modules")
"""The tests of sanity that ask this ansible-core and its Python, not the text of a file alone."""
RUNNING = ".".join(ansible_core.split(".")[:2])


def here(python: str = f"{sys.version_info.major}.{sys.version_info.minor}") -> list[str]:
    """In one interpreter: ansible-test would also use every other Python on the PATH, and those have no pytest."""
    return ["--local", "--python", python, "--color", "no"]


@pytest.mark.long
def test_ansible_test_sanity(workspace: Workspace) -> None:
    workspace.ansible_test("sanity", *here())


@pytest.mark.long
@pytest.mark.parametrize("core", sorted(CORES.keys() - {RUNNING}))
def test_ansible_test_sanity_of_the_oldest_and_the_newest(core: str, workspace: Workspace) -> None:
    """The one of them that does not run here has an environment of its own. The tests left out read the same files by the same rules as above."""
    pythons = [(version, python) for version in CORES[core] if (python := find(version))]
    if not pythons:
        pytest.skip(f"ansible-core {core} needs one of these, and none is here: Python {', '.join(CORES[core])}")
    version, python = pythons[0]
    tools = with_dependencies(python, version, [f"ansible-core=={core}.*"]).parent
    tests = [word for test in BY_VERSION for word in ("--test", test)]
    dataclasses.replace(workspace, bin=tools).ansible_test("sanity", *tests, *here(version))


def test_the_oldest_is_the_one_that_is_promised() -> None:
    runtime = yaml.safe_load((COLLECTION / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    assert runtime["requires_ansible"] == f">={min(CORES)}.0"


def test_there_is_no_sanity_ignore_file() -> None:
    assert list(COLLECTION.glob("tests/sanity/ignore*")) == []


def test_ansible_test_units(workspace: Workspace) -> None:
    workspace.ansible_test("units", *here())


@pytest.mark.long
def test_ansible_test_integration(workspace: Workspace, opentok_emulator: Emulator, tmp_path: Path) -> None:
    opentok = {
        "api_url": opentok_emulator.url,
        "account_key": opentok_emulator.account_key,
        "account_secret": opentok_emulator.account_secret,
        "session_id": routed_session(opentok_emulator),
    }
    configuration = workspace.collection / "tests" / "integration" / "integration_config.yml"
    client = opentok_emulator.publish(str(opentok["session_id"]))
    (room,) = opentok_emulator.all_sessions()
    ids = {"project": room["projectId"], "connection_id": client["connectionId"], "stream_id": client["streamId"]}
    configuration.write_text(yaml.safe_dump({"opentok": opentok, "opentok_client": ids}), encoding="utf-8")
    # ansible-test hands no variable on.
    callbacks = Path(shutil.copytree(COMPILED, tmp_path / "callbacks"))
    (callbacks / "packed").symlink_to(compiled_modules())
    configuration.with_name("integration.cfg").write_text(f"[defaults]\ncallback_plugins = {callbacks}\n", encoding="utf-8")
    workspace.ansible_test("integration", *here())
    asked = {entry["operation"] for entry in opentok_emulator.journal()}
    promised = {row[0].strip("`") for row in rows(EVERY_OPERATION) if names(row[3])}
    assert promised - asked == set(), "docs/features.md says that modules do these"


def routed_session(opentok: Emulator) -> str:
    """What a call needs."""
    account = Credentials(key=opentok.account_key, secret=opentok.account_secret, kind="account")
    project = Account(account, api_url=opentok.url).projects.create("Integration room")
    return OpenTok(project.credentials, api_url=opentok.url).sessions.create(media_mode="routed").session_id


def test_ansible_lint(workspace: Workspace) -> None:
    workspace.run("ansible-lint", "--offline", "--profile", "production")


def test_ansible_lint_of_the_examples(workspace: Workspace, tmp_path: Path) -> None:
    """It looks our modules up in the copy; their options are for the playbook tests."""
    folder = shutil.copytree(ROOT / "examples" / "ansible", tmp_path / "examples")
    playbooks = sorted(str(path.relative_to(folder)) for path in folder.glob("*/*.yml"))
    workspace.run("ansible-lint", "--offline", "--profile", "production", *playbooks, cwd=folder)


def test_antsibull_docs(workspace: Workspace) -> None:
    options = ["--plugin-docs", "--validate-collection-refs", "self", "--check-extra-docs-refs"]
    workspace.run("antsibull-docs", "lint-collection-docs", *options, ".")


def test_antsibull_changelog(workspace: Workspace) -> None:
    workspace.run("antsibull-changelog", "lint")
    workspace.run("antsibull-changelog", "lint-changelog-yaml", "--strict", "changelogs/changelog.yaml")


def test_galaxy_importer(workspace: Workspace, tmp_path: Path) -> None:
    workspace.run("ansible-galaxy", "collection", "build", "--output-path", str(tmp_path))
    (tarball,) = tmp_path.glob("*.tar.gz")
    said = workspace.run("python", "-m", "galaxy_importer.main", str(tarball))
    assert re.findall(r"^(?:WARNING|ERROR).*", said, re.MULTILINE) == []


def test_every_module_is_in_the_action_group_and_packed_once() -> None:
    runtime = yaml.safe_load((COLLECTION / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    modules = sorted(path.stem for path in COLLECTION.glob("plugins/modules/[a-z]*.py"))
    assert sorted(runtime["action_groups"]["opentok"]) == modules
    # An action plugin of its own stands on that of `project`.
    own = {path.stem for path in COLLECTION.glob("plugins/action/*.py")}
    runs = {module: {"action_plugin": f"opentok.cloud.{module if module in own else 'project'}"} for module in modules}
    assert runtime["plugin_routing"]["modules"] == runs


def test_one_version() -> None:
    galaxy = yaml.safe_load((COLLECTION / "galaxy.yml").read_text(encoding="utf-8"))
    released = yaml.safe_load((COLLECTION / "changelogs" / "changelog.yaml").read_text(encoding="utf-8"))["releases"]
    assert galaxy["version"] == VERSION
    assert VERSION in released
