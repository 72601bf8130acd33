# SPDX-License-Identifier: Apache-2.0
"""A team's repository at GitHub, made of one example: its workflows run by `act`, on this machine and without Docker."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.engine.environment import REPO, whole_environment
from tests.gitops.github.forge import Forge
from tests.gitops.pip_once import with_pip_once

HERE = Path(__file__).resolve().parent
EXAMPLE = REPO / "examples" / "gitops" / "github"
STAND_INS = {"actions/setup-python": "setup-python", "actions/upload-artifact": "upload-artifact", "pulumi/actions": "pulumi"}
_NONE: Mapping[str, str] = {}
USES = re.compile(r"uses: ([\w-]+/[\w-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$", re.MULTILINE)


@dataclass(frozen=True)
class Ran:
    """A run of a workflow: its status, and what was logged."""

    code: int
    text: str

    def ok(self) -> Ran:
        assert self.code == 0, self.text
        return self

    def failed(self) -> Ran:
        assert self.code == 1, self.text
        return self


@dataclass
class Team:
    """A repository with the files of the example, its settings, and the forge where it lives.

    Args:
        act: the program.
        folder: an empty one.
        secrets, variables: of the repository. ``env``: of the machine that runs the jobs.
    """

    act: Path
    folder: Path
    forge: Forge
    secrets: dict[str, str]
    variables: dict[str, str]
    env: Mapping[str, str]
    printed: list[str] = field(default_factory=list)
    """What each run logged."""

    def __post_init__(self) -> None:
        self.work_dir = Path(shutil.copytree(EXAMPLE, self.folder / "repository"))
        self._git("init", "--quiet", "--initial-branch=main")
        self._commit("the example")

    def push(self, edits: Mapping[str, str]) -> None:
        """Somebody edits ``tenants.yaml`` (old text -> new) on main. No workflow runs."""
        self._edit(edits)
        self._commit("pushed")

    def pull_request(self, number: int, edits: Mapping[str, str], *, of: str | None = None) -> Ran:
        """Somebody edits ``tenants.yaml`` on the branch of a pull request: `plan` runs. ``of``: the repository of a fork that it comes from."""
        self._git("switch", "--quiet", *([] if number in self.forge.pulls else ["--create"]), f"change-{number}")
        self._edit(edits)
        head = self._commit(f"change {number}")
        self.forge.opened(number, head)
        payload = {
            "action": "synchronize",
            "number": number,
            "pull_request": {
                "number": number,
                "title": "`touch injected`; $(touch injected)",
                "head": {"sha": head, "ref": f"change-{number}", "repo": {"full_name": of or self.forge.repository, "fork": of is not None}},
                "base": {"ref": "main", "repo": {"full_name": self.forge.repository}},
            },
        }
        ran = self.run("plan", "pull_request", payload, from_fork=of is not None)
        self._git("switch", "--quiet", "main")
        return ran

    def merge(self, number: int) -> Ran:
        """The pull request is merged: `apply` runs."""
        self._git("merge", "--quiet", "--no-ff", f"--message=merge {number}", f"change-{number}")
        commit = self._git("rev-parse", "HEAD")
        self.forge.merged(number, commit)
        return self.run("apply", "push", {"ref": "refs/heads/main", "after": commit})

    def by_hand(self, workflow: str, **inputs: str) -> Ran:
        """Somebody runs a workflow."""
        return self.run(workflow, "workflow_dispatch", inputs=inputs)

    def shell(self, line: str, **env: str) -> Ran:
        """What a job's script does, typed in the repository with the environment that it has there; for what needs no workflow."""
        own = {**self.secrets, **self.variables, "WITH": self.variables.get("OPENTOK_WITH", "pulumi"), "PULUMI_STACK": "prod", **env}
        done = subprocess.run(
            ["bash", "-ec", line], cwd=self.work_dir, env={**self._environment(self.folder), **own}, text=True, check=False, **_CAPTURED
        )
        self.printed.append(done.stdout)
        return Ran(done.returncode, done.stdout)

    def nightly(self, workflow: str) -> Ran:
        """The clock runs it."""
        return self.run(workflow, "schedule")

    def run(
        self, workflow: str, event: str, payload: Mapping[str, Any] | None = None, *, inputs: Mapping[str, str] = _NONE, from_fork: bool = False
    ) -> Ran:
        """Runs a workflow for an event."""
        file = self.work_dir / ".github" / "workflows" / f"{workflow}.yml"
        home = self.folder / f"run-{len(self.printed)}"
        home.mkdir()
        described = yaml.safe_load(file.read_text(encoding="utf-8"))
        permissions = {name: level for job in described["jobs"].values() for name, level in job["permissions"].items()}
        about = {**(payload or {}), "inputs": dict(inputs), "repository": {"full_name": self.forge.repository, "default_branch": "main"}}
        (home / "event.json").write_text(json.dumps(about), encoding="utf-8")
        branch = self._git("rev-parse", "--abbrev-ref", "HEAD")
        self.forge.watch(home / "uploads", branch=branch, from_fork=from_fork)
        token = self.forge.token(dict.fromkeys(permissions, "read") if from_fork else permissions)
        secrets = {"GITHUB_TOKEN": token, **({} if from_fork else self.secrets)}
        self._settings(home / "secrets", secrets)
        self._settings(home / "variables", self.variables)
        done = subprocess.run(self._command(event, file, home), cwd=self.work_dir, env=self._environment(home), text=True, check=False, **_CAPTURED)
        self.printed.append(done.stdout)
        return Ran(done.returncode, done.stdout)

    def _command(self, event: str, file: Path, home: Path) -> list[str]:
        commit = self._git("rev-parse", "HEAD")
        settings = {
            "GITHUB_API_URL": self.forge.url,
            "GITHUB_REPOSITORY": self.forge.repository,
            "GITHUB_RUN_ID": str(len(self.printed) + 1),
            "SHA_REF": commit,
            "UPLOADS": str(home / "uploads"),
        }
        files = self.work_dir.glob(".github/**/*.yml")
        used = {match.groups() for path in files for match in USES.finditer(path.read_text(encoding="utf-8"))}
        return [
            *(str(self.act), event, f"--workflows={file}", f"--eventpath={home / 'event.json'}", "--platform=ubuntu-latest=-self-hosted"),
            *(f"--secret-file={home / 'secrets'}", f"--var-file={home / 'variables'}", "--no-cache-server", "--action-offline-mode"),
            f"--action-cache-path={self.folder / 'cache'}",
            *(f"--env={name}={value}" for name, value in settings.items()),
            *(f"--local-repository={name}@{sha}={HERE / 'actions' / STAND_INS[name]}" for name, sha in used if name in STAND_INS),
        ]

    def _environment(self, home: Path) -> dict[str, str]:
        own = {
            "HOME": str(home),
            "PATH": os.pathsep.join([str(Path(sys.prefix, "bin")), self.env.get("PATH", os.environ["PATH"])]),
            "LC_ALL": "C.UTF-8",
            "PIP_NO_INDEX": "1",
        }
        return with_pip_once(whole_environment({**self.env, **own}))

    def _edit(self, edits: Mapping[str, str]) -> None:
        file = self.work_dir / "tenants.yaml"
        text = file.read_text(encoding="utf-8")
        for old, new in edits.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        file.write_text(text, encoding="utf-8")

    def _commit(self, message: str) -> str:
        self._git("add", "--all")
        self._git("commit", "--quiet", "--allow-empty", f"--message={message}")
        return self._git("rev-parse", "HEAD")

    def _settings(self, path: Path, values: Mapping[str, str]) -> None:
        path.write_text("".join(f"{name}={json.dumps(value)}\n" for name, value in values.items()), encoding="utf-8")

    def _git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=team", "-c", "user.email=team@example.com", "-c", "commit.gpgsign=false"]
        done = subprocess.run(["git", *identity, *arguments], cwd=self.work_dir, capture_output=True, text=True, check=True)
        return done.stdout.strip()


_CAPTURED: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
