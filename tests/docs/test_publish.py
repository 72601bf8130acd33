# SPDX-License-Identifier: Apache-2.0
"""What docs/publish.md shows of programs, of targets of one's own and of hooks: as it stands there, by the command and by playbooks."""

from __future__ import annotations

import json
import os
import shlex
import sqlite3
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_opentok.emulator import Emulator
from tests.cli.running import Command
from tests.docs.snippets import ROOT, of_page
from tests.emulator.receiver import Receiver
from tests.engine.environment import REPO
from tests.playbooks.ansible_run import AnsibleRun

SNIPPETS = {(snippet.runner, *snippet.words): snippet.text for snippet in of_page(ROOT / "docs" / "publish.md")}


def live(opentok: Emulator) -> dict[str, str]:
    (project,) = opentok.all_projects()
    return {"platform": "opentok", "api_key": project["id"], "api_secret": project["secret"]}


def credentials(document: dict[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in ("platform", "api_key", "api_secret")}


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    (folder / name).chmod(0o755)


def test_the_program_and_the_line_that_calls_it(opentok_emulator: Emulator, tmp_path: Path) -> None:
    program(tmp_path / "bin", "put-secret", SNIPPETS["program", "put-secret"])
    keys = tmp_path / "keys"
    keys.mkdir()
    command = Command(opentok_emulator, tmp_path)
    command.file("projects: [{key: acme, name: Acme}]")
    words = shlex.split(SNIPPETS["program", "apply"])[1:]
    environment = {"PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}", "KEYS": str(keys)}
    refused = command(*words, **{**environment, "KEYS": "none"}).failed(1, "No secret was issued").err
    assert "command 'put-secret acme': preflight failed (exit status 1): the folder cannot be written to" in refused
    assert "to command 'put-secret acme'" in command(*words, **environment).ok().out
    assert credentials(json.loads((keys / "acme").read_text())) == live(opentok_emulator)
    assert (keys / "acme").stat().st_mode & 0o777 == 0o600
    assert "publish" not in command(*words, **environment).ok().out
    opentok_emulator.edit_project(live(opentok_emulator)["api_key"], secret="e" * 40)
    assert "to command 'put-secret acme'" in command(*words, **environment).ok().out
    assert credentials(json.loads((keys / "acme").read_text())) == live(opentok_emulator)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The folder in which the package of the page is installed, as pip leaves it behind."""
    project = tomllib.loads(SNIPPETS["own-target", "pyproject"])["project"]
    folder = tmp_path / "site-packages"
    metadata = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    metadata.mkdir(parents=True)
    metadata.joinpath("METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    ((group, entries),) = project["entry-points"].items()
    lines = [f"{name} = {what}" for name, what in entries.items()]
    metadata.joinpath("entry_points.txt").write_text("\n".join([f"[{group}]", *lines, ""]))
    folder.joinpath("acme_publishers.py").write_text(SNIPPETS["own-target", "acme_publishers.py"], encoding="utf-8")
    return folder


def database(tmp_path: Path) -> Path:
    path = tmp_path / "keys.db"
    with sqlite3.connect(path) as keys:
        keys.execute("CREATE TABLE keys (name TEXT PRIMARY KEY, document TEXT)")
    return path


def rows(path: Path) -> list[dict[str, Any]]:
    with sqlite3.connect(path) as keys:
        return [json.loads(row[0]) for row in keys.execute("SELECT document FROM keys")]


def test_a_target_of_ones_own_by_the_command(opentok_emulator: Emulator, tmp_path: Path, installed: Path) -> None:
    path = database(tmp_path)
    command = Command(opentok_emulator, tmp_path)
    command.file(SNIPPETS["own-target", "tenants.yaml"].replace("/var/lib/acme", str(tmp_path)))
    environment = {"PYTHONPATH": f"{REPO}{os.pathsep}{installed}"}
    assert f"to ACME's keys in {path}" in command("plan", "-f", "tenants.yaml", **environment).ok().out
    assert rows(path) == []
    assert f"to ACME's keys in {path}" in command("apply", "-f", "tenants.yaml", **environment).ok().out
    assert [credentials(row) for row in rows(path)] == [live(opentok_emulator)]
    assert "keys in" not in command("apply", "-f", "tenants.yaml", **environment).ok().out

    command.file("projects: [{key: acme, name: Acme, publish: [acme-keys:keys.db]}]")
    command("apply", "-f", "tenants.yaml", **environment).failed(2, "'acme-keys:keys.db': must be the absolute path of a database")
    command.file("projects: [{key: acme, name: Acme, publish: [nowhere:x]}]")
    assert "(or acme-keys:, which others have installed), not 'nowhere:x'" in command("apply", "-f", "tenants.yaml", **environment).failed(2).err


def test_a_target_of_ones_own_by_a_playbook(
    opentok_emulator: Emulator, tmp_path: Path, installed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = database(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(installed))
    (declared,) = yaml.safe_load(SNIPPETS["own-target", "tenants.yaml"].replace("/var/lib/acme", str(tmp_path)))["projects"]
    tasks = [{"name": title, "opentok.cloud.project": declared} for title in ("first", "again")]
    lost = {"name": "lost", "opentok.cloud.project": {**declared, "publish": [f"acme-keys:{tmp_path}/none.db"]}, "ignore_errors": True}
    played = AnsibleRun(tmp_path, opentok_emulator).play([*tasks, lost], "-vvv").succeeded()
    assert played.of("first").result["actions"][1].endswith(f"to ACME's keys in {path}")
    assert played.of("again").result["changed"] is False
    assert "read failed: OperationalError: unable to open database file (a target of acme-publishers 1.0)" in played.of("lost").result["msg"]
    assert [credentials(row) for row in rows(path)] == [live(opentok_emulator)]
    assert live(opentok_emulator)["api_secret"] not in played.output


def test_the_hooks(opentok_emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "reload-acme", f'#!/bin/sh\ncat >>"{tmp_path}/said"; echo "$OPENTOK_API_KEY" >>"{tmp_path}/keys"\n')
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    playbook = tmp_path / "site.yml"
    with Receiver() as receiver:
        playbook.write_text(SNIPPETS["hooks",].replace("http://127.0.0.1:8080", receiver.url), encoding="utf-8")
        first, again = AnsibleRun(tmp_path, opentok_emulator).twice(playbook)
        assert first.succeeded().changed()
        assert again.changed() == []
        (posted,) = receiver.rest()
    assert posted.path == "/hooks/opentok"
    assert posted.body == json.loads((tmp_path / "said").read_text())
    assert (tmp_path / "keys").read_text().split() == [live(opentok_emulator)["api_key"]]
    shown = json.loads(message())
    assert set(posted.body) == set(shown)
    assert posted.body["targets"] == [f"file '{tmp_path}/acme.json'"]
    assert live(opentok_emulator)["api_secret"].encode() not in posted.raw


def message() -> str:
    """The message that the page shows."""
    return next(snippet.text for snippet in of_page(ROOT / "docs" / "publish.md") if '"secret_fingerprint"' in snippet.text)
