# SPDX-License-Identifier: Apache-2.0
"""Fleets through random faults, by the core: no declared project ends, one of a name, a purge within bounds or none, nothing but what was planned."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, seed, settings
from hypothesis import strategies as st

from pulumi_opentok.core import Connection, OpenTokError
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.fleet.entries import Declarations, read_declarations
from pulumi_opentok.core.desired.fleet.fleet import Fleet
from pulumi_opentok.core.desired.fleet.planned import StalePlan
from pulumi_opentok.core.desired.fleet.report import FleetReport
from pulumi_opentok.core.desired.fleet.undeclared import Undeclared
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.emulator import Emulator
from tests.faults.haste import make_haste, waits_are_put_back
from tests.faults.processes import folder
from tests.gateway import Answer, Gateway, gateway

NAMES = ("a", "b", "c", "d", "e")
STRANGERS = ("pr-1", "pr-2", "kept")
LIMIT = 1
LOST = ("drop_before", "drop_after", "truncate", "garble", "html", "after", "status")
WRITES = ("project.create", "project.set_status", "project.delete", "project.refresh_secret")


@dataclasses.dataclass(frozen=True)
class Turn:
    """What others do, then a run of what is ``declared``, with ``faults``. ``planned``: by a plan that is older than what others did.

    ``meanwhile``: what others do during the run, each after so many answers but those about one project; after 0 the list lags behind it.
    """

    outside: tuple[tuple[str, str], ...]
    meanwhile: tuple[tuple[int, str, str], ...]
    declared: tuple[tuple[str, str], ...]
    faults: tuple[dict[str, Any], ...]
    purge: bool
    planned: bool
    continue_on_error: bool


@st.composite
def _faults(draw: st.DrawFn) -> dict[str, Any]:
    operation = draw(st.sampled_from(("project.create", "project.create", "project.list", "project.set_status", "project.delete", "project.get")))
    kind = draw(st.sampled_from(LOST))
    status = {"status": draw(st.sampled_from((500, 502, 503)))} if kind in ("after", "status") else {"status": 404} if kind == "html" else {}
    times, after = draw(st.sampled_from((1, 1, 2, 9))), draw(st.sampled_from((0, 0, 1, 3)))
    return {"operation": operation, "kind": kind, "times": times, "after": after, **status}


OUTSIDE = st.tuples(st.sampled_from(("suspend", "activate", "delete", "create", "rename", "rename")), st.sampled_from((*NAMES, *STRANGERS)))
MEANWHILE = st.tuples(st.sampled_from((0, 1, 1, 2, 3)), st.sampled_from(("suspend", "rename", "rename")), st.sampled_from(STRANGERS))
TURNS = st.builds(
    Turn,
    st.lists(OUTSIDE, max_size=3).map(tuple),
    st.lists(MEANWHILE, max_size=2).map(tuple),
    st.dictionaries(st.sampled_from(NAMES), st.sampled_from(("active", "suspended")), min_size=1).map(lambda found: tuple(found.items())),
    st.one_of(st.just(()), st.lists(_faults(), max_size=3).map(tuple)),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


MADE = Turn((), (), (("a", "active"),), (), False, False, True)
RENAMED = Turn((("rename", "a"),), (), (("a", "active"), ("b", "active")), (), True, False, True)
"""Into the pattern of the purge: the ledger knows better."""


class Account:
    """The account, as its owner sees it, and the ledger of its fleet."""

    def __init__(self, emulator: Emulator, between: Gateway, ledger: Path) -> None:
        self.emulator = emulator
        self._between = between
        self._ledger = ledger
        self._by_gateway = False

    def there(self) -> dict[str, dict[str, Any]]:
        return {row["id"]: row for row in self.emulator.all_projects()}

    def of(self, name: str) -> list[dict[str, Any]]:
        return [row for row in self.there().values() if row["name"] == name]

    def _statuses(self, name: str) -> list[str]:
        return ["suspended" if row["status"] == "SUSPENDED" else "active" for row in self.of(name)]

    def disturb(self, how: str, name: str) -> None:
        if how == "create" and not self.of(name):
            Scope(Connection.resolve(environ=self.emulator.env)).account.projects.create(name)
            return
        for row in self.of(name):
            if how == "delete":
                self.emulator.delete_project(row["id"])
            elif how == "rename":
                self.emulator.edit_project(row["id"], name=f"pr-{name}" if name in NAMES else f"other {name}")
            elif how != "create":
                self.emulator.edit_project(row["id"], status="SUSPENDED" if how == "suspend" else "ACTIVE")

    def fleet(self, *, continues: bool = True) -> Fleet:
        environment = self._between.env(self.emulator.env) if self._by_gateway else self.emulator.env
        scope = Scope(Connection.resolve(environ=environment))
        return Fleet(scope, ledger=FileLedger(str(self._ledger)), continue_on_error=continues, max_parallel=3)

    def turn(self, turn: Turn) -> None:
        declared = read_declarations({"projects": [{"name": name, "status": status} for name, status in turn.declared]})
        undeclared = Undeclared.purge(LIMIT, "pr-*") if turn.purge else Undeclared()
        digest = self._digest(declared, undeclared) if turn.planned else None
        if turn.purge:
            self.disturb("create", "pr-1")
        for how, name in turn.outside:
            self.disturb(how, name)
        for after, how, name in turn.meanwhile:
            if after == 0 and how == "rename" and self.of(name):
                self.emulator.fault("project.list", "lag")
                self.disturb(how, name)
        before, known = self.there(), self._known()
        self.emulator.clear_journal()
        for fault in turn.faults:
            self.emulator.fault(**fault)
        with self._others_meanwhile(turn.meanwhile) as ended:
            report = self._run(declared, undeclared, digest, continues=turn.continue_on_error)
        self.emulator.clear_faults()
        assert [row for row in ended if not row["name"].startswith("pr-")] == [], "as it was when it ended"
        assert [row for row in ended if known.get(row["id"]) in dict(turn.declared)] == [], "the ledger knew it as a declared one"
        self._looked_at(turn, report, before)

    def _known(self) -> dict[str, str]:
        """By id, the name that the ledger knows a project to be declared by."""
        entries = json.loads(self._ledger.read_text())["entries"] if self._ledger.exists() else {}
        return {key.removeprefix("project/"): entry["declared"]["name"] for key, entry in entries.items()}

    @contextlib.contextmanager
    def _others_meanwhile(self, meanwhile: tuple[tuple[int, str, str], ...]) -> Iterator[list[dict[str, Any]]]:
        """Others do that during the run. The projects whose deletion was asked for, as they were at that moment."""
        asked, ended, lock = itertools.count(1), [], threading.Lock()

        def instead(method: str, path: str) -> None:
            if method == "DELETE" and (row := self.emulator.project(path.rpartition("/")[2])):
                ended.append(row)

        def changed(method: str, path: str, answer: Answer) -> Answer:
            with lock:
                # What changes between the last look and the end cannot be seen: the API has no conditional call.
                number = next(asked) if method == "POST" or path == "/v2/project" else 0
                for _after, how, name in [one for one in meanwhile if number and one[0] == number]:
                    self.disturb(how, name)
            return answer

        self._between.instead, self._between.changed, self._by_gateway = instead, changed, bool(meanwhile)
        yield ended
        self._by_gateway = False

    def _digest(self, declared: Declarations, undeclared: Undeclared) -> str | None:
        try:
            return self.fleet().plan(declared, undeclared=undeclared).digest
        except OpenTokError:
            return None  # over the limit of the purge

    def _run(self, declared: Declarations, undeclared: Undeclared, digest: str | None, *, continues: bool) -> FleetReport | None:
        """``None`` where the whole run was refused or could not look: then nothing at all was written."""
        try:
            return self.fleet(continues=continues).apply(declared, undeclared=undeclared, expected_digest=digest)
        except OpenTokError as error:
            refused = error
        assert [row["operation"] for row in self.emulator.journal() if row["operation"] in WRITES] == [], refused
        assert digest is not None or not isinstance(refused, StalePlan)
        return None

    def _looked_at(self, turn: Turn, report: FleetReport | None, before: dict[str, dict[str, Any]]) -> None:
        after, rows = self.there(), self.emulator.journal()
        names = {name for name, _status in turn.declared}
        gone = [row for one, row in before.items() if one not in after]
        assert [row for row in gone if not row["name"].startswith("pr-")] == [], "only what the pattern names may end"
        assert len(gone) <= (LIMIT if turn.purge else 0)
        assert not gone or (report is not None and not any(outcome.failure for outcome in report.outcomes)), "a purge comes last, after no failure"
        touched = {name for _after, _how, name in turn.meanwhile}
        untouched = {one: row for one, row in before.items() if row["name"] not in names | touched and one in after}
        assert {one: after[one]["status"] for one in untouched} == {one: row["status"] for one, row in untouched.items()}
        assert {one: after[one]["secret"] for one in before if one in after} == {one: row["secret"] for one, row in before.items() if one in after}
        assert not any(row["operation"] == "project.refresh_secret" for row in rows)
        assert all(len(self.of(name)) <= 1 for name in names), "two of a name"
        if report is None:
            return
        for (name, status), outcome in zip(turn.declared, report.outcomes, strict=True):
            if outcome.failure is None:
                assert self._statuses(name) == [status], (name, outcome)

    def end(self) -> None:
        """Two runs without faults; the second is one request."""
        declared = read_declarations({"projects": [{"name": name, "status": "active"} for name in NAMES]})
        for clean in (False, True):
            self.emulator.clear_journal()
            report = self.fleet().apply(declared)
            assert report.failed == 0
            assert [self._statuses(name) for name in NAMES] == [["active"]] * len(NAMES)
            if clean:
                assert (report.changed, [row["operation"] for row in self.emulator.journal()]) == (0, ["project.list"])


def test_no_invariant_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    with waits_are_put_back(), Emulator() as emulator, gateway(emulator.url) as between, folder() as home:
        make_haste()
        ledgers = iter(range(10**6))

        @seed(13)
        @settings(max_examples=40, database=None, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False)
        @example([MADE, RENAMED])
        @given(st.lists(TURNS, min_size=1, max_size=4))
        def schedules(turns: list[Turn]) -> None:
            emulator.reset()
            account = Account(emulator, between, Path(home, f"{next(ledgers)}.json"))
            for turn in turns:
                account.turn(turn)
            account.end()

        schedules()
