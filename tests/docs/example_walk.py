# SPDX-License-Identifier: Apache-2.0
"""Walks through the README of an example: types the commands of its `console` blocks, and compares its `text` blocks with what was printed."""

from __future__ import annotations

import re
import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import astuple
from pathlib import Path
from typing import Any

from pulumi_opentok.emulator import Emulator
from pulumi_opentok.emulator.cli import parser
from tests.docs.snippets import console, of_page
from tests.engine.environment import whole_environment
from tests.engine.stack import EngineStack
from tests.engine.typed import Shell
from tests.playbooks.ansible_run import AnsibleRun

EMULATOR = "opentok-emulator"
S3, SERVICE = "http://127.0.0.1:5000", "http://127.0.0.1:8080"
"""Addresses on the pages, in whose place a walk has others."""


def never_printed(page: Path, printed: str) -> list[str]:
    """The lines of the page's `text` blocks that are not in what was printed."""
    shown = [line.strip() for snippet in of_page(page) if snippet.language == "text" for line in snippet.text.splitlines()]
    return [line for line in shown if not re.search(_pattern(line), printed)]


def emulator_of(page: Path) -> Emulator:
    """The emulator that the page starts, on a free port; not started yet."""
    found = [shlex.split(command)[1:] for command in console(page) if command.startswith(EMULATOR)]
    options = parser().parse_args(found[0] if found else [])
    return Emulator(accounts=options.accounts or (), projects=map(astuple, options.projects or ()))


class Walk:
    """One walk against a running ``opentok``; ``env`` are variables that the page leaves to its reader."""

    def __init__(self, page: Path, opentok: Emulator, env: Mapping[str, str]) -> None:
        self.page, self.opentok = page, opentok
        self.env = {**opentok.env, **env}
        self.printed = ""
        self.addresses: dict[str, str] = {}
        self.secrets = {secret for _, secret in opentok.all_accounts()}
        self._note_secrets()

    def go(self) -> None:
        """Types all commands, and looks for the output that the page shows and for secrets in all that was printed."""
        for command in console(self.page):
            for address, own in self.addresses.items():
                command = command.replace(address, own)
            self._type(command)
            self._note_secrets()
        left = never_printed(self.page, self.printed)
        assert left == [], f"never printed: {left}\n{self.printed}"
        assert [secret for secret in self.secrets if secret in self.printed] == []

    def asked(self, operation: str) -> int:
        """How often OpenTok was asked for it, so far."""
        return [entry["operation"] for entry in self.opentok.journal()].count(operation)

    def _type(self, command: str) -> None:
        if command.startswith((EMULATOR, "moto_server")):
            return  # which the test has started
        if command.startswith("export "):
            name, _, value = shlex.split(command)[1].partition("=")
            self.env[name] = value
            return
        method = self._own(command)
        if method:
            method(command)
        else:
            self._shell(command)

    def _own(self, command: str) -> Callable[[str], None] | None:
        return None

    def _shell(self, command: str) -> None:
        env = whole_environment(self.env)
        done = subprocess.run(["bash", "-ec", command], cwd=self.folder, env=env, capture_output=True, text=True, check=False)
        self.printed += done.stdout + done.stderr
        assert done.returncode == 0, f"{command}\n{self.printed}"

    @property
    def folder(self) -> Path:
        """Where the commands are typed."""
        raise NotImplementedError

    def _note_secrets(self) -> None:
        self.secrets |= {project["secret"] for project in self.opentok.all_projects()}


