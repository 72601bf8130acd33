# SPDX-License-Identifier: Apache-2.0
"""The life of projects by real playbooks: what check mode says is what the run does, and the second run does nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun, Played
from tests.things.project import OUTPUTS

if TYPE_CHECKING:
    from pulumi_opentok.emulator import Emulator

READS = {"project.list", "project.get"}


@dataclass
class Case:
    """``options`` of the module, the first words of the ``actions`` expected of it, and the ``requests`` of the run."""

    title: str
    options: dict[str, Any]
    actions: list[str]
    requests: list[str]
    control: list[Any] = field(default_factory=list)

    def tasks(self) -> list[dict[str, Any]]:
        module = {"opentok.cloud.project": self.options}
        tasks = [
            {"name": f"{self.title}: check", **module, "check_mode": True},
            {"name": f"{self.title}: run", **module, "vars": {"opentok_control": self.control}},
        ]
        return [*tasks, {"name": f"{self.title}: again", **module}] if self.actions else tasks


def cases(ids: dict[str, str]) -> list[Case]:
    found, listed = ["project.get"], ["project.list"]
    lost = ["POST", "faults", {"operation": "project.create", "kind": "drop_after"}]
    return [
        Case("create", {"name": "Neu & 'schön' 🚀"}, ["create"], [*listed, "project.create", *listed]),
        Case(
            "create suspended",
            {"name": "Unpaid", "status": "suspended"},
            ["create", "suspend"],
            [*listed, "project.create", "project.set_status", *listed],
        ),
        Case("create, answer lost", {"name": "Lost"}, ["create"], [*listed, "project.create", *listed, *listed], control=[lost]),
        Case("take over by name", {"name": "Active", "status": "active"}, [], listed),
        Case("take over by id", {"id": ids["Active"]}, [], found),
        Case("take over by id and name", {"id": ids["Active"], "name": "Active"}, [], found),
        Case("an unset status is left alone", {"name": "Suspended"}, [], listed),
        Case("suspend", {"name": "Active", "status": "suspended"}, ["suspend"], [*listed, "project.set_status"]),
        Case("activate", {"name": "Suspended", "status": "active"}, ["activate"], [*listed, "project.set_status"]),
        Case("one of two of a name, by id", {"id": ids["Twin"], "status": "suspended"}, ["suspend"], [*found, "project.set_status"]),
        Case("delete", {"name": "Leaver", "state": "absent"}, ["delete"], [*listed, "project.delete"]),
        Case("delete by id", {"id": ids["Goner"], "state": "absent"}, ["delete"], [*found, "project.delete"]),
        Case(
            "suspend instead of delete",
            {"name": "Sleeper", "state": "absent", "on_delete": "suspend"},
            ["suspend"],
            [*listed, "project.set_status"],
        ),
        Case("retain instead of delete", {"name": "Stayer", "state": "absent", "on_delete": "retain"}, [], listed),
        Case("absent already", {"name": "Nobody", "state": "absent"}, [], listed),
        Case("absent already, by id", {"id": "46999999", "state": "absent"}, [], found),
    ]


REFUSED = {
    "rename": ({"id": "Active", "name": "Another"}, "the API cannot rename a project"),
    "an id that is not there": ({"id": "46999999"}, "46999999"),
    "two of a name": ({"name": "Twin"}, "2 projects of account"),
    "two of a name, absent": ({"name": "Twin", "state": "absent"}, "2 projects of account"),
    "neither name nor id": ({}, "declare a name, or the id"),
}


def prepare(opentok: Emulator) -> dict[str, str]:
    projects = projects_of(opentok)
    ids = {name: projects.create(name).id for name in ("Active", "Suspended", "Twin", "Twin", "Leaver", "Goner", "Sleeper", "Stayer")}
    projects.set_status(ids["Suspended"], "suspended")
    return ids


@pytest.mark.long
def test_the_life_of_projects(tmp_path: Path, opentok_emulator: Emulator) -> None:
    ids = prepare(opentok_emulator)
    secrets = {project.secret for project in projects_of(opentok_emulator).list()}
    refused = [
        {"name": title, "opentok.cloud.project": {**options, **({"id": ids.get(options["id"], options["id"])} if "id" in options else {})}}
        for title, (options, _) in REFUSED.items()
    ]
    table = cases(ids)
    tasks = [task for case in table for task in case.tasks()] + [{**task, "ignore_errors": True} for task in refused]
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks, "--diff", "-vvv").succeeded()

    for case in table:
        assert_as_predicted(played, case)
    for title, (_, text) in REFUSED.items():
        assert_refused(played, title, text)
    assert left_over(opentok_emulator) == {
        "Neu & 'schön' 🚀": ["active"],
        "Unpaid": ["suspended"],
        "Lost": ["active"],
        "Active": ["suspended"],
        "Suspended": ["active"],
        "Twin": ["active", "suspended"],
        "Sleeper": ["suspended"],
        "Stayer": ["active"],
    }
    secrets |= {project.secret for project in projects_of(opentok_emulator).list()} | {opentok_emulator.account_secret}
    assert [secret for secret in secrets if secret in played.output] == []


def left_over(opentok: Emulator) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for project in projects_of(opentok).list():
        found.setdefault(project.name, []).append(project.status)
    return found


def assert_as_predicted(played: Played, case: Case) -> None:
    check, run = played.of(f"{case.title}: check"), played.of(f"{case.title}: run")
    said, did = check.result, run.result
    assert [text.split()[0] for text in did["actions"]] == case.actions, case.title
    assert run.requests == case.requests, case.title
    assert set(check.requests) <= READS, case.title
    for part in ("changed", "actions", "before", "after", "diff"):
        assert said[part] == did[part], (case.title, part)
    assert did["changed"] == bool(case.actions), case.title
    assert_project_as_predicted(case.title, said["project"], did["project"])
    if case.actions:
        again = played.of(f"{case.title}: again")
        assert (again.result["changed"], again.result["actions"], len(again.requests)) == (False, [], 1), case.title
        assert again.result["project"] == did["project"], case.title


def assert_project_as_predicted(title: str, planned: dict[str, Any] | None, real: dict[str, Any] | None) -> None:
    assert (planned is None) == (real is None), title
    if planned is None or real is None:
        return
    assert set(planned) == set(real) == OUTPUTS, title
    known = {key: value for key, value in planned.items() if value is not None}
    assert known == {key: real[key] for key in known}, title
    assert {"name", "status", "account_key"} <= set(known), title


def assert_refused(played: Played, title: str, text: str) -> None:
    task = played.of(title)
    assert task.outcome == "failed", title
    assert text in task.result["msg"], title
    assert "\n" not in task.result["msg"], title
    assert set(task.requests) <= READS, title


def test_drift_is_seen_and_repaired(tmp_path: Path, opentok_emulator: Emulator) -> None:
    one = prepare(opentok_emulator)["Active"]
    module = {"opentok.cloud.project": {"name": "Active", "status": "active"}}
    suspended = {"opentok_control": [["PATCH", f"projects/{one}", {"status": "SUSPENDED"}]]}
    deleted = {"opentok_control": [["DELETE", f"projects/{one}", None]]}
    tasks = [
        {"name": "suspended elsewhere", **module, "check_mode": True, "vars": suspended},
        {"name": "activated again", **module},
        {"name": "deleted elsewhere", **module, "check_mode": True, "vars": deleted},
        {"name": "created again", **module},
        {"name": "as declared", **module},
    ]
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks, "--diff").succeeded()
    assert played.changed() == ["suspended elsewhere", "activated again", "deleted elsewhere", "created again"]
    assert '-status: "suspended"' in played.output
    assert '+status: "active"' in played.output


def test_a_secret_is_returned_only_on_request(tmp_path: Path, opentok_emulator: Emulator) -> None:
    project = projects_of(opentok_emulator).create("Active")
    asked = {"name": "Active", "return_secret": True}
    same = {"api_key": project.id, "api_secret": project.secret}
    tasks = [
        {"name": "not asked", "opentok.cloud.project": {"name": "Active", **same}},
        {"name": "asked", "opentok.cloud.project": asked},
        {"name": "asked in check mode", "opentok.cloud.project": asked, "check_mode": True},
        {"name": "asked with the same secret as an option", "opentok.cloud.project": {**asked, **same}},
        {"name": "asked for one that is new", "opentok.cloud.project": {**asked, "name": "New"}, "check_mode": True},
        {"name": "info", "opentok.cloud.project_info": {}},
        {"name": "info asked", "opentok.cloud.project_info": {"return_secret": True}},
    ]
    played = AnsibleRun(tmp_path, opentok_emulator).play(tasks, "-v").succeeded()
    for task in ("asked", "asked in check mode", "asked with the same secret as an option"):
        assert played.of(task).result["project"]["api_secret"] == project.secret, task
    assert played.of("not asked").result["project"]["api_secret"] is None
    assert played.of("asked for one that is new").result["project"]["api_secret"] is None
    assert played.of("info").result["projects"][0]["api_secret"] is None
    assert played.of("info asked").result["projects"][0]["api_secret"] == project.secret
