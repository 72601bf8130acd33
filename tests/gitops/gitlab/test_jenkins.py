# SPDX-License-Identifier: Apache-2.0
"""The very Jenkinsfile of examples/gitops/jenkins, linted by CodeNarc, and run by Groovy with a stand-in of Jenkins' sections and steps."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.engine.environment import FOREIGN, REPO
from tests.gitops.gitlab.account import Account, account, modules
from tests.gitops.gitlab.pipeline import EXAMPLE
from tests.gitops.gitlab.stand_in import PROJECT, TOKEN, GitLab
from tests.gitops.pages import has_shown

FILE = REPO / "examples" / "gitops" / "jenkins" / "Jenkinsfile"
STAND_IN = Path(__file__).with_name("jenkins.groovy")
RULES = ("basic", "imports", "jenkins", "unused")
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
SHA = "a" * 40

Groovy = Callable[..., str]


@pytest.fixture
def groovy(request: pytest.FixtureRequest) -> Groovy:
    """Runs a class of Groovy's or CodeNarc's jars, and returns what it printed."""
    jars = modules(request, "npm-groovy-lint") / "npm-groovy-lint" / "lib" / "java"

    def run(*arguments: str, **environ: str) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith((*FOREIGN, "ANSIBLE_", "CI_", "GIT_"))}
        env = {**kept, "PATH": f"{Path(sys.prefix, 'bin')}:{kept['PATH']}", "LC_ALL": "C.UTF-8", **environ}
        command = ["java", *QUICK, "-cp", f"{jars}/*:{jars}/groovy/lib/*", *arguments]
        return subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False).stdout

    return run


class Jenkins:
    """Builds of one repository: this Jenkinsfile beside the scripts of examples/gitops/gitlab."""

    def __init__(self, groovy: Groovy, folder: Path, there: Account, gitlab: GitLab) -> None:
        self.folder = Path(shutil.copytree(EXAMPLE, folder / "workspace"))
        text = FILE.read_text(encoding="utf-8")
        for theirs, own in (("'https://gitlab.example/api/v4'", f"'{gitlab.url}'"), ("'1217'", f"'{PROJECT}'")):
            assert text.count(theirs) == 1
            text = text.replace(theirs, own)
        (self.folder / "Jenkinsfile").write_text(text, encoding="utf-8")
        self._groovy, self._there, self._build = groovy, there, folder / "build.json"
        self.logs = ""

    def __call__(self, *, submitter: str | None = None, params: dict[str, str] | None = None, **env: str) -> str:
        given: dict[str, Any] = {
            "file": str(self.folder / "Jenkinsfile"),
            "folder": str(self.folder),
            "env": {"GIT_COMMIT": SHA, **env},
            "params": params or {},
            "credentials": {"opentok-account": list(self._there.pair.values()), "gitlab-bot": TOKEN},
            "submitter": submitter,
        }
        self._build.write_text(json.dumps(given), encoding="utf-8")
        own = {"HOME": str(self.folder.parent), "ANSIBLE_COLLECTIONS_PATH": str(REPO), "JENKINS_URL": "https://jenkins.example/", "PIP_NO_INDEX": "1"}
        log = self._groovy("groovy.ui.GroovyMain", str(STAND_IN), str(self._build), **own, **self._there.url)
        self.logs += log
        return log


@pytest.mark.long
def test_from_a_merge_request_to_the_nightly_look(groovy: Groovy, gitlab: GitLab, tmp_path: Path) -> None:
    with account() as there:
        build = Jenkins(groovy, tmp_path, there, gitlab)
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


def test_codenarc_has_nothing_to_say(groovy: Groovy) -> None:
    rules = ",".join(f"rulesets/{name}.xml" for name in RULES)
    arguments = (f"-basedir={FILE.parent}", "-includes=Jenkinsfile", f"-rulesetfiles={rules}", "-report=console")
    said = groovy("org.codenarc.CodeNarc", *arguments)
    assert "Summary: TotalFiles=1 FilesWithViolations=0 P1=0 P2=0 P3=0" in said, said
