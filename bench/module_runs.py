# SPDX-License-Identifier: Apache-2.0
"""Each module with nothing to change against `ansible.builtin.ping`, a module that does nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.ansible_runs import best, interleaved_runs
from bench.emulator_process import ROOT, EmulatorProcess
from bench.playbook import Playbooks
from bench.row import Row
from pulumi_opentok.core.api.opentok import OpenTok

LIMIT = 1.25
ROUNDS = 8
ALWAYS_ACT = frozenset({"dtmf", "signal", "sip_call"})
"""They do something in each run: there is nothing to compare."""

OF_FLEETS = frozenset({"projects", "projects_drift"})
"""What they cost is a matter of how many projects there are: `fleet_module.py`, `drift_report.py`."""


def rows() -> list[Row]:
    """A row for each module's cost; one for the modules that have none; one for the requests of a trunk."""
    with EmulatorProcess() as opentok, tempfile.TemporaryDirectory() as folder:
        playbooks = Playbooks(Path(folder), opentok.env)
        tasks = settled_tasks(opentok, Path(folder))
        costs = [row for module, options in tasks.items() for row in cost(playbooks, opentok, module, options)]
    modules = {path.stem for path in (ROOT / "ansible_collections/opentok/cloud/plugins/modules").glob("[a-z]*.py")}
    missing = sorted(modules - set(tasks) - ALWAYS_ACT - OF_FLEETS)
    return [*costs, Row("modules without a row", "none", ", ".join(missing) or "none", not missing)]


def settled_tasks(opentok: EmulatorProcess, folder: Path) -> dict[str, dict[str, Any]]:
    """Options of a task a module, for which its second run has nothing to change."""
    acme = opentok.account().projects.create("Acme")
    room = OpenTok(acme.credentials, api_url=opentok.url).sessions.create(media_mode="routed").session_id
    stream = opentok.publish(room)["streamId"]
    ledger = f"{folder}/ledger.json"
    in_room, of_acme = {"session": room}, {"project": acme.id}
    return {
        "project": {"id": acme.id, "status": "active"},
        "project_info": {"id": acme.id},
        "session": {**of_acme, "name": "desk", "ledger": ledger},
        "session_info": in_room,
        "token": in_room,
        "sip_trunk": {
            **{"uri": "sip:a@sip.example.com;transport=tls", "headers": {"X-A": "1"}, "username": "u", "password": "hunter2-hunter2"},
            "dest": f"{folder}/trunk.json",
        },
        "archive": {**in_room, "name": "meeting"},
        "archive_info": of_acme,
        "archive_retention": {**of_acme, "keep": "30d", "max_delete": 1},
        "archive_storage": {**of_acme, "bucket": "acme", "access_key": "a", "secret_key": "hunter2-hunter2", "ledger": ledger},
        "audio_connector": {**in_room, "uri": "wss://hooks.example.com/audio", "name": "transcriber", "ledger": ledger},
        "captions": {**in_room, "ledger": ledger},
        "callback": {**of_acme, "group": "archive", "event": "status", "url": "https://hooks.example.com/archives"},
        "callback_info": of_acme,
        "moderation": {**in_room, "action": "mute", "ledger": ledger},
        "stream": {**in_room, "streams": [{"id": stream, "layout_classes": ["focus"]}]},
        "stream_info": in_room,
        "connection_info": in_room,
        "broadcast": {**in_room, "hls": {}},
        "broadcast_info": of_acme,
        "render": {**in_room, "url": "https://example.com/board"},
        "render_info": of_acme,
    }


def cost(playbooks: Playbooks, opentok: EmulatorProcess, module: str, options: dict[str, Any]) -> Iterator[Row]:
    """What a run costs once there is nothing to change, and of a trunk, which OpenTok does not keep, what it asks for."""

    def ours() -> dict[str, Any]:
        return {f"opentok.cloud.{module}": options}

    def nothing() -> dict[str, Any]:
        return {"ansible.builtin.ping": {}}

    settled(playbooks, ours())
    opentok.clear_journal()
    costs = interleaved_runs(ROUNDS, playbooks, ours, nothing, {})
    wall, cpu = best(costs, "wall"), best(costs, "cpu")
    ratio = cpu[0] / cpu[1]
    note = (
        f"whole runs of ansible-playbook, CPU of all its processes, minima of {ROUNDS} each in turn: {cpu[0]:.3f} and {cpu[1]:.3f} s;"
        f" by the clock {wall[0]:.3f} and {wall[1]:.3f} s, {wall[0] / wall[1]:.3f} x"
    )
    yield Row(f"{module} module, nothing to change : a module that does nothing", f"<= {LIMIT:.2f} x", f"{ratio:.3f} x", ratio <= LIMIT, note)
    if module == "sip_trunk":
        requests = len(opentok.journal())
        yield Row("requests of the sip_trunk module", "0", str(requests), requests == 0)


def settled(playbooks: Playbooks, task: dict[str, Any]) -> None:
    """The run before, which is no part of the figures: it may change something."""
    try:
        playbooks.play([task])
    except RuntimeError as error:
        if "failed=0" not in str(error):
            raise
