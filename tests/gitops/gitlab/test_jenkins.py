# SPDX-License-Identifier: Apache-2.0
"""The very Jenkinsfile of examples/gitops/jenkins, linted by CodeNarc, and run by Groovy with a stand-in of Jenkins' sections and steps."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.environment import FOREIGN, REPO
from tests.gitops.gitlab.account import Account, account, modules
from tests.gitops.gitlab.pipeline import EXAMPLE
from tests.gitops.gitlab.stand_in import LEDGER_PROJECT, LEDGER_TOKEN, PROJECT, TOKEN, GitLab
from tests.gitops.pages import has_shown
from tests.gitops.pip_once import with_pip_once
from tests.playbooks.ansible_run import packed_once

FILE = REPO / "examples" / "gitops" / "jenkins" / "Jenkinsfile"
STAND_IN = Path(__file__).with_name("jenkins.groovy")
RULES = ("basic", "imports", "jenkins", "unused")
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
SHA = "a" * 40


@pytest.fixture
def java(request: pytest.FixtureRequest) -> list[str]:
    """The command, with Groovy's and CodeNarc's jars."""
    jars = modules(request, "npm-groovy-lint") / "npm-groovy-lint" / "lib" / "java"
    return ["java", *QUICK, "-cp", f"{jars}/*:{jars}/groovy/lib/*"]


class Jenkins:
    """Builds of one repository, in one process: this Jenkinsfile beside the scripts of examples/gitops/gitlab."""

    def __init__(self, java: list[str], folder: Path, there: Account, gitlab: GitLab) -> None:
        self.folder = Path(shutil.copytree(EXAMPLE, folder / "workspace"))
        text = FILE.read_text(encoding="utf-8")
        for theirs, own in (("'https://gitlab.example/api/v4'", f"'{gitlab.url}'"), ("'1217'", f"'{PROJECT}'"), ("'1218'", f"'{LEDGER_PROJECT}'")):
            assert text.count(theirs) == 1
            text = text.replace(theirs, own)
        (self.folder / "Jenkinsfile").write_text(text, encoding="utf-8")
        self._there = there
        self.logs = ""
        kept = {name: value for name, value in os.environ.items() if not name.startswith((*FOREIGN, "ANSIBLE_", "CI_", "GIT_"))}
        path = f"{Path(sys.prefix, 'bin')}:{kept['PATH']}"
        ours = {"PATH": path, "LC_ALL": "C.UTF-8", "HOME": str(folder), "ANSIBLE_COLLECTIONS_PATH": str(REPO), "PIP_NO_INDEX": "1", **packed_once()}
        self._process = subprocess.Popen(
            [*java, "groovy.ui.GroovyMain", str(STAND_IN)],
            env=with_pip_once({**kept, **ours, "JENKINS_URL": "https://jenkins.example/", **there.url}),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Jenkins:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def __call__(self, *, submitter: str | None = None, params: dict[str, str] | None = None, **env: str) -> str:
        """The log of a build."""
        build = {
            "file": str(self.folder / "Jenkinsfile"),
            "folder": str(self.folder),
            "env": {"GIT_COMMIT": SHA, **env},
            "params": params or {},
            "credentials": {"opentok-account": list(self._there.pair.values()), "gitlab-bot": TOKEN, "ledger-bot": LEDGER_TOKEN},
            "submitter": submitter,
        }
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(build) + "\n")
        self._process.stdin.flush()
        log = ""
        for line in self._process.stdout:
            log += line
            if line.startswith("Finished: "):
                break
        self.logs += log
        return log


@pytest.mark.long
def test_from_a_merge_request_to_the_nightly_look(java: list[str], gitlab: GitLab, tmp_path: Path) -> None:
    with account() as there, Jenkins(java, tmp_path, there, gitlab) as build:
        tenants = build.folder / "tenants.yaml"
        tenants.write_text(tenants.read_text(encoding="utf-8").replace("name: Globex", "name: Globex\n    status: suspended"), encoding="utf-8")
        fork = build(BRANCH_NAME="MR-4", CHANGE_ID="4", CHANGE_FORK="somebody")
        has_shown("jenkins fork", fork)
        assert (there.asked("project.list"), gitlab.requests) == (0, [])

        plan = build(BRANCH_NAME="MR-5", CHANGE_ID="5")
        assert result(plan) == "SUCCESS", plan
        (note,) = gitlab.ours(5)
        assert f"suspend project {there.id('Globex')} 'Globex': its key and every session made with it stop working" in note

        gitlab.merged[SHA] = 5
        there.elsewhere("Initech", "SUSPENDED")
        refused = build(BRANCH_NAME="main")
        assert ("would be done, and was not approved" in refused, result(refused)) == (True, "FAILURE"), refused
        there.elsewhere("Initech", "VALID")
        merged = build(BRANCH_NAME="main")
        assert ("[Pipeline] lock: opentok-account" in merged, result(merged)) == (True, "SUCCESS"), merged
        assert there.status() == {"Acme Telehealth": "VALID", "Globex": "SUSPENDED", "Initech": "VALID"}

        waits = build(BRANCH_NAME="main", params={"TASK": "suspend", "TENANT": "acme"})
        has_shown("jenkins suspend", waits)
        assert there.status()["Acme Telehealth"] == "VALID"
        done = build(BRANCH_NAME="main", params={"TASK": "suspend", "TENANT": "acme"}, submitter="opentok-emergency")
        assert (there.status()["Acme Telehealth"], result(done)) == ("SUSPENDED", "SUCCESS"), done

        drift = build(BRANCH_NAME="main", params={"TASK": "drift"})
        assert ("junit: 3 tests" in drift, result(drift)) == (True, "UNSTABLE"), drift
        assert "'Acme Telehealth': its key works again" in gitlab.issues[0]["description"]
        assert there.leaks(build.logs, gitlab) == []


def result(log: str) -> str:
    """As Jenkins calls it."""
    return log.rpartition("Finished: ")[2].strip()


def test_only_what_people_may_read_is_archived() -> None:
    (archived,) = re.findall(r"archiveArtifacts artifacts: '([^']+)'", FILE.read_text(encoding="utf-8"))
    assert set(archived.split(",")) == {"plan.json", "plan.md", "drift.json", "drift.md", "drift.xml"}


def test_codenarc_has_nothing_to_say(java: list[str]) -> None:
    rules = ",".join(f"rulesets/{name}.xml" for name in RULES)
    options = (f"-basedir={FILE.parent}", "-includes=Jenkinsfile", f"-rulesetfiles={rules}", "-report=console")
    said = subprocess.run([*java, "org.codenarc.CodeNarc", *options], capture_output=True, text=True, check=False)
    assert "Summary: TotalFiles=1 FilesWithViolations=0 P1=0 P2=0 P3=0" in said.stdout, said
