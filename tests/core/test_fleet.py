# SPDX-License-Identifier: Apache-2.0
"""Many projects in one run: one listing, only the writes that are needed, no twin, one failure stops nothing else."""

from __future__ import annotations

import contextlib
import datetime
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput, NoResponse, PlanError, fingerprint
from pulumi_opentok.core.desired.fleet import member as fleet_member
from pulumi_opentok.core.desired.fleet.entries import Declarations, Entry, read_declarations
from pulumi_opentok.core.desired.fleet.fleet import Fleet
from pulumi_opentok.core.desired.fleet.report import FleetReport, Outcome
from pulumi_opentok.core.desired.fleet.undeclared import Undeclared
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.emulator import Emulator
from tests.core.service import Service

LONG_AGO = "2020-01-01T00:00:00Z"


def declared(*rows: Any, **defaults: Any) -> Declarations:
    return read_declarations({"projects": [{"name": row} if isinstance(row, str) else row for row in rows], "defaults": defaults})


def fleet(service: Service, ledger: Path | None = None, **settings: Any) -> Fleet:
    return Fleet(service.scope(), ledger=None if ledger is None else FileLedger(str(ledger)), **settings)


def names(service: Service) -> list[str]:
    return sorted(project["name"] for project in service.emulator.all_projects())


def errors(report: FleetReport) -> dict[str, str]:
    return {outcome.label: str(outcome.failure) for outcome in report.everything if outcome.failure}


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.json"


@pytest.fixture
def seeded() -> Iterator[Service]:
    """An emulator whose faults happen by a known chance."""
    with Emulator(seed=11) as emulator:
        yield Service(emulator)


def test_one_listing_and_only_the_writes_that_are_needed(service: Service) -> None:
    wanted = declared("a", "b", {"name": "c", "status": "suspended"})
    assert fleet(service).apply(wanted).changed == 3
    assert service.asked() == {"project.list": 2, "project.create": 3, "project.set_status": 1}, "one more list after what was created"
    service.clear()
    for report in (fleet(service).apply(wanted), fleet(service).plan(wanted)):
        assert (report.changed, report.failed) == (0, 0)
    assert service.asked() == {"project.list": 2}
    service.emulator.edit_project(next(one["id"] for one in service.emulator.all_projects() if one["name"] == "c"), status="ACTIVE")
    service.clear()
    assert [outcome.label for outcome in fleet(service).apply(wanted).outcomes if outcome.changed] == ["c"]
    assert service.asked() == {"project.list": 1, "project.set_status": 1}


def test_a_plan_changes_nothing_and_says_what_an_apply_does(service: Service, ledger: Path) -> None:
    wanted = declared("a", {"name": "b", "status": "suspended"}, secret_max_age="90d")
    planned = fleet(service, ledger).plan(wanted)
    assert service.asked() == {"project.list": 1}
    assert not ledger.exists()
    done = fleet(service, ledger).apply(wanted, expected_digest=planned.digest)
    assert [outcome.report and outcome.report.actions for outcome in done.outcomes] == [
        outcome.report and outcome.report.actions for outcome in planned.outcomes
    ]


def test_the_order_of_outcomes_is_the_order_of_declarations(service: Service) -> None:
    wanted = declared(*(f"p{number}" for number in range(40)))
    heard: list[tuple[int, int, str]] = []

    def hear(done: int, total: int, outcome: Outcome) -> None:
        heard.append((done, total, outcome.label))

    report = fleet(service, progress=hear).apply(wanted)
    assert [outcome.label for outcome in report.outcomes] == [f"p{number}" for number in range(40)]
    assert [(done, total) for done, total, _label in heard] == [(number, 40) for number in range(1, 41)]
    assert {label for _done, _total, label in heard} == {f"p{number}" for number in range(40)}


