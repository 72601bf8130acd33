# SPDX-License-Identifier: Apache-2.0
"""`pulumi up` of 100 projects on the real engine against the same stack with a provider that does nothing."""

from __future__ import annotations

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from bench.emulator_process import EmulatorProcess
from bench.row import Row
from bench.stacks import Stacks, name_of, noops, projects
from bench.timing import interleaved
from pulumi_opentok.core.http.auth import Signer
from tools.engine.pulumi_cli import ensure_engine

LIMIT = 1.30
COUNT, ROUNDS = 100, 5
WORKERS = 4  # as many as the SDK's server of dynamic providers has


def rows() -> list[Row]:
    """One row."""
    engine = ensure_engine()
    with EmulatorProcess() as opentok, tempfile.TemporaryDirectory() as folder:
        stacks = Stacks(engine, Path(folder), opentok)
        stacks.take_template()
        creates: list[float] = []

        def up_of_projects() -> float:
            opentok.reset()
            creates.append(bare_creates(opentok))
            opentok.reset()
            return up(stacks, projects(COUNT))

        def up_of_noops() -> float:
            return up(stacks, noops(COUNT))

        ours, theirs = interleaved(ROUNDS, up_of_projects, up_of_noops)
    ratio = (min(ours) - min(creates)) / min(theirs)
    note = (
        f"minima of {ROUNDS} each in turn: ({min(ours):.2f} s - {min(creates):.2f} s of {COUNT} bare POSTs by {WORKERS} threads)"
        f" / {min(theirs):.2f} s; with the creates {min(ours) / min(theirs):.2f} x"
    )
    return [Row(f"pulumi up of {COUNT} projects : no-op provider", f"<= {LIMIT:.2f} x + creates", f"{ratio:.3f} x + creates", ratio <= LIMIT, note)]


def up(stacks: Stacks, program: object) -> float:
    """Seconds of an up that creates them all."""
    stack = stacks.new(program)  # type: ignore[arg-type]
    start = time.perf_counter()
    done = stack.up().ok()
    taken = time.perf_counter() - start
    assert done.changes["create"] == COUNT + 1, done.changes  # and the stack itself
    return taken


def bare_creates(opentok: EmulatorProcess) -> float:
    """Seconds that the creates take without the core, Pulumi and the engine."""
    session, token = requests.Session(), Signer(opentok.credentials).token()

    def create(number: int) -> None:
        answer = session.post(f"{opentok.url}/v2/project", json={"name": name_of(number)}, headers={"X-OPENTOK-AUTH": token}, timeout=30)
        answer.raise_for_status()

    start = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(create, range(COUNT)))
    return time.perf_counter() - start
