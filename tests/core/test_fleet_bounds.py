# SPDX-License-Identifier: Apache-2.0
"""Fleets: what is not declared, what stops a run, and the digest of what was planned."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import InvalidInput, PlanError
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.fleet.entries import Declarations, declarations_of
from pulumi_opentok.core.desired.fleet.fleet import Fleet
from pulumi_opentok.core.desired.fleet.planned import FleetPlan, StalePlan
from pulumi_opentok.core.desired.fleet.report import FleetReport
from pulumi_opentok.core.desired.fleet.undeclared import Undeclared
from pulumi_opentok.core.desired.ledger.local import FileLedger
from tests.core.odd_server import Answer, OddServer, behaves
from tests.core.service import Service
from tests.gateway import Answer as Passed
from tests.gateway import gateway

LIMITS = [("1", 3, False), (3, 3, True), ("10%", 3, False), ("60 %", 3, True), ("59%", 3, False), ("100%", 3, True), (0, 0, True), ("0%", 0, True)]
"""A limit, how many of five projects would go, and whether they may."""


def named(*names: str) -> Declarations:
    return declarations_of(dict.fromkeys(names))


def fleet(service: Service, ledger: Path | None = None, **settings: Any) -> Fleet:
    return Fleet(service.scope(), ledger=None if ledger is None else FileLedger(str(ledger)), **settings)


def make(service: Service, *names: str) -> list[str]:
    return [service.account().projects.create(name).id for name in names]


def there(service: Service) -> list[str]:
    return sorted(project["name"] for project in service.emulator.all_projects())


def errors(report: FleetReport) -> dict[str, str]:
    return {outcome.label: str(outcome.failure) for outcome in report.everything if outcome.failure}


@pytest.mark.parametrize(("limit", "going", "may"), LIMITS)
def test_more_than_the_limit_and_nothing_is_done(service: Service, limit: Any, going: int, may: bool) -> None:
    kept = [f"kept {number}" for number in range(5 - going)]
    make(service, *(f"old {number}" for number in range(going)), *kept)
    declared, purge = named(*kept, "new"), Undeclared.purge(limit)
    if may:
        assert len(fleet(service).apply(declared, undeclared=purge).purged) == going
        assert there(service) == [*kept, "new"]
        return
    service.clear()
    for do in (fleet(service).plan, fleet(service).apply):
        with pytest.raises(PlanError, match=r"3 projects .* would go .*at most \d.* may: nothing was changed"):
            do(declared, undeclared=purge)
    assert service.asked() == {"project.list": 2}
    assert "new" not in there(service)


def test_a_pattern_bounds_what_may_be_touched(service: Service) -> None:
    ids = make(service, "pr-1", "pr-2", "prod", "a")
    report = fleet(service).apply(named("a"), undeclared=Undeclared.purge(2, "pr-*"))
    assert [outcome.label for outcome in report.purged] == ["pr-1", "pr-2"]
    assert there(service) == ["a", "prod"]
    assert [one.id for one in report.undeclared] == ids[2:3], "what was ended is not undeclared any more"
    assert (report.changed, report.ended, report.changes) == (0, 2, True)


def test_what_is_not_declared_is_reported_and_left_alone(service: Service) -> None:
    (old, *_twins) = make(service, "old", "twin", "twin")
    for do in (fleet(service).plan, fleet(service).apply):
        report = do(named("a", "twin"), undeclared=Undeclared(undeclared="report", purge_pattern="x*"))
        (found,) = report.undeclared
        assert (found.id, found.name, found.status, found.created_at is not None) == (old, "old", "active", True)
        assert set(found.as_dict()) == {"id", "name", "status", "created_at", "kept"}
        assert report.purged == ()
    assert fleet(service).plan(named("a")).undeclared == ()


NOTHING = [[], {}, [{"name": "a", "state": "absent"}]]


@pytest.mark.parametrize("rows", NOTHING, ids=["list", "map", "all absent"])
def test_a_purge_without_any_declaration_is_refused(service: Service, rows: Any) -> None:
    with pytest.raises(InvalidInput, match=r"projects: declares no project .*a purge would end all .*nothing was done"):
        fleet(service).apply(declarations_of(rows), undeclared=Undeclared.purge("100%"))
    assert not service.asked()


def test_an_entry_can_be_absent(service: Service, tmp_path: Path) -> None:
    ids = make(service, "gone", "paused", "kept", "twin", "twin")
    rows = {
        "gone": {"state": "absent"},
        "paused": {"state": "absent", "on_delete": "suspend"},
        "kept": {"state": "absent", "on_delete": "retain"},
        "never": {"state": "absent"},
        "no-such": {"id": 46999999, "state": "absent"},
        "twin": {"state": "absent"},
        "new": None,
    }
    declared = declarations_of(rows, {"secret_max_age": "90d", "status": "active", "publish": [f"file:{tmp_path}/{{key}}.json"]})
    ledger = tmp_path / "ledger.json"
    planned = fleet(service, ledger).plan(declared)
    report = fleet(service, ledger).apply(declared)
    for found in (planned, report):
        assert list(errors(found)) == ["twin"]
        assert [outcome.label for outcome in found.outcomes if outcome.changed] == ["gone", "paused", "new"]
    assert there(service) == ["kept", "new", "paused", "twin", "twin"]
    assert (service.emulator.project(ids[1]) or {})["status"] == "SUSPENDED"
    assert fleet(service, ledger).apply(declared).changed == 0


def test_names_that_could_be_taken_for_each_other_are_a_warning_when_they_are_created(service: Service) -> None:
    declared = named("Acme", "ACME", "other", "acme  gmbh", "Acme GmbH")
    for do in (fleet(service).plan, fleet(service).apply):
        warnings = {outcome.label: outcome.report.warnings for outcome in do(declared).outcomes if outcome.report}
        assert warnings["ACME"] == ("'ACME' and 'Acme' are both declared, and differ only in case: are two projects meant?",)
        assert [len(found) for found in warnings.values()] == [1, 1, 0, 1, 1]
    assert not any(outcome.report.warnings for outcome in fleet(service).apply(declared).outcomes if outcome.report), "they are there now"


class TestStopping:
    """`continue_on_error: false`."""

    def test_nothing_new_is_begun_after_a_failure(self, service: Service) -> None:
        service.emulator.fault("project.create", "status", status=400, after=1)
        report = fleet(service, max_parallel=1, continue_on_error=False).apply(named("a", "b", "c", "d"))
        assert there(service) == ["a"]
        failed = errors(report)
        assert list(failed) == ["b", "c", "d"]
        assert failed["c"] == failed["d"] == "not begun: b has failed, and continue_on_error is false"
        assert [outcome.not_begun for outcome in report.outcomes] == [False, False, True, True]
        assert fleet(service, continue_on_error=False).apply(named("a", "b", "c", "d")).failed == 0

    def test_what_cannot_be_planned_is_found_before_anything_is_begun(self, service: Service) -> None:
        make(service, "twin", "twin")
        service.clear()
        report = fleet(service, continue_on_error=False).apply(named("a", "twin", "b"))
        assert list(errors(report)) == ["a", "twin", "b"]
        assert [outcome.not_begun for outcome in report.outcomes] == [True, False, True]
        assert service.asked() == {"project.list": 1}

    def test_a_purge_is_not_begun_either(self, service: Service) -> None:
        make(service, "old", "twin", "twin")
        report = fleet(service, continue_on_error=False).apply(named("twin"), undeclared=Undeclared.purge(3))
        assert list(errors(report)) == ["twin", "old"]
        assert "old" in there(service)


class TestDigest:
    """What was planned is applied, or nothing."""

    def test_it_is_the_same_for_the_same_plan_and_no_other(self, service: Service) -> None:
        (old,) = make(service, "old")
        planned = fleet(service).plan(named("a", "b"))
        assert planned.digest == fleet(service).plan(named("a", "b"), undeclared=Undeclared(undeclared="report")).digest
        assert planned.digest == FleetPlan.from_dict(planned.plan.as_dict()).digest
        others = [
            fleet(service).plan(named("b", "a")),
            fleet(service).plan(named("a", "b"), undeclared=Undeclared.purge(1)),
            fleet(service).plan(declarations_of({"a": {"status": "suspended"}, "b": None})),
            fleet(service).plan(declarations_of({"a": None, "b": {"id": old}})),
        ]
        assert len({planned.digest, *(other.digest for other in others)}) == 5
        assert not any(secret in repr((planned.plan, planned.plan.as_dict())) for secret in service.secrets())

    def test_a_plan_that_is_older_than_the_account_is_refused(self, service: Service) -> None:
        planned = fleet(service).plan(named("a", "b"))
        make(service, "a")
        service.clear()
        with pytest.raises(StalePlan, match="has changed since it was planned: nothing was done") as caught:
            fleet(service).apply(named("a", "b"), expected_digest=planned.digest)
        assert service.asked() == {"project.list": 1}
        assert [one.texts for one in caught.value.plan.entries] == [(), ("create project 'b'",)]
        fleet(service).apply(named("a", "b"), expected_digest=caught.value.plan.digest)
        assert there(service) == ["a", "b"]

    def test_a_plan_that_is_older_than_the_ledger_is_refused(self, service: Service, tmp_path: Path) -> None:
        ledger = tmp_path / "ledger.json"
        declared = declarations_of({"a": {"secret_triggers": {"v": 1}}})
        fleet(service, ledger).apply(declared)
        changed = declarations_of({"a": {"secret_triggers": {"v": 2}}})
        planned = fleet(service, ledger).plan(changed)
        fleet(service, ledger).apply(changed)
        with pytest.raises(StalePlan):
            fleet(service, ledger).apply(changed, expected_digest=planned.digest)
        assert service.asked()["project.refresh_secret"] == 1


def test_not_sent_not_known_done(odd_server: OddServer) -> None:
    """The server is gone half-way: each project says which of the three it is, and that is so."""
    odd_server.next("create", *[behaves] * 5, *[gone] * 4)
    report = Fleet(odd_server.scope(), max_parallel=3).apply(named(*(f"t{number}" for number in range(20))))
    there = {row["name"] for row in odd_server.rows.values()}
    done = {outcome.label for outcome in report.outcomes if outcome.changed}
    unknown = {outcome.label for outcome in report.outcomes if outcome.error is not None and outcome.error.outcome_unknown}
    not_sent = {outcome.label for outcome in report.outcomes if "nothing was sent" in str(outcome.failure)} - unknown
    assert done | unknown | not_sent == {outcome.label for outcome in report.outcomes}
    assert (len(done), 1 <= len(unknown) <= 3, len(done | unknown | not_sent)) == (5, True, 20)
    assert done <= there <= done | unknown
    assert all(outcome.not_finished == (outcome.label in done | unknown) for outcome in report.outcomes if outcome.failure)


def gone(server: OddServer, work: Callable[[], Answer]) -> None:
    """It is done, and then there is no server any more."""
    work()
    server.close()


CHANGES: dict[str, tuple[dict[str, Any], str]] = {
    "renamed": ({"name": "prod"}, "its name was 'pr-1' and is 'prod'"),
    "renamed to a declared one": ({"name": "a"}, "its name was 'pr-1' and is 'a'"),
    "another status": ({"status": "SUSPENDED"}, "its status was 'active' and is 'suspended'"),
}


@contextlib.contextmanager
def after_the_list(service: Service, do: Callable[[], object]) -> Iterator[Scope]:
    """A scope of which each list is the last that it hears before something is done elsewhere."""
    with gateway(service.emulator.url) as between:

        def changed(method: str, path: str, answer: Passed) -> Passed:
            if (method, path) == ("GET", "/v2/project"):
                do()
            return answer

        between.changed = changed
        yield service.scope(api_url=between.url)


@pytest.mark.parametrize("on_delete", ["delete", "suspend"])
@pytest.mark.parametrize("title", CHANGES)
def test_what_changes_during_the_run_is_not_ended(service: Service, title: str, on_delete: str) -> None:
    """The list says one thing, and by the time of the end it is another: of what nobody declares, and of what is declared absent."""
    change, says = CHANGES[title]
    make(service, "a")
    (old,) = make(service, "pr-1")
    purging = ({"a": None}, Undeclared.purge(1, "pr-*"))
    for rows, undeclared in (purging, ({"a": None, "pr-1": {"state": "absent"}}, Undeclared())):
        service.emulator.edit_project(old, name="pr-1", status="ACTIVE")
        service.clear()
        with after_the_list(service, lambda: service.emulator.edit_project(old, **change)) as scope:
            report = Fleet(scope).apply(declarations_of(rows, {"on_delete": on_delete}), undeclared=undeclared)
        why = f"not ended: project {old} 'pr-1' is not what this run saw in the list ({says}): run again, which looks anew"
        assert errors(report) == {"pr-1": why}
        assert (report.changed, service.asked()) == (0, {"project.list": 1, "project.get": 1})
        assert change.items() <= (service.emulator.project(old) or {}).items()


def test_what_is_gone_by_the_time_of_the_purge(service: Service, tmp_path: Path) -> None:
    """It is done, and the ledger forgets it; a list that lags shows what was."""
    ledger = tmp_path / "ledger.json"
    assert fleet(service, ledger).apply(named("a", "pr-1")).changed == 2
    (old,) = (row["id"] for row in service.emulator.all_projects() if row["name"] == "pr-1")
    service.emulator.fault("project.list", "lag")
    service.emulator.delete_project(old)
    service.clear()
    report = fleet(service, ledger).apply(named("a"), undeclared=Undeclared.purge(1))
    (gone,) = report.purged
    assert (gone.changed, gone.failure, gone.report and gone.report.warnings) == (False, None, (f"project {old} was gone already",))
    assert service.asked() == {"project.list": 1, "project.get": 1}
    assert old not in ledger.read_text()


def test_an_end_whose_answer_is_lost_is_told_as_one(service: Service) -> None:
    (old,) = make(service, "pr-1")
    service.emulator.fault("project.delete", "drop_after")
    (ended,) = fleet(service).apply(named("a"), undeclared=Undeclared.purge(1)).purged
    assert (ended.changed, ended.report and ended.report.warnings) == (True, (f"the answer to deleting project {old} 'pr-1' was lost; it is gone",))


OTHER_NAMES = {"acme": ("ACME", "only in case"), "a" * 40: ("a" * 35, "in length"), "b" * 30: ("b" * 30 + " (old)", "in length"), "c": ("see", None)}
"""A declared name, what it was renamed to elsewhere, and what shows that without a ledger."""


@pytest.mark.parametrize("with_ledger", [True, False], ids=["ledger", "none"])
@pytest.mark.parametrize("name", OTHER_NAMES)
def test_a_declared_project_that_was_renamed_is_never_purged(service: Service, tmp_path: Path, name: str, with_ledger: bool) -> None:
    """Not by the run that sees it first, nor by those after it, until its id is declared."""
    ledger = tmp_path / "ledger.json" if with_ledger else None
    renamed, told = OTHER_NAMES[name]
    fleet(service, ledger).apply(named(name, "other", "leaver"))
    ids = {row["name"]: row["id"] for row in service.emulator.all_projects()}
    service.emulator.edit_project(ids[name], name=renamed)
    if told and not with_ledger:
        make(service, name)  # else none is created, for the server may have written it so
    purge, wanted = Undeclared.purge("100%"), named(name, "other")
    planned = fleet(service, ledger).plan(wanted, undeclared=purge)
    reports = [planned, *(fleet(service, ledger).apply(wanted, undeclared=purge) for _ in range(2))]
    if told is None and not with_ledger:
        assert renamed not in there(service), "nothing tells that it was ever declared"
        return
    for report in reports:
        (stays,) = report.undeclared
        assert (stays.id, "declare its id" in str(stays.kept), (told or "") in str(stays.kept) or with_ledger) == (ids[name], True, True)
    assert [[outcome.id for outcome in report.purged] for report in reports] == [[ids["leaver"]], [ids["leaver"]], []]
    assert there(service) == sorted([name, "other", renamed])
    by_id = declarations_of([{"key": "it", "id": ids[name], "state": "absent"}, *({"name": one} for one in (name, "other"))])
    assert fleet(service, ledger).apply(by_id, undeclared=purge).undeclared == ()
    assert there(service) == sorted([name, "other"])
