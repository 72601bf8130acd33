# SPDX-License-Identifier: Apache-2.0
"""A `project` task with nothing to change against one `ansible.builtin.uri` GET of the same project."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.emulator_process import EmulatorProcess
from bench.playbook import Cost, Playbooks
from bench.row import Row
from bench.timing import interleaved
from pulumi_opentok.core.http.auth import Signer

LIMIT = 1.10
ROUNDS, LOOPS, ITEMS = 20, 4, 10


def rows() -> list[Row]:
    """One row: one whole run against one whole run."""
    with EmulatorProcess() as opentok, tempfile.TemporaryDirectory() as folder:
        playbooks = Playbooks(Path(folder), opentok.env)
        project_id = opentok.account().projects.create("Acme").id
        signer = Signer(opentok.credentials)

        def project() -> dict[str, Any]:
            return {"opentok.cloud.project": {"id": project_id, "status": "active"}}

        def uri() -> dict[str, Any]:
            url, headers = f"{opentok.url}/v2/project/{project_id}", {"X-OPENTOK-AUTH": signer.token()}
            return {"ansible.builtin.uri": {"url": url, "headers": headers, "return_content": True}}

        interleaved_runs(1, playbooks, project, uri, {})
        once = interleaved_runs(ROUNDS, playbooks, project, uri, {})
        looped = interleaved_runs(LOOPS, playbooks, project, uri, {"loop": list(range(ITEMS))})
    wall, cpu = best(once, "wall"), best(once, "cpu")
    ratio = cpu[0] / cpu[1]
    per_item = [(many - one) / (ITEMS - 1) for many, one in zip(best(looped, "cpu"), cpu, strict=True)]
    note = (
        f"whole runs of ansible-playbook, CPU of all its processes, minima of {ROUNDS} each in turn: {cpu[0]:.3f} and {cpu[1]:.3f} s;"
        f" by the clock {wall[0]:.3f} and {wall[1]:.3f} s, {wall[0] / wall[1]:.3f} x; an item more in a loop of {ITEMS}:"
        f" {1000 * per_item[0]:.0f} and {1000 * per_item[1]:.0f} ms of CPU, {per_item[0] / per_item[1]:.2f} x"
    )
    return [Row("project module, nothing to change : uri GET", f"<= {LIMIT:.2f} x", f"{ratio:.3f} x", ratio <= LIMIT, note)]


Costs = tuple[list[Cost], list[Cost]]


def interleaved_runs(
    rounds: int, playbooks: Playbooks, ours: Callable[[], dict[str, Any]], theirs: Callable[[], dict[str, Any]], more: dict[str, Any]
) -> Costs:
    """Costs of both, in turn."""
    costs: Costs = ([], [])

    def run(which: int, task: Callable[[], dict[str, Any]]) -> float:
        costs[which].append(playbooks.play([{**task(), **more}]))
        return costs[which][-1].wall

    interleaved(rounds, lambda: run(0, ours), lambda: run(1, theirs))
    return costs


def best(costs: Costs, of: str) -> list[float]:
    """The least of ours and of theirs."""
    return [min(getattr(cost, of) for cost in side) for side in costs]
