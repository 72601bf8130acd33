# SPDX-License-Identifier: Apache-2.0
"""Runners that share a ledger, each a process, at the same moment: everything is done once, whoever does it, and all know it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.ledgers.parties import Parties, answered, at_once, halted, parties
from tests.ledgers.runs import Refused
from tests.ledgers.stores import Place

ACME = {"name": "ACME GmbH"}
OTHER = "20000002"
HOUR = 3600
FIRST, SECOND = ({**ACME, "secret_triggers": {"v": value}} for value in ("1", "2"))


@pytest.fixture
def everyone(opentok_emulator: Emulator, place: Place) -> Iterator[Parties]:
    """On each store, the file among them."""
    with parties(opentok_emulator, place) as made:
        yield made


@pytest.fixture
def sharers(opentok_emulator: Emulator, either: Place) -> Iterator[Parties]:
    """On each sort of store that is shared."""
    with parties(opentok_emulator, either) as made:
        yield made


def test_a_name_that_all_create(everyone: Parties) -> None:
    everyone.opentok.fault("project.create", "delay", seconds=0.1, times=None)
    said = at_once(everyone.several(6), "present", "project", ACME)
    assert everyone.done() == {"project.create": 1}
    assert sorted(one["changed"] for one in said) == [False] * 5 + [True]
    assert len({one["shown"]["id"] for one in said}) == 1
    assert {one["shown"]["secret_fingerprint"] for one in said} == set(everyone.live().values())
    assert everyone.settled()["ACME GmbH"]["secret_version"] == 1


def test_a_rotation_that_all_declare(everyone: Parties) -> None:
    runs = everyone.several(4)
    runs[0].present("project", FIRST)
    everyone.done()
    for declared in (SECOND, {**SECOND, "retired_secrets": [*everyone.live().values()]}):
        before = everyone.live()
        if "retired_secrets" in declared:
            declared["retired_secrets"] = [*before.values()]
        everyone.opentok.fault("project.refresh_secret", "delay", seconds=0.1, times=None)
        said = at_once(runs, "present", "project", declared)
        assert everyone.done() == {"project.refresh_secret": 1}
        assert sorted(one["changed"] for one in said) == [False] * 3 + [True]
        assert {one["shown"]["secret_fingerprint"] for one in said} == set(everyone.live().values()) != set(before.values())
    assert everyone.settled()["ACME GmbH"]["secret_version"] == 3


def test_a_status_that_all_declare(sharers: Parties) -> None:
    runs = sharers.several(3)
    runs[0].present("project", ACME)
    sharers.done()
    for status in ("suspended", "active"):
        said = at_once(runs, "present", "project", {**ACME, "status": status})
        assert sharers.done() == {"project.set_status": 1}
        assert [one["shown"]["status"] for one in said] == [status] * 3


def test_one_by_name_one_by_id_and_one_by_the_command(sharers: Parties) -> None:
    by_name, by_id, command = sharers.several(3)
    made = by_name.present("project", FIRST)["shown"]["id"]
    sharers.done()
    by_name.begin("present", "project", SECOND)
    by_id.begin("present", "project", {**SECOND, "id": made})
    command.begin("rotate", made)
    said = [answered(run) for run in (by_name, by_id, command)]
    assert sharers.done() == {"project.refresh_secret": 2}, said
    assert sorted(one["changed"] for one in said) == [False, True, True]
    assert sharers.settled()["ACME GmbH"]["secret_version"] == 3


def test_one_ends_what_another_waits_for(sharers: Parties) -> None:
    """By its name it is made anew; by its id it is gone, and that is said."""
    ending, by_name, by_id = sharers.several(3)
    made = ending.present("project", ACME)["shown"]["id"]
    sharers.done()
    sharers.opentok.fault("project.delete", "delay", seconds=0.3)
    ending.halt("STOP", "before", "DELETE", "")
    ending.begin("absent", "project", {"id": made})
    halted(ending)
    by_name.begin("present", "project", ACME)
    by_id.begin("present", "project", {**ACME, "id": made})
    assert "is held by another run" in by_name.warning()
    assert "is held by another run" in by_id.warning()
    ending.go_on()
    assert answered(ending)["changed"]
    assert answered(by_name)["shown"]["id"] != made
    gone = answered(by_id)
    assert isinstance(gone, Refused)
    assert f"there is no project {made}" in gone.text
    assert sharers.done() == {"project.create": 1, "project.delete": 1}
    sharers.settled()


def test_fleets_share_the_work(sharers: Parties) -> None:
    runs = sharers.several(4)
    names = [f"t{number}" for number in range(12)]
    for trigger, operation in (("1", "project.create"), ("2", "project.refresh_secret")):
        sharers.opentok.fault(operation, "delay", seconds=0.05, times=None)
        said = at_once(runs, "apply", [{"name": name, "secret_triggers": {"v": trigger}} for name in names])
        assert sharers.done() == {operation: len(names)}
        assert [one for outcomes in said for one in outcomes if one["failure"]] == []
        assert sum(one["changed"] for outcomes in said for one in outcomes) == len(names)
    assert {entry["secret_version"] for entry in sharers.settled().values()} == {2}


def test_a_purge_beside_others(sharers: Parties) -> None:
    runs = sharers.several(4)
    runs[0].apply([{"name": name} for name in ("a", "b", "x", "y")])
    sharers.done()
    declared = [{"name": name, "status": "suspended"} for name in ("a", "b", "c")]
    for run in runs:
        run.begin("apply", declared, *([2] if run in runs[:2] else []))
    said = [answered(run) for run in runs]
    assert sharers.done() == {"project.create": 1, "project.delete": 2, "project.set_status": 3}
    assert [one for outcomes in said for one in outcomes if one["failure"]] == []
    assert set(sharers.settled()) == {"a", "b", "c"}


def test_a_saved_plan_beside_another_run(sharers: Parties) -> None:
    """Another run does something else to a project of the plan, after it was shown to be what it was: nothing that was not planned is done."""
    planned, other = sharers.several(2)
    planned.apply([{"name": name, "secret_triggers": {"v": "1"}} for name in ("a", "b")])
    ids = {row["id"]: row["name"] for row in sharers.opentok.all_projects()}
    changed = [{"name": name, "secret_triggers": {"v": "2"}, "status": "active"} for name in ("a", "b")]
    planned.options({"max_parallel": 1})
    digest = planned.plan(changed)
    sharers.done()
    planned.halt("STOP", "before", "POST", "/refreshSecret")
    planned.begin("apply", changed, None, digest)
    where = halted(planned)
    held = next(name for id_, name in ids.items() if id_ in where)
    (free,) = {"a", "b"} - {held}
    other.present("project", {"name": free, "secret_triggers": {"v": "2"}, "status": "suspended"})
    planned.go_on()
    said = {one["label"]: one for one in answered(planned)}
    assert said[held]["changed"]
    assert "another run has done something about it since this one was planned: plan anew" in said[free]["failure"]
    assert sharers.done() == {"project.refresh_secret": 2, "project.set_status": 1}
    sharers.settled()


def test_a_plan_is_not_in_the_way_of_itself_for_ever(sharers: Parties) -> None:
    """A runner was killed before the plan was made: who applies it looks, sees what was planned, and does it."""
    killed, planned = sharers.several(2, lifetime=1.0)
    killed.present("project", FIRST)
    killed.halt("KILL", "before", "POST", "/refreshSecret")
    killed.begin("present", "project", SECOND)
    killed.warning()
    declared = [SECOND]
    said = planned.apply(declared, None, planned.plan(declared))
    assert [(one["changed"], one["failure"]) for one in said] == [(True, "")]
    sharers.settled()


def test_nothing_new_after_the_first_failure(sharers: Parties) -> None:
    runs = sharers.several(3)
    for run in runs:
        run.options({"continue_on_error": False, "max_parallel": 1})
    sharers.opentok.fault("project.create", "status", status=400, times=1)
    said = at_once(runs, "apply", [{"name": f"t{number}"} for number in range(9)])
    failed = [[one["kind"] for one in outcomes if one["failure"]] for outcomes in said]
    stopped = next(kinds for kinds in failed if kinds)
    assert [kinds for kinds in failed if kinds] == [stopped]
    assert "NotBegun" in stopped
    assert len(stopped) == stopped.count("NotBegun") + 1
    assert sharers.done() == {"project.create": 9}
    sharers.settled()


def test_two_accounts_with_one_name_in_one_ledger(sharers: Parties) -> None:
    secret = "0ther5ecret" * 4
    sharers.opentok.add_account(OTHER, secret)
    ours = sharers.several(2)
    theirs = sharers.several(2, OPENTOK_ACCOUNT_KEY=OTHER, OPENTOK_ACCOUNT_SECRET=secret)
    for declared, done in ((FIRST, {"project.create": 2}), (SECOND, {"project.refresh_secret": 2})):
        said = at_once([*ours, *theirs], "present", "project", declared)
        assert sharers.done() == done
        assert [one["shown"]["account_key"] for one in said] == [sharers.opentok.account_key] * 2 + [OTHER] * 2
        assert len({one["shown"]["id"] for one in said}) == 2


@pytest.mark.parametrize("age", [True, False])
def test_clocks_that_differ(sharers: Parties, age: bool) -> None:
    """By hours, from each other and from OpenTok: a lease of one that lives is nobody else's, and an age counts by OpenTok's clock."""
    runs = sharers.several(3, lifetime=2.0)
    for run, seconds in zip(runs, (-3 * HOUR, 0, 3 * HOUR), strict=True):
        run.skew(seconds)
    declared = {**ACME, "secret_max_age": "12h"} if age else FIRST
    at_once(runs, "present", "project", declared)
    assert sharers.done() == {"project.create": 1}
    at_once(runs, "present", "project", declared)
    assert sharers.done() == {}
    sharers.opentok.advance(20.0 * HOUR)
    sharers.opentok.fault("project.refresh_secret", "delay", seconds=0.3, times=None)
    at_once(runs, "present", "project", declared if age else SECOND)
    assert sharers.done() == {"project.refresh_secret": 1}
    at_once(runs, "present", "project", declared if age else SECOND)
    assert sharers.done() == {}
    sharers.settled()


RESTORED: dict[str, tuple[dict[str, Any], int, str]] = {
    "trigger": (SECOND, 1, "the trigger rotates it once more"),
    "trigger, adopt": ({**SECOND, "on_external_rotation": "adopt"}, 0, "that rotation is taken for it (on_external_rotation: adopt)"),
    "trigger, fail": ({**SECOND, "on_external_rotation": "fail"}, 0, "on_external_rotation is 'fail'"),
    "age": ({**FIRST, "secret_max_age": "12h"}, 0, ""),
}


@pytest.mark.parametrize("what", RESTORED)
def test_a_backup_that_is_older_than_the_live_secret(sharers: Parties, what: str) -> None:
    """It does not know of the rotation: what a trigger does then is declared and said, and done by one of all."""
    declared, rotations, says = RESTORED[what]
    runs = sharers.several(3)
    runs[0].present("project", {**declared, "secret_triggers": {"v": "1"}, "on_external_rotation": "rotate"})
    put_back = sharers.place.backup()
    if what == "age":
        sharers.opentok.advance(20.0 * HOUR)
    runs[1].present("project", {**declared, "on_external_rotation": "rotate"})
    assert sharers.done() == {"project.create": 1, "project.refresh_secret": 1}
    put_back()
    said = at_once(runs, "present", "project", declared)
    assert sharers.done() == ({"project.refresh_secret": rotations} if rotations else {})
    texts = [one.text if isinstance(one, Refused) else " ".join(one["warnings"]) for one in said]
    assert any(says in text for text in texts), texts
    if what != "trigger, fail":
        sharers.settled()


def test_a_backup_and_a_retired_secret(sharers: Parties) -> None:
    """The live secret is not the retired one: nothing is rotated, whatever the ledger remembers."""
    runs = sharers.several(2)
    runs[0].present("project", ACME)
    retired = {**ACME, "retired_secrets": [*sharers.live().values()]}
    put_back = sharers.place.backup()
    runs[0].present("project", retired)
    sharers.done()
    put_back()
    assert [one["changed"] for one in at_once(runs, "present", "project", retired)] == [False, False]
    assert sharers.done() == {}
    assert [entry["secret_fingerprint"] for entry in sharers.remembered().values()] == [*sharers.live().values()]


def test_a_blue_green_rotation_that_all_declare(everyone: Parties) -> None:
    """One second project, one suspend, one delete, whoever does them; the entry follows the active one."""
    runs = everyone.several(4)
    blue = {"rotation": "blue_green", "token_lifetime": "1h", "soak": "1h"}
    first, second = ({**declared, **blue} for declared in (FIRST, SECOND))
    runs[0].present("project", first)
    everyone.done()
    everyone.opentok.fault("project.create", "delay", seconds=0.1, times=None)
    steps = []
    for _step in range(3):
        said = at_once(runs, "present", "project", second)
        steps.append(everyone.done())
        assert sorted(one["changed"] for one in said) == [False] * 3 + [True]
        assert len({one["shown"]["active_key"] for one in said}) == 1
        everyone.opentok.advance(HOUR + 60)
    assert steps == [{"project.create": 1}, {"project.set_status": 1}, {"project.delete": 1}]
    assert len(everyone.live()) == 1
    assert everyone.settled()["ACME GmbH"]["secret_version"] == 2
