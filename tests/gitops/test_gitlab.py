# SPDX-License-Identifier: Apache-2.0
"""The very files of examples/gitops/gitlab, run by gitlab-ci-local: real playbooks and the real Pulumi engine against the emulator, and a stand-in of GitLab."""

from __future__ import annotations

import contextlib
import datetime
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from pulumi_opentok.emulator import Emulator
from tests.engine.environment import stack_environment
from tests.gitops.gitlab_stand_in import SOMEONE, GitLab
from tests.gitops.pipeline import EXAMPLE, ROOT, Project, Ran
from tests.stores.vault_stand_in import VaultStandIn
from tools.language_host import install

CUT_OFF = "suspend project {id} 'Globex': its key and every session made with it stop working"
THERE = (("46000001", "s" * 40, "Acme Telehealth"), ("46000002", "t" * 40, "Globex"), ("46000003", "u" * 40, "Initech"))
TRUSTED = "the ID token of a job of a protected branch"
PATH = "secret/data/opentok/account"


class Scene:
    """A project on GitLab, the account that it is about, and all that was ever a secret there."""

    def __init__(self, folder: Path, program: Path, opentok: Emulator, gitlab: GitLab, env: dict[str, str]) -> None:
        self.opentok, self.gitlab = opentok, gitlab
        self.pair = {name: value for name, value in opentok.env.items() if name.startswith("OPENTOK_ACCOUNT_")}
        others = {name: value for name, value in opentok.env.items() if name not in self.pair}
        self.project = Project(folder, program, gitlab, self.pair, others, env)
        self.secrets = {self.pair["OPENTOK_ACCOUNT_SECRET"]}

    def status(self) -> dict[str, str]:
        """By name."""
        self.secrets |= {project["secret"] for project in self.opentok.all_projects()}
        return {project["name"]: project["status"] for project in self.opentok.all_projects()}

    def id(self, name: str) -> str:
        (found,) = (str(project["id"]) for project in self.opentok.all_projects() if project["name"] == name)
        return found

    def asked(self, operation: str) -> int:
        return [entry["operation"] for entry in self.opentok.journal()].count(operation)

    def elsewhere(self, name: str, status: str) -> None:
        """Somebody changes a project in the account portal."""
        self.opentok.edit_project(self.id(name), status=status)

    def leaks(self) -> list[str]:
        """Secrets that a log, a note, an issue, an artifact or a package has."""
        self.status()
        kept = [*self.gitlab.packages.values(), *self.gitlab.artifacts.values()]
        told = [*(note["body"] for notes in self.gitlab.notes.values() for note in notes), *(str(issue) for issue in self.gitlab.issues)]
        seen = "\n".join([self.project.logs, *told, *(content.decode() for content in kept)])
        return [secret for secret in self.secrets if secret in seen]


@pytest.fixture
def gitlab() -> Iterator[GitLab]:
    with contextlib.closing(GitLab()) as running:
        yield running


@pytest.fixture
def scene(tmp_path: Path, node_program: Callable[[str], Path], gitlab: GitLab) -> Iterator[Scene]:
    """With Ansible."""
    program = node_program("gitlab-ci-local") / ".bin" / "gitlab-ci-local"
    with Emulator(projects=THERE) as opentok:
        yield Scene(tmp_path, program, opentok, gitlab, {"ANSIBLE_COLLECTIONS_PATH": str(ROOT)})


def refused(ran: Ran, *texts: str) -> None:
    assert (ran.status, [text for text in texts if text not in ran.log]) == (1, []), ran.log


def drifts(ran: Ran) -> Ran:
    """The job of the drift ends with 7, which is a warning."""
    assert (ran.status, ran.jobs) == (0, {"drift": 7}), ran.log
    return ran


@pytest.mark.long
def test_with_ansible_from_a_merge_request_to_the_nightly_look(scene: Scene) -> None:
    project, gitlab = scene.project, scene.gitlab
    # A note of somebody else that begins as ours does is not ours.
    gitlab.notes[2] = [{"id": number, "body": "<!-- opentok-plan -->\nMine", "author": {"id": SOMEONE}, "system": False} for number in range(3)]
    project.edit("name: Globex", "name: Globex\n    status: suspended")
    project.commit("Globex has not paid")
    assert project.merge_request(2).ok().jobs == {"plan": 0}
    (note,) = gitlab.ours(2)
    assert CUT_OFF.format(id=scene.id("Globex")) in note
    project.edit("name: Acme Telehealth", "name: Acme Telehealth\n    status: suspended")
    project.commit("Acme has not paid either")
    project.merge_request(2).ok()
    (note,) = gitlab.ours(2)
    assert note.count("its key and every session made with it stop working") == 4  # once for whom it stops, once as what is to do

    scene.elsewhere("Initech", "SUSPENDED")
    refused(project.merged(2), "would be done, and was not approved", "'Initech'", "Nothing was done")
    assert scene.status() == {"Acme Telehealth": "VALID", "Globex": "VALID", "Initech": "SUSPENDED"}
    scene.elsewhere("Initech", "VALID")
    assert project.merged(2).ok().jobs == {"apply": 0}
    assert scene.status() == {"Acme Telehealth": "SUSPENDED", "Globex": "SUSPENDED", "Initech": "VALID"}
    assert scene.leaks() == []


