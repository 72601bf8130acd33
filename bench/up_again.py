# SPDX-License-Identifier: Apache-2.0
"""`pulumi up` where nothing changes: 1,000 resources of several kinds against the same stack of a provider that does nothing."""

from __future__ import annotations

import functools
import importlib
import json
import os
import tempfile
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi_opentok
from bench.emulator_process import EmulatorProcess
from bench.native_noop import on_path
from bench.native_twins import native_twins
from bench.noop import OUTPUTS, Twin
from bench.row import Row
from bench.stacks import IS_SECRET, Stacks, mixed
from bench.timing import interleaved, of_minima
from pulumi_opentok import native
from pulumi_opentok._properties import properties
from pulumi_opentok.core.desired import Kind
from tests.engine.stack import EngineStack
from tools.engine.pulumi_cli import ensure_engine

LIMIT = 1.15
COUNT, ROUNDS = 1000, 3
OURS = ("pulumi-python:dynamic/opentok", "opentok:index:")
"""How the types of our resources begin, dynamic and native."""


def rows() -> list[Row]:
    """Two rows: dynamic and native resources."""
    return [against_twins("mixed resources", pulumi_opentok, twins_of), against_twins("native resources", native, native_twins)]


def against_twins(what: str, package: types.ModuleType, twins: Callable[[Path], Callable[[], None]]) -> Row:
    """One row. ``twins``: a program with a twin of each resource that a file tells of."""
    engine = ensure_engine()
    with EmulatorProcess() as opentok, tempfile.TemporaryDirectory() as folder, on_path(Path(folder)):
        stacks = Stacks(engine, Path(folder), opentok)
        ours = stacks.new(mixed(COUNT, package), fast=True)
        assert ours.up().ok().changes["create"] == COUNT + 1  # and the stack itself
        kept = Path(folder) / "outputs.json"
        kept.write_text(json.dumps(outputs_of(ours)), encoding="utf-8")
        twin = stacks.new(twins(kept), fast=True, **{OUTPUTS: str(kept)})
        assert twin.up().ok().changes["create"] == COUNT + 1
        opentok.clear_journal()
        measured = interleaved(ROUNDS, lambda: again(ours), lambda: again(twin))
        asked = len(opentok.journal())
    ratio = of_minima(*measured)
    note = f"CPU, minima of {ROUNDS} each in turn: {min(measured[0]):.2f} s / {min(measured[1]):.2f} s; {asked} requests"
    return Row(f"{COUNT} {what}, up again : no-op provider", f"<= {LIMIT:.2f} x", f"{ratio:.3f} x", ratio <= LIMIT and not asked, note)


def again(stack: EngineStack) -> float:
    """Seconds of CPU that an up with nothing to do takes: the program in this process, the CLI, the provider."""
    start = sum(os.times()[:4])
    done = stack.up(expect_no_changes=True).ok()
    assert not done.changed
    return sum(os.times()[:4]) - start


def outputs_of(stack: EngineStack) -> dict[str, dict[str, Any]]:
    """Of each resource, by its name: its type, its inputs, and its outputs as plain and secret ones."""
    found: dict[str, dict[str, Any]] = {}
    for row in stack.exported()["resources"]:
        if row["type"].startswith(OURS):
            outputs = {name: value for name, value in row["outputs"].items() if name != "__provider"}
            secret = {name: json.loads(value["plaintext"]) for name, value in outputs.items() if isinstance(value, dict) and IS_SECRET in value}
            plain = {name: value for name, value in outputs.items() if name not in secret}
            inputs = {name: value for name, value in row["inputs"].items() if name != "__provider"}
            about = {"type": row["type"].rpartition(":")[2], "id": row["id"], "inputs": inputs}
            found[row["urn"].rpartition("::")[2]] = {**about, "plain": plain, "secret": secret}
    return found


def twins_of(kept: Path) -> Callable[[], None]:
    """A program with a twin of each resource."""

    def program() -> None:
        made: dict[str, Twin] = {}
        for name, row in json.loads(kept.read_text(encoding="utf-8")).items():
            # They wait for their projects as the real ones do.
            whose = {"project": made[row["inputs"]["project"]].id} if "project" in row["inputs"] else {}
            kind = kind_of(row["type"])
            names = list(properties(kind, {}, None)[0])
            made[row["id"]] = twin_of(row["type"])(name, {**row["inputs"], **whose}, names, list(kind.secret_outputs))

    return program


def kind_of(resource: str) -> Kind[Any, Any, Any]:
    """That of the resources of this type (``SipTrunk``)."""
    module = importlib.import_module(getattr(pulumi_opentok, resource).__module__)
    kind: Kind[Any, Any, Any] = getattr(module, f"{resource}Provider").kind
    return kind


@functools.cache
def twin_of(resource: str) -> type[Twin]:
    """The twin with the typed outputs of the resource: for each of those the SDK looks at the types of all, which any typed package pays for."""
    typed = {"__annotations__": getattr(pulumi_opentok, resource).__annotations__, "__module__": __name__}
    return types.new_class(f"TwinOf{resource}", (Twin,), {"module": "bench", "name": f"TwinOf{resource}"}, lambda body: body.update(typed))
