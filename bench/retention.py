# SPDX-License-Identifier: Apache-2.0
"""Archive retention over 10,000 archives: what is read, how much memory it takes, and that deletes are under way at a time."""

from __future__ import annotations

import collections
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.emulator_process import ROOT, EmulatorProcess
from bench.filling import fill
from bench.row import Row
from pulumi_opentok.core import Credentials
from pulumi_opentok.core.desired.parallel import PARALLEL
from pulumi_opentok.core.http.pages import MAX_COUNT

LIMIT, ARCHIVES = 20.0, 10_000
DELAYED, DELAY = 200, 0.2
DELETES_LIMIT = 2 / PARALLEL
HOUR = 3600


def rows() -> list[Row]:
    """Three rows."""
    with tempfile.TemporaryDirectory() as folder:
        return [*over_many(Path(folder) / "many"), at_a_time(Path(folder) / "some")]


def over_many(data: Path) -> list[Row]:
    """All of them are old: the most that there can be to hold."""
    fill(data, projects=1, sessions_each=100, archives_each=ARCHIVES // 100, age=20 * HOUR)
    with EmulatorProcess("--data", str(data)) as opentok:
        (project,) = opentok.account().projects.list()
        opentok.settle()
        traced = run(opentok, project.credentials, "traced", ARCHIVES)
        opentok.clear_journal()
        resident = run(opentok, project.credentials, "rss", ARCHIVES)
        asked = collections.Counter(entry["operation"] for entry in opentok.journal())
    most = max(traced["megabytes"], resident["megabytes"])
    note = (
        f"fresh processes: {resident['megabytes']:.2f} MB of resident memory, {traced['megabytes']:.2f} MB by tracemalloc (a check);"
        f" {resident['seconds']:.1f} s with all deletes"
    )
    pages = asked["archive.list"] - 1  # the first one is part of the start
    return [
        Row(f"retention over {ARCHIVES:,} archives, all deleted: memory", f"<= {LIMIT:.0f} MB", f"{most:.2f} MB", most <= LIMIT, note),
        Row(
            f"retention: pages of {MAX_COUNT:,}, deletes",
            f"<= {ARCHIVES // MAX_COUNT + 1}, {ARCHIVES:,}",
            f"{pages}, {asked['archive.delete']:,}",
            pages <= ARCHIVES // MAX_COUNT + 1 and asked["archive.delete"] == ARCHIVES,
        ),
    ]


def at_a_time(data: Path) -> Row:
    """Deletes that take a while at the server, against one after the other."""
    fill(data, projects=1, sessions_each=1, archives_each=DELAYED, age=20 * HOUR)
    with EmulatorProcess("--data", str(data)) as opentok:
        (project,) = opentok.account().projects.list()
        opentok.settle()
        opentok.fault("archive.delete", "delay", seconds=DELAY, times=DELAYED)
        done = run(opentok, project.credentials, "rss", DELAYED)
    ratio = done["seconds"] / (DELAYED * DELAY)
    note = f"{DELAYED} deletes that the server holds for {DELAY:.2f} s each; with {PARALLEL} under way at a time it is {1 / PARALLEL:.3f} x at best"
    what = "retention, deletes at a time : one after the other"
    return Row(what, f"<= {DELETES_LIMIT:.2f} x", f"{ratio:.3f} x", ratio <= DELETES_LIMIT, note)


def run(opentok: EmulatorProcess, pair: Credentials, how: str, count: int) -> dict[str, Any]:
    """What the process said; all archives must be among the deleted."""
    command = [sys.executable, "-m", "bench.retention_run", opentok.url, pair.key, "12h", how]
    said: dict[str, Any] = json.loads(subprocess.run(command, cwd=ROOT, input=pair.secret, capture_output=True, text=True, check=True).stdout)
    if said["count"] != count:
        raise RuntimeError(f"{said['count']} archives, not {count}")
    return said
