# SPDX-License-Identifier: Apache-2.0
"""What a slow API costs an `up` that creates: native resources, of which the engine creates 64 at a time, against dynamic ones, four at a time."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.emulator_process import EmulatorProcess
from bench.native_noop import on_path
from bench.native_twins import native_twins
from bench.noop import OUTPUTS
from bench.row import Row
from bench.stacks import Stacks, noops, projects
from bench.up_again import outputs_of
from pulumi_opentok import native
from tests.engine.stack import EngineStack
from tools.engine.pulumi_cli import ensure_engine

LIMIT = 8.0
COUNT, AT_A_TIME, LATENCY, ROUNDS = 200, 64, 0.1, 3


def rows() -> list[Row]:
    """One row."""
    engine = ensure_engine()
    with EmulatorProcess() as opentok, tempfile.TemporaryDirectory() as folder, on_path(Path(folder)):
        stacks = Stacks(engine, Path(folder), opentok)
        stacks.take_template()
        kept = Path(folder) / "outputs.json"
        kept.write_text(json.dumps(twins(stacks, opentok)), encoding="utf-8")
        waits: dict[str, list[float]] = {"dynamic": [], "native": []}

        def of_api(name: str, stack: EngineStack) -> float:
            opentok.reset()
            opentok.fault("*", "delay", seconds=LATENCY, times=1_000_000)
            taken = up(stack)
            waits[name].append(span(opentok))
            return taken

        sides: dict[str, Callable[[], float]] = {
            "dynamic": lambda: of_api("dynamic", stacks.new(projects(COUNT), fast=True)),
            "dynamic no-op": lambda: up(stacks.new(noops(COUNT), fast=True)),
            "native": lambda: of_api("native", stacks.new(projects(COUNT, native), fast=True)),
            "native no-op": lambda: up(stacks.new(native_twins(kept), fast=True, **{OUTPUTS: str(kept)})),
        }
        taken: dict[str, list[float]] = {name: [] for name in sides}
        for turn in range(ROUNDS):
            for name in [*sides] if turn % 2 == 0 else [*reversed(sides)]:
                taken[name].append(sides[name]())
    best = {name: min(found) for name, found in taken.items()}
    above = {name: best[name] - best[f"{name} no-op"] for name in waits}
    note = (
        f"wall time, minima of {ROUNDS} each in turn: dynamic {best['dynamic']:.2f} s - {best['dynamic no-op']:.2f} s,"
        f" native {best['native']:.2f} s - {best['native no-op']:.2f} s; from the first request to the last answer"
        f" {min(waits['dynamic']):.2f} s and {min(waits['native']):.2f} s; load {os.getloadavg()[0]:.1f}"
    )
    what = f"{COUNT} creates, {LATENCY * 1000:.0f} ms each, above no-op stacks: dynamic : native"
    # Not as a ratio: next to what the engine does meanwhile, native creates may take no time at all.
    measured = f"{above['dynamic']:.2f} s : {above['native']:.2f} s"
    return [Row(what, f">= {LIMIT:.0f} x", measured, above["dynamic"] >= LIMIT * max(above["native"], 0.0), note)]


def up(stack: EngineStack) -> float:
    """Seconds of an up that creates them all."""
    start = time.perf_counter()
    done = stack.up(parallel=AT_A_TIME).ok()
    taken = time.perf_counter() - start
    assert done.changes["create"] == COUNT + 1, done.changes  # and the stack itself
    return taken


def twins(stacks: Stacks, opentok: EmulatorProcess) -> dict[str, dict[str, object]]:
    """What :func:`native_twins` and their provider know of as many as are created, all of it from one that is real."""
    stack = stacks.new(projects(1, native))
    stack.up().ok()
    opentok.reset()
    (found,) = outputs_of(stack).values()
    return {f"tenant-{number}": {**found, "id": f"{number}"} for number in range(COUNT)}


def span(opentok: EmulatorProcess) -> float:
    """Seconds from the first request to the last answer."""
    times = [float(entry["time"]) for entry in opentok.journal()]
    return times[-1] - times[0] + LATENCY
