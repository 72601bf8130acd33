# SPDX-License-Identifier: Apache-2.0
"""The command ``opentok-emulator`` in a process of its own, and in this one where only its words are of interest."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pulumi_opentok.emulator import cli

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., "subprocess.Popen[str]"]


def command_line(*arguments: str) -> list[str]:
    """The command as it is run in a process."""
    return [sys.executable, "-m", "pulumi_opentok.emulator", *arguments]


@contextlib.contextmanager
def processes() -> Iterator[Start]:
    """Starts the command, as often as it is called; ends what is left. ``environ``: more variables."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **environ: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command_line(*arguments),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        )
        running.append(process)
        return process

    try:
        yield start
    finally:
        for process in running:
            process.kill()
            process.communicate()


def described(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The line that ``--json`` prints."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, process.stderr.read() if process.stderr else ""
    return dict(json.loads(line))


def failing_process(*arguments: str) -> str:
    """The one line of a command that cannot start."""
    done = subprocess.run(command_line(*arguments), cwd=ROOT, capture_output=True, text=True, check=False)
    return _one_line(done.returncode, done.stdout, done.stderr)


def failing(*arguments: str) -> str:
    """The same in this process, which takes a hundredth of the time."""
    out, err = io.StringIO(), io.StringIO()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status: Any = cli.main(arguments)
            except SystemExit as ended:
                status = ended.code
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    return _one_line(status, out.getvalue(), err.getvalue())


def _one_line(status: Any, out: str, err: str) -> str:
    assert (status, out) == (2, "")
    assert err.startswith("opentok-emulator: ")
    assert err.count("\n") == 1
    return err
