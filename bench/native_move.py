# SPDX-License-Identifier: Apache-2.0
"""A stack of dynamic resources whose program takes the native classes: what the `up` does that moves it over."""

from __future__ import annotations

import collections
import tempfile
from pathlib import Path

from bench.emulator_process import EmulatorProcess
from bench.native_noop import on_path
from bench.row import Row
from bench.stacks import Stacks, mixed
from pulumi_opentok import native
from tools.engine.pulumi_cli import ensure_engine

COUNT = 200


def rows() -> list[Row]:
    """One row."""
    engine = ensure_engine()
    with EmulatorProcess() as opentok, tempfile.TemporaryDirectory() as folder, on_path(Path(folder)):
        stack = Stacks(engine, Path(folder), opentok).new(mixed(COUNT), fast=True)
        assert stack.up().ok().changes["create"] == COUNT + 1  # and the stack itself
        before = {name: row["id"] for name, row in stack.resources().items()}
        stack.program = mixed(COUNT, native)
        opentok.clear_journal()
        moved = stack.up().ok().changes
        asked = collections.Counter(str(entry["method"]) for entry in opentok.journal())
        after = {name: (row["id"], row["type"]) for name, row in stack.resources().items()}
        quiet = not stack.up(expect_no_changes=True).ok().changed
    in_place = {name: id_ for name, (id_, type_) in after.items() if type_.startswith("opentok:")} == before
    replaced = sum(number for op, number in moved.items() if op not in ("update", "same"))
    writes = sum(number for method, number in asked.items() if method != "GET")
    note = f"changes {moved}; ids kept: {in_place}; requests {dict(asked)}; the next up is quiet: {quiet}"
    ok = in_place and quiet and not replaced and not writes
    what = f"{COUNT} dynamic resources moved over: replacements, API writes"
    return [Row(what, "0, 0 in one up", f"{replaced}, {writes} in one up", ok, note)]
