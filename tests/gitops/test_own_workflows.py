# SPDX-License-Identifier: Apache-2.0
"""The project's own workflows, run by `act`: what they ask make for, and a dry run of a release, which builds. What publishes is not run here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.environment import whole_environment
from tests.packaging.building import REPO
from tools.engine.places import cache_root
from tools.interpreters import SUPPORTED
from tools.plugin import download

STAND_INS = Path(__file__).resolve().parent / "github" / "actions"
USES = re.compile(r"uses: ([\w-]+/[\w-]+)@([0-9a-f]{40})")
ONLY_ROOT = re.compile(r'(?:reason=|skip\()f?"only root ')
FAKE = '#!/bin/sh\necho "$(basename "$0") $*" >> "$LOG"\n'
# The environment is there: it must not be installed anew, which would put this copy into it.
MAKE = '#!/bin/sh\nexec {make} --old-file=.venv/.ready PLUGIN_PYTHONS={python} "$@"\n'
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
FILES = ("Makefile", "pyproject.toml", "requirements-dev.txt", "README.md", "LICENSE", "CHANGELOG.md")
FOLDERS = ("pulumi_opentok", "ansible_collections", "tools")


class Checkout:
    """A copy of the project with its workflows, in which ``act`` runs jobs."""

    def __init__(self, act: Path, folder: Path) -> None:
        self._act, self.folder, self.log, self.uploads = act, folder / "project", folder / "log", folder / "uploads"
        for name in (".github", ".ci"):
            shutil.copytree(REPO / name, self.folder / name)

    def executable(self, name: str, script: str = FAKE) -> None:
        """A program of the checkout; without a script it only writes down how it was called."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script, encoding="utf-8")
        path.chmod(0o755)

    def ship(self) -> None:
        """All that is built, and the environment that builds it."""
        ignored = shutil.ignore_patterns("__pycache__", "output", "*.tar.gz")
        for name in FILES:
            shutil.copy2(REPO / name, self.folder / name)
        for name in FOLDERS:
            shutil.copytree(REPO / name, self.folder / name, symlinks=True, ignore=ignored)
        (self.folder / ".venv").symlink_to(sys.prefix)
        self.executable("bin/make", MAKE.format(make=shutil.which("make"), python=HERE))
        # The job has no package index: what pip has got for the plugin's archive before is there.
        download(HERE)
        cache = self.folder.parent / ".cache" / "pulumi-opentok"
        cache.mkdir(parents=True)
        (cache / "plugin").symlink_to(cache_root(os.environ) / "plugin")

    def run(self, event: str, workflow: str, job: str) -> str:
        """What was logged. The job has to succeed."""
        for wanted in (("init", "--quiet", "--initial-branch=main"), ("add", "--all"), ("commit", "--quiet", "--allow-empty", "--message=all")):
            identity = ("-c", "user.name=team", "-c", "user.email=team@example.com", "-c", "commit.gpgsign=false")
            subprocess.run(["git", *identity, *wanted], cwd=self.folder, check=True)
        file = self.folder / ".github" / "workflows" / f"{workflow}.yml"
        local = [f"--local-repository={name}@{sha}={self._stand_in(name)}" for name, sha in set(USES.findall(file.read_text(encoding="utf-8")))]
        options = ("--platform=ubuntu-latest=-self-hosted", "--no-cache-server", "--action-offline-mode", f"--env=UPLOADS={self.uploads}")
        command = [str(self._act), event, f"--workflows={file}", f"--job={job}", *options, *local]
        path = f"{self.folder / 'bin'}:{Path(sys.prefix, 'bin')}:/usr/local/bin:/usr/bin:/bin"
        env = whole_environment({"HOME": str(self.folder.parent), "PATH": path, "LOG": str(self.log), "PIP_NO_INDEX": "1"})
        done = subprocess.run(command, cwd=self.folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def called(self) -> list[str]:
        return sorted(self.log.read_text(encoding="utf-8").splitlines())

    def _stand_in(self, name: str) -> Path:
        known = STAND_INS / name.partition("/")[2]
        return known if known.is_dir() else STAND_INS / "setup-python"


@pytest.fixture
def checkout(program: Callable[[str], Path], tmp_path: Path) -> Checkout:
    return Checkout(program("act"), tmp_path)


def test_every_python_has_an_ansible_core_of_its_own(checkout: Checkout) -> None:
    for name in ("bin/make", ".venv/bin/python"):
        checkout.executable(name)
    said = checkout.run("pull_request", "ci", "check")
    assert sorted(re.findall(r"Matrix: map\[ansible-core:\S+ python:(\S+)\]", said)) == list(SUPPORTED)
    calls = checkout.called()
    cores = [re.findall(r"ansible-core~=(\S+)", call)[0] for call in calls if "pip install" in call]
    assert cores == ["2.18.0", "2.19.0", "2.20.0", "2.21.0"]
    (wanted,) = {call for call in calls if call.startswith("make test")}
    assert [path for path in wanted.removeprefix("make test T=").split() if not (REPO / path).exists()] == []


def test_everything_runs_as_in_ci(checkout: Checkout) -> None:
    checkout.executable("bin/make")
    checkout.executable("bin/sudo", '#!/bin/sh\necho sudo >> "$LOG"\nshift\nexec "$@"\n')
    checkout.run("push", "ci", "test")
    calls = checkout.called()
    assert [call.split()[:2] for call in calls] == [["make", "test"]] * 3 + [["sudo"]]
    # Neither what is about skips nor what has no root's matter: gates and gitops.
    tests = (REPO / "tests").glob("[!g]*/test_*.py")
    only_root = {str(path.relative_to(REPO)) for path in tests if ONLY_ROOT.search(path.read_text(encoding="utf-8"))}
    assert only_root
    assert [path for path in sorted(only_root) if not any(path in call for call in calls)] == []


@pytest.mark.long
def test_a_dry_run_of_a_release_builds_and_checks(checkout: Checkout) -> None:
    checkout.ship()
    checkout.run("workflow_dispatch", "release", "build")
    (sums,) = checkout.uploads.rglob("SHA256SUMS")
    names = [line.split("  ")[1] for line in sums.read_text(encoding="utf-8").splitlines()]
    assert sorted(path.name for path in sums.parent.iterdir()) == sorted([*names, "NOTES.md", "SHA256SUMS"])
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=sums.parent, check=True)


def test_actionlint(program: Callable[[str], Path]) -> None:
    done = subprocess.run([str(program("actionlint")), *map(str, REPO.glob(".github/workflows/*.yml"))], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout
