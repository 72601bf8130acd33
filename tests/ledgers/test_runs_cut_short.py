# SPDX-License-Identifier: Apache-2.0
"""Runners that share a ledger, of which one is killed, stands still, or loses the store: what it began is done once, and it does nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.gateway import Answer
from tests.ledgers.parties import Parties, answered, halted, parties
from tests.ledgers.runs import Refused
from tests.ledgers.stores import Place

SHORT = 1.0
"""Seconds that a runner counts as alive without a sign of life."""

ACME = {"name": "ACME GmbH"}
FIRST, SECOND = ({**ACME, "secret_triggers": {"v": value}} for value in ("1", "2"))
SUSPENDED = {**SECOND, "status": "suspended"}
CREATE, REFRESH = "/v2/project", "/refreshSecret"
DEAD = "is lost to this run"


@pytest.fixture
def sharers(opentok_emulator: Emulator, either: Place) -> Iterator[Parties]:
    with parties(opentok_emulator, either) as made:
        yield made


@pytest.fixture
def everyone(opentok_emulator: Emulator, shared: Place) -> Iterator[Parties]:
    with parties(opentok_emulator, shared) as made:
        yield made


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_the_create(everyone: Parties, when: str) -> None:
    """Who waits for it looks when it is dead, and creates nothing that is there."""
    killed, waits = everyone.several(2, lifetime=SHORT)
    killed.halt("KILL", when, "POST", CREATE)
    killed.begin("present", "project", FIRST)
    killed.warning()
    said = waits.present("project", FIRST)
    assert said["changed"] is (when == "before")
    assert everyone.done() == {"project.create": 1}
    assert everyone.settled()["ACME GmbH"]["secret_version"] == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fleet", [False, True])
def test_killed_at_the_rotation(sharers: Parties, when: str, fleet: bool) -> None:
    killed, *waiting = sharers.several(3, lifetime=SHORT)
    killed.present("project", FIRST)
    sharers.done()
    killed.halt("KILL", when, "POST", REFRESH)
    killed.begin("present", "project", SECOND)
    killed.warning()
    for run in waiting:
        run.begin(*(("apply", [SECOND]) if fleet else ("present", "project", SECOND)))
    said = [answered(run) for run in waiting]
    assert not [one for one in said if isinstance(one, Refused)], said
    assert sharers.done() == {"project.refresh_secret": 1}
    assert sharers.settled()["ACME GmbH"]["secret_version"] == 2


def overtaken(sharers: Parties, frozen: Any, other: Any, declared: dict[str, Any]) -> Any:
    """Another run does it while the first stands still; what that one says when it goes on."""
    assert other.present("project", declared)["unfinished"] == ""
    frozen.go_on()
    return answered(frozen)


def test_frozen_before_anything_was_done(sharers: Parties) -> None:
    """What it has seen is old by now: it does nothing."""
    frozen, other = sharers.several(2, lifetime=SHORT)
    made = frozen.present("project", FIRST)["shown"]["id"]
    sharers.done()
    frozen.halt("STOP", "after", "GET", f"/v2/project/{made}")
    frozen.begin("present", "project", {**SUSPENDED, "id": made})
    halted(frozen)
    sharers.place.cut_off(frozen.process.pid)
    said = overtaken(sharers, frozen, other, {**SUSPENDED, "status": "active"})
    assert isinstance(said, Refused)
    assert said.kind == "LedgerError"
    assert DEAD in said.text
    assert sharers.done() == {"project.refresh_secret": 1}
    sharers.settled()


def test_frozen_between_two_actions(sharers: Parties) -> None:
    """The first one counts, the second is not sent: another run has done what it wants."""
    frozen, other = sharers.several(2, lifetime=SHORT)
    frozen.present("project", FIRST)
    sharers.done()
    frozen.halt("STOP", "after", "POST", REFRESH)
    frozen.begin("present", "project", SUSPENDED)
    halted(frozen)
    sharers.place.cut_off(frozen.process.pid)
    said = overtaken(sharers, frozen, other, SECOND)
    assert said["kind"] == "LedgerError"
    assert DEAD in said["unfinished"]
    assert [text.split()[0] for text in said["actions"]] == ["rotate"]
    assert sharers.done() == {"project.refresh_secret": 1}
    assert sharers.settled()["ACME GmbH"]["status"] == "active"


def test_frozen_before_it_publishes(sharers: Parties, tmp_path: Any) -> None:
    """What it would publish is dead by now."""
    frozen, other = sharers.several(2, lifetime=SHORT)
    frozen.present("project", FIRST)
    place = f"file:{tmp_path / 'acme.json'}"
    frozen.halt("STOP", "after", "POST", REFRESH)
    frozen.begin("present", "project", SECOND, [place])
    halted(frozen)
    sharers.place.cut_off(frozen.process.pid)
    said = overtaken(sharers, frozen, other, {**SECOND, "secret_triggers": {"v": "3"}})
    assert DEAD in said["unfinished"]
    (row,) = sharers.opentok.all_projects()
    assert f'"{row["secret"]}"' in (tmp_path / "acme.json").read_text()
    sharers.settled()


def test_a_fleet_that_was_frozen(sharers: Parties) -> None:
    """The one that it was about says so; of the rest it sees that another fleet has done them, or that it may do nothing any more."""
    frozen, other = sharers.several(2, lifetime=SHORT)
    names = [f"t{number}" for number in range(5)]
    frozen.apply([{"name": name, "secret_triggers": {"v": "1"}} for name in names])
    sharers.done()
    frozen.options({"max_parallel": 1})
    frozen.halt("STOP", "after", "POST", REFRESH)
    rotated = [{"name": name, "secret_triggers": {"v": "2"}} for name in names]
    frozen.begin("apply", rotated)
    halted(frozen)
    sharers.place.cut_off(frozen.process.pid)
    assert [one["failure"] for one in other.apply(rotated)] == [""] * 5
    frozen.go_on()
    said = answered(frozen)
    failures = [one["failure"] for one in said if one["failure"]]
    assert failures
    assert not [text for text in failures if DEAD not in text]
    assert sum(one["changed"] for one in said) == 1
    assert sharers.done() == {"project.refresh_secret": 5}
    assert {entry["secret_version"] for entry in sharers.settled().values()} == {2}


def test_the_store_goes_away_between_begin_and_end(everyone: Parties) -> None:
    """What is done is told, and that it could not be noted; the next run knows it all the same."""
    gate = everyone.place.gate
    run, later = everyone.several(2, lifetime=SHORT)
    run.present("project", FIRST)
    everyone.done()
    run.halt("STOP", "after", "POST", REFRESH)
    run.begin("present", "project", SECOND)
    halted(run)
    if gate is None:
        everyone.place.cut_off(run.process.pid)
    else:
        gate.instead = lambda _method, _path: Answer(503, b"<Error><Code>SlowDown</Code></Error>", {"Content-Type": "application/xml"})
    run.go_on()
    said = answered(run)
    assert said["changed"], said
    assert "ledger" in said["unfinished"], said
    if gate is not None:
        with pytest.raises(Refused, match="ledger"):
            later.present("project", SECOND)
        gate.instead = lambda _method, _path: None
    assert later.present("project", SECOND)["changed"] is False
    assert everyone.done() == {"project.refresh_secret": 1}
    assert everyone.settled()["ACME GmbH"]["secret_version"] == 2


def test_a_lease_does_not_outlive_its_runner(sharers: Parties) -> None:
    """Whoever is killed while others wait for it keeps none of them longer than it said."""
    killed, *waiting = sharers.several(4, lifetime=SHORT, patience=30.0)
    killed.halt("KILL", "before", "GET", "/v2/project")
    for run in (killed, *waiting):
        run.begin("present", "project", FIRST)
        if run is killed:
            halted(run)
    assert [answered(run)["unfinished"] for run in waiting] == ["", "", ""]
    assert sharers.done() == {"project.create": 1}
