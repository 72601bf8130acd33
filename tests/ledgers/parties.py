# SPDX-License-Identifier: Apache-2.0
"""Several runners that share a ledger and an OpenTok, each a process of its own (``tests.ledgers.party``), and what came of them."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pulumi_opentok.core import fingerprint
from pulumi_opentok.emulator import Emulator
from tests.faults.opentok import executed
from tests.ledgers.runs import Refused, Run
from tests.ledgers.stores import Place


class Parties:
    """They share the ledger at ``place`` and ``opentok``."""

    def __init__(self, opentok: Emulator, place: Place) -> None:
        self.opentok = opentok
        self.place = place
        self._started: list[Run] = []

    def start(self, *, lifetime: float = 20.0, patience: float = 60.0, **env: str) -> Run:
        """One more runner."""
        environ = {**self.opentok.env, **self.place.environ, **env}
        run = Run(self.place.url, environ, lifetime=lifetime, patience=patience, module="tests.ledgers.party")
        self._started.append(run)
        return run

    def several(self, number: int, **how: Any) -> list[Run]:
        """So many more, which have started and wait for what they are told."""
        runs = [self.start(**how) for _ in range(number)]
        for run in runs:
            run.begin("halt", "STOP", "before", "NONE", "")
        for run in runs:
            run.answer()
        return runs

    def end(self) -> None:
        for run in self._started:
            run.end()

    def done(self) -> Counter[str]:
        """What was carried out at OpenTok since it was last asked, by operation: writes only."""
        journal = self.opentok.journal()
        self.opentok.clear_journal()
        writes = {entry["operation"] for entry in journal if entry["method"] != "GET"}
        return Counter({name: len(found) for name in sorted(writes) if (found := executed(journal, name))})

    def live(self) -> dict[str, str]:
        """The fingerprint of each project's secret, by its name."""
        rows = self.opentok.all_projects()
        assert len({(row.get("account", ""), row["name"]) for row in rows}) == len(rows), "two have one name"
        return {row["name"]: fingerprint(row["secret"]) for row in rows}

    def remembered(self) -> Mapping[str, Any]:
        """The entries of projects in the ledger, by their ids, read by a runner of its own."""
        reader = self.start()
        reader.open(False)
        found = reader.of("project")
        reader.close()
        return dict(found)

    def settled(self) -> dict[str, Any]:
        """The entries by name, each of the secret that is live, as everything is in the end."""
        entries = {entry["name"]: entry for entry in self.remembered().values()}
        assert {name: entry["secret_fingerprint"] for name, entry in entries.items()} == self.live()
        assert not [entry for entry in entries.values() if entry["private"].get("secret_pending")]
        return entries


@contextlib.contextmanager
def parties(opentok: Emulator, place: Place) -> Iterator[Parties]:
    """None has started yet; all are ended."""
    made = Parties(opentok, place)
    try:
        yield made
    finally:
        made.end()


def at_once(runs: list[Run], *command: Any) -> list[Any]:
    """All of them do it at the same moment; what each came to."""
    for run in runs:
        run.begin(*command)
    return [answered(run) for run in runs]


def halted(run: Run) -> str:
    """Waits until it stands still where it was told to; says at which request."""
    where = run.warning()
    stat = Path(f"/proc/{run.process.pid}/stat")
    while stat.read_text().rpartition(") ")[2][0] not in "TZX":
        os.sched_yield()
    return where


def answered(run: Run) -> Any:
    """Its answer; where it was refused, that."""
    try:
        return run.answer()
    except Refused as refused:
        return refused
