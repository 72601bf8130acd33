# SPDX-License-Identifier: Apache-2.0
"""The very files of examples/gitops/gitlab, run by gitlab-ci-local: real playbooks, the real Pulumi engine, the emulator, a stand-in for GitLab."""

from __future__ import annotations

import contextlib
import datetime
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from pulumi_opentok.core.version import VERSION
from tests import forking
from tests.engine.environment import REPO, stack_environment
from tests.gitops.gitlab.account import Account, account, modules
from tests.gitops.gitlab.pipeline import EXAMPLE, Project, Ran
from tests.gitops.gitlab.stand_in import SOMEONE, GitLab
from tests.gitops.pages import has_shown
from tests.playbooks.ansible_run import packed_once
from tests.stores.vault_stand_in import VaultStandIn
from tools.language_host import install

CUT_OFF = "suspend project {id} 'Globex': its key and every session made with it stop working"
TRUSTED = "the ID token of a job of a protected branch"
PATH = "secret/data/opentok/account"

NewProject = Callable[..., Project]


@pytest.fixture
def new_project(tmp_path: Path, request: pytest.FixtureRequest, gitlab: GitLab) -> NewProject:
    """Makes one about an account: `new_project(there, secrets=..., env=...)`."""
    program = modules(request, "gitlab-ci-local") / ".bin" / "gitlab-ci-local"

    def make(there: Account, *, secrets: Mapping[str, str] = {}, env: Mapping[str, str] = {}, **variables: str) -> Project:
        own = {"ANSIBLE_COLLECTIONS_PATH": str(REPO), **packed_once(), **env}
        return Project(tmp_path, program, gitlab, {**there.pair, **secrets}, {**there.url, **variables}, own)

    return make


def refused(ran: Ran, *texts: str) -> str:
    """Its one job ended with 1, and said this. Returns its log."""
    assert (list(ran.jobs.values()), [text for text in texts if text not in ran.log]) == ([1], []), ran.log
    return ran.log


def drifts(ran: Ran) -> None:
    """The job ended with 7, which is a warning."""
    assert (ran.status, ran.jobs) == (0, {"drift": 7}), ran.log


@pytest.mark.long
def test_with_ansible_from_a_merge_request_to_the_merge(new_project: NewProject, gitlab: GitLab) -> None:
    with account() as there:
        project = new_project(there)
        # A note of somebody else that begins as ours does is not ours.
        gitlab.notes[2] = [{"id": number, "body": "<!-- opentok-plan -->\nMine", "author": {"id": SOMEONE}, "system": False} for number in range(3)]
        project.edit("name: Globex", "name: Globex\n    status: suspended")
        project.commit("Globex has not paid")
        assert project.merge_request(2).ok().jobs == {"plan": 0}
        (note,) = gitlab.ours(2)
        has_shown("gitlab plan", note)
        project.edit("name: Acme Telehealth", "name: Acme Telehealth\n    status: suspended")
        project.commit("Acme has not paid either")
        project.merge_request(2).ok()
        (note,) = gitlab.ours(2)
        assert note.count("its key and every session made with it stop working") == 4  # once for whom it stops, once as what is to do

        there.elsewhere("Initech", "SUSPENDED")
        has_shown("gitlab refused", refused(project.merged(2)))
        assert there.status() == {"Acme Telehealth": "VALID", "Globex": "VALID", "Initech": "SUSPENDED"}
        there.elsewhere("Initech", "VALID")
        assert project.merged(2).ok().jobs == {"apply": 0}
        assert there.status() == {"Acme Telehealth": "SUSPENDED", "Globex": "SUSPENDED", "Initech": "VALID"}
        assert there.leaks(project.logs, gitlab) == []


@pytest.mark.long
def test_the_nightly_look_opens_one_issue_and_closes_it(new_project: NewProject, gitlab: GitLab) -> None:
    with account() as there:
        project = new_project(there)
        gitlab.issues.append({"iid": 1, "state": "opened", "author": {"id": SOMEONE}, "labels": ["opentok-drift"], "description": None})
        there.elsewhere("Globex", "SUSPENDED")
        drifts(project.schedule("drift"))
        has_shown("gitlab issue", gitlab.issues[1]["description"])
        cases = [[child.tag for child in case] for case in ET.fromstring(project.artifacts("drift")["drift.xml"]).iter("testcase")]
        assert ["failure" in case for case in cases].count(True) == 1

        there.elsewhere("Acme Telehealth", "SUSPENDED")
        drifts(project.schedule("drift"))
        assert (len(gitlab.issues), "'Acme Telehealth': its key works again" in gitlab.issues[1]["description"]) == (2, True)
        seen = {one["key"]: one["first_seen"] for one in json.loads(gitlab.packages["drift.json"])["items"] if one["first_seen"]}
        assert (set(seen), seen["globex"] < seen["acme"]) == ({"acme", "globex"}, True)

        refused(project.schedule("drift", OPENTOK_API_URL="http://127.0.0.1:1"), "could not look", "connection refused")
        assert [issue["state"] for issue in gitlab.issues] == ["opened", "opened"]
        there.elsewhere("Acme Telehealth", "VALID")
        there.elsewhere("Globex", "VALID")
        assert project.schedule("drift").ok().jobs == {"drift": 0}
        assert [issue["state"] for issue in gitlab.issues] == ["opened", "closed"]
        has_shown("gitlab closed", gitlab.comments[2][0])
        assert there.leaks(project.logs, gitlab) == []


