# SPDX-License-Identifier: Apache-2.0
"""What the ledger adds to a run over many projects."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.emulator_process import EmulatorProcess
from bench.row import Row
from bench.timing import interleaved, of_medians, of_minima
from pulumi_opentok.core import Connection
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.fleet.entries import Declarations, Entry
from pulumi_opentok.core.desired.fleet.fleet import Fleet
from pulumi_opentok.core.desired.ledger.local import FileLedger

COUNT = 1000
ROUNDS = 4
LIMIT = 2.0
DECLARED = Declarations(entries=tuple(Entry(label=f"tenant-{number}", inputs={"name": f"tenant-{number}"}) for number in range(COUNT)))


def rows() -> list[Row]:
    """One row."""
    with EmulatorProcess() as opentok, tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder, "ledger.json")
        noted, bare = interleaved(ROUNDS, creating(opentok, ledger), creating(opentok, None))
    ratio = of_minima(noted, bare)
    note = f"{min(noted):.1f} and {min(bare):.1f} s; minima of {ROUNDS} each in turn; of medians {of_medians(noted, bare):.2f} x"
    return [Row(f"creating {COUNT:,} projects, with a ledger : without", f"<= {LIMIT:.2f} x", f"{ratio:.2f} x", ratio <= LIMIT, note)]


def creating(opentok: EmulatorProcess, ledger: Path | None) -> Callable[[], float]:
    """A measure of the first run on an empty account."""

    def measure() -> float:
        opentok.reset()
        if ledger is not None:
            ledger.unlink(missing_ok=True)
        fleet = Fleet(Scope(Connection.resolve(environ=opentok.env)), ledger=FileLedger(str(ledger)) if ledger else None)
        start = time.perf_counter()
        report = fleet.apply(DECLARED)
        taken = time.perf_counter() - start
        assert not any(outcome.failure for outcome in report.outcomes)
        return taken

    return measure