@pytest.mark.long
def test_the_nightly_look_opens_one_issue_and_closes_it(scene: Scene) -> None:
    project, gitlab = scene.project, scene.gitlab
    gitlab.issues.append({"iid": 1, "state": "opened", "author": {"id": SOMEONE}, "labels": ["opentok-drift"], "description": None})
    scene.elsewhere("Globex", "SUSPENDED")
    drifts(project.schedule("drift"))
    first = gitlab.issues[1]["description"]
    assert "'Globex': its key works again" in first
    cases = {case.get("name"): [child.tag for child in case] for case in ET.fromstring(project.artifacts("drift")["drift.xml"]).iter("testcase")}
    assert sorted(cases.values()) == [[], [], ["failure"]]

    scene.elsewhere("Acme Telehealth", "SUSPENDED")
    drifts(project.schedule("drift"))
    assert len(gitlab.issues) == 2
    seen = {one["key"]: one["first_seen"] for one in json.loads(gitlab.packages["drift.json"])["items"] if one["first_seen"]}
    assert (set(seen), seen["globex"] <= seen["acme"]) == ({"acme", "globex"}, True)

    scene.elsewhere("Acme Telehealth", "VALID")
    scene.elsewhere("Globex", "VALID")
    assert project.schedule("drift").ok().jobs == {"drift": 0}
    assert [issue["state"] for issue in gitlab.issues] == ["opened", "closed"]
    assert "3 projects are as declared" in gitlab.comments[2][0]
    refused(project.schedule("drift", OPENTOK_API_URL="http://127.0.0.1:1"), "could not look")
    assert [issue["state"] for issue in gitlab.issues] == ["opened", "closed"]


@pytest.mark.long
def test_by_hand_and_in_a_window_with_the_pair_from_vault(scene: Scene) -> None:
    project = scene.project
    with contextlib.closing(vault(scene.pair)) as stand_in:
        project.secrets = {"VAULT_ADDR": stand_in.url, "OPENTOK_ID_TOKEN": TRUSTED}
        strange = {"VAULT_ADDR": stand_in.url, "OPENTOK_ID_TOKEN": "of a fork"}
        fork = project.merge_request(9, protected=False, **strange)
        assert (fork.status, fork.jobs) == (0, {"plan": 77}), fork.log
        assert "No secrets here (Vault refused its ID token: 400): this pipeline is of a fork or of a branch that is not protected." in fork.log
        assert (scene.gitlab.requests, scene.asked("project.list")) == ([], 0)

        assert project.run("web", TENANT="globex").jobs == {}  # nobody has started it
        refused(project.run("web", "suspend", TENANT="nobody"), "TENANT must be one of acme, globex, initech")
        assert project.run("web", "suspend", TENANT="globex").ok().jobs == {"suspend": 0}
        assert scene.status() == {"Acme Telehealth": "VALID", "Globex": "SUSPENDED", "Initech": "VALID"}

        refused(project.schedule("rotate"), "only rotations may be", "'Globex': its key works again", "Nothing was rotated")
        project.edit("name: Globex", "name: Globex\n    status: suspended")
        project.schedule("rotate").ok()  # the ledger has seen the triggers from now on
        tomorrow = (datetime.datetime.now() + datetime.timedelta(days=2)).strftime("%a").lower()
        project.edit('"2026-11"}     # another', '"2026-12"}     # another')
        project.edit("[sat, sun]", f"[{tomorrow}]")
        project.commit("A rotation, later")
        waits = project.schedule("rotate").ok()
        assert ("it opens" in waits.log or "opens" in waits.log, scene.asked("project.refresh_secret")) == (True, 0), waits.log
        project.edit("applies_to: all", "applies_to: age")
        project.commit("It cannot wait")
        rotated = project.schedule("rotate").ok()
        assert "every client token" in rotated.log
        assert scene.asked("project.refresh_secret") == 1
    assert scene.leaks() == []


def vault(pair: dict[str, str]) -> VaultStandIn:
    """A Vault that trusts TRUSTED."""
    made = VaultStandIn()
    made.tokens["hvs.of-the-job"] = {PATH: ["read"]}
    made.versions["", PATH] = [dict(pair)]

    def login(method: str, path: str, body: bytes) -> tuple[int, str, str] | None:
        if path != "auth/jwt/login":
            return None
        good = json.loads(body) == {"role": "opentok-gitops", "jwt": TRUSTED}
        answer = {"auth": {"client_token": "hvs.of-the-job"}} if good else {"errors": ["error validating token: no known key"]}
        return (200 if good else 400), "application/json", json.dumps(answer)

    made.instead = login
    return made
