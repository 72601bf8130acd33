# SPDX-License-Identifier: Apache-2.0
"""A declared archive through random faults, by the core: never two at once, never started twice or again by itself, nobody else's stopped.

Options that cannot be changed change between the turns, runs are killed on their way, and somebody else records under the same name, as declared or
not: with a ledger and without one.
"""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from pulumi_opentok.core import Connection, Credentials, OpenTokError
from pulumi_opentok.core.api.archives.calls import Archives
from pulumi_opentok.core.api.archives.options import ArchiveOptions
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.archive.kind import ARCHIVE
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.desired.running import apply
from pulumi_opentok.emulator import Emulator
from tests.faults.haste import make_haste
from tests.things.sessions import ACME, ACME_SECRET

LOST = ("drop_before", "drop_after", "truncate", "garble", "html", "after", "status")
KINDS = {"archive.start": (*LOST, "late", "twice"), "archive.list": (*LOST, "lag", "lag"), "archive.stop": LOST, "archive.get": LOST}
SD, HD = "640x480", "1280x720"
WANTED: dict[str, dict[str, Any]] = {"running": {}, "restart": {"restart": True}, "stopped": {"state": "stopped"}}


@dataclasses.dataclass(frozen=True)
class Turn:
    """What others do, then a run of what is ``declared`` (one of ``WANTED``) with ``faults``, which is ``killed`` after a request, maybe."""

    outside: str
    declared: str
    resolution: str
    killed: str
    faults: tuple[dict[str, Any], ...]


class Killed(BaseException):
    """As ``kill -9``: the request was carried out, and nothing is done after it."""


@contextmanager
def killed_after(operation: str) -> Iterator[None]:
    """Any of these requests is the last thing that a run does; ``""``: none."""
    if not operation:
        yield
        return
    sent = getattr(Archives, operation)

    def last(self: Archives, *args: Any) -> Any:
        sent(self, *args)
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Archives, operation, last)
        yield


@st.composite
def _faults(draw: st.DrawFn) -> dict[str, Any]:
    operation = draw(st.sampled_from(("archive.start", "archive.start", "archive.list", "archive.stop", "archive.get")))
    kind = draw(st.sampled_from(KINDS[operation]))
    status = {"status": draw(st.sampled_from((500, 502, 503)))} if kind in ("after", "status") else {"status": 404} if kind == "html" else {}
    more = {"late": {"seconds": 60}, "lag": {"changes": 1, "seconds": 3600}}.get(kind, status)
    return {"operation": operation, "kind": kind, "times": draw(st.sampled_from((1, 1, 2, 9))), "after": draw(st.sampled_from((0, 0, 1))), **more}


TURNS = st.builds(
    Turn,
    st.sampled_from(("", "", "", "stopped", "started", "replaced", "another")),
    st.sampled_from(("running", "running", "restart", "restart", "stopped")),
    st.sampled_from((SD, SD, HD)),
    st.sampled_from(("", "", "", "start", "stop")),
    st.lists(_faults(), max_size=3).map(tuple),
)


