# SPDX-License-Identifier: Apache-2.0
"""A project on a GitLab whose pipelines gitlab-ci-local runs: the very files of examples/gitops/gitlab, in a repository of their own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.engine.environment import FOREIGN, REPO
from tests.gitops.gitlab.stand_in import JOB_TOKEN, LEDGER_PROJECT, LEDGER_TOKEN, PROJECT, TOKEN, GitLab
from tests.gitops.pip_once import with_pip_once

EXAMPLE = REPO / "examples" / "gitops" / "gitlab"
BRANCH = "main"
FINISHED = re.compile(r"^(.+?) +finished in .*?(?: (?:FAIL|WARN) +(\d+))? *$", re.MULTILINE)
HOW = ("--force-shell-executor", "--shell-isolation", "--no-artifacts-to-source", "--no-color", "--variables-file", "../variables.yml")


Texts = Mapping[str, str]


@dataclass(frozen=True)
class Ran:
    """``status`` is that of gitlab-ci-local, which is no 1 where a job may fail with some other status. ``log``: what all jobs printed."""

    status: int
    log: str

    @property
    def jobs(self) -> dict[str, int]:
        """The exit status of each job that ran."""
        return {
            name: int(code or 0)
            for name, code in re.findall(r"^(.+?) +finished in .*?(?: (?:FAIL|WARN) +(\d+))? *$", self.log, re.MULTILINE)
            if name not in ("pipeline", "parsing and downloads")
        }

    def ok(self) -> Ran:
        assert set(self.jobs.values()) <= {0}, self.log
        return self


class Project:
    """``secrets`` are the project's protected variables: pipelines of protected branches have them, and no other;
    ``variables`` all have. ``env``: what the machine has on which jobs run."""

    def __init__(
        self, folder: Path, program: Path, gitlab: GitLab, secrets: Mapping[str, str], variables: Mapping[str, str], env: Mapping[str, str]
    ) -> None:
        self.folder = Path(shutil.copytree(EXAMPLE, folder / "project"))
        self.secrets = dict(secrets)
        self._home, self._program, self._gitlab, self._variables, self._env = folder, program, gitlab, dict(variables), dict(env)
        self.logs = ""
        """All that jobs have printed so far."""
        self.git("init", "--quiet", f"--initial-branch={BRANCH}")
        self.git("remote", "add", "origin", "git@gitlab.example:video/tenants.git")
        self.commit("The example, as it is")

    def git(self, *arguments: str) -> str:
        own = ("-c", "user.name=Somebody", "-c", "user.email=somebody@gitlab.example", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *own, *arguments], cwd=self.folder, env=self._environment(), capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def edit(self, old: str, new: str, file: str = "tenants.yaml") -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, (old, text)
        path.write_text(text.replace(old, new), encoding="utf-8")

    def commit(self, message: str) -> str:
        """Commits all files. Returns its hash."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", f"--message={message}")
        return self.git("rev-parse", "HEAD")

    def merge_request(self, iid: int, *, protected: bool = True, **variables: str) -> Ran:
        """Its pipeline on the commit that is checked out. Where it succeeded, its artifacts are GitLab's."""
        of = {"CI_MERGE_REQUEST_IID": str(iid), "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": BRANCH, **variables}
        ran = self.run("merge_request_event", protected=protected, **of)
        if ran.jobs == {"plan": 0}:
            for name, content in self.artifacts("plan").items():
                self._gitlab.artifacts[f"refs/merge-requests/{iid}/head", "plan", name] = content
        return ran

    def merged(self, iid: int, **variables: str) -> Ran:
        """The pipeline of the default branch, on the commit that is checked out, which the merge request was merged as."""
        self._gitlab.merged[self.git("rev-parse", "HEAD")] = iid
        return self.run("push", protected=True, **variables)

    def schedule(self, task: str, **variables: str) -> Ran:
        """The pipeline of a schedule."""
        return self.run("schedule", protected=True, TASK=task, **variables)

    def run(self, source: str, *manual: str, protected: bool = True, **variables: str) -> Ran:
        """The pipeline: the jobs that its rules name for ``source``, and of the ``manual`` ones those that somebody starts."""
        known = {
            "CI_PIPELINE_SOURCE": source,
            "CI_API_V4_URL": self._gitlab.url,
            "CI_PROJECT_ID": PROJECT,
            "CI_JOB_TOKEN": JOB_TOKEN,
            "LEDGER_PROJECT": LEDGER_PROJECT,
            **self._variables,
            **variables,
        }
        if protected:
            known |= {"CI_COMMIT_REF_PROTECTED": "true", "GITOPS_TOKEN": TOKEN, "LEDGER_TOKEN": LEDGER_TOKEN, **self.secrets}
        file = self._home / "variables.yml"
        file.write_text(yaml.safe_dump(known), encoding="utf-8")
        file.chmod(0o600)
        done = self._local(*(["--manual", *manual] if manual else []))
        self.logs += done.stdout
        return Ran(done.returncode, done.stdout)

    def artifacts(self, job: str) -> dict[str, bytes]:
        """By path."""
        folder = self.folder / ".gitlab-ci-local" / "artifacts" / job
        return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def _local(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self._program), *HOW, "--home", str(self._home), *arguments],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith((*FOREIGN, "ANSIBLE_", "CI_", "GIT_"))}
        path = os.pathsep.join([str(Path(sys.prefix, "bin")), self._env.get("PATH", kept.get("PATH", os.defpath))])
        # What requirements.txt names is in this environment. A pip that wanted more would find no index.
        return with_pip_once({**kept, "LC_ALL": "C.UTF-8", "HOME": str(self._home), "PIP_NO_INDEX": "1", **self._env, "PATH": path})
