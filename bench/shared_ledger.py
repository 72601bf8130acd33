# SPDX-License-Identifier: Apache-2.0
"""Eight runners that share one PostgreSQL ledger against one that does it all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter

from bench.emulator_process import ROOT, EmulatorProcess
from bench.row import Row
from tests.postgresql_server import started
from tools.postgresql import ensure_postgresql

COUNT, RUNNERS, RATIO = 500, 8, 1.5
LATENCY = 0.1


def rows() -> list[Row]:
    """One row."""
    with EmulatorProcess() as opentok, started(ensure_postgresql()) as server:
        url = server.url(server.database())
        run(opentok, url, "1", runners=RUNNERS)
        opentok.fault("project.refresh_secret", "delay", seconds=LATENCY, times=None)
        alone, once = rotated(opentok, url, "2", runners=1)
        overhead, _none = run(opentok, url, "2", runners=1)
        together, also_once = rotated(opentok, url, "3", runners=RUNNERS)
    least = alone / RUNNERS + overhead
    ratio = together / least
    what = f"{RUNNERS} processes, {COUNT} projects, one PostgreSQL ledger: rotations due"
    note = f"{together:.1f} s, one process {alone:.1f} s, of which {overhead:.1f} s with nothing to do; one project at a time in each process"
    times = "exactly once each" if once and also_once else "NOT once each"
    target = f"exactly once each, <= {RATIO} x one / {RUNNERS} + overhead"
    return [Row(what, target, f"{times}, {ratio:.2f} x", once and also_once and ratio <= RATIO, note)]


def rotated(opentok: EmulatorProcess, url: str, trigger: str, *, runners: int) -> tuple[float, bool]:
    """Seconds, and whether each secret was rotated once."""
    opentok.clear_journal()
    seconds, changed = run(opentok, url, trigger, runners=runners)
    counts = Counter(entry["path"] for entry in opentok.journal() if entry["operation"] == "project.refresh_secret")
    return seconds, len(counts) == COUNT == changed and set(counts.values()) == {1}


def run(opentok: EmulatorProcess, url: str, trigger: str, *, runners: int) -> tuple[float, int]:
    """So many processes at once, which have imported all: seconds from the word to the last one's end, and what they have changed."""
    command = [sys.executable, "-m", "bench.shared_ledger_run", url, str(COUNT), trigger]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(command, cwd=ROOT, env={**os.environ, **opentok.env}, **pipes) for _ in range(runners)]  # type: ignore[call-overload]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    start = time.perf_counter()
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [json.loads(process.stdout.readline()) for process in processes]
    seconds = time.perf_counter() - start
    for process in processes:
        process.communicate()
    assert not any(one["failed"] for one in said), said
    return seconds, sum(one["changed"] for one in said)
