# SPDX-License-Identifier: Apache-2.0
"""Several runs that know nothing of each other, one name: OpenTok has no lock, so two of a name can come to be, but never without a word."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import OpenTokError
from pulumi_opentok.core.desired.creation import oldest
from pulumi_opentok.core.desired.fleet.entries import read_declarations
from pulumi_opentok.core.desired.fleet.fleet import Fleet
from pulumi_opentok.core.desired.fleet.undeclared import Undeclared
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from tests.core.odd_server import Answer, Odd, OddServer, answered_with, behaves, lost, never_came, status_after, status_instead, together, twice
from tests.unit.things import project

Said = tuple["Report | None", str]
"""What a run came to, and all that it said when it did not end well."""


def run(server: OddServer, name: str = "Race Co", ledger: Path | None = None) -> Said:
    running = Run(PROJECT, server.scope(), ledger=FileLedger(str(ledger), patience=30) if ledger else None)
    try:
        report = running.present({"name": name, "take_by_name": True})
    except OpenTokError as error:
        return None, str(error)
    return report, " ".join(filter(None, [str(report.unfinished or ""), *report.warnings]))


def in_parallel(number: int, work: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(work, range(number)))


def test_three_runs_that_all_list_before_any_creates(odd_server: OddServer) -> None:
    odd_server.next("list", *together(3))
    said = in_parallel(3, lambda _number: run(odd_server))
    assert odd_server.asked == {"list": 6, "create": 3}
    ids = sorted(odd_server.rows)
    assert len(ids) == 3
    texts = [str(report.unfinished) for report, _text in said if report is not None and report.unfinished is not None]
    # Who lists last sees all; who lists while others are still at it may see fewer, and only who was alone until then sees none.
    assert any(f"3 projects are named 'Race Co' now: ids {ids[0]}, {ids[1]} and {ids[2]}." in text for text in texts)
    assert all(f"Keep {ids[0]}, the oldest, delete the other" in text for text in texts if ids[0] in text)
    assert "3 projects of account 100 are named 'Race Co': ids" in run(odd_server)[1], "nor does the next run go on"


def test_with_a_shared_ledger_one_creates_and_the_others_find_it(odd_server: OddServer, tmp_path: Path) -> None:
    said = in_parallel(3, lambda _number: run(odd_server, ledger=tmp_path / "ledger.json"))
    assert sorted(bool(report.actions) for report, _text in said) == [False, False, True]
    assert {text for _report, text in said} == {""}
    assert len(odd_server.rows) == 1


def test_a_post_that_is_delivered_twice(odd_server: OddServer) -> None:
    odd_server.next("create", twice)
    report, said = run(odd_server)
    assert report is not None
    ids = sorted(odd_server.rows)
    assert f"2 projects are named 'Race Co' now: ids {ids[0]} and {ids[1]}. This run created {ids[1]}" in said
    assert f"Keep {ids[0]}, the oldest" in said
    assert report.actions, "it is told as done, not as failed"


def test_a_fleet_tells_it_of_each_entry_and_ends_nothing(odd_server: OddServer, tmp_path: Path) -> None:
    odd_server.add("not declared")
    odd_server.next("create", behaves, twice, behaves)
    declared = read_declarations({"projects": [{"name": name} for name in ("a", "b", "c")]})
    fleet = Fleet(odd_server.scope(), ledger=FileLedger(str(tmp_path / "ledger.json")), max_parallel=1)
    report = fleet.apply(declared, undeclared=Undeclared.purge(1))
    assert [outcome.label for outcome in report.outcomes if outcome.failure] == ["b"]
    assert "2 projects are named 'b' now" in str(report.outcomes[1].failure)
    assert report.outcomes[1].changed
    assert odd_server.asked == {"list": 2, "create": 3}
    assert len(odd_server.rows) == 5


def test_a_list_that_lags_behind_the_create_is_looked_at_again(odd_server: OddServer) -> None:
    odd_server.next("list", behaves, answered_with([]), behaves)
    report, said = run(odd_server)
    assert (report is not None, said) == (True, "")
    assert odd_server.asked == {"list": 3, "create": 1}


def test_a_list_that_lags_for_good_is_told(odd_server: OddServer) -> None:
    odd_server.next("list", *[answered_with([])] * 4)
    report, said = run(odd_server)
    assert report is not None
    assert report.unfinished is not None
    assert report.unfinished.outcome_unknown
    assert "was created, but the list of the account does not show it yet, so it cannot be told whether another run has created one" in said
    assert run(odd_server)[1] == ""


def test_a_list_that_fails_afterwards_is_told(odd_server: OddServer) -> None:
    odd_server.next("list", behaves, status_instead(403))
    report, said = run(odd_server)
    assert report is not None
    assert "was created, but the account cannot be listed afterwards" in said
    assert run(odd_server)[1] == ""


@pytest.mark.parametrize("status", [101, 303, 400, 408, 409, 499])
def test_a_create_that_is_carried_out_and_refused_is_looked_for(odd_server: OddServer, status: int) -> None:
    odd_server.next("create", status_after(status))
    report, said = run(odd_server)
    assert report is not None
    assert report.unfinished is None
    assert "the list of the account shows that it was created" in said
    assert len(odd_server.rows) == 1


@pytest.mark.parametrize("second", [403, 429])
def test_a_refusal_after_a_lost_try_does_not_say_that_nothing_was_done(odd_server: OddServer, second: int) -> None:
    odd_server.next("create", never_came, *[status_instead(second)] * 5)
    report, said = run(odd_server)
    assert report is None
    assert "project 'Race Co' is not seen: 2 creates were sent and got no usable answer" in said
    assert f"HTTP {second}" in said


def carried_out(lists: int) -> Odd:
    """No answer comes in time, and it is done when the account has been listed so many times more."""

    def late(server: OddServer, work: Callable[[], Answer]) -> None:
        done = threading.Event()

        def after(_server: OddServer, listing: Callable[[], Answer]) -> Answer:
            if not done.is_set():
                done.set()
                work()
            return listing()

        server.odd["list"].extend([behaves] * lists + [after])

    return late


@pytest.mark.parametrize("lists", range(5))
def test_a_create_that_is_carried_out_late(odd_server: OddServer, lists: int) -> None:
    odd_server.next("create", carried_out(lists))
    report, said = run(odd_server)
    assert report is not None
    if lists < 3:
        assert len(odd_server.rows) == 1, "seen while it was looked for"
        assert "the list of the account shows that it was created" in said
        return
    assert "was sent 2 times" in said
    assert "look at the list for a second project of that name" in said
    again = run(odd_server)[1]
    if len(odd_server.rows) == 2:
        assert all(one in said + again for one in odd_server.rows)


ODD_CREATES: Sequence[Odd] = (
    *[behaves] * 3,
    lost,
    never_came,
    twice,
    status_after(409),
    status_after(503),
    status_instead(408),
    carried_out(4),
)
ODD_LISTS: Sequence[Odd] = (behaves, behaves, behaves, status_instead(500), answered_with([]))


@pytest.mark.parametrize("seed", range(40))
def test_random_schedules_make_no_twin_without_a_word(odd_server: OddServer, seed: int) -> None:
    """Some runs at once and some after each other, on a server that is odd by chance: of several projects of a name each is told."""
    chance = random.Random(seed)
    number = chance.choice([1, 2, 3])
    odd_server.next("list", *together(number))
    odd_server.next("create", *chance.choices(ODD_CREATES, k=number + 1))
    odd_server.next("list", *chance.choices(ODD_LISTS, k=4))
    said = in_parallel(number, lambda _number: run(odd_server))
    at_once = " ".join(text for _report, text in said)
    rows = sorted(odd_server.rows)
    if len(rows) > number:
        assert "was sent" in at_once or "at the same moment" in at_once or "cannot be" in at_once, at_once
    if len(rows) > 1:
        assert at_once, f"{len(rows)} projects, and nothing was said"
    for report, text in said:
        if report is not None and report.unfinished is None and not text:
            assert report.shown is not None
            assert report.shown["id"] in odd_server.rows
    odd_server.odd.clear()
    before = set(odd_server.rows)
    again, text = run(odd_server)
    if len(before) > 1:
        assert again is None
        assert all(one in text for one in before)
    else:
        assert (again is not None, text) == (True, "") or not before
    assert set(odd_server.rows) >= before, "nothing was deleted"


def test_who_is_kept_is_the_same_for_every_run() -> None:
    early, late = project(id="46000009"), project(id="46000002")
    assert oldest([early, late]).id == oldest([late, early]).id == "46000002"
    assert oldest([project(id="9"), project(id="10")]).id == "9"
