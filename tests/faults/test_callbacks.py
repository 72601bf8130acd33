# SPDX-License-Identifier: Apache-2.0
"""A declared callback through random faults, by the core: never two of it for long, never lost, never sent twice, and nobody else's touched."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from pulumi_opentok.core import Connection, Credentials, OpenTokError
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.callback import apply
from pulumi_opentok.core.desired.callback.kind import CALLBACK
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.emulator import Emulator
from tests.faults.haste import make_haste
from tests.things.callback import JOINED, OTHER_URL, URL
from tests.things.sessions import ACME

SECRET = "acm3" * 10
LOST = ("drop_before", "drop_after", "truncate", "garble", "html", "after", "status")
KINDS = {"callback.register": (*LOST, "late", "twice"), "callback.list": (*LOST, "lag", "lag"), "callback.delete": LOST}


@dataclasses.dataclass(frozen=True)
class Turn:
    """What others do, then a run of what is ``declared`` (a URL; None: that the usual one is gone) with ``faults``."""

    outside: str
    declared: str | None
    faults: tuple[dict[str, Any], ...]


@st.composite
def _faults(draw: st.DrawFn) -> dict[str, Any]:
    operation = draw(st.sampled_from(("callback.register", "callback.register", "callback.list", "callback.delete")))
    kind = draw(st.sampled_from(KINDS[operation]))
    status = {"status": draw(st.sampled_from((500, 502, 503)))} if kind in ("after", "status") else {"status": 404} if kind == "html" else {}
    more = {"late": {"seconds": 60}, "lag": {"changes": 1, "seconds": 3600}}.get(kind, status)
    return {"operation": operation, "kind": kind, "times": draw(st.sampled_from((1, 1, 2, 9))), "after": draw(st.sampled_from((0, 0, 1))), **more}


TURNS = st.builds(
    Turn,
    st.sampled_from(("", "", "", "removed", "registered", "another")),
    st.sampled_from((URL, URL, URL, OTHER_URL, None)),
    st.lists(_faults(), max_size=3).map(tuple),
)


class Acme:
    """The project, as its owner sees it."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self._client = OpenTok(Credentials(key=ACME, secret=SECRET, kind="project"), api_url=emulator.url).callbacks

    def there(self) -> dict[str, str | None]:
        return {one.id: one.url for one in self._client.list()}

    def copies(self, url: str) -> set[str]:
        return {one for one, its in self.there().items() if its == url}

    def disturb(self, how: str) -> None:
        if how == "removed":
            for one in self.copies(URL):
                self._client.delete(one)
        elif how:
            self._client.register("connection", "created", URL if how == "registered" else "https://hooks.example.com/of-others")

    def run(self, declared: str | None) -> tuple[bool, Any]:
        """Whether it was told to be done, and what was shown or went wrong."""
        run = Run(CALLBACK, Scope(Connection.resolve(environ=self.emulator.env)))
        try:
            report = run.absent({**JOINED, "url": URL}) if declared is None else run.present({**JOINED, "url": declared})
        except OpenTokError as error:
            return False, error
        return report.unfinished is None, report

    def turn(self, turn: Turn) -> None:
        self.emulator.advance(120)  # what was late has arrived
        self.disturb(turn.outside)
        url, before = turn.declared or URL, self.there()
        had = self.copies(url)
        self.emulator.clear_journal()
        for fault in turn.faults:
            self.emulator.fault(**fault)
        done, said = self.run(turn.declared)
        self.emulator.clear_faults()
        rows = self.emulator.journal()
        assert [row["operation"] for row in rows].count("callback.register") <= 1, "sent twice"
        assert {one: its for one, its in before.items() if its != url}.items() <= self.there().items(), "somebody else's is gone"
        if turn.declared is not None and had:
            assert self.copies(url), "lost"
        if done and not any(row["operation"] == "callback.list" and row["fault"] for row in rows):
            left = self.copies(url)
            assert left == ({said.shown["callback_id"]} if turn.declared else set()), said

    def end(self) -> None:
        """Two runs without faults."""
        self.emulator.advance(120)
        assert self.run(URL)[0]
        assert len(self.copies(URL)) == 1
        done, report = self.run(URL)
        assert (done, report.changed) == (True, False)


def test_no_invariant_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apply, "UNIT", 0.0)
    make_haste()
    with Emulator(projects=[(ACME, SECRET, "Acme")]) as emulator:

        @seed(12)
        @settings(max_examples=40, database=None, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False)
        @given(st.lists(TURNS, min_size=1, max_size=5))
        def schedules(turns: list[Turn]) -> None:
            emulator.reset()
            acme = Acme(emulator)
            for turn in turns:
                acme.turn(turn)
            acme.end()

        schedules()
