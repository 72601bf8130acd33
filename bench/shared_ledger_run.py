# SPDX-License-Identifier: Apache-2.0
"""A runner of `shared_ledger.py`: ``python -m bench.shared_ledger_run URL PROJECTS TRIGGER``. Says ``ready``, waits for a line, does it."""

from __future__ import annotations

import json
import os
import sys

import psycopg  # noqa: F401 - imported before the clock runs

from pulumi_opentok.core import Connection
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.fleet.entries import Declarations, Entry
from pulumi_opentok.core.desired.fleet.fleet import Fleet
from pulumi_opentok.core.desired.ledger.places import ledger_at


def main() -> None:
    """What was changed and what failed, as JSON."""
    url, count, trigger = sys.argv[1:]
    entries = (Entry(label=name, inputs={"name": name, "secret_triggers": {"v": trigger}}) for name in (f"t{number}" for number in range(int(count))))
    fleet = Fleet(Scope(Connection.resolve(environ=os.environ)), ledger=ledger_at(url), max_parallel=1)
    declared = Declarations(entries=tuple(entries))
    print("ready", flush=True)
    sys.stdin.readline()
    report = fleet.apply(declared)
    failed = [str(outcome.failure) for outcome in report.outcomes if outcome.failure][:3]
    print(json.dumps({"changed": sum(outcome.changed for outcome in report.outcomes), "failed": failed}), flush=True)


if __name__ == "__main__":
    main()
