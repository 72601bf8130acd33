# SPDX-License-Identifier: Apache-2.0
"""20,000 malformed requests over all operations: the same code as tests/emulator/test_malformed_requests.py, more of it, in another process."""

from __future__ import annotations

from bench.emulator_process import EmulatorProcess
from bench.row import Row
from pulumi_opentok.core.operations import OPERATIONS
from tests.emulator.malformed.running import send_all

COUNT, SEED = 20_000, 20261125


def rows() -> list[Row]:
    """One row."""
    with EmulatorProcess("--seed", "1", "--strict-exp") as opentok:
        outcome = send_all(opentok, opentok.account_key, opentok.account_secret, count=COUNT, seed=SEED)
    refused = sum(times for status, times in outcome.statuses.items() if 400 <= status < 500)
    broken = sum(times for status, times in outcome.statuses.items() if status >= 500)
    every = len(outcome.operations) == len(OPERATIONS)
    ok = not outcome.failures and every and refused == outcome.sent == COUNT
    statuses = ", ".join(f"{times:,} x {status}" for status, times in sorted(outcome.statuses.items()))
    note = f"seed {SEED}, {len(outcome.operations)} operations, {len(outcome.kinds)} kinds: {statuses}"
    note += "".join(f"; {one}" for one in outcome.failures[:5])
    measured = f"{refused:,}, {broken}, {len(outcome.failures)}"
    return [Row(f"{COUNT:,} malformed requests: 4xx, 5xx, wrong in any way", f"{COUNT:,}, 0, 0", measured, ok, note)]
