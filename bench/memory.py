# SPDX-License-Identifier: Apache-2.0
"""Memory: of a client that lists 10,000 archives, and of an emulator with 10,000 projects and 100,000 sessions in its file."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.emulator_process import ROOT, EmulatorProcess
from bench.filling import fill
from bench.row import Row
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.http.pages import PAGE

WALK_LIMIT, ARCHIVES = 5.0, 10_000
EMULATOR_LIMIT, PROJECTS, SESSIONS = 150.0, 10_000, 100_000


def rows() -> list[Row]:
    """Two rows."""
    with tempfile.TemporaryDirectory() as folder:
        return [walk(Path(folder) / "archives"), emulator(Path(folder) / "projects")]


def walk(data: Path) -> Row:
    """The iterator of the core over all archives of a project."""
    fill(data, projects=1, sessions_each=100, archives_each=ARCHIVES // 100)
    with EmulatorProcess("--data", str(data)) as opentok:
        (project,) = opentok.account().projects.list()
        traced = walked(opentok, project.credentials, "traced")
        opentok.clear_journal()
        resident = walked(opentok, project.credentials, "rss")
        requests = len(opentok.journal()) - 1
    most = max(traced, resident)
    ok = most <= WALK_LIMIT and requests == ARCHIVES // PAGE + 1
    note = f"fresh processes: {resident:.2f} MB of resident memory, {traced:.2f} MB by tracemalloc; {requests} pages of {PAGE}"
    return Row(f"core lists {ARCHIVES:,} archives: memory", f"<= {WALK_LIMIT:.0f} MB", f"{most:.2f} MB", ok, note)


def walked(opentok: EmulatorProcess, pair: Credentials, how: str) -> float:
    """Megabytes above the start."""
    command = [sys.executable, "-m", "bench.archive_walk", opentok.url, pair.key, how]
    said: dict[str, Any] = json.loads(subprocess.run(command, cwd=ROOT, input=pair.secret, capture_output=True, text=True, check=True).stdout)
    if said["count"] != ARCHIVES:
        raise RuntimeError(f"{said['count']} archives, not {ARCHIVES}")
    return float(said["megabytes"])


def emulator(data: Path) -> Row:
    """Filled, started anew, asked for all that it has."""
    fill(data, projects=PROJECTS, sessions_each=SESSIONS // PROJECTS)
    with EmulatorProcess("--data", str(data)) as opentok:
        start = opentok.megabytes()
        projects = opentok.account().projects.list()
        listed = opentok.megabytes("VmHWM")
        sessions = len(opentok.all_sessions())
        most = opentok.megabytes("VmHWM")
    if (len(projects), sessions) != (PROJECTS, SESSIONS):
        raise RuntimeError(f"{len(projects)} projects and {sessions} sessions")
    note = f"resident after a restart {start:.0f} MB; at most {listed:.0f} MB in a list of projects, {most:.0f} MB in a list of all sessions"
    what = f"emulator with {PROJECTS:,} projects, {SESSIONS:,} sessions in a file: memory"
    return Row(what, f"<= {EMULATOR_LIMIT:.0f} MB", f"{most:.0f} MB", math.ceil(most) <= EMULATOR_LIMIT, note)