class PulumiWalk(Walk):
    """Of an example with Pulumi: ``stack`` has its folder. Each ``pulumi up`` is typed twice, and the second one must be quiet."""

    def __init__(self, page: Path, opentok: Emulator, new_stack: Callable[..., EngineStack], env: Mapping[str, str]) -> None:
        super().__init__(page, opentok, env)
        self.stack = new_stack(folder=page.parent, env=self.env)
        self.env = {**self.stack.env, **self.env}
        self.exports: dict[str, Any] = {}
        """Those of the last ``up``."""

    @property
    def folder(self) -> Path:
        return self.stack.work_dir

    def go(self) -> None:
        super().go()
        on_disk = self.stack.everything_on_disk()
        assert [secret for secret in self.secrets if secret in on_disk] == []

    def _own(self, command: str) -> Callable[[str], None] | None:
        return self._pulumi if re.match(r"(printf .* \| )?pulumi ", command) else None

    def _pulumi(self, command: str) -> None:
        self.stack.env.update(self.env)
        stdin, _, line = command.rpartition("pulumi ")
        words = shlex.split(line)
        if words in (["login", "--local"], ["stack", "init", self.stack.name]):
            return  # as the fixture has done
        if words == ["up"]:
            assert self._run(self.stack.up()).changed, f"{command} did nothing"
            assert not self._run(self.stack.up(expect_no_changes=True)).changed
            self.exports = self.stack.outputs()
        elif words in (["preview"], ["refresh", "--yes"], ["destroy"]):
            self._run(getattr(self.stack, words[0])())
        else:
            typed = shlex.split(stdin.removesuffix(" | "))[2:]
            done = self.stack.cli(*words, "--stack", self.stack.name, stdin=typed[0] if typed else None)
            assert done.returncode == 0, done.stderr
            self.printed += done.stdout

    def _run(self, outcome: Any) -> Any:
        self.printed += outcome.ok().text
        return outcome


class AnsibleWalk(Walk):
    """Of an example with Ansible, in a copy of its folder. A playbook is played twice where it is first played without check mode,
    and must change nothing the second time."""

    def __init__(self, page: Path, opentok: Emulator, home: Path, env: Mapping[str, str]) -> None:
        super().__init__(page, opentok, env)
        self._folder = Path(shutil.copytree(page.parent, home / "example"))
        self._ansible = AnsibleRun(home, opentok, self.env)
        self._played_twice: set[str] = set()

    @property
    def folder(self) -> Path:
        return self._folder

    def _own(self, command: str) -> Callable[[str], None] | None:
        return self._play if command.startswith("ansible-playbook ") else None

    def _play(self, command: str) -> None:
        _, name, *arguments = shlex.split(command)
        if "--check" in arguments or command in self._played_twice:
            self.printed += self._ansible.playbook(self._folder / name, *arguments).succeeded().output
            return
        self._played_twice.add(command)
        first, again = self._ansible.twice(self._folder / name, *arguments)
        self.printed += first.succeeded().output
        assert again.changed() == [], again.output


class ServiceWalk(Walk):
    """Of an example with a service, which is started in a copy of the folder on a free port, and stopped at the end of the context."""

    def __init__(self, page: Path, opentok: Emulator, engine: Path, home: Path) -> None:
        super().__init__(page, opentok, {})
        self._shell_home = Shell(engine, home, page.parent, {})
        self.env = {**self._shell_home.env, **self.env, "PORT": str(_free_port())}
        self.env["PATH"] = f"{Path(sys.prefix, 'bin')}:{self.env['PATH']}"
        self.url = self.addresses[SERVICE] = f"http://127.0.0.1:{self.env['PORT']}"
        self._service: subprocess.Popen[str] | None = None
        self._log = home / "service.log"

    @property
    def folder(self) -> Path:
        return self._shell_home.work_dir

    def __enter__(self) -> ServiceWalk:
        return self

    def __exit__(self, *_: object) -> None:
        if self._service:
            self._service.terminate()
            self._service.communicate()

    def leaks(self) -> list[str]:
        """The secrets that the service printed or left on disk."""
        seen = self.printed + self._shell_home.everything_on_disk()
        return [secret for secret in self.secrets if secret in seen]

    def _own(self, command: str) -> Callable[[str], None] | None:
        return self._start if command.startswith("python ") else None

    def _start(self, command: str) -> None:
        env = whole_environment(self.env)
        with self._log.open("w", encoding="utf-8") as log:
            self._service = subprocess.Popen(shlex.split(command), cwd=self.folder, env=env, stdout=subprocess.PIPE, stderr=log, text=True)
        said = self._service.stdout.readline() if self._service.stdout else ""
        assert said.startswith("listening on"), self._log.read_text(encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _pattern(line: str) -> str:
    """``...`` stands for anything."""
    return r"\s+".join(".*".join(re.escape(part) for part in word.split("...")) for word in line.split())
