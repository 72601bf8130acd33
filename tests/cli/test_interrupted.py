# SPDX-License-Identifier: Apache-2.0
"""Ctrl+C, SIGTERM and a terminal that is closed: what was begun is finished, recorded and published, and the run says so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.cli.running import PROGRAM, Command, Done

SIGNALS = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
HEARS = f"""
import os, signal, sys
for number in {[int(number) for number in SIGNALS]}:
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""
"""A suite that was started in the background of a shell ignores Ctrl+C, and so would what it starts."""
ROTATE = ("rotate", "acme", "--reason", "leaked", "--yes", "--ledger", "ledger.json", "--publish", "file:acme.json")


def interrupted(command: Command, when: Callable[[], object], *numbers: int, arguments: tuple[str, ...]) -> Done:
    """The run that gets these signals as soon as `when()` is true."""
    process = subprocess.Popen(
        [sys.executable, "-c", HEARS, *PROGRAM, *arguments],
        cwd=command.folder,
        env=command.environment({}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not when():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)
    for number in numbers:
        os.kill(process.pid, number)
    out, err = process.communicate(timeout=20)
    return Done(process.returncode, out, err)


def asked(command: Command, operation: str) -> bool:
    return any(entry["operation"] == operation for entry in command.emulator.journal())


@pytest.mark.parametrize("number", SIGNALS[:2])
def test_many(command: Command, number: int) -> None:
    command.emulator.fault("project.create", "delay", times=None, seconds=0.5)
    rows = ", ".join(f"{{name: P{one}}}" for one in range(30))
    arguments = ("apply", "-f", command.file(f"projects: [{rows}]"), "--parallel", "2")
    done = interrupted(command, lambda: asked(command, "project.create"), number, arguments=arguments)
    names = command.names()
    assert 0 < len(names) < 10
    assert done.code == 128 + number
    assert done.err == "opentok-projects: interrupted: what was begun is finished, the rest is not done; run again\n"
    *made, summary = done.out.splitlines()
    assert sorted(made) == [f"+ {name}  create project '{name}'" for name in names]
    assert summary == f"30 projects: {len(names)} changed, 0 as declared, {30 - len(names)} not done"
    command.emulator.clear_faults()
    command("apply", "-f", "tenants.yaml").ok()
    assert len(command.names()) == 30


@pytest.mark.parametrize("numbers", [*((number,) for number in SIGNALS), (signal.SIGINT, signal.SIGINT, signal.SIGTERM)])
def test_a_rotation_that_is_begun_is_recorded_and_published(command: Command, numbers: tuple[int, ...]) -> None:
    before = command.projects.create("acme").secret
    command.emulator.fault("project.refresh_secret", "delay", seconds=0.4)
    done = interrupted(command, lambda: command.secrets()[-1] != before, *numbers, arguments=ROTATE)
    (project,) = command.projects.list()
    assert project.secret != before
    assert json.loads((command.folder / "acme.json").read_text())["api_secret"] == project.secret
    assert project.secret_fingerprint in (command.folder / "ledger.json").read_text()
    assert done.code == 128 + numbers[0]
    assert done.err == "opentok-projects: interrupted: what was begun is finished; running it again would rotate once more\n"
    assert "publish the credentials of project 46000001" in done.out
    assert not [secret for secret in command.secrets() if secret in done.out]


@pytest.mark.parametrize(
    ("number", "arguments"),
    [(signal.SIGINT, ("list",)), (signal.SIGTERM, ("apply", "-f", "tenants.yaml", "--yes")), *((number, ROTATE) for number in SIGNALS)],
)
def test_before_anything_is_begun_it_ends_at_once(command: Command, number: int, arguments: tuple[str, ...]) -> None:
    before = command.projects.create("acme")
    command.file("projects: [{name: acme, status: suspended}]")
    command.emulator.fault("project.list", "delay", seconds=1.0)
    done = interrupted(command, lambda: asked(command, "project.list"), number, arguments=arguments)
    said = "interrupted" if arguments == ("list",) else "interrupted: nothing was done"
    assert done == Done(128 + number, "", f"opentok-projects: {said}\n")
    assert command.projects.list() == [before]


def test_a_signal_that_is_ignored_stays_ignored(command: Command) -> None:
    """`nohup`, and what a shell starts in the background."""
    before = command.projects.create("acme").secret
    line = f"trap '' HUP; exec {' '.join(PROGRAM)} {' '.join(ROTATE)}"
    command.emulator.fault("project.list", "delay", seconds=0.4)
    process = subprocess.Popen(["sh", "-c", line], cwd=command.folder, env=command.environment({}), stdout=subprocess.PIPE, text=True)
    while not asked(command, "project.list"):
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGHUP)
    process.communicate(timeout=20)
    assert (process.returncode, command.secrets()[-1] != before) == (0, True)