@pytest.mark.parametrize("parallel", [1, 3, 8])
def test_so_many_at_a_time_and_no_more(service: Service, parallel: int) -> None:
    busy, most, lock = [0], [0], threading.Lock()
    together = threading.Barrier(parallel)

    class Slow:
        def __init__(self, entry: Entry) -> None:
            self.where = f"a slow store for {entry.label}"

        def preflight(self) -> None:
            with lock:
                busy[0] += 1
                most[0] = max(most[0], busy[0])
            together.wait(timeout=10)
            time.sleep(0.05)
            with lock:
                busy[0] -= 1

        def read(self) -> None:
            return None

        def write(self, document: Any) -> None:
            pass

    wanted = declared(*(f"p{number}" for number in range(parallel * 2)))
    assert fleet(service, max_parallel=parallel, publish=lambda entry: [Slow(entry)]).apply(wanted).failed == 0
    assert most[0] == parallel


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "truncate", "status"])
def test_parallel_creates_with_lost_answers_make_no_twin(seeded: Service, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulumi_opentok.core.desired.creation.ATTEMPTS", 30)
    seeded.emulator.fault("project.create", kind, times=None, probability=0.5)
    wanted = declared(*(f"tenant {number}" for number in range(40)))
    report = fleet(seeded).apply(wanted)
    assert errors(report) == {}
    assert names(seeded) == sorted(f"tenant {number}" for number in range(40))
    lost = sum("was lost" in text for outcome in report.outcomes if outcome.report for text in outcome.report.warnings)
    assert (lost > 5) == (kind in ("drop_after", "truncate"))
    seeded.emulator.clear_faults()
    assert fleet(seeded).apply(wanted).changed == 0


def test_a_run_that_gave_up_is_finished_by_the_next_without_a_twin(seeded: Service) -> None:
    seeded.emulator.fault("*", "drop_after", times=None, probability=0.3)
    wanted = declared(*(f"tenant {number}" for number in range(20)))
    for _run in range(20):
        with contextlib.suppress(NoResponse):  # of the list itself
            fleet(seeded).apply(wanted)
    seeded.emulator.clear_faults()
    assert fleet(seeded).apply(wanted).failed == 0
    assert names(seeded) == sorted(f"tenant {number}" for number in range(20))


def test_one_failure_stops_nothing_else(service: Service) -> None:
    account = service.account()
    twins = [account.projects.create("twin").id for _ in range(2)]
    suspended = {"name": "late", "status": "suspended"}
    report = fleet(service).apply(declared("a", "twin", {"name": "gone", "id": 46999999}, "b", suspended))
    assert set(errors(report)) == {"twin", "gone"}
    assert all(twin in errors(report)["twin"] for twin in twins)
    assert "there is no project 46999999" in errors(report)["gone"]
    assert names(service) == ["a", "b", "late", "twin", "twin"]
    assert (report.failed, report.changed) == (2, 3)


def test_a_fault_of_one_write_is_its_own(service: Service) -> None:
    service.emulator.fault("project.create", "status", status=400, after=1)
    report = fleet(service, max_parallel=1).apply(declared("a", "b", "c"))
    assert list(errors(report)) == ["b"]
    assert names(service) == ["a", "c"]
    assert fleet(service).apply(declared("a", "b", "c")).changed == 1


def test_two_entries_that_mean_one_project_do_nothing_to_it(service: Service) -> None:
    project = service.account().projects.create("acme")
    rows = ({"key": "first", "id": project.id, "status": "suspended"}, {"key": "second", "name": "acme", "status": "active"})
    report = fleet(service).apply(declared(*rows, "other"))
    assert set(errors(report)) == {"first", "second"}
    assert "first and second mean the same one" in errors(report)["first"]
    assert names(service) == ["acme", "other"]
    assert service.asked()["project.set_status"] == 0


DOUBLES = [
    ("one name twice", [{"name": "a"}, {"name": "a"}], "name 'a'"),
    ("one id twice", [{"id": "46000001"}, {"id": 46000001, "name": "a"}], "id 46000001"),
    ("one key twice", [{"key": "k", "name": "a"}, {"key": "k", "name": "b"}], "k: is declared 2 times"),
]


@pytest.mark.parametrize(("rows", "says"), [row[1:] for row in DOUBLES], ids=[row[0] for row in DOUBLES])
def test_doubles_are_refused_before_any_request(service: Service, rows: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        fleet(service).apply(declared(*rows))
    assert not service.asked()


def test_every_problem_of_every_entry_at_once(service: Service) -> None:
    with pytest.raises(InvalidInput) as caught:
        fleet(service).apply(
            declared({"key": "x", "name": "a", "status": "off"}, {"name": "b", "secret_max_age": "0d", "on_delete": "burn"}, {"key": "y"})
        )
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["x: status", "b: secret_max_age", "y: name"]  # b needs a ledger before its values are looked at
    assert not service.asked()


class TestPurge:
    """Projects that are not declared."""

    def test_it_is_off_unless_it_is_allowed(self, service: Service) -> None:
        service.account().projects.create("old")
        assert fleet(service).apply(declared("a")).purged == ()
        assert names(service) == ["a", "old"]

    def test_at_most_so_many_or_nothing_at_all(self, service: Service) -> None:
        for number in range(3):
            service.account().projects.create(f"old {number}")
        for do in (fleet(service).plan, fleet(service).apply):
            with pytest.raises(PlanError, match=r"3 projects of account .* would go .*'old 0'.*at most 2 may: nothing was changed"):
                do(declared("a"), undeclared=Undeclared.purge(2))
        assert names(service) == ["old 0", "old 1", "old 2"]
        report = fleet(service).apply(declared("a"), undeclared=Undeclared.purge(3))
        assert names(service) == ["a"]
        assert [outcome.label for outcome in report.purged] == ["old 0", "old 1", "old 2"]
        assert fleet(service).apply(declared("a"), undeclared=Undeclared.purge(0)).changed == 0

    @pytest.mark.parametrize(("on_delete", "left"), [("delete", ["a"]), ("suspend", ["a", "old"]), ("retain", ["a", "old"])])
    def test_they_end_as_the_file_says(self, service: Service, on_delete: str, left: list[str]) -> None:
        old = service.account().projects.create("old")
        at_most = 0 if on_delete == "retain" else 1
        for _run in range(2):
            fleet(service).apply(declared("a", on_delete=on_delete), undeclared=Undeclared.purge(at_most))
            assert names(service) == left
        if on_delete != "delete":
            project = service.emulator.project(old.id)
            assert project is not None
            assert (project["status"] == "SUSPENDED") == (on_delete == "suspend")

    def test_they_end_as_the_ledger_remembers_it(self, service: Service, ledger: Path) -> None:
        fleet(service, ledger).apply(declared({"name": "kept", "on_delete": "retain"}, {"name": "paused", "on_delete": "suspend"}, "ended"))
        report = fleet(service, ledger).apply(declared("other"), undeclared=Undeclared.purge(2))
        assert {outcome.label for outcome in report.purged} == {"paused", "ended"}
        assert names(service) == ["kept", "other", "paused"]

    def test_only_when_nothing_failed(self, service: Service) -> None:
        for name in ("twin", "twin", "old"):
            service.account().projects.create(name)
        report = fleet(service).apply(declared("twin", "a"), undeclared=Undeclared.purge(5))
        assert set(errors(report)) == {"twin", "old"}
        assert names(service) == ["a", "old", "twin", "twin"]

    def test_twins_of_a_declared_name_are_an_error_and_do_not_count(self, service: Service) -> None:
        for name in ("twin", "twin", "old"):
            service.account().projects.create(name)
        assert [outcome.label for outcome in fleet(service).plan(declared("twin"), undeclared=Undeclared.purge(1)).purged] == ["old"]

    def test_a_twin_of_what_is_declared_by_its_id_goes(self, service: Service) -> None:
        kept, twin = (service.account().projects.create("twin") for _ in range(2))
        report = fleet(service).apply(declared({"name": "twin", "id": kept.id}), undeclared=Undeclared.purge(1))
        assert [outcome.label for outcome in report.purged] == ["twin"]
        assert service.emulator.project(twin.id) is None
        assert service.emulator.project(kept.id) is not None


def aged(ledger: Path, *project_ids: str) -> None:
    """Lets the ledger remember that the secrets were rotated long ago."""
    content = json.loads(ledger.read_text())
    for key, entry in content["entries"].items():
        if not project_ids or key.split("/")[1] in project_ids:
            entry["secret_rotated_at"] = LONG_AGO
    ledger.write_text(json.dumps(content))


def test_a_rotation_by_age_once_each_and_proven(service: Service, ledger: Path) -> None:
    wanted = declared("a", "b", "c", secret_max_age="90d")
    fleet(service, ledger).apply(wanted)
    before = {project["id"]: project["secret"] for project in service.emulator.all_projects()}
    rotating = sorted(before)[:2]
    aged(ledger, *rotating)
    service.clear()
    planned = fleet(service, ledger).plan(wanted)
    assert service.asked() == {"project.list": 1}
    assert [outcome.due.since for outcome in planned.due if outcome.due] == [datetime.datetime(2020, 3, 31, tzinfo=datetime.timezone.utc)] * 2
    service.clear()
    assert fleet(service, ledger).apply(wanted).changed == 2
    assert service.asked() == {"project.list": 1, "project.refresh_secret": 2, "archive.list": 2}
    after = {project["id"]: project["secret"] for project in service.emulator.all_projects()}
    assert sorted(one for one in after if after[one] != before[one]) == rotating
    service.clear()
    assert fleet(service, ledger).apply(wanted).changed == 0
    assert service.asked() == {"project.list": 1}


def test_a_listing_that_is_old_by_now_is_not_rotated_by(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another machine rotates the retired secret while this run has others to do."""
    monkeypatch.setattr(fleet_member, "FRESH", -1.0)
    project = service.account().projects.create("a")
    wanted = declared({"name": "a", "retired_secrets": [fingerprint(project.secret)]})
    service.clear()
    assert len(fleet(service).plan(wanted).due) == 1
    assert service.asked() == {"project.list": 1}
    scope = service.scope()
    scope.creation.listing()
    service.account().projects.refresh_secret(project.id)
    service.clear()
    assert Fleet(scope).apply(wanted).changed == 0
    assert service.asked() == {"project.get": 1}


def test_what_waits_for_its_window_is_due_until_it_opens(service: Service) -> None:
    project = service.account().projects.create("a")
    tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    window = {"days": [f"{tomorrow:%a}".lower()], "start": "02:00", "end": "05:00", "applies_to": "all"}
    report = fleet(service).apply(declared({"name": "a", "retired_secrets": [project.secret], "rotation_window": window}))
    assert report.changed == 0
    (outcome,) = report.due
    assert outcome.due is not None
    assert outcome.due.opens == tomorrow.replace(hour=2, minute=0, second=0, microsecond=0)
    assert outcome.due.reasons == ("the live secret is one of retired_secrets",)


def test_rotating_by_hand_keeps_what_the_ledger_remembers(service: Service, ledger: Path) -> None:
    wanted = declared({"name": "a", "secret_triggers": {"v": "1"}, "secret_max_age": "90d", "on_delete": "suspend"})
    fleet(service, ledger).apply(wanted)
    before = json.loads(ledger.read_text())["entries"]
    service.clear()
    done = fleet(service, ledger).rotate("a", because="it leaked")
    assert service.asked() == {"project.list": 1, "project.refresh_secret": 1, "archive.list": 1}
    assert done.report is not None
    assert done.report.plan.reasons == ("it leaked",)
    after = json.loads(ledger.read_text())["entries"]
    (key,) = after
    assert after[key]["private"] == {**before[key]["private"], "secret_previous": before[key]["secret_fingerprint"]}
    changed = {"secret_fingerprint", "secret_version", "secret_rotated_at", "secret_rotation_due_at", "private"}
    assert {name: value for name, value in after[key].items() if name not in changed} == {
        name: value for name, value in before[key].items() if name not in changed
    }
    assert after[key]["secret_version"] == 2
    assert fleet(service, ledger).plan(wanted).changed == 0
    rotated = declared({"name": "a", "secret_triggers": {"v": "2"}, "secret_max_age": "90d", "on_delete": "suspend"})
    assert [outcome.label for outcome in fleet(service, ledger).plan(rotated).due] == ["a"]


def test_what_is_due_is_known_from_the_ledger_alone(service: Service, ledger: Path) -> None:
    fleet(service, ledger).apply(declared("a", {"name": "b", "secret_max_age": "4000h"}, {"name": "c", "secret_max_age": "90d"}))
    service.account().projects.create("unknown to the ledger")
    aged(ledger)
    service.clear()
    looking = fleet(service, ledger)
    assert {outcome.label for outcome in looking.plan(looking.remembered()).due} == {"b", "c"}
    assert service.asked() == {"project.list": 1}


def test_an_apply_does_what_was_planned_or_nothing(service: Service) -> None:
    planned = fleet(service).plan(declared("a"))
    project = service.account().projects.create("a")
    service.emulator.edit_project(project.id, status="SUSPENDED")
    with pytest.raises(PlanError, match="has changed since it was planned: nothing was done"):
        fleet(service).apply(declared("a"), expected_digest=planned.digest)


@pytest.mark.parametrize("text", ["46000001", "id=46000001", "acme", "name=acme"])
def test_picking_one(service: Service, text: str) -> None:
    assert service.account().projects.create("acme").id == fleet(service).pick(text).id == "46000001"


def test_picking_what_could_be_two(service: Service) -> None:
    first, second = (service.account().projects.create(name) for name in ("acme", "46000001"))
    with pytest.raises(PlanError, match=r"2 projects .* could be meant by '46000001'.*id=.*name="):
        fleet(service).pick("46000001")
    assert fleet(service).pick("id=46000001").id == first.id
    assert fleet(service).pick("name=46000001").id == second.id


@pytest.mark.parametrize("name", ["id", "name", "a=b", "id=5", "="])
def test_picking_odd_names(service: Service, name: str) -> None:
    project = service.account().projects.create(name)
    assert fleet(service).pick(f"name={name}").id == project.id
    if name != "id=5":
        assert fleet(service).pick(name).id == project.id
