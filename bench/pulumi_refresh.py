# SPDX-License-Identifier: Apache-2.0
"""`pulumi refresh` of 200 projects against the same stack of a provider that does nothing."""

from __future__ import annotations

import collections
import tempfile
import time
from pathlib import Path

from bench.emulator_process import EmulatorProcess
from bench.request_counts import BESIDE_A_LIST
from bench.row import Row
from bench.stacks import Stacks, noops, projects
from bench.timing import interleaved, of_minima
from tests.engine.stack import EngineStack
from tools.engine.pulumi_cli import ensure_engine

LIMIT = 1.30
COUNT, ROUNDS = 200, 5


def rows() -> list[Row]:
    """The time by the clock, and how often the account is listed."""
    engine = ensure_engine()
    with EmulatorProcess() as opentok, tempfile.TemporaryDirectory() as folder:
        stacks = Stacks(engine, Path(folder), opentok)
        stacks.take_template()
        ours, theirs = stacks.new(projects(COUNT), fast=True), stacks.new(noops(COUNT), fast=True)
        for stack in (ours, theirs):
            assert stack.up().ok().changes["create"] == COUNT + 1  # and the stack itself
        opentok.clear_journal()
        refresh(ours)
        asked = collections.Counter(str(entry["operation"]) for entry in opentok.journal())
        measured = interleaved(ROUNDS, lambda: refresh(ours), lambda: refresh(theirs))
    ratio = of_minima(*measured)
    note = f"minima of {ROUNDS} each in turn: {min(measured[0]):.2f} s / {min(measured[1]):.2f} s"
    operations = ", ".join(f"{times} x {operation}" for operation, times in sorted(asked.items()))
    once = asked["project.list"] == 1 and asked.total() <= 1 + BESIDE_A_LIST
    return [
        Row(f"pulumi refresh of {COUNT} projects : no-op provider", f"<= {LIMIT:.2f} x", f"{ratio:.3f} x", ratio <= LIMIT, note),
        Row(f"requests: refresh of {COUNT} projects", f"1 list, <= {BESIDE_A_LIST} more", str(asked.total()), once, operations),
    ]


def refresh(stack: EngineStack) -> float:
    """Seconds of a refresh that finds nothing new."""
    start = time.perf_counter()
    done = stack.refresh().ok()
    taken = time.perf_counter() - start
    assert not done.changed
    return taken
