# SPDX-License-Identifier: Apache-2.0
"""One `projects` task against a task for each project: nothing to change, some to change on a slow API, five thousand."""

from __future__ import annotations

import itertools
import json
import math
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.emulator_process import EmulatorProcess
from bench.filling import fill
from bench.playbook import Cost, Playbooks
from bench.row import Row
from bench.timing import interleaved
from pulumi_opentok.core.http.auth import Signer

SOME, LOOPED, MANY = 200, 50, 5_000
FASTER = 50
CHANGED, LATENCY, AT_A_TIME, SLOWER = 40, 0.1, 8, 1.5
SECONDS, MEGABYTES = 5.0, 150.0
ROUNDS = 5

MEASURED = """#!{python}
import resource, subprocess, sys
code = subprocess.run([{python!r}, *sys.argv[1:]]).returncode
with open({record!r}, "a") as file:
    file.write(f"{{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}}\\n")
sys.exit(code)
"""


def rows() -> list[Row]:
    """Two rows of 200 projects, two of 5,000."""
    with tempfile.TemporaryDirectory() as folder:
        return [*of_some(Path(folder) / "some"), *of_many(Path(folder) / "many")]


def of_some(folder: Path) -> list[Row]:
    folder.mkdir()
    data = folder / "data"
    fill(data, projects=SOME, sessions_each=0)
    with EmulatorProcess("--data", str(data)) as opentok:
        playbooks = Playbooks(folder, opentok.env)
        return [*against_a_loop(playbooks, opentok), on_a_slow_api(playbooks, opentok)]


def against_a_loop(playbooks: Playbooks, opentok: EmulatorProcess) -> list[Row]:
    ids = [project.id for project in opentok.account().projects.list()]
    empty, ours = least(playbooks, {"ansible.builtin.debug": {"msg": "nothing"}}), least(playbooks, fleet(SOME))
    opentok.clear_journal()
    playbooks.play([fleet(SOME)])
    requests = len(opentok.journal())
    headers = {"X-OPENTOK-AUTH": Signer(opentok.credentials).token()}
    get = {"url": f"{opentok.url}/v2/project/{{{{ item }}}}", "headers": headers, "return_content": True}
    part = playbooks.play([{"ansible.builtin.uri": get, "loop": ids[:LOOPED]}])
    theirs = SOME / LOOPED * (part.cpu - empty.cpu)
    ratio = theirs / (ours.cpu - empty.cpu)
    note = (
        f"CPU of all processes, less that of a play that does nothing ({empty.cpu:.2f} s): {theirs:.1f} s, from {LOOPED} GETs, and"
        f" {ours.cpu - empty.cpu:.2f} s, the least of {ROUNDS}; whole runs {(theirs + empty.cpu) / ours.cpu:.0f} x"
    )
    return [
        Row(f"a loop of {SOME} uri GETs : projects module, nothing to change", f">= {FASTER} x", f"{ratio:.0f} x", ratio >= FASTER, note),
        Row(f"requests of the projects module, {SOME} unchanged", "1", str(requests), requests == 1),
    ]


def on_a_slow_api(playbooks: Playbooks, opentok: EmulatorProcess) -> Row:
    turns = itertools.cycle(("suspended", "active"))

    def slow() -> float:
        opentok.fault("*", "delay", seconds=LATENCY, times=1_000_000)
        try:
            return playbooks.play([{**fleet(SOME, changed=next(turns)), "changed_when": False}]).wall
        finally:
            opentok.clear_faults()

    def unchanged() -> float:
        return playbooks.play([{**fleet(SOME, changed=status_of_the_first(opentok)), "changed_when": False}]).wall

    taken, starts = interleaved(ROUNDS, slow, unchanged)
    start = min(starts)
    floor = math.ceil(CHANGED / AT_A_TIME) * LATENCY + start
    ratio = min(taken) / floor
    note = f"{min(taken):.2f} s, the least of {ROUNDS}; {CHANGED // AT_A_TIME} x {LATENCY} s and {start:.2f} s, a run without latency or change"
    what = f"{SOME} projects, {CHANGED} changed, {AT_A_TIME} at a time, {LATENCY} s of latency : the least it can take"
    return Row(what, f"<= {SLOWER:.2f} x", f"{ratio:.2f} x", ratio <= SLOWER, note)


def status_of_the_first(opentok: EmulatorProcess) -> str:
    return next(project.status for project in opentok.account().projects.list() if project.name == "tenant 00000")


def of_many(folder: Path) -> list[Row]:
    folder.mkdir()
    data, record, python = folder / "data", folder / "memory", folder / "python"
    fill(data, projects=MANY, sessions_each=0)
    python.write_text(MEASURED.format(python=sys.executable, record=str(record)), encoding="utf-8")
    python.chmod(0o755)
    with EmulatorProcess("--data", str(data)) as opentok:
        playbooks = Playbooks(folder, opentok.env)
        (folder / "fleet.json").write_text(json.dumps(declared(MANY)), encoding="utf-8")
        task = {"opentok.cloud.projects": {"projects": f"{{{{ lookup('ansible.builtin.file', '{folder}/fleet.json') | from_json }}}}"}}
        cost = least(playbooks, task)
        playbooks.play([{**task, "vars": {"ansible_python_interpreter": str(python)}}])
    note = f"CPU of all its processes, the least of {ROUNDS}; by the clock {cost.wall:.2f} s"
    memory = max(map(int, record.read_text(encoding="ascii").split())) * 1024 / 1e6
    what = f"projects module, {MANY:,} unchanged"
    return [
        Row(f"{what}: time of a whole run", f"<= {SECONDS:.0f} s", f"{cost.cpu:.2f} s", cost.cpu <= SECONDS, note),
        Row(f"{what}: memory of the module", f"<= {MEGABYTES:.0f} MB", f"{memory:.0f} MB", memory <= MEGABYTES, "at most resident in its process"),
    ]


def fleet(count: int, *, changed: str = "active") -> dict[str, Any]:
    """A task that declares all projects, the first of them with this status."""
    return {"opentok.cloud.projects": {"projects": declared(count, changed=changed)}}


def declared(count: int, *, changed: str = "active") -> list[dict[str, str]]:
    return [{"name": f"tenant {number:05}", "status": changed if number < CHANGED else "active"} for number in range(count)]


def least(playbooks: Playbooks, task: dict[str, Any]) -> Cost:
    """The least that a run costs, by the clock and of CPU."""
    costs = [playbooks.play([task]) for _round in range(ROUNDS)]
    return Cost(min(cost.wall for cost in costs), min(cost.cpu for cost in costs))
