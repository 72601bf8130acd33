# SPDX-License-Identifier: Apache-2.0
"""Runs the command, on pipes or on a terminal."""

from __future__ import annotations

import dataclasses
import json
import os
import pty
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pulumi_opentok.core import Account, Credentials
from pulumi_opentok.emulator import Emulator
from tests import forking
from tests.engine.environment import REPO, whole_environment

PROGRAM = (sys.executable, "-m", "pulumi_opentok.cli")
PROGRAMS = {"opentok-projects": "pulumi_opentok.cli", "opentok-ledger": "pulumi_opentok.cli.ledger"}
"""Command -> its module."""


@dataclasses.dataclass(frozen=True)
class Done:
    """What a run printed and how it ended."""

    code: int
    out: str
    err: str

    def ok(self, code: int = 0) -> Done:
        assert (self.code, self.err) == (code, ""), self
        return self

    def failed(self, code: int, *words: str) -> Done:
        """It ended so, with one line for each thing that is wrong, which has these words."""
        assert self.code == code, self
        assert self.err, self
        assert all(line.startswith(tuple(PROGRAMS)) for line in self.err.splitlines()), self.err
        assert "Traceback" not in self.err
        assert [word for word in words if word not in self.err] == [], self.err
        return self

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Command:
    """Runs the command in `folder` against `emulator`."""

    def __init__(self, emulator: Emulator, folder: Path, prog: str = "opentok-projects") -> None:
        self.module = PROGRAMS[prog]
        self.emulator = emulator
        self.folder = folder
        pair = Credentials(key=emulator.account_key, secret=emulator.account_secret, kind="account")
        self.projects = Account(pair, api_url=emulator.url).projects

    def __call__(self, *arguments: str, shows_secrets: bool = False, stdin: str = "", **env: str) -> Done:
        before = self.secrets()
        done = self._run(arguments, stdin, env)
        secrets = {*before, *self.secrets()}
        assert not [word for word in arguments for secret in secrets if secret in word]
        shown = done.stderr if shows_secrets else done.stdout + done.stderr
        assert not [secret for secret in secrets if secret in shown]
        assert "eyJ" not in done.stdout + done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def _run(self, arguments: Sequence[str], stdin: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        whole = self.environment(env)
        if not any(name.startswith(("PYTHON", "LC_", "LANG")) for name in env):
            return forking.run(self.module, arguments, env=whole, cwd=self.folder, stdin=stdin)
        command = [sys.executable, "-m", self.module, *arguments]
        return subprocess.run(command, cwd=self.folder, env=whole, input=stdin, capture_output=True, encoding="utf-8", check=False)

    def on_terminal(self, *arguments: str, typed: str = "", **env: str) -> tuple[int, str]:
        """The exit status and all that a terminal showed."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", self.module, *arguments],
            cwd=self.folder,
            env=self.environment({"TERM": "xterm", **env}),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        os.write(ours, typed.encode())
        shown = b""
        while True:
            try:
                more = os.read(ours, 65536)
            except OSError:  # how Linux says that the other side is closed
                break
            if not more:
                break
            shown += more
        os.close(ours)
        return process.wait(), shown.decode()

    def environment(self, env: dict[str, str]) -> dict[str, str]:
        own = {**self.emulator.env, "PYTHONPATH": str(REPO), "LC_ALL": "C.UTF-8", **env}
        whole = {name: value for name, value in whole_environment({}).items() if name not in ("COLUMNS", "NO_COLOR")}
        return {name: value for name, value in {**whole, **own}.items() if value != "(unset)"}

    def file(self, text: str, name: str = "tenants.yaml") -> str:
        """A file in the folder; its name."""
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def secrets(self) -> list[str]:
        return [secret for _key, secret in self.emulator.all_accounts()] + [project["secret"] for project in self.emulator.all_projects()]

    def asked(self) -> Counter[str]:
        """How many requests of each operation since the journal was last cleared; it is cleared."""
        found = Counter(entry["operation"] for entry in self.emulator.journal())
        self.emulator.clear_journal()
        return found

    def names(self) -> list[str]:
        return sorted(project["name"] for project in self.emulator.all_projects())
