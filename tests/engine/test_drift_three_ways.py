# SPDX-License-Identifier: Apache-2.0
"""`opentok-projects drift`, the playbook and `pulumi preview --refresh --expect-no-changes` say the same of the same drift."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_opentok.emulator import Emulator
from tests.cli.drift_document import checked
from tests.engine.environment import REPO
from tests.engine.typed import Shell
from tests.playbooks.account import projects_of
from tests.playbooks.ansible_run import AnsibleRun

PROGRAM = """\
import pulumi_opentok as opentok
import yaml

for tenant in yaml.safe_load(open("tenants.yaml"))["tenants"]:
    opentok.Project(tenant["key"], name=tenant["name"], status=tenant.get("status"), secret_max_age="90d")
"""
NAMES = {"acme": "ACME | `GmbH`", "globex": "Globex", "renamed": "Renamed", "gone": "Gone", "old": "Old secret"}
CLI = f"{sys.executable} -m pulumi_opentok.cli"


@dataclasses.dataclass(frozen=True)
class Case:
    """What happened, and what each of the three then says: exit codes of Pulumi, the command and the playbook, the result, what is drift."""

    happened: Callable[[Looks, Emulator], Any]
    codes: tuple[int, int, int]
    result: str
    drifted: dict[str, str] = dataclasses.field(default_factory=dict)
    remarked: Collection[str] = ()
    undeclared: str = "ignore"


def remarks(looks: Looks, opentok: Emulator) -> None:
    opentok.edit_project(looks.ids["renamed"], name="Renamed by somebody")
    opentok.edit_project(looks.ids["globex"], secret="rotatedElsewhere" * 2)


def drift(looks: Looks, opentok: Emulator) -> None:
    opentok.edit_project(looks.ids["acme"], status="SUSPENDED")
    opentok.delete_project(looks.ids["gone"])


def aged(looks: Looks, opentok: Emulator) -> None:
    """No clock may be a day wrong, so the records say that the secrets are old. And there is one that nobody declares."""
    for file in (looks.shell.work_dir / "ledger.json", *looks.shell.home.rglob("backend/.pulumi/stacks/*/dev.json")):
        text = file.read_text(encoding="utf-8")
        old, count = re.subn(r'("secret_rotated_at": ?")[^"]+', r"\g<1>2026-01-01T00:00:00Z", text)
        assert count == len(NAMES)
        file.write_text(old, encoding="utf-8")
    projects_of(opentok).create("Fremd")


def unreachable(looks: Looks, opentok: Emulator) -> None:
    for name in ("project.list", "project.get"):
        opentok.fault(name, "status", status=400, times=100)


DRIFTED = {"acme": "activate project", "gone": "create project 'Gone'"}
AGED = {**DRIFTED, "old": "rotate the secret of project", "renamed": "rotate the secret of project", "acme": "rotate the secret of project"}

CASES = {
    "nothing": Case(lambda looks, opentok: None, (0, 0, 0), "as declared"),
    "renamed, and a secret rotated, elsewhere": Case(remarks, (0, 0, 0), "as declared", remarked={"renamed", "globex"}),
    "suspended by hand, deleted": Case(drift, (7, 7, 2), "drift", DRIFTED, {"renamed", "globex"}),
    "due, and undeclared": Case(aged, (7, 7, 2), "drift", AGED, {"renamed", "globex"}, undeclared="report"),
    "could not look": Case(unreachable, (1, 1, 4), "could not look"),
}
"""One after the other in one account; what Pulumi does not know of (projects that are in no state) it does not tell."""


class Looks:
    """The three, over one account and one declaration."""

    def __init__(self, engine: Path, folder: Path, opentok: Emulator) -> None:
        source, home, self.play = folder / "stack", folder / "home", folder / "play"
        for place in (source, home, self.play):
            place.mkdir()
        (source / "Pulumi.yaml").write_text("name: drift\nruntime: python\n", encoding="utf-8")
        (source / "__main__.py").write_text(PROGRAM, encoding="utf-8")
        tenants = [{"key": key, "name": name, **({"status": "active"} if key in ("acme", "gone") else {})} for key, name in NAMES.items()]
        (source / "tenants.yaml").write_text(yaml.safe_dump({"tenants": tenants}), encoding="utf-8")
        self.shell = Shell(engine, home, source, {**opentok.env, "PYTHONPATH": str(REPO)})
        self.shell("pulumi login --local; pulumi stack init dev; pulumi up --yes --skip-preview").ok()
        self.ids = {key: next(row["id"] for row in opentok.all_projects() if row["name"] == name) for key, name in NAMES.items()}
        named = {"renamed": {"id": self.ids["renamed"]}}
        fleet = {"defaults": {"secret_max_age": "90d"}, "projects": [{**tenant, **named.get(tenant["key"], {})} for tenant in tenants]}
        self._file("fleet.json", fleet)
        self.shell(f"{CLI} apply -f fleet.json --ledger ledger.json").ok()
        self._file("play.yml", _play(fleet, self.shell.work_dir))
        self._ansible = AnsibleRun(self.play, opentok)

    def pulumi(self, options: str = "--refresh --expect-no-changes") -> tuple[int, Any]:
        looked = self.shell(f"pulumi preview {options} --json --non-interactive > preview.json 2> errors.txt")
        return looked.code, self._reported("preview.json")

    def command(self, undeclared: str) -> tuple[int, Any]:
        looked = self.shell(f"{CLI} drift -f fleet.json --ledger ledger.json --undeclared {undeclared} --json-file drift.json")
        return looked.code, self._read("drift.json")

    def playbook(self, undeclared: str) -> tuple[int, Any, Any]:
        played = self._ansible.playbook(self.shell.work_dir / "play.yml", "-e", f"undeclared={undeclared}")
        return played.status, self._read("played.json"), self._reported("registered.json")

    def _reported(self, name: str) -> Any:
        self.shell(f"{CLI} report --from {name} --json-file reported.json --markdown comment.md --junit j.xml --prometheus o.prom").ok()
        return self._read("reported.json")

    def _read(self, name: str) -> Any:
        return checked(json.loads((self.shell.work_dir / name).read_text(encoding="utf-8")))

    def _file(self, name: str, content: Any) -> None:
        (self.shell.work_dir / name).write_text(json.dumps(content), encoding="utf-8")


def _play(fleet: Any, folder: Path) -> Any:
    """The tasks of the example's drift.yml, with a ledger; and the module projects in check mode, whose result a pipeline may have instead."""
    (example,) = yaml.safe_load((REPO / "examples" / "ansible" / "tenants" / "drift.yml").read_text(encoding="utf-8"))
    options = {**fleet, "ledger": str(folder / "ledger.json"), "undeclared": "{{ undeclared }}"}
    look, *rest = example["tasks"]
    look["opentok.cloud.projects_drift"] = {**options, "json_file": str(folder / "played.json")}
    planned = {"name": "Plan", "opentok.cloud.projects": options, "check_mode": True, "register": "planned", "ignore_errors": True}
    kept = {"name": "Keep", "ansible.builtin.copy": {"content": "{{ planned | to_json }}", "dest": str(folder / "registered.json"), "mode": "0600"}}
    example.update(vars_files=[], vars={**example["vars"], "tenants": fleet["projects"]}, tasks=[planned, kept, look, *rest])
    return [example]


