# SPDX-License-Identifier: Apache-2.0
"""A declared archive through random faults, by the core: never two at once, never started twice or again by itself, nobody else's stopped."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from pulumi_opentok.core import Connection, Credentials, OpenTokError
from pulumi_opentok.core.api.archives.options import ArchiveOptions
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.archive.kind import ARCHIVE
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.desired.running import apply
from pulumi_opentok.emulator import Emulator
from tests.faults.haste import make_haste
from tests.things.sessions import ACME, ACME_SECRET

LOST = ("drop_before", "drop_after", "truncate", "garble", "html", "after", "status")
KINDS = {"archive.start": (*LOST, "late", "twice"), "archive.list": (*LOST, "lag", "lag"), "archive.stop": LOST, "archive.get": LOST}
WANTED: dict[str, dict[str, Any]] = {"running": {}, "restart": {"restart": True}, "stopped": {"state": "stopped"}}


@dataclasses.dataclass(frozen=True)
class Turn:
    """What others do, then a run of what is ``declared`` (one of ``WANTED``) with ``faults``."""

    outside: str
    declared: str
    faults: tuple[dict[str, Any], ...]


@st.composite
def _faults(draw: st.DrawFn) -> dict[str, Any]:
    operation = draw(st.sampled_from(("archive.start", "archive.start", "archive.list", "archive.stop", "archive.get")))
    kind = draw(st.sampled_from(KINDS[operation]))
    status = {"status": draw(st.sampled_from((500, 502, 503)))} if kind in ("after", "status") else {"status": 404} if kind == "html" else {}
    more = {"late": {"seconds": 60}, "lag": {"changes": 1, "seconds": 3600}}.get(kind, status)
    return {"operation": operation, "kind": kind, "times": draw(st.sampled_from((1, 1, 2, 9))), "after": draw(st.sampled_from((0, 0, 1))), **more}


TURNS = st.builds(
    Turn,
    st.sampled_from(("", "", "", "stopped", "started", "another")),
    st.sampled_from(("running", "running", "restart", "restart", "stopped")),
    st.lists(_faults(), max_size=3).map(tuple),
)


class Room:
    """A session in which somebody publishes, as its owner sees it. ``tag`` and name of what is declared are the same."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._client = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=emulator.url)
        self._session = self._client.sessions.create(media_mode="routed").session_id
        emulator.publish(self._session)

    def there(self, *, running: bool) -> dict[str, str | None]:
        return {one.id: one.name for one in self._client.archives.list().items if (one.status in ARCHIVE.runs) is running}

    def ours(self, *, running: bool = True) -> set[str]:
        return {one for one, name in self.there(running=running).items() if name == "ours"}

    def disturb(self, how: str) -> None:
        if how == "stopped":
            for one in self.ours():
                self._client.archives.stop(one)
        elif how:
            name = "ours" if how == "started" else f"theirs-{len(self.there(running=True))}"
            if name not in self.there(running=True).values():
                self._client.archives.start(self._session, ArchiveOptions(name=name, multi_archive_tag=name))

    def run(self, declared: str) -> tuple[bool, Any]:
        """Whether it was told to be done, and what was shown or went wrong."""
        run = Run(ARCHIVE, Scope(Connection.resolve(environ=self.emulator.env)))
        try:
            report = run.present({"session": self._session, "multi_archive_tag": "ours", **WANTED[declared]})
        except OpenTokError as error:
            return False, error
        return report.unfinished is None, report

    def turn(self, turn: Turn) -> None:
        self.emulator.advance(120)  # what was late has arrived
        self.disturb(turn.outside)
        others = self.there(running=True).keys() - self.ours()
        had, over = self.ours(), self.ours(running=False)
        self.emulator.clear_journal()
        for fault in turn.faults:
            self.emulator.fault(**fault)
        done, said = self.run(turn.declared)
        self.emulator.clear_faults()
        rows = self.emulator.journal()
        starts = [row["operation"] for row in rows].count("archive.start")
        left = self.ours()
        assert starts <= 1, "started twice"
        assert len(left) <= 1, "two recordings of one declaration"
        assert others <= self.there(running=True).keys(), "somebody else's was stopped"
        if turn.declared != "stopped" and had:
            assert left == had, "lost, or another one in its place"
        if any(row["operation"] == "archive.list" and row["fault"] for row in rows):
            return
        if turn.declared == "running" and over and not had:
            assert starts == 0, "what has ended was started again"
        if done:
            again = turn.declared == "restart" or not over or had
            assert left == ({said.shown["archive_id"]} if turn.declared != "stopped" and again else set()), said

    def end(self) -> None:
        """Two runs without faults."""
        self.emulator.advance(120)
        assert self.run("restart")[0]
        assert len(self.ours()) == 1
        done, report = self.run("restart")
        assert (done, report.changed) == (True, False)


def test_no_invariant_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "UNIT", 0.0)
    make_haste()
    with Emulator(projects=[(ACME, ACME_SECRET, "Acme")]) as emulator:

        @seed(12)
        @settings(max_examples=40, database=None, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False)
        @given(st.lists(TURNS, min_size=1, max_size=5))
        def schedules(turns: list[Turn]) -> None:
            emulator.reset()
            room = Room(emulator)
            for turn in turns:
                room.turn(turn)
            room.end()

        schedules()
