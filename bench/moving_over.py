# SPDX-License-Identifier: Apache-2.0
"""A stack of the dynamic provider that moves to the native one: what the engine does, and what OpenTok is asked to change."""

from __future__ import annotations

import collections
import tempfile
import time
from pathlib import Path

from bench.emulator_process import EmulatorProcess
from bench.native_noop import on_path
from bench.row import Row
from bench.stacks import Stacks, mixed
from pulumi_opentok import native
from tools.engine.pulumi_cli import ensure_engine

COUNT = 200
READS = (".get", ".list")


def rows() -> list[Row]:
    """One row."""
    engine = ensure_engine()
    with EmulatorProcess() as opentok, tempfile.TemporaryDirectory() as folder, on_path(Path(folder)):
        stack = Stacks(engine, Path(folder), opentok).new(mixed(COUNT), fast=True)
        stack.up().ok()
        stack.program = mixed(COUNT, native)
        opentok.clear_journal()
        start = time.perf_counter()
        moved = stack.up().ok()
        taken = time.perf_counter() - start
        asked = collections.Counter(str(row["operation"]) for row in opentok.journal())
        quiet = stack.up(expect_no_changes=True).code == 0
    writes = sum(count for operation, count in asked.items() if not operation.endswith(READS))
    replaced = COUNT - moved.changes.get("update", 0)
    note = f"{taken:.1f} s; {', '.join(f'{count} x {name}' for name, count in sorted(asked.items()))}; the next up is {'' if quiet else 'not '}quiet"
    measured = f"1 up, {replaced} replacements, {writes} writes"
    target = "1 up, 0 replacements, 0 writes"
    return [Row(f"{COUNT} dynamic resources moved over", target, measured, measured == target and quiet, note)]
