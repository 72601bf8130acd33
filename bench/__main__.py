# SPDX-License-Identifier: Apache-2.0
"""`make bench`: measures, prints the table, exits with 1 when a row falls short. `python -m bench core_get` does a part."""

from __future__ import annotations

import importlib
import os
import sys
import tempfile
import time
from collections.abc import Sequence

from bench.row import Row, table
from tests.proxies import pass_proxies

SUBJECTS = (
    "core_get",
    "core_import",
    "ansible_runs",
    "pulumi_up",
    "pulumi_refresh",
    "up_again",
    "native_plugin",
    "native_creates",
    "moving_over",
    "request_counts",
    "sip_uris",
    "module_runs",
    "inventory",
    "fleet_module",
    "ledger_run",
    "ledger_stores",
    "ledger_postgresql",
    "publish_gap",
    "shared_ledger",
    "drift_report",
    "fleet_size",
    "tokens",
    "memory",
    "retention",
    "emulator_speed",
    "emulator_latency",
    "malformed",
    "webhook_source",
)


def main(wanted: Sequence[str]) -> int:
    """Measures the wanted subjects (none: all). Returns the exit status."""
    unknown = sorted(set(wanted) - set(SUBJECTS))
    if unknown:
        sys.stderr.write(f"error: {', '.join(unknown)}: there are {', '.join(SUBJECTS)}\n")
        return 2
    pass_proxies()
    load, start = os.getloadavg()[0], time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        compiled_once(folder)
        rows = [row for subject in wanted or SUBJECTS for row in measured(subject)]
    taken = time.perf_counter() - start
    print(f"\n{table(rows)}\n")
    print(f"{taken:.0f} s on {os.cpu_count()} CPUs; load {load:.1f} before, {os.getloadavg()[0]:.1f} after")
    return 0 if all(row.ok for row in rows) else 1


def compiled_once(folder: str) -> None:
    """Every Python that is started from here on keeps bytecode, as that of an installed package does, whatever this shell says."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = folder


def measured(subject: str) -> list[Row]:
    """The rows of a subject; what cannot be measured is a row that falls short."""
    print(f"measuring {subject} ...", flush=True)
    try:
        rows: list[Row] = importlib.import_module(f"bench.{subject}").rows()
    except Exception as error:  # noqa: BLE001  (one that cannot be measured must not hide the others)
        rows = [Row(subject, "", "not measured", ok=False, note=f"{type(error).__name__}: {error}")]
    for row in rows:
        print(f"  {row.what}: {row.measured}" + (f" ({row.note})" if row.note else ""), flush=True)
    return rows


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