@pytest.mark.long
def test_by_hand_and_in_a_window_with_the_pair_from_vault(new_project: NewProject, gitlab: GitLab) -> None:
    with account() as there, contextlib.closing(vault(there.pair)) as stand_in:
        project = new_project(there)
        there.secrets.add(TRUSTED)
        project.secrets = {"VAULT_ADDR": stand_in.url, "OPENTOK_ID_TOKEN": TRUSTED}
        fork = project.merge_request(9, protected=False, VAULT_ADDR=stand_in.url, OPENTOK_ID_TOKEN="the ID token of a job of a fork")
        assert (fork.status, fork.jobs) == (0, {"plan": 77}), fork.log
        assert "No secrets here (Vault refused its ID token: 400)" in fork.log
        has_shown("gitlab fork", fork.log)
        assert (gitlab.requests, there.asked("project.list")) == ([], 0)

        assert project.run("web", TENANT="globex").jobs == {}  # nobody has started it
        suspended = project.run("web", "suspend", TENANT="globex").ok()
        has_shown("gitlab suspend", suspended.log)
        assert there.status() == {"Acme Telehealth": "VALID", "Globex": "SUSPENDED", "Initech": "VALID"}

        has_shown("gitlab rotation refused", refused(project.schedule("rotate")))
        project.edit("name: Globex", "name: Globex\n    status: suspended")
        project.merge_request(2).ok()
        project.merged(2).ok()  # from now on the ledger knows the triggers
        later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
        project.edit('{rotation: "2026-11"}', '{rotation: "2026-12"}')
        project.edit("[sat, sun]", f"[{later:%a}]".lower())
        project.commit("A rotation, later")
        has_shown("gitlab rotation waits", project.schedule("rotate").ok().log)
        assert there.asked("project.refresh_secret") == 0
        project.edit("applies_to: all", "applies_to: age")
        project.commit("It cannot wait")
        has_shown("gitlab rotation", project.schedule("rotate").ok().log)
        assert there.asked("project.refresh_secret") == 1
        assert there.leaks(project.logs, gitlab) == []


@pytest.mark.long
def test_with_pulumi_from_a_merge_request_to_the_nightly_look(new_project: NewProject, gitlab: GitLab, engine: Path, tmp_path: Path) -> None:
    for name in ("bin", "backend"):
        (tmp_path / name).mkdir()
    install(tmp_path / "bin")
    own = {**stack_environment(engine, tmp_path), "PULUMI_PYTHON_CMD": forking.command("pulumi.dynamic", "tools.language_host")}
    env = {**own, "PATH": f"{tmp_path / 'bin'}:{own['PATH']}"}
    secrets = {"PULUMI_CONFIG_PASSPHRASE": env.pop("PULUMI_CONFIG_PASSPHRASE")}
    with account(projects=False) as there:
        project = new_project(there, secrets=secrets, env=env, WITH="pulumi")
        there.secrets |= set(secrets.values())
        project.merge_request(1).ok()
        assert project.merged(1).ok().jobs == {"apply": 0}
        assert there.status() == {"Acme Telehealth": "VALID", "Globex": "VALID", "Initech": "VALID"}

        project.edit("name: Globex", "name: Globex\n    status: suspended")
        project.commit("Globex has not paid")
        project.merge_request(2).ok()
        (note,) = gitlab.ours(2)
        assert CUT_OFF.format(id=there.id("Globex")) in note
        there.elsewhere("Initech", "SUSPENDED")
        refused(project.merged(2), "would be done, and was not approved", "'Initech'", "Nothing was done")
        assert there.status() == {"Acme Telehealth": "VALID", "Globex": "VALID", "Initech": "SUSPENDED"}

        drifts(project.schedule("drift"))
        assert "'Initech': its key works again" in gitlab.issues[0]["description"]
        project.run("web", "suspend", TENANT="globex").ok()
        assert there.status()["Globex"] == "SUSPENDED"
        assert there.leaks(project.logs, gitlab) == []


def test_what_gitlab_enforces_and_nothing_here_does() -> None:
    jobs = yaml.safe_load((EXAMPLE / ".gitlab-ci.yml").read_text(encoding="utf-8"))

    def whole(name: str) -> dict[str, object]:
        return {**(whole(jobs[name]["extends"]) if "extends" in jobs[name] else {}), **jobs[name]}

    pinned = [EXAMPLE.joinpath(file).read_text(encoding="utf-8") for file in ("requirements.txt", "requirements.yml")]
    assert [f"=={VERSION}" in text for text in pinned] == [True, True]
    changing = ("apply", "rotate", "suspend", "first")
    assert {name for name in jobs if "script" in jobs[name]} == {"plan", "drift", *changing}
    assert [whole(name)["id_tokens"] for name in (*changing, "plan", "drift")] == [{"OPENTOK_ID_TOKEN": {"aud": "opentok-gitops"}}] * 6
    assert [(whole(name)["resource_group"], whole(name)["interruptible"]) for name in changing] == [("opentok-account", False)] * 4
    assert [jobs[name]["environment"] for name in changing] == ["opentok", "opentok", "opentok-emergency", "opentok"]
    assert [jobs[name]["rules"][0]["when"] for name in ("suspend", "first")] == ["manual"] * 2
    assert (jobs["suspend"]["rules"][0]["when"], "allow_failure" in jobs["apply"]) == ("manual", False)
    assert jobs["drift"]["artifacts"]["reports"] == {"junit": "drift.xml"}


def vault(pair: Mapping[str, str]) -> VaultStandIn:
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
