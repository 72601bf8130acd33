# SPDX-License-Identifier: Apache-2.0
"""`opentok-projects` with tens of thousands of projects: what one of many costs, and what a look at all takes.

CPU time of the command: it computes, and on a busy machine the rest of the wall time is the others' work. Wall time is printed beside it.
"""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.account_server import AccountServer
from bench.emulator_process import ROOT
from bench.row import Row

MANY, FEW, RATIO = 30_000, 1_000, 1.3
ROUNDS = 4
"""Runs over few projects, beside one over many."""
ALL, SECONDS, MEGABYTES = 100_000, 30.0, 500.0
CHECKED, CHECKED_SECONDS, CHECKED_MEGABYTES = 5_000, 5.0, 150.0


@dataclasses.dataclass(frozen=True)
class Ran:
    """What a run of the command took: seconds of CPU and of wall time, the most memory in millions of bytes, and what it asked for."""

    cpu: float
    wall: float
    megabytes: float
    asked: dict[str, int]


def rows() -> list[Row]:
    """Three rows."""
    with AccountServer() as server, tempfile.TemporaryDirectory() as folder:
        return [created(server, Path(folder)), all_as_declared(server, Path(folder)), checked(server, Path(folder))]


def created(server: AccountServer, folder: Path) -> Row:
    """The first `apply` of many projects against that of few, each with a ledger of its own."""

    def apply(count: int) -> Ran:
        ledger = folder / "ledger.json"
        ledger.unlink(missing_ok=True)
        server.fill(0)
        return run(server, "apply", "-f", declared(folder, count), "--ledger", str(ledger), "--yes")

    start = min(run(server, "list").cpu for _ in range(ROUNDS))
    few = [apply(FEW) for _ in range(ROUNDS // 2)]
    many = apply(MANY)
    few += [apply(FEW) for _ in range(ROUNDS // 2)]
    each, of_many = (min(one.cpu for one in few) - start) / FEW, (many.cpu - start) / MANY
    assert many.asked == {"project.list": 2, "project.create": MANY}, many
    ratio = of_many / each
    note = (
        f"{of_many * 1000:.2f} and {each * 1000:.2f} ms of CPU a project, without the start of the command ({start:.2f} s); {many.cpu:.0f} s of"
        f" CPU, {many.wall:.0f} s in all, {many.megabytes:.0f} MB; a minimum of {ROUNDS} for the few"
    )
    return Row(f"apply of {MANY:,} new projects : of {FEW:,}, each", f"<= {RATIO:.1f} x", f"{ratio:.2f} x", ratio <= RATIO, note)


def all_as_declared(server: AccountServer, folder: Path) -> Row:
    """A plan that has nothing to do."""
    server.fill(ALL)
    ran = run(server, "plan", "-f", declared(folder, ALL), "--expect-no-changes")
    ok = ran.asked == {"project.list": 1} and ran.cpu <= SECONDS and ran.megabytes <= MEGABYTES
    measured = f"{sum(ran.asked.values())} request, {ran.cpu:.1f} s, {ran.megabytes:.0f} MB"
    note = f"CPU time of the command, a YAML file; {ran.wall:.1f} s in all"
    return Row(f"plan of {ALL:,} projects, nothing to do", f"1 request, <= {SECONDS:.0f} s, <= {MEGABYTES:.0f} MB", measured, ok, note)


def checked(server: AccountServer, folder: Path) -> Row:
    """The same of fewer, by the core alone: what a layer adds to is this."""
    server.fill(CHECKED)
    program = (
        "from pulumi_opentok.core import Connection\n"
        "from pulumi_opentok.core.desired import Scope\n"
        "from pulumi_opentok.core.desired.fleet.entries import declarations_of\n"
        "from pulumi_opentok.core.desired.fleet.fleet import Fleet\n"
        f"declared = declarations_of({{f'tenant-{{number:06d}}': None for number in range({CHECKED})}})\n"
        "report = Fleet(Scope(Connection.resolve())).apply(declared)\n"
        f"assert (report.changed, report.failed, len(report.outcomes)) == (0, 0, {CHECKED})\n"
    )
    ran = measured(server, [sys.executable, "-c", program])
    ok = ran.asked == {"project.list": 1} and ran.cpu <= CHECKED_SECONDS and ran.megabytes <= CHECKED_MEGABYTES
    shown = f"{ran.cpu:.1f} s, {ran.megabytes:.0f} MB"
    note = f"CPU time of a fresh process with its imports, {sum(ran.asked.values())} request; {ran.wall:.1f} s in all"
    target = f"<= {CHECKED_SECONDS:.0f} s, <= {CHECKED_MEGABYTES:.0f} MB"
    return Row(f"core: {CHECKED:,} projects checked", target, shown, ok, note)


def declared(folder: Path, count: int) -> str:
    """A file that declares so many."""
    file = folder / f"{count}.yaml"
    file.write_text("projects:\n" + "".join(f"- {{key: t{number}, name: tenant-{number:06d}}}\n" for number in range(count)), encoding="utf-8")
    return str(file)


def run(server: AccountServer, *arguments: str) -> Ran:
    """Runs the command."""
    return measured(server, [sys.executable, "-m", "pulumi_opentok.cli", *arguments])


def measured(server: AccountServer, command: list[str]) -> Ran:
    """What the process took. It must end with 0."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **server.env}, stdout=subprocess.DEVNULL)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (command, process.returncode)
    return Ran(used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss * 1024 / 1e6, server.asked())
