# SPDX-License-Identifier: Apache-2.0
"""Runs on a ledger, each a process of its own (``tests.ledgers.run``)."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Iterator, Mapping
from typing import Any

from tests import forking
from tests.engine.environment import REPO, whole_environment

MODULE = "tests.ledgers.run"


class Refused(Exception):
    """What was asked for raised ``kind``."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind
        self.text = text


class Run:
    """``run.set("project/1", {…})`` does it there, and raises :class:`Refused`; ``begin`` and ``answer`` are its halves."""

    def __init__(self, url: str, environ: Mapping[str, str], *, lifetime: float = 20.0, patience: float = 60.0, module: str = MODULE) -> None:
        there, ours = os.pipe()
        answers, theirs = os.pipe()
        env = whole_environment({"PYTHONPATH": str(REPO), **environ})
        self.process = forking.start(module, [url, str(lifetime), str(patience)], env=env, stdin=there, stdout=theirs, stderr=2, cwd=REPO)
        os.close(there)
        os.close(theirs)
        self._to = os.fdopen(ours, "w", buffering=1)
        self._from = os.fdopen(answers)
        self.warnings: list[str] = []

    def __getattr__(self, name: str) -> Any:
        def ask(*arguments: Any) -> Any:
            self.begin(name, *arguments)
            return self.answer()

        return ask

    def begin(self, *command: Any) -> None:
        """Tells it to, and does not wait."""
        self._to.write(json.dumps(command) + "\n")

    def answer(self) -> Any:
        """What came of the first command that has not been answered."""
        while "warning" in (said := self._said()):
            self.warnings.append(said["warning"])
        if "error" in said:
            raise Refused(said["error"], said["text"])
        return said["answer"]

    def warning(self) -> str:
        """Waits until it warns."""
        return str(self._said()["warning"])

    def stop(self) -> None:
        """It stands still, until it is told to go on."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self._to.close()
        self._from.close()
        self.process.kill()
        self.process.wait()
        self.process.close()

    def _said(self) -> dict[str, Any]:
        line = self._from.readline()
        assert line, "the run ended"
        return dict(json.loads(line))


@contextlib.contextmanager
def runs(url: str, environ: Mapping[str, str], number: int = 1, *, lifetime: float = 20.0, patience: float = 60.0) -> Iterator[list[Run]]:
    """So many runs, open for writing."""
    started = [Run(url, environ, lifetime=lifetime, patience=patience) for _ in range(number)]
    try:
        for run in started:
            run.begin("open")
        for run in started:
            run.answer()
        yield started
    finally:
        for run in started:
            run.end()
