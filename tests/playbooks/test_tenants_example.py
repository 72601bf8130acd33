# SPDX-License-Identifier: Apache-2.0
"""The example folder as it is: each playbook with --check --diff first, then for real, then again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.cli.drift_document import checked
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import ROOT, AnsibleRun, Played

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

EXAMPLE = ROOT / "examples" / "ansible" / "tenants"
TENANTS: list[dict[str, str]] = yaml.safe_load((EXAMPLE / "tenants.yaml").read_text(encoding="utf-8"))["tenants"]

ACME = TENANTS[0]["name"]
DECLARED = {tenant["name"]: tenant.get("status", "active") for tenant in TENANTS}


def test_the_tenants_are_named_as_customers_write_them() -> None:
    names = [tenant["name"] for tenant in TENANTS]
    assert (len(names), len(set(names)), max(map(len, names))) == (12, 12, 200)
    assert [tenant["key"] for tenant in TENANTS if tenant.get("status") == "suspended"] == ["unpaid"]


def actions(played: Played) -> list[str]:
    """What the tasks of the module did or would do, in the plan's words."""
    return [text for result in played.results if "diff" in result.result for text in result.result["actions"]]


class Folder:
    """Plays the playbooks of the example."""

    def __init__(self, folder: Path, opentok: Emulator) -> None:
        self._folder = folder
        self._ansible = AnsibleRun(folder, opentok)
        self._opentok = opentok

    def create_tenants(self) -> None:
        """What site.yml leads to, without the wait for a module run each."""
        projects = projects_of(self._opentok)
        for tenant in TENANTS:
            project = projects.create(tenant["name"])
            if tenant.get("status"):
                projects.set_status(project.id, tenant["status"])

    def play(self, name: str, *arguments: str) -> Played:
        return self._ansible.playbook(EXAMPLE / name, *arguments)

    def check_then_run(self, name: str, *arguments: str) -> list[str]:
        """The actions of the run, which are those that check mode announced; neither check mode nor a second run changes anything."""
        before = self._opentok.all_projects()
        announced = actions(self.play(name, "--check", "--diff", *arguments).succeeded())
        assert self._opentok.all_projects() == before
        first, again = self._ansible.twice(EXAMPLE / name, *arguments)
        assert actions(first.succeeded()) == announced
        assert (actions(again), again.changed()) == ([], [])
        return announced

    def drift(self, *arguments: str) -> tuple[Played, dict[str, Any]]:
        """`drift.yml`, and the document that it wrote."""
        played = self.play("drift.yml", "-e", f"reports={self._folder}", *arguments)
        return played, checked(json.loads((self._folder / "drift.json").read_text(encoding="utf-8")))

    def statuses(self) -> dict[str, str]:
        return {project.name: project.status for project in projects_of(self._opentok).list()}


@pytest.mark.long
def test_site(tmp_path: Path, opentok_emulator: Emulator) -> None:
    example = Folder(tmp_path, opentok_emulator)
    announced = example.check_then_run("site.yml")
    assert [text.split()[0] for text in announced] == ["create"] * 12 + ["suspend"]
    assert example.statuses() == DECLARED


@pytest.mark.long
def test_suspend_then_drift_activate_and_retire(tmp_path: Path, opentok_emulator: Emulator) -> None:
    example = Folder(tmp_path, opentok_emulator)
    example.create_tenants()
    assert len(example.check_then_run("suspend.yml", "-e", "tenant=acme")) == 1
    assert example.statuses() == {**DECLARED, ACME: "suspended"}

    drifted, report = example.drift()
    assert (drifted.status, report["result"]) == (2, "drift")
    (text,) = drifted.of("Nothing has drifted").result["msg"]
    (found,) = (one for one in report["items"] if one["result"] != "as declared")
    assert text.startswith("activate project")
    assert (found["key"], found["name"], found["actions"]) == ("acme", ACME, [text])
    assert found["differs"] == [{"property": "status", "expected": "active", "found": "suspended"}]
    assert text in (tmp_path / "drift.md").read_text(encoding="utf-8")
    assert 'opentok_project_drift{account_key="' in (tmp_path / "opentok.prom").read_text(encoding="utf-8")
    assert drifted.of("What has drifted").requests == ["project.list"]
    assert example.statuses() == {**DECLARED, ACME: "suspended"}

    assert len(example.check_then_run("activate.yml", "-e", "tenant=acme")) == 1
    assert example.statuses() == DECLARED
    quiet, report = example.drift()
    assert (quiet.succeeded().changed(), report["result"], len(report["items"])) == ([], "as declared", len(TENANTS))

    assert len(example.check_then_run("retire.yml", "-e", "tenant=acme")) == 1
    assert example.statuses() == {name: status for name, status in DECLARED.items() if name != ACME}


@pytest.mark.long
def test_drift_is_told_from_what_could_not_be_looked_at(tmp_path: Path, opentok_emulator: Emulator) -> None:
    example = Folder(tmp_path, opentok_emulator)
    example.create_tenants()
    twin, stranger = projects_of(opentok_emulator).create(ACME), projects_of(opentok_emulator).create("Fremd")
    played, report = example.drift("-e", "undeclared=report")
    assert (played.status, report["result"], report["errors"]) == (2, "drift", [])
    (found,) = (one for one in report["items"] if one["result"] != "as declared")
    assert (found["key"], twin.id in found["error"], found["actions"]) == ("acme", True, [])
    assert [(one["id"], one["name"]) for one in report["undeclared"]] == [(stranger.id, "Fremd")]
    assert "not in tenants.yaml: Fremd" in played.of("Nothing has drifted").result["msg"]

    opentok_emulator.fault("project.list", "status", status=400)
    played, report = example.drift("--check")
    assert (played.status, report["result"]) == (4, "could not look")
    (error,) = report["errors"]
    assert "HTTP 400" in error
    assert "Nothing has drifted" not in [result.task for result in played.results]


@pytest.mark.parametrize("name", ["suspend.yml", "activate.yml", "retire.yml"])
def test_a_tenant_that_is_not_there_is_refused(name: str, tmp_path: Path, opentok_emulator: Emulator) -> None:
    example = Folder(tmp_path, opentok_emulator)
    played = example.play(name, "-e", "tenant=nobody")
    assert played.status == 2
    if name == "retire.yml":
        assert "by its key in tenants.yaml: -e tenant=acme" in played.of("The tenant is one of tenants.yaml").result["msg"]
        return
    said = "0 projects of the account are meant by nobody: say one with -e tenant=, by its API key or by its key in tenants.yaml (acme, mueller,"
    assert played.of("Exactly one of them is meant").result["msg"].startswith(said)
    # One that is declared and not there yet is not created either; one that nobody declares is found by its API key.
    assert example.play(name, "-e", "tenant=acme").status == 2
    stranger = projects_of(opentok_emulator).create("Fremd").id
    assert example.play(name, "-e", f"tenant={stranger}").succeeded()
    assert example.statuses() == {"Fremd": "suspended" if name == "suspend.yml" else "active"}
