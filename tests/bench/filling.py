# SPDX-License-Identifier: Apache-2.0
"""Fills a data file of the emulator by the emulator's own row functions, in one transaction: the API would take minutes."""

from __future__ import annotations

from pathlib import Path

from pulumi_opentok.emulator.archives import rows as archives
from pulumi_opentok.emulator.archives import rules as archive_rules
from pulumi_opentok.emulator.config import Config
from pulumi_opentok.emulator.projects import rows as project_rows
from pulumi_opentok.emulator.service import Service
from pulumi_opentok.emulator.sessions import rows as sessions
from pulumi_opentok.emulator.sessions import rules, session_id


def fill(path: Path, *, projects: int, sessions_each: int, archives_each: int = 0) -> None:
    """Projects of the default account, so many sessions in each, so many finished archives of each session."""
    service = Service(Config(data=str(path)))
    now, make = service.clock.milliseconds(), service.randomness
    session_wish, archive_wish = rules.check({"p2p.preference": "disabled"}), archive_rules.check({"name": "a recorded lesson"})
    try:
        with service.store.transaction() as db:
            for number in range(projects):
                project = project_rows.new_id(db)
                project_rows.insert(db, project, service.primary[0], make.secret(), f"tenant {number:05}", now)
                for _ in range(sessions_each):
                    made = session_id.make(project, None, now, make.session_part(), relayed=False)
                    sessions.insert(db, made, project, now, session_wish)
                    row = sessions.find(db, made)
                    for _ in range(archives_each if row is not None else 0):
                        columns = {"status": "available", "automatic": False, "upload": False, "recorded": 60_000, "stopped_at": now}
                        archives.insert(db, make.uuid(), row, now, archive_wish, **columns)
    finally:
        service.close()
