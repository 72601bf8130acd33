# SPDX-License-Identifier: Apache-2.0
"""`ansible-inventory --list` of an account with 5,000 projects."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.emulator_process import ROOT, EmulatorProcess
from bench.filling import fill
from bench.row import Row

PROJECTS, LIMIT, ROUNDS = 5000, 3.0, 5


def rows() -> list[Row]:
    """The time of a whole run, and what it asks for."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "opentok.sqlite"
        fill(data, projects=PROJECTS, sessions_each=0)
        source = Path(folder) / "opentok.yml"
        source.write_text("plugin: opentok.cloud.projects\n", encoding="utf-8")
        with EmulatorProcess("--data", str(data)) as opentok:
            run(source, opentok)  # compiles
            opentok.clear_journal()
            times = [run(source, opentok) for _ in range(ROUNDS)]
            asked = len(opentok.journal()) / ROUNDS
    wall, cpu = (min(one) for one in zip(*times, strict=True))
    note = f"whole runs of ansible-inventory, best of {ROUNDS}; {cpu:.2f} s of CPU"
    return [
        Row(f"inventory of {PROJECTS:,} projects", f"<= {LIMIT:.0f} s", f"{wall:.2f} s", wall <= LIMIT, note),
        Row(f"requests: inventory of {PROJECTS:,} projects", "1", f"{asked:g}", asked == 1),
    ]


def run(source: Path, opentok: EmulatorProcess) -> tuple[float, float]:
    """Seconds of a run by the clock, and of CPU."""
    command = [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(source), "--list"]
    environ = {**os.environ, **opentok.env, "ANSIBLE_COLLECTIONS_PATH": str(ROOT)}
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True)
    taken, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert len(json.loads(done.stdout)["opentok"]["hosts"]) == PROJECTS
    return taken, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
