# SPDX-License-Identifier: Apache-2.0
"""What every ledger promises, from several processes at once."""

from __future__ import annotations

import pytest

from tests.ledgers.runs import Refused, Run, runs
from tests.ledgers.stores import Place

KEY = "project/46000001"
ENTRY = {"name": "ACME GmbH", "secret_version": 3, "private": {"secret_triggers": {"v": "sha256:00"}}}
SUBJECT = {"kind": "project", "key": "46000001"}
NAMES = ["a/b c?&=#%", "Grüße aus Zürich 🎥", "../..", ".hidden", "x" * 1000, "ü/" * 500, "\udcff broken", "A", "a", "="]


def test_what_is_set_is_there_for_the_next(place: Place) -> None:
    with runs(place.url, place.environ) as (run,):
        assert run.entry(KEY) is None
        run.set(KEY, ENTRY)
        assert run.entry(KEY) == ENTRY
        run.close()
    with runs(place.url, place.environ) as (run,):
        assert (run.entry(KEY), run.of("project"), run.of("session")) == (ENTRY, {"46000001": ENTRY}, {})
        run.set(KEY, {**ENTRY, "secret_version": 4})
        run.forget(KEY)
        assert (run.entry(KEY), run.of("project")) == (None, {})
        run.forget(KEY)
        run.set(KEY, ENTRY)
        run.forget(KEY)
        run.close()
    with runs(place.url, place.environ) as (run,):
        assert run.entry(KEY) is None
        run.restore(KEY, ENTRY)
        run.restore("project/2", None)
        run.close()
    reader = Run(place.url, place.environ)
    try:
        reader.open(False)
        assert reader.of("project") == {"46000001": ENTRY}
        with pytest.raises(Refused, match=r"LedgerError.*reading only"):
            reader.set(KEY, {})
    finally:
        reader.end()


def test_any_name(place: Place) -> None:
    with runs(place.url, place.environ) as (run,):
        for number, name in enumerate(NAMES):
            subject = {"kind": "session", "key": name, "called": name, "account": "45"}
            run.take(subject)
            run.set(f"session/{name}", {"name": name, "number": number})
            run.give(subject)
        run.close()
    with runs(place.url, place.environ) as (run,):
        assert run.of("session") == {name: {"name": name, "number": number} for number, name in enumerate(NAMES)}
    with runs(place.url, place.environ) as (run,):
        for number, name in enumerate(NAMES):
            assert run.of("session", name) == {name: {"name": name, "number": number}}


def test_found_by_the_name_it_has_and_the_one_it_was_declared_by(place: Place) -> None:
    with runs(place.url, place.environ) as (run,):
        run.set(KEY, {"name": "old"})
        run.set("project/2", {"name": "other", "declared": {"name": "old"}})
        assert sorted(run.of("project", "old")) == ["2", "46000001"]
        run.set(KEY, {"name": "new", "declared": {"name": "wanted"}})
        found = {name: sorted(run.of("project", name)) for name in ("old", "new", "wanted", "none")}
        assert found == {"old": ["2"], "new": ["46000001"], "wanted": ["46000001"], "none": []}
        run.close()
    with runs(place.url, place.environ) as (run,):
        run.expect([KEY], ["new", "old"])
        assert {name: sorted(run.of("project", name)) for name in ("old", "new", "wanted", "none")} == found
        run.forget(KEY)
        assert run.of("project", "new") == {}


def test_increments_under_leases_lose_nothing(shared: Place) -> None:
    with runs(shared.url, shared.environ, 4) as started:
        for run in started:
            run.begin("increment", KEY, 3)
        for run in started:
            run.answer()
        started[0].take(SUBJECT)
        assert started[0].entry(KEY) == {"number": 12}


def test_without_a_lease_the_second_writer_is_refused(shared: Place) -> None:
    with runs(shared.url, shared.environ, 2) as (one, two):
        for run in (one, two):
            assert run.entry(KEY) is None
        one.set(KEY, {"by": "one"})
        with pytest.raises(Refused, match=r"Conflict.*another run has written the entry 'project/46000001'.*nothing was overwritten; run again"):
            two.set(KEY, {"by": "two"})
        two.take(SUBJECT)
        assert two.entry(KEY) == {"by": "one"}
        two.forget(KEY)
        with pytest.raises(Refused, match="Conflict"):
            one.set(KEY, {"by": "one again"})
        with pytest.raises(Refused, match="Conflict"):
            one.forget(KEY)
        assert two.entry(KEY) is None
        two.set(KEY, {"by": "two"})
        two.set(KEY, {"by": "two again"})


def test_what_is_held_is_waited_for_with_one_warning(shared: Place) -> None:
    with runs(shared.url, shared.environ, 2) as (one, two):
        assert one.entry(KEY) is None
        assert one.take(SUBJECT) == {"alone": False, "changed": False, "clean": True}
        with pytest.raises(Refused, match=rf"Busy: project 46000001 is held by another run \(process {one.process.pid} on .* since .*\)"):
            two.take(SUBJECT, False)
        assert two.entry(KEY) is None
        two.begin("take", SUBJECT)
        assert f"project 46000001, in the ledger '{shared.url}', is held by another run (process {one.process.pid} on" in two.warning()
        one.set(KEY, ENTRY)
        one.give(SUBJECT)
        assert two.answer() == {"alone": False, "changed": True, "clean": True}
        assert two.entry(KEY) == ENTRY
        assert two.warnings == []
        # Another one's is free all the while.
        assert one.take({"kind": "project", "key": "2"}, False)["clean"]


