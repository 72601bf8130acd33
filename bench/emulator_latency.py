# SPDX-License-Identifier: Apache-2.0
"""How long the emulator takes under mixed load of 200 requests a second from 16 clients, in memory and on a data file."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.emulator_process import ROOT, EmulatorProcess
from bench.mixed_load import CLIENTS
from bench.row import Row

LIMIT = 25.0
RATE, SECONDS, SEED = 200, 20, 20261125


def rows() -> list[Row]:
    """Two rows."""
    with tempfile.TemporaryDirectory() as folder:
        return [latency("in memory"), latency("on a data file", "--data", str(Path(folder) / "data"))]


def latency(where: str, *options: str) -> Row:
    """The 99th percentile of the latencies, each from its planned start. Any error makes the row fall short."""
    with EmulatorProcess(*options) as opentok:
        asked = {"url": opentok.url, "key": opentok.account_key, "secret": opentok.account_secret, "rate": RATE, "seconds": SECONDS, "seed": SEED}
        used, start = opentok.cpu_seconds(), time.perf_counter()
        command = [sys.executable, "-m", "bench.mixed_load"]
        done = subprocess.run(command, cwd=ROOT, input=json.dumps(asked) + "\n", stdout=subprocess.PIPE, text=True, check=True)
        share = (opentok.cpu_seconds() - used) / (time.perf_counter() - start)
        after = opentok.megabytes()
    said: dict[str, Any] = json.loads(done.stdout)
    ordered = sorted(said["latencies"])
    milliseconds = [each[0] for each in ordered]
    p50, p99, late = at(milliseconds, 0.50), at(milliseconds, 0.99), at(sorted(said["late"]), 0.99)
    errors = len(said["errors"])
    worst = f"{ordered[-1][0]:.0f} ms ({ordered[-1][1]})"
    note = (
        f"{len(ordered):,} requests of {CLIENTS} clients in {SECONDS} s, open loop; median {p50:.1f} ms, worst {worst};"
        f" the machine alone woke the generator late by {late:.1f} ms (p99);"
        f" the server had {share:.0%} of a core and {after:.0f} MB; load {os.getloadavg()[0]:.1f}"
    )
    note += "".join(f"; {one}" for one in said["errors"][:3])
    what = f"emulator {where}: p99 at {RATE} requests/s, errors"
    return Row(what, f"<= {LIMIT:.0f} ms, 0", f"{p99:.1f} ms, {errors}", p99 <= LIMIT and not errors, note)


def at(ordered: Sequence[float], share: float) -> float:
    """A percentile of what is in order."""
    return ordered[math.ceil(share * len(ordered)) - 1]
