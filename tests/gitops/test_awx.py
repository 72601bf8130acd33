# SPDX-License-Identifier: Apache-2.0
"""`examples/gitops/awx` as AWX would run it: its jobs by ansible-runner, its set-up against the documented options of awx.awx."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from pulumi_opentok.core.desired.ledger.places import ledger_at
from pulumi_opentok.emulator import Emulator
from tests.docs.snippets import of_page
from tests.gitops.awx import EXAMPLE, Controller, environment, injected, load, stand_in_collection
from tests.playbooks.ansible_run import ROOT, AnsibleRun
from tests.postgresql_server import PostgresqlServer, postgresql_server

__all__ = ["postgresql_server"]

BIN = Path(sys.prefix, "bin")


def pair(opentok: Emulator) -> dict[str, str]:
    """The inputs of a credential of the type "OpenTok account"."""
    return {"account_key": opentok.account_key, "account_secret": opentok.account_secret, "api_url": opentok.url}


def files_with(secrets: set[str], folder: Path) -> set[str]:
    """Paths below `folder` of files that hold one of the secrets."""
    texts = {str(path.relative_to(folder)): path.read_text(encoding="utf-8", errors="replace") for path in folder.rglob("*") if path.is_file()}
    return {name for name, text in texts.items() if any(secret in text for secret in secrets)}


@pytest.mark.long
def test_the_jobs(tmp_path: Path, opentok_emulator: Emulator, postgresql_server: PostgresqlServer) -> None:
    place = postgresql_server.url(postgresql_server.database())
    controller = Controller(tmp_path, injected({**pair(opentok_emulator), "ledger_password": "of-the-ledger-0123456789"}), ledger=place)
    planned = controller.launch("plan")
    assert (planned.rc, planned.status, opentok_emulator.all_projects()) == (0, "successful", [])
    applied = controller.launch("apply")
    assert [text.split(" '")[0].split()[0] for text in applied.stats["opentok_actions"]] == ["create", "create", "create", "suspend"]
    assert len(planned.stats["opentok_actions"]) == 4
    with ledger_at(place).read_only() as book:
        assert len(book.everything()) == 3
    quiet = controller.launch("drift")
    assert (quiet.rc, quiet.status, quiet.stats) == (0, "successful", {"opentok_drift": {"result": "as declared", "actions": [], "errors": []}})

    away = Controller(tmp_path / "away", injected(pair(opentok_emulator)), ledger="postgresql://opentok@127.0.0.1:1/opentok")
    opentok_emulator.clear_journal()
    lost = away.launch("apply")
    assert (lost.rc, "cannot be reached" in lost.output) == (2, True), lost.output
    lost = away.launch("drift")
    assert (lost.rc, "cannot be reached" in str(lost.stats["opentok_drift"]["errors"])) == (4, True), lost.output
    assert opentok_emulator.journal() == [], "nothing was sent"

    suspended = controller.launch("suspend", tenant="acme", reason="fraud, ticket 4711")
    (text,) = suspended.stats["opentok_actions"]
    assert "suspend project" in text
    assert (suspended.status, suspended.stats["opentok_reason"]) == ("successful", "fraud, ticket 4711")
    statuses = {project["name"]: project["status"] for project in opentok_emulator.all_projects()}
    assert statuses == {"Acme Telehealth": "SUSPENDED", "Müller & Söhne GmbH": "VALID", "Søren's Fitness": "SUSPENDED"}

    drifted = controller.launch("drift")
    assert (drifted.rc, drifted.status, drifted.stats["opentok_drift"]["result"]) == (2, "failed", "drift")
    assert [text.split()[0] for text in drifted.stats["opentok_drift"]["actions"]] == ["activate"]
    (shown,) = [snippet.text for snippet in of_page(ROOT / "docs" / "pipelines-awx.md") if snippet.language == "text"]
    title, _, rest = re.sub(r"\d{8}", "ID", shown).partition("\n")  # between the two, newer versions of Ansible quote the playbook
    assert title in drifted.output
    assert rest in re.sub(r"\d{8}", "ID", drifted.output)
    refused = controller.launch("activate", tenant="acme; rm -rf /", reason="a key that is none")
    assert (refused.rc, "by its key in tenants.yaml, such as acme" in refused.output) == (2, True)

    opentok_emulator.fault("project.list", "status", status=400)
    blind = controller.launch("drift")
    assert (blind.rc, blind.stats["opentok_drift"]["result"]) == (4, "could not look")

    secrets = {opentok_emulator.account_secret, "of-the-ledger-0123456789"} | {project["secret"] for project in opentok_emulator.all_projects()}
    found = {name for job in tmp_path.glob("job-*/artifacts/1") for name in files_with(secrets, job)}
    # ansible-runner itself keeps the environment of what it started there; AWX deletes the private data directory with the job.
    assert found == {"command"}


def test_navigator_runs_the_same_playbook(tmp_path: Path, opentok_emulator: Emulator) -> None:
    artifact, log = tmp_path / "artifact.json", tmp_path / "navigator.log"
    command = [str(BIN / "ansible-navigator"), "run", str(EXAMPLE / "drift.yml"), "--inventory", str(EXAMPLE / "inventory.yml")]
    command += ["--ee", "false", "--mode", "stdout", "--playbook-artifact-save-as", str(artifact), "--log-file", str(log), "--check"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**environment(tmp_path), **injected(pair(opentok_emulator))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "create project 'Acme Telehealth'" in done.stdout
    assert json.loads(artifact.read_text(encoding="utf-8"))["status"] == "failed"
    assert opentok_emulator.account_secret not in done.stdout + done.stderr
    assert files_with({opentok_emulator.account_secret}, tmp_path) == set()


@pytest.mark.long
def test_the_set_up_asks_for_what_awx_takes(tmp_path: Path, opentok_emulator: Emulator) -> None:
    """The play runs whole against modules that take what the real ones are documented to take: every value is rendered and checked."""
    ansible = AnsibleRun(tmp_path, opentok_emulator, {"ANSIBLE_COLLECTIONS_PATH": f"{stand_in_collection(tmp_path)}:{ROOT}"})
    played = ansible.playbook(EXAMPLE / "controller" / "setup.yml", "--inventory", str(EXAMPLE / "inventory.yml")).succeeded()
    asked: dict[str, list[dict[str, Any]]] = {}
    for result in played.results:
        if "asked" in result.result:
            asked.setdefault(result.task, []).append(result.result["asked"])

    declared = load("controller/credential_type.yml")["opentok_credential_type"]
    assert asked["The type of the account's credential"] == [declared]
    templates = {template["name"]: template for template in asked["The job templates"]}
    assert all((EXAMPLE / template["playbook"]).is_file() for template in templates.values())
    assert {name for name, template in templates.items() if template["job_type"] == "check"} == {"OpenTok: plan", "OpenTok: drift"}
    assert {(template["allow_simultaneous"], *template["credentials"]) for template in templates.values()} == {(False, "OpenTok account")}
    (workflow,) = asked["Emergency suspend, which one asks for and another approves"]
    approval, suspend = workflow["workflow_nodes"]
    assert approval["unified_job_template"]["type"] == "workflow_approval"
    assert [node["identifier"] for node in approval["related"]["success_nodes"]] == [suspend["identifier"]]
    # Answers that the job of a node does not ask for itself would not reach it.
    variables = [question["variable"] for question in workflow["survey_spec"]["spec"]]
    assert variables == [question["variable"] for question in templates[suspend["unified_job_template"]["name"]]["survey_spec"]["spec"]]
    for schedule in asked["The schedules"]:
        assert schedule["unified_job_template"] in templates
        first, second = rrulestr(re.sub(r" (?=RRULE)", "\n", schedule["rrule"]))[:2]
        assert (first.hour, (second - first).days >= 1) in {(3, True), (2, True)}


def test_the_execution_environment(tmp_path: Path) -> None:
    """Its build context can be made, installs the collection, and that says itself what it needs."""

    def builder(*arguments: str) -> str:
        command = [str(BIN / "ansible-builder"), *arguments]
        done = subprocess.run(command, cwd=EXAMPLE, env=environment(tmp_path), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    builder("create", "--file", "execution-environment.yml", "--context", str(tmp_path / "context"), "--output-filename", "Containerfile")
    steps = (tmp_path / "context" / "Containerfile").read_text(encoding="utf-8")
    assert re.search(r'^ARG ANSIBLE_INSTALL_REFS="ansible-core>=2.18,<2.22 ansible-runner>=2.4,<3"$', steps, re.MULTILINE)
    assert "ansible-galaxy collection install" in steps
    copied = yaml.safe_load((tmp_path / "context" / "_build" / "requirements.yml").read_text(encoding="utf-8"))
    assert [collection["name"] for collection in copied["collections"]] == ["opentok.cloud"]
    needed = yaml.safe_load(builder("introspect", str(ROOT)))["python"]
    assert [line.split(">=")[0] for line in needed] == ["requests", "PyJWT"]