class Room:
    """A session in which somebody publishes, as its owner sees it. ``tag`` and name of what is declared are the same."""

    def __init__(self, emulator: Emulator, ledger: FileLedger | None) -> None:
        self.emulator = emulator
        self._ledger = ledger
        self._client = OpenTok(Credentials(key=ACME, secret=ACME_SECRET, kind="project"), api_url=emulator.url)
        self._session = self._client.sessions.create(media_mode="routed").session_id
        self._theirs: set[str] = set()
        self._known: str | None = None
        """The id that the last run showed."""
        self._declared: tuple[str, str] | None = None
        """What that one was declared, if it was done."""
        self._doubt = True
        """Whether a start is in doubt, or nothing recorded."""
        emulator.publish(self._session)

    def there(self, *, running: bool) -> dict[str, str | None]:
        return {one.id: one.name for one in self._client.archives.list().items if (one.status in ARCHIVE.runs) is running}

    def ours(self, *, running: bool = True) -> dict[str, str | None]:
        """The resolutions of those of the declared name, the latest first."""
        found = [one for one in self._client.archives.list().items if one.name == "ours" and (one.status in ARCHIVE.runs) is running]
        return {one.id: one.resolution for one in found}

    def disturb(self, how: str) -> None:
        if how in ("stopped", "replaced"):
            for one in self.ours():
                self._client.archives.stop(one)
        if how not in ("", "stopped"):
            name = f"theirs-{len(self.there(running=True))}" if how == "another" else "ours"
            if name not in self.there(running=True).values():
                options = ArchiveOptions(name=name, multi_archive_tag=name, resolution=HD if how == "replaced" else SD)
                self._theirs.add(self._client.archives.start(self._session, options).id)

    def run(self, declared: str, resolution: str, killed: str = "") -> tuple[bool, Any]:
        """Whether it was told to be done, and what was shown or went wrong."""
        run = Run(ARCHIVE, Scope(Connection.resolve(environ=self.emulator.env)), ledger=self._ledger)
        try:
            with killed_after(killed):
                report = run.present({"session": self._session, "multi_archive_tag": "ours", "resolution": resolution, **WANTED[declared]})
        except (OpenTokError, Killed) as error:
            return False, error
        return report.unfinished is None, report

    def turn(self, turn: Turn) -> None:
        self.emulator.advance(120)  # what was late has arrived
        self.disturb(turn.outside)
        had, over = self.ours(), self.ours(running=False)
        others = self.there(running=True).keys() - had.keys()
        self.emulator.clear_journal()
        for fault in turn.faults:
            self.emulator.fault(**fault)
        done, said = self.run(turn.declared, turn.resolution, turn.killed)
        self.emulator.clear_faults()
        rows = self.emulator.journal()
        starts = [row["operation"] for row in rows].count("archive.start")
        left = self.ours()
        assert starts <= 1, "started twice"
        assert len(left) <= 1, "two recordings of one declaration"
        assert others <= self.there(running=True).keys(), "somebody else's was stopped"
        self._judge_what_ran(turn, had, left)
        if not any(row["operation"] == "archive.list" and row["fault"] for row in rows):
            self._judge_what_runs(turn, had, over, left, starts, said if done else None)
        self._remember(turn, starts, said if done else None)

    def _judge_what_ran(self, turn: Turn, had: dict[str, str | None], left: dict[str, str | None]) -> None:
        for one, resolution in had.items():
            foreign = self._ledger is None or (one in self._theirs and one != self._known)
            if turn.declared != "stopped":
                assert one in left or (resolution != turn.resolution and not foreign), "lost, or another one in its place"
            elif foreign and self._ledger is not None and not self._doubt:
                assert one in left, "somebody else's was stopped, which the ledger does not know"

    def _judge_what_runs(
        self, turn: Turn, had: dict[str, str | None], over: dict[str, str | None], left: dict[str, str | None], starts: int, done: Any
    ) -> None:
        before = self._declared if self._ledger is not None else ("running", next(iter(over.values()), None))
        ended = over and not had and before == ("running", turn.resolution)
        if turn.declared == "running" and ended:
            assert starts == 0, "what has ended was started again"
        if done is None:
            return
        if turn.declared == "stopped":
            assert self._ledger is not None or not left, done
        elif turn.declared == "restart" or not ended:
            assert left == {done.shown["archive_id"]: turn.resolution}, "what runs is not what was declared and shown"

    def _remember(self, turn: Turn, starts: int, done: Any) -> None:
        if done is not None:
            self._known, self._doubt = done.shown["archive_id"], False
            self._declared = ("stopped" if turn.declared == "stopped" else "running", turn.resolution)
        elif starts:
            self._doubt, self._declared = True, None

    def end(self) -> None:
        """Two runs without faults."""
        self.emulator.advance(120)
        resolution = next(iter(self.ours().values()), SD) or SD
        done, said = self.run("restart", resolution)
        assert done, said
        assert len(self.ours()) == 1
        done, report = self.run("restart", resolution)
        assert (done, report.changed) == (True, False)


@pytest.mark.parametrize("ledger", [False, True])
def test_no_invariant_is_broken(monkeypatch: pytest.MonkeyPatch, ledger: bool) -> None:
    monkeypatch.setattr(apply, "UNIT", 0.0)
    make_haste()
    with Emulator(projects=[(ACME, ACME_SECRET, "Acme")]) as emulator, tempfile.TemporaryDirectory() as folder:

        @seed(12)
        @settings(max_examples=40, database=None, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False)
        @given(st.lists(TURNS, min_size=1, max_size=5))
        def schedules(turns: list[Turn]) -> None:
            emulator.reset()
            path = Path(folder, "ledger.json")
            path.unlink(missing_ok=True)
            room = Room(emulator, FileLedger(str(path)) if ledger else None)
            for turn in turns:
                room.turn(turn)
            room.end()

        schedules()
