# SPDX-License-Identifier: Apache-2.0
"""How many requests the API gets, by the emulator's journal."""

from __future__ import annotations

import collections
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.emulator_process import EmulatorProcess
from bench.playbook import Playbooks
from bench.row import Row
from bench.stacks import Stacks, call_centre, many_kinds, projects
from tools.engine.pulumi_cli import ensure_engine

COUNT = 20
TENANTS, WITH_CALLBACKS = 200, 10
SHARED = COUNT - 1
"""Lists more than the two that are needed, at most: the last of several creates that are under way looks for all of them, and how many that
are is chance where a create takes a few milliseconds, as it does here."""


BESIDE_A_LIST = 3
"""Reads by id beside a list, at most: those that were answered in the other threads of the provider (it has four) when the list was asked for."""


def rows() -> list[Row]:
    """A row each: up, up again and refresh of projects and of a call centre, refresh of many kinds, a playbook."""
    engine = ensure_engine()
    with EmulatorProcess() as opentok, tempfile.TemporaryDirectory() as folder:
        stacks = Stacks(engine, Path(folder), opentok)
        stack, centre = stacks.new(projects(COUNT)), stacks.new(call_centre(COUNT))
        whole = f"a project, {COUNT} sessions and a trunk"
        playbooks = Playbooks(Path(folder), opentok.env)
        counted = [
            counting(opentok, f"requests: up of {COUNT} new projects", COUNT + 2, lambda: stack.up().ok(), more=SHARED),
            counting(opentok, "requests: up again", 0, lambda: stack.up().ok()),
            counting(opentok, "requests: refresh", 1, lambda: stack.refresh().ok(), more=BESIDE_A_LIST),
            counting(opentok, f"requests: up of {whole}", 2 + 1 + COUNT, lambda: centre.up().ok()),
            counting(opentok, f"requests: {whole}, up again", 0, lambda: centre.up().ok()),
            counting(opentok, f"requests: {whole}, refresh", 1, lambda: centre.refresh().ok()),
        ]
        tenants = stacks.new(many_kinds(TENANTS, WITH_CALLBACKS))
        tenants.up().ok()
        many = f"{TENANTS} projects, {TENANTS} sessions and {WITH_CALLBACKS * 10} callbacks of {WITH_CALLBACKS} projects"
        counted.append(counting(opentok, f"requests: refresh of {many}", 1 + WITH_CALLBACKS, lambda: tenants.refresh().ok(), more=BESIDE_A_LIST))
        project = opentok.account().projects.list()[0]
        for found_by, value in (("name", project.name), ("id", project.id)):
            task = {"opentok.cloud.project": {found_by: value, "status": "active"}}
            what = f"requests: playbook, one project by {found_by}, nothing to change"
            counted.append(counting(opentok, what, 1, lambda task=task: playbooks.play([task])))  # type: ignore[misc]
        return counted


def counting(opentok: EmulatorProcess, what: str, expected: int, run: Callable[[], object], more: int = 0) -> Row:
    """Runs it between two looks at the journal. ``more``: so many more than are expected may be sent."""
    opentok.clear_journal()
    run()
    operations = collections.Counter(str(entry["operation"]) for entry in opentok.journal())
    count = operations.total()
    note = ", ".join(f"{times} x {operation}" for operation, times in sorted(operations.items()))
    limit = f"{expected} to {expected + more}" if more else str(expected)
    return Row(what, limit, str(count), expected <= count <= expected + more, note)
