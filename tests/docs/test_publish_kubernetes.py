# SPDX-License-Identifier: Apache-2.0
"""What the docs show of Kubernetes: as it stands there, by a playbook and the command, with the rights of the page and no other."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_opentok.emulator import Emulator
from tests.cli.running import Command
from tests.docs.snippets import ROOT, of_page
from tests.kubernetes_server import KubernetesServer, Rule
from tests.playbooks.ansible_run import AnsibleRun

PAGES = [ROOT / "docs" / name for name in ("publish.md", "pipelines-kubernetes.md")]
SNIPPETS = {snippet.words: snippet.text for page in PAGES for snippet in of_page(page) if snippet.runner == "kubernetes"}
TEMPLATE = {"metadata": {}, "spec": {"containers": [{"name": "main", "image": "example/web:1", "envFrom": [{"secretRef": {"name": "opentok"}}]}]}}


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KubernetesServer]:
    """With the Deployment of the page; the user has the rights of the page."""
    role, binding = yaml.safe_load_all(SNIPPETS["rights",])
    (subject,) = binding["subjects"]
    rules = [Rule(rule["verbs"], rule["resources"], role["metadata"]["namespace"], rule.get("resourceNames", ())) for rule in role["rules"]]
    with KubernetesServer() as server:
        token = server.add_user(f"system:serviceaccount:{subject['namespace']}:{subject['name']}", *rules)
        monkeypatch.setenv("KUBECONFIG", str(server.write_kubeconfig(tmp_path / "kubeconfig", token)))
        server.add("Deployment", "acme", "web", spec={"template": TEMPLATE})
        yield server


def live(opentok: Emulator) -> dict[str, str]:
    (project,) = opentok.all_projects()
    return {"platform": "opentok", "api_key": project["id"], "api_secret": project["secret"]}


def published(cluster: KubernetesServer, name: str = "opentok") -> dict[str, Any]:
    """The document; the pair beside it is the same."""
    found = cluster.get("Secret", "acme", name) or {}
    data = {key: base64.b64decode(value).decode() for key, value in found["data"].items()}
    document = json.loads(data.pop("opentok.json"))
    assert data == {"OPENTOK_API_KEY": document["api_key"], "OPENTOK_API_SECRET": document["api_secret"]}
    return {key: document[key] for key in ("platform", "api_key", "api_secret")}


def restarts(cluster: KubernetesServer) -> int:
    """How often the pods were replaced."""
    return int((cluster.get("Deployment", "acme", "web") or {})["metadata"]["generation"]) - 1


def test_the_playbook(opentok_emulator: Emulator, tmp_path: Path, cluster: KubernetesServer) -> None:
    playbook = tmp_path / "site.yml"
    playbook.write_text(SNIPPETS["playbook",], encoding="utf-8")
    first, again = AnsibleRun(tmp_path, opentok_emulator).twice(playbook)
    assert first.succeeded().changed()
    assert again.changed() == []
    assert (published(cluster), restarts(cluster)) == (live(opentok_emulator), 1)
    assert live(opentok_emulator)["api_secret"] not in first.output + again.output
    shown, there = yaml.safe_load(SNIPPETS["secret",]), cluster.get("Secret", "acme", "opentok") or {}
    assert set(shown["data"]) == set(there["data"])
    assert (shown["type"], set(shown["metadata"]["labels"])) == (there["type"], set(there["metadata"]["labels"]))


def test_the_command(opentok_emulator: Emulator, tmp_path: Path, cluster: KubernetesServer) -> None:
    """A rotation, a restart that fails and is made up for, and rights that are not enough."""
    command = Command(opentok_emulator, tmp_path)
    command.file("projects: [{key: opentok, name: Acme, publish: ['kubernetes:acme/{key}'], notify: ['kubernetes-rollout:acme/deployment/web']}]")
    apply = ("apply", "-f", "tenants.yaml", "--ledger", "ledger.json")
    assert "notify Kubernetes deployment acme/web of the credentials" in command(*apply).ok().out
    assert "publish" not in command(*apply).ok().out
    assert (published(cluster), restarts(cluster)) == (live(opentok_emulator), 1)

    opentok_emulator.edit_project(live(opentok_emulator)["api_key"], secret="e" * 40)
    cluster.add("Deployment", "acme", "web", spec={"template": TEMPLATE, "paused": True})
    failed = command(*apply).failed(3, "it is paused: `kubectl --namespace acme rollout resume deployment/web`", "the next run notifies again")
    assert "publish the credentials" in failed.out
    assert published(cluster)["api_secret"] == "e" * 40
    before = restarts(cluster)
    cluster.add("Deployment", "acme", "web", spec={"template": TEMPLATE})
    assert "publish" not in command(*apply).ok().out
    assert "notify" not in command(*apply).ok().out
    assert restarts(cluster) == before + 2  # one by this test

    other = ("apply", "-f", "tenants.yaml", "--publish", "kubernetes:default/{key}")
    command(*other).failed(3, 'cannot get resource "secrets" in API group "" in the namespace "default"', "by a Role and a RoleBinding")


def test_the_file_of_projects_waits_for_the_pods(opentok_emulator: Emulator, tmp_path: Path, cluster: KubernetesServer) -> None:
    command = Command(opentok_emulator, tmp_path)
    command.file(SNIPPETS["tenants.yaml",])
    patched = []

    def controller(method: str, path: str) -> None:
        patched.extend([path] if method == "PATCH" and "deployments" in path else [])
        if method == "GET" and patched:
            status = {"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1}
            cluster.set_status("Deployment", "acme", "web", **status)

    cluster.before = controller
    done = command("apply", "-f", "tenants.yaml").ok()
    assert "to Kubernetes Secret acme/opentok" in done.out
    assert "notify Kubernetes deployment acme/web" in done.out
    assert (published(cluster), restarts(cluster)) == (live(opentok_emulator), 1)
    asked = [(method, path.partition("?")[0].rpartition("/")[2]) for method, path in cluster.requests]
    assert asked[asked.index(("PATCH", "web")) + 1 :] == [("GET", "web")]
