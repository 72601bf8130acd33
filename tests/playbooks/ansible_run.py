# SPDX-License-Identifier: Apache-2.0
"""Runs real playbooks, apart from the user's own Ansible, and tells what each task came to and which requests it sent.

    ansible = AnsibleRun(tmp_path, emulator)
    played = ansible.play([{"name": "acme", "opentok.cloud.project": {"name": "Acme"}}], "--check", "--diff")
    played.of("acme").result["actions"], played.of("acme").requests, played.status, played.output
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from tests import forking
from tests.conftest import MODULES

ROOT = Path(__file__).resolve().parents[2]
CALLBACKS = Path(__file__).with_name("callback")
COMPILED = Path(__file__).with_name("compiled")


class OpenTokService(Protocol):
    """What is needed of an emulator, be it in this process or in another."""

    url: str

    @property
    def env(self) -> dict[str, str]: ...


@dataclass(frozen=True)
class TaskResult:
    """``outcome`` is ok, failed, skipped, or that of an item of a loop: item ok, item failed. ``requests`` are names of operations."""

    task: str
    outcome: str
    result: dict[str, Any]
    requests: list[str]


@dataclass(frozen=True)
class Played:
    """``status`` is ansible-playbook's exit status, ``output`` all that it printed."""

    status: int
    output: str
    results: list[TaskResult]

    def of(self, task: str) -> TaskResult:
        """The one result of the task of this name; the whole one of a loop."""
        found = [result for result in self.results if result.task == task and not result.outcome.startswith("item")]
        assert len(found) == 1, f"{len(found)} results of task {task!r}:\n{self.output}"
        return found[0]

    def items(self, task: str) -> list[TaskResult]:
        """The results of each item of a loop."""
        return [result for result in self.results if result.task == task and result.outcome.startswith("item")]

    def changed(self) -> list[str]:
        """The names of tasks that changed something."""
        return [result.task for result in self.results if result.result.get("changed") and not result.outcome.startswith("item")]

    def succeeded(self) -> Played:
        """This, if the playbook ended with 0."""
        assert self.status == 0, self.output
        return self


class AnsibleRun:
    """Ansible with a home in ``folder`` and the collection of this clone, against ``opentok`` (or with other ``OPENTOK_`` variables).

    ``forked``: modules run in processes that have done the imports already, and are not below Ansible's own.
    """

    def __init__(self, folder: Path, opentok: OpenTokService, environ: Mapping[str, str] | None = None, *, forked: bool = True) -> None:
        self.folder = folder
        self._forked = forked
        self._opentok = opentok
        self._environ = opentok.env if environ is None else environ
        self._count = 0

    def play(self, tasks: Sequence[Mapping[str, Any]], *arguments: str) -> Played:
        """Plays ``tasks`` on localhost; each is written as in a playbook."""
        playbook = self.folder / f"play-{self._count}.yml"
        play = {"name": "Test", "hosts": "localhost", "gather_facts": False, "vars": self._interpreter(), "tasks": list(tasks)}
        playbook.write_text(yaml.safe_dump([play], allow_unicode=True, sort_keys=False), encoding="utf-8")
        (played,) = self._played(playbook, [playbook.name, *arguments])
        return played

    def playbook(self, playbook: Path, *arguments: str) -> Played:
        """Plays a playbook from its own folder, with the ansible.cfg that lies there."""
        (played,) = self._played(playbook, [playbook.name, *self._told(), *arguments])
        return played

    def twice(self, playbook: Path, *arguments: str) -> tuple[Played, Played]:
        """Plays it two times in one start of Ansible, which is half of what a short one costs. Both have the output of both."""
        first, again = self._played(playbook, [playbook.name, playbook.name, *self._told(), *arguments])
        return first, again

    def _interpreter(self) -> dict[str, str]:
        return {"ansible_python_interpreter": forking.command(forking.PACKED)} if self._forked else {}

    def _told(self) -> list[str]:
        """What takes the place of what inventories say."""
        return ["--extra-vars", json.dumps(self._interpreter())] if self._forked else []

    def _played(self, playbook: Path, arguments: Sequence[str]) -> list[Played]:
        self._count += 1
        record = self.folder / f"record-{self._count}.jsonl"
        record.unlink(missing_ok=True)  # of another run in this folder
        done = subprocess.run(
            [str(Path(sys.prefix, "bin", "ansible-playbook")), *arguments],
            cwd=playbook.parent,
            env=self._environment(record),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        results: list[list[TaskResult]] = []
        for line in record.read_text(encoding="utf-8").splitlines() if record.exists() else []:
            said = json.loads(line)
            if said:
                results[-1].append(TaskResult(**said))
            else:
                results.append([])
        asked_for = [argument for argument in arguments if argument == playbook.name]
        assert not results or len(results) == len(asked_for) or done.returncode, done.stdout
        results += [[] for _ in asked_for[len(results) :]]
        return [Played(done.returncode, done.stdout, each) for each in results]

    def inventory(self, *arguments: str, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Runs `ansible-inventory` in the folder, with these variables more."""
        command = [str(Path(sys.prefix, "bin", "ansible-inventory")), *arguments]
        record = self.folder / "record-of-an-inventory.jsonl"
        whole = {**self._environment(record), **(environ or {})}
        return subprocess.run(command, cwd=self.folder, env=whole, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", check=False)

    def _environment(self, record: Path) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "OPENTOK_"))}
        return {
            **kept,
            "HOME": str(self.folder),
            "PATH": os.pathsep.join([str(Path(sys.prefix, "bin")), kept.get("PATH", os.defpath)]),
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT),
            **packed_once(),
            "ANSIBLE_CALLBACK_PLUGINS": os.pathsep.join([str(CALLBACKS), str(COMPILED)]),
            "ANSIBLE_CALLBACKS_ENABLED": "opentok_record",
            # Since 2.21 Ansible leaves the options of a task out, and no search for secrets at -vvv would see them.
            "ANSIBLE_INJECT_INVOCATION": "1",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_REMOTE_TMP": str(self.folder / ".ansible" / "tmp"),
            "OPENTOK_RECORD_FILE": str(record),
            "OPENTOK_RECORD_CONTROL": self._opentok.url,
            **self._environ,
        }


def packed_once() -> dict[str, str]:
    """Variables with which any Ansible finds the modules that an earlier play has packed and compiled."""
    return {"ANSIBLE_CALLBACK_PLUGINS": str(COMPILED), MODULES: compiled_modules()}


@functools.cache
def compiled_modules() -> str:
    """The folder in which all plays find the modules that an earlier one, of any worker, has packed and compiled."""
    if MODULES in os.environ:
        return os.environ[MODULES]
    folder = tempfile.mkdtemp(prefix="compiled-modules-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
