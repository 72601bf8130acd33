# SPDX-License-Identifier: Apache-2.0
"""Fills a data file of the emulator by the emulator's own functions, without requests: by the API it would take minutes."""

from __future__ import annotations

from pathlib import Path

from pulumi_opentok.emulator.archives import lifecycle
from pulumi_opentok.emulator.archives import rows as archives
from pulumi_opentok.emulator.archives import rules as archive_rules
from pulumi_opentok.emulator.config import Config
from pulumi_opentok.emulator.projects import rows as project_rows
from pulumi_opentok.emulator.service import Service
from pulumi_opentok.emulator.sessions import rows as sessions
from pulumi_opentok.emulator.sessions import rules, session_id


def fill(path: Path, *, projects: int, sessions_each: int, archives_each: int = 0, age: float = 0.0) -> None:
    """Projects of the default account, so many sessions in each, so many stopped archives of each session; all made ``age`` seconds ago."""
    service = Service(Config(data=str(path)), "http://127.0.0.1:1")
    service.clock.offset -= age
    try:
        with service.store.transaction():
            made = [session for number in range(projects) for session in _project(service, f"tenant {number:05}", sessions_each)]
        for session in made if archives_each else ():
            _record(service, session, archives_each)
    finally:
        service.close()


def _project(service: Service, name: str, count: int) -> list[str]:
    """A project with ``count`` routed sessions; their ids."""
    db, now, make = service.db, service.clock.milliseconds(), service.randomness
    project = project_rows.new_id(db)
    project_rows.insert(db, project, service.primary[0], make.secret(), name, now)
    made = [session_id.make(project, None, now, make.session_part(), relayed=False) for _ in range(count)]
    params = rules.check({"p2p.preference": "disabled"})
    for session in made:
        sessions.insert(db, session, project, now, params)
    return made


def _record(service: Service, session: str, count: int) -> None:
    row, params = sessions.find(service.db, session), archive_rules.check({"name": "a recorded lesson"})
    assert row is not None
    for _ in range(count):
        archive = archives.find(service.db, row["project"], lifecycle.begin(service, row, params))
        assert archive is not None
        lifecycle.stop(service, archive, "user initiated")
