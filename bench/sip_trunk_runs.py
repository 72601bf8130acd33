# SPDX-License-Identifier: Apache-2.0
"""A `sip_trunk` task with nothing to change against `ansible.builtin.ping`, a module that does nothing."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bench.ansible_runs import best, interleaved_runs
from bench.emulator_process import EmulatorProcess
from bench.playbook import Playbooks
from bench.row import Row

LIMIT = 1.25
ROUNDS = 20


def rows() -> list[Row]:
    """One row for the cost, one for the requests."""
    with EmulatorProcess() as opentok, tempfile.TemporaryDirectory() as folder:
        playbooks = Playbooks(Path(folder), opentok.env)
        trunk = {"uri": "sip:a@sip.example.com;transport=tls", "headers": {"X-A": "1"}, "username": "u", "password": "hunter2-hunter2"}

        def ours() -> dict[str, Any]:
            return {"opentok.cloud.sip_trunk": {**trunk, "dest": f"{folder}/trunk.json"}}

        def nothing() -> dict[str, Any]:
            return {"ansible.builtin.ping": {}}

        published(playbooks, ours())
        costs = interleaved_runs(ROUNDS, playbooks, ours, nothing, {})
        requests = len(opentok.journal())
    wall, cpu = best(costs, "wall"), best(costs, "cpu")
    ratio = cpu[0] / cpu[1]
    note = (
        f"whole runs of ansible-playbook, CPU of all its processes, minima of {ROUNDS} each in turn: {cpu[0]:.3f} and {cpu[1]:.3f} s;"
        f" by the clock {wall[0]:.3f} and {wall[1]:.3f} s, {wall[0] / wall[1]:.3f} x"
    )
    return [
        Row("sip_trunk module, nothing to change : a module that does nothing", f"<= {LIMIT:.2f} x", f"{ratio:.3f} x", ratio <= LIMIT, note),
        Row("requests of the sip_trunk module", "0", str(requests), requests == 0),
    ]


def published(playbooks: Playbooks, task: dict[str, Any]) -> None:
    """The run that publishes, which is no part of the figures: it changes something."""
    try:
        playbooks.play([task])
    except RuntimeError as error:
        if "failed=0" not in str(error):
            raise