def test_patience_ends(shared: Place) -> None:
    with runs(shared.url, shared.environ) as (one,), runs(shared.url, shared.environ, patience=0.5) as (two,):
        one.take(SUBJECT)
        with pytest.raises(Refused, match=r"Busy: .* and was not free within 0.5 s: run again when that one has ended"):
            two.take(SUBJECT)


def test_a_run_does_not_hold_the_same_twice(shared: Place) -> None:
    with runs(shared.url, shared.environ, 1) as (run,):
        run.take(SUBJECT)
        with pytest.raises(Refused, match="Busy"):
            run.take({**SUBJECT, "called": "ACME", "account": "45"}, False)
        # What had been taken of it is free again.
        called = {"kind": "project", "called": "ACME", "account": "45"}
        assert run.take(called, False)["clean"]
        run.give(called)
        run.give(SUBJECT)
        assert run.take({**SUBJECT, "called": "ACME", "account": "45"}, False)["clean"]


def test_what_was_left_in_doubt_is_not_clean_for_the_next(shared: Place) -> None:
    with runs(shared.url, shared.environ, 2) as (one, two):
        one.take(SUBJECT)
        one.give(SUBJECT, False)
        assert not two.take(SUBJECT)["clean"]
        two.give(SUBJECT)
        assert one.take(SUBJECT)["clean"]


def test_what_a_killed_run_held_is_taken_within_its_lifetime(shared: Place) -> None:
    with runs(shared.url, shared.environ, 2, lifetime=2.0) as (one, two):
        one.take(SUBJECT)
        one.set(KEY, ENTRY)
        one.kill()
        assert not two.take(SUBJECT)["clean"]
        assert two.entry(KEY) == ENTRY
        two.set(KEY, {**ENTRY, "secret_version": 4})
        two.give(SUBJECT)
        assert two.take(SUBJECT)["clean"]


def test_what_a_run_that_ended_held_is_free_at_once(shared: Place) -> None:
    with runs(shared.url, shared.environ, 2) as (one, two):
        one.take(SUBJECT)
        one.close()
        assert not two.take(SUBJECT, False)["clean"]


def test_a_run_that_stood_still_overwrites_nothing(shared: Place) -> None:
    with runs(shared.url, shared.environ, 2, lifetime=2.0) as (one, two):
        one.take(SUBJECT)
        one.set(KEY, {"by": "one"})
        one.hold()
        one.stop()
        shared.cut_off(one.process.pid)
        assert not two.take(SUBJECT)["clean"]
        two.set(KEY, {"by": "two"})
        one.go_on()
        for command in (["hold"], ["set", KEY, {"by": "one again"}], ["forget", KEY], ["set", "project/2", {}]):
            one.begin(*command)
            with pytest.raises(Refused, match=r"LedgerError: ledger .* is lost to this run.*nothing more was begun; run again"):
                one.answer()
        one.give(SUBJECT)
        two.hold()
        two.set(KEY, {"by": "two again"})
        one.close()
        two.close()
    with runs(shared.url, shared.environ) as (run,):
        assert run.of("project") == {"46000001": {"by": "two again"}}


@pytest.mark.parametrize("wrong", [[], "text", 7])
def test_a_damaged_entry(place: Place, wrong: object) -> None:
    with runs(place.url, place.environ) as (run,):
        run.set("project/2", ENTRY)
        run.close()
    place.damage(KEY, wrong)
    says = r"NoMap: ledger .* is damaged: entry 'project/46000001' is not a map"
    with pytest.raises(Refused, match=says), runs(place.url, place.environ) as (run,):
        run.entry(KEY)


def test_a_newer_version_and_somebody_elses(place: Place) -> None:
    place.version(2)
    refused_at_open(place, r"was written by a newer opentok \(version 2 of the format")
    place.version(0)
    refused_at_open(place, "damaged|somebody else's")


def test_somebody_elses_place(place: Place) -> None:
    place.foreign()
    refused_at_open(place, "not a ledger|somebody else's")


def refused_at_open(place: Place, because: str) -> str:
    for write in (True, False):
        run = Run(place.url, place.environ)
        try:
            with pytest.raises(Refused, match=rf"LedgerError: ledger .*({because})") as refusal:
                run.open(write)
        finally:
            run.end()
    return refusal.value.text


def test_a_backup_that_was_put_back(shared: Place) -> None:
    with runs(shared.url, shared.environ) as (run,):
        run.set(KEY, {"number": 1})
        run.set("project/2", {"name": "two"})
        run.close()
    put_back = shared.backup()
    with runs(shared.url, shared.environ) as (run,):
        run.set(KEY, {"number": 2})
        run.set("project/3", {"name": "three"})
        run.forget("project/2")
        put_back()
        with pytest.raises(Refused, match=r"Conflict|is lost to this run"):
            run.set(KEY, {"number": 3})
    with runs(shared.url, shared.environ) as (run,):
        assert run.of("project") == {"46000001": {"number": 1}, "2": {"name": "two"}}
        run.take({"kind": "project", "called": "two", "account": "45"})
        assert run.of("project", "two") == {"2": {"name": "two"}}
        run.set(KEY, {"number": 2})
