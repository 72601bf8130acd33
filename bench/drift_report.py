# SPDX-License-Identifier: Apache-2.0
"""`opentok-projects drift` of five thousand projects: one request, and every report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.emulator_process import ROOT, EmulatorProcess
from bench.filling import fill
from bench.row import Row

MANY = 5_000
DRIFTED = 500
SECONDS = 3.0
ROUNDS = 5
OUTPUTS = ("--since", "drift.json", "--json-file", "drift.json", "--markdown", "drift.md", "--junit", "drift.xml", "--prometheus", "opentok.prom")
SOMETHING_HAS_DRIFTED = 7


def rows() -> list[Row]:
    """The requests and the time of one run."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder / "data", projects=MANY, sessions_each=0)
        declared = [{"name": f"tenant {number:05}", "status": "suspended" if number < DRIFTED else "active"} for number in range(MANY)]
        (folder / "tenants.json").write_text(json.dumps({"projects": declared}), encoding="utf-8")
        with EmulatorProcess("--data", str(folder / "data")) as opentok:
            taken = [looked(folder, opentok) for _round in range(ROUNDS)]
            opentok.clear_journal()
            looked(folder, opentok)
            requests = len(opentok.journal())
    what = f"drift report of {MANY:,} projects, {DRIFTED} drifted"
    note = f"the least of {ROUNDS} whole runs of the command, with all four files and the document of the run before"
    return [
        Row(f"{what}: requests", "1", str(requests), requests == 1),
        Row(f"{what}: time", f"<= {SECONDS:.0f} s", f"{min(taken):.2f} s", min(taken) <= SECONDS, note),
    ]


def looked(folder: Path, opentok: EmulatorProcess) -> float:
    """Seconds of one run."""
    command = [sys.executable, "-m", "pulumi_opentok.cli", "drift", "-f", "tenants.json", *OUTPUTS]
    environment = {**os.environ, **opentok.env, "PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    taken = time.perf_counter() - start
    if done.returncode != SOMETHING_HAS_DRIFTED:
        raise RuntimeError(f"exit status {done.returncode}: {done.stderr.decode(errors='replace')[:300]}")
    return taken
