# SPDX-License-Identifier: Apache-2.0
"""The recipes of the collection's README that hand a secret on: done once, quiet at the second run, and never printed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import Snippet, snippets
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun
from tests.stores.vault_stand_in import ROOT as VAULT_TOKEN
from tests.stores.vault_stand_in import VaultStandIn

LEAKED = "a" * 40
PASSWORD = "hunter2-of-the-file"
RECIPES = [snippet for snippet in snippets() if snippet.runner == "recipe"]


@pytest.fixture
def vault() -> Iterator[VaultStandIn]:
    stand_in = VaultStandIn()
    yield stand_in
    stand_in.close()


@pytest.mark.parametrize("snippet", RECIPES, ids=str)
def test_a_recipe(snippet: Snippet, tmp_path: Path, vault: VaultStandIn) -> None:
    playbook = tmp_path / "snippet.yml"
    playbook.write_text(snippet.text, encoding="utf-8")
    with Emulator(projects=[("46000001", LEAKED, "Acme")]) as opentok:
        environ = {**opentok.env, "VAULT_ADDR": vault.url, "VAULT_TOKEN": VAULT_TOKEN, "ACME_VAULT_PASSWORD": PASSWORD}
        ansible = AnsibleRun(tmp_path, opentok, environ)
        first, again = ansible.twice(playbook, "-vvv", "--diff")
        assert len(first.succeeded().changed()) == len([task for task in yaml.safe_load(snippet.text)[0]["tasks"] if "See" not in task["name"]])
        assert again.changed() == []
        live = projects_of(opentok).get("46000001").secret
        rotations = [entry for entry in opentok.journal() if entry["operation"] == "project.refresh_secret"]
    assert (len(rotations), live != LEAKED) == (1, True)
    assert live in handed_on(snippet, tmp_path, vault)
    assert [secret for secret in (live, LEAKED, PASSWORD, VAULT_TOKEN, opentok.account_secret) if secret in first.output] == []


def handed_on(snippet: Snippet, folder: Path, vault: VaultStandIn) -> str:
    if "vault" in snippet.words:
        return json.dumps(vault.versions["", "secret/data/acme/opentok"])
    (file,) = [path for path in folder.glob("acme*") if path.stat().st_mode & 0o777 == 0o600]
    if file.suffix == ".json":
        return file.read_text(encoding="utf-8")
    assert file.read_text(encoding="utf-8").startswith("$ANSIBLE_VAULT;")
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    env = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    command = [str(Path(sys.prefix, "bin", "ansible-vault")), "view", "--vault-password-file", "password", file.name]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True).stdout
