# SPDX-License-Identifier: Apache-2.0
"""`pulumi up` where nothing changes: 1,000 resources of several kinds against the same stack of a provider that does nothing."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.emulator_process import EmulatorProcess
from bench.noop import OUTPUTS, Twin
from bench.row import Row
from bench.stacks import IS_SECRET, Stacks, mixed
from bench.timing import interleaved, of_minima
from tests.engine.stack import EngineStack
from tools.engine.pulumi_cli import ensure_engine

LIMIT = 1.15
COUNT, ROUNDS = 1000, 3


def rows() -> list[Row]:
    """One row."""
    engine = ensure_engine()
    with EmulatorProcess() as opentok, tempfile.TemporaryDirectory() as folder:
        stacks = Stacks(engine, Path(folder), opentok)
        ours = stacks.new(mixed(COUNT), fast=True)
        assert ours.up().ok().changes["create"] == COUNT + 1  # and the stack itself
        kept = Path(folder) / "outputs.json"
        kept.write_text(json.dumps(outputs_of(ours)), encoding="utf-8")
        twin = stacks.new(twins_of(kept), fast=True, **{OUTPUTS: str(kept)})
        assert twin.up().ok().changes["create"] == COUNT + 1
        opentok.clear_journal()
        measured = interleaved(ROUNDS, lambda: again(ours), lambda: again(twin))
        asked = len(opentok.journal())
    ratio = of_minima(*measured)
    note = f"minima of {ROUNDS} each in turn: {min(measured[0]):.2f} s / {min(measured[1]):.2f} s; {asked} requests"
    return [Row(f"{COUNT} mixed resources, up again : no-op provider", f"<= {LIMIT:.2f} x", f"{ratio:.3f} x", ratio <= LIMIT and not asked, note)]


def again(stack: EngineStack) -> float:
    """Seconds of an up that has nothing to do."""
    start = time.perf_counter()
    done = stack.up(expect_no_changes=True).ok()
    assert not done.changed
    return time.perf_counter() - start


def outputs_of(stack: EngineStack) -> dict[str, dict[str, Any]]:
    """Of each resource, by its name: its inputs, and its outputs as plain and secret ones."""
    found: dict[str, dict[str, Any]] = {}
    for row in stack.exported()["resources"]:
        if "dynamic/opentok" in row["type"]:
            outputs = {name: value for name, value in row["outputs"].items() if name != "__provider"}
            secret = {name: json.loads(value["plaintext"]) for name, value in outputs.items() if isinstance(value, dict) and IS_SECRET in value}
            plain = {name: value for name, value in outputs.items() if name not in secret}
            inputs = {name: value for name, value in row["inputs"].items() if name != "__provider"}
            found[row["urn"].rpartition("::")[2]] = {"id": row["id"], "inputs": inputs, "plain": plain, "secret": secret}
    return found


def twins_of(kept: Path) -> Callable[[], None]:
    """A program with a twin of each resource."""

    def program() -> None:
        for name, row in json.loads(kept.read_text(encoding="utf-8")).items():
            Twin(name, row["inputs"], [*row["plain"], *row["secret"]], list(row["secret"]))

    return program