def said(document: Any) -> dict[str, Any]:
    """What is drift, by key: the first thing that would be done about it."""
    return {one["key"]: one["actions"][0] for one in document["items"] if one["result"] == "drift"}


def remarked(document: Any) -> set[str]:
    """Of whom it is told that somebody else changed something about which nothing can be done, or the fingerprint of the secret."""
    texts = {one["key"]: " ".join([*one["warnings"], *(each["property"] for each in one["differs"])]) for one in document["items"]}
    return {key for key, text in texts.items() if re.search(r"elsewhere|secret_fingerprint|\bname\b", text)}


@pytest.mark.long
def test_the_three_say_the_same(engine: Path, tmp_path: Path, opentok_emulator: Emulator) -> None:
    looks = Looks(engine, tmp_path, opentok_emulator)
    for name, case in CASES.items():
        case.happened(looks, opentok_emulator)
        by_pulumi, by_command = looks.pulumi(), looks.command(case.undeclared)
        status, played, planned = looks.playbook(case.undeclared)
        codes = (by_pulumi[0], by_command[0], status)
        assert (name, codes) == (name, case.codes)
        documents = {"pulumi": by_pulumi[1], "command": by_command[1], "playbook": played, "module": planned}
        assert (name, {who: found["result"] for who, found in documents.items()}) == (name, dict.fromkeys(documents, case.result))
        for who, document in documents.items():
            found = said(document)
            assert (name, who, set(found)) == (name, who, set(case.drifted))
            strangers = ["Fremd"] if case.undeclared == "report" and who != "pulumi" else []
            assert (name, who, [one["name"] for one in document["undeclared"]]) == (name, who, strangers)
            assert all(found[key].startswith(text) for key, text in case.drifted.items()), (name, who, found)
            if who != "module" and case.result != "could not look":
                assert (name, who, remarked(document)) == (name, who, set(case.remarked))
    the_plan_of_a_pull_request(looks)


def the_plan_of_a_pull_request(looks: Looks) -> None:
    """What is deleted and replaced is told as well, of which the engine asks no provider in a preview; and what stops it."""
    looks.shell.edit("tenants.yaml", "Old secret", "New name")
    looks.shell.edit("tenants.yaml", "key: globex", "key: initech")
    looks.shell.edit("tenants.yaml", "name: Globex", "name: Initech")
    code, plan = looks.pulumi("")
    assert (code, plan["result"], plan["summary"]["declared"]) == (0, "drift", len(NAMES))
    found = {one["key"]: one for one in plan["items"]}
    (deleted,) = found["globex"]["disruptive"]
    assert deleted == f"delete project {looks.ids['globex']} 'Globex': its key and every session made with it stop working for good"
    assert found["initech"]["actions"] == ["create project 'Initech'"]
    (replaced,) = found["old"]["disruptive"]
    assert replaced.startswith(f"project {looks.ids['old']} 'Old secret' is replaced by a new project")
    comment = (looks.shell.work_dir / "comment.md").read_text(encoding="utf-8")
    stops, todo = comment.index("**Stops working for someone**"), comment.index("**To do**")
    assert stops < comment.index(replaced) < todo
    looks.shell.edit("tenants.yaml", "name: Initech", "name: ''")
    code, plan = looks.pulumi("")
    assert (code != 0, plan["result"]) == (True, "could not look")
    assert "must not be empty or blank" in next(one["error"] for one in plan["items"] if one["key"] == "initech")
