# SPDX-License-Identifier: Apache-2.0
"""One rotation for one intent, and nothing noted as done that was not, whatever a server or a proxy answers."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import OpenTokError, fingerprint
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from tests.core.odd_server import Odd, OddServer, answered_with, behaves, lost, never_came, status_after, status_instead
from tests.core.test_run import Store


class Rotating:
    """A project whose trigger changes, run with a ledger and published."""

    def __init__(self, server: OddServer, ledger: Path, status: str | None = None) -> None:
        self.server, self.ledger, self.store = server, ledger, Store()
        self.server.add("acme")
        self.run("1", status=status)
        self.old = dict(server.only())
        server.asked.clear()

    def run(self, value: str, **declared: Any) -> Report:
        run = Run(PROJECT, self.server.scope(), ledger=FileLedger(str(self.ledger)), publishers=[self.store])
        return run.present({"name": "acme", "take_by_name": True, "secret_triggers": {"v": value}, **declared})

    def fails(self, value: str, **declared: Any) -> str:
        """It raises, or is not finished: what it says."""
        try:
            report = self.run(value, **declared)
        except OpenTokError as error:
            return str(error)
        assert report.unfinished is not None
        return str(report.unfinished)

    def entry(self) -> dict[str, Any]:
        (entry,) = json.loads(self.ledger.read_text("utf-8"))["entries"].values()
        return dict(entry)

    def published(self) -> Any:
        assert self.store.document is not None
        return self.store.document["api_secret"]

    def ends_rotated_once(self) -> None:
        """The live secret is another one, the only one since; it is published, and all further runs are quiet."""
        again = self.run("2")
        assert (again.actions, again.unfinished) == ((), None)
        assert self.server.asked["refresh"] == 1
        assert self.published() == self.server.only()["secret"] != self.old["secret"]
        assert self.entry()["secret_fingerprint"] == fingerprint(self.server.only()["secret"])
        assert self.entry()["secret_version"] == 2


@pytest.fixture
def rotating(odd_server: OddServer, tmp_path: Path) -> Rotating:
    return Rotating(odd_server, tmp_path / "ledger.json")


def test_success_with_the_unchanged_secret_is_no_rotation(rotating: Rotating) -> None:
    rotating.server.next("refresh", answered_with(rotating.old))
    said = rotating.fails("2")
    assert "the secret is the same as before, also when it is read back: it counts as not rotated" in said
    assert rotating.old["secret"] not in said
    assert rotating.published() == rotating.old["secret"]
    again = rotating.run("2")
    assert len(again.actions) == 2, "rotated, and published"
    assert rotating.published() == rotating.server.only()["secret"] != rotating.old["secret"]


def test_success_with_the_unchanged_secret_of_a_server_that_lags(rotating: Rotating) -> None:
    def rotated_and_stale(_server: OddServer, work: Any) -> Any:
        work()
        return 200, rotating.old

    rotating.server.next("refresh", rotated_and_stale)
    rotating.server.next("get", answered_with(rotating.old), answered_with(rotating.old))
    report = rotating.run("2")
    assert report.unfinished is None
    assert any("reading it back shows the new one" in text for text in report.warnings)
    rotating.ends_rotated_once()


@pytest.mark.parametrize("status", [101, 102, 303, 307, 400, 408, 409, 418, 422, 499])
def test_carried_out_and_answered_with_a_refusal(rotating: Rotating, status: int) -> None:
    rotating.server.next("refresh", status_after(status))
    report = rotating.run("2")
    assert report.unfinished is None
    assert any("reading it back shows that it was rotated" in text for text in report.warnings)
    rotating.ends_rotated_once()


@pytest.mark.parametrize("status", [303, 400, 408, 409, 499])
def test_a_refusal_whose_work_is_seen_too_late_stays_begun(rotating: Rotating, status: int) -> None:
    """What was begun is not taken back: the next run finds the new secret, and does not rotate for the same trigger again."""
    rotating.server.next("refresh", status_after(status))
    rotating.server.next("get", *[answered_with(rotating.old)] * 3)
    assert f"HTTP {status}" in rotating.fails("2")
    assert rotating.entry()["private"]["secret_pending"] == fingerprint(rotating.old["secret"])
    rotating.run("2")
    rotating.ends_rotated_once()


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_that_says_that_nothing_was_done_takes_it_back(rotating: Rotating, status: int) -> None:
    before = rotating.entry()
    rotating.server.next("refresh", *[status_instead(status)] * 2)
    assert f"HTTP {status}" in rotating.fails("2")
    assert rotating.entry() == before


@pytest.mark.parametrize("second", [status_instead(403), status_instead(404), never_came])
def test_a_first_try_that_may_have_been_done_stays_begun_whatever_the_second_says(rotating: Rotating, second: Odd) -> None:
    rotating.server.next("refresh", lost, second)
    rotating.server.next("get", *[answered_with(rotating.old)] * 6)
    rotating.fails("2")
    assert rotating.entry()["private"]["secret_pending"] == fingerprint(rotating.old["secret"])
    rotating.server.asked["refresh"] = 1
    rotating.run("2")
    rotating.ends_rotated_once()


def test_a_run_that_reads_the_old_secret_soon_after_publishes_the_live_one_or_nothing(rotating: Rotating) -> None:
    rotating.run("2")
    live, entry = rotating.server.only()["secret"], rotating.entry()
    stale = answered_with([rotating.old])
    rotating.server.next("list", stale)
    report = rotating.run("2")
    assert (report.actions, report.warnings, report.unfinished) == ((), (), None), "read again, it is the live one"
    rotating.server.next("list", stale)
    rotating.server.next("get", *[answered_with(rotating.old)] * 3)
    said = rotating.fails("2", retired_secrets=[rotating.old["secret"]])
    assert "shows for project 46000001 'acme' the secret that was rotated away" in said
    assert rotating.published() == live
    assert rotating.entry() == entry, "taken for no rotation by someone else"
    rotating.ends_rotated_once()


def test_a_change_of_status_that_is_answered_with_the_old_secret(odd_server: OddServer, tmp_path: Path) -> None:
    rotating = Rotating(odd_server, tmp_path / "ledger.json")

    def stale(_server: OddServer, work: Any) -> Any:
        work()
        return 200, {**rotating.old, "status": "SUSPENDED"}

    odd_server.next("set_status", stale)
    report = rotating.run("2", status="suspended")
    assert report.unfinished is None
    assert rotating.published() == odd_server.only()["secret"] != rotating.old["secret"]
    assert rotating.entry()["secret_fingerprint"] == fingerprint(odd_server.only()["secret"])


@pytest.mark.parametrize("status", ["active", "suspended"])
def test_a_rotation_that_a_proxy_delivers_twice_is_published_with_the_live_secret(odd_server: OddServer, tmp_path: Path, status: str) -> None:
    rotating = Rotating(odd_server, tmp_path / "ledger.json", status=status)

    def twice(server: OddServer, work: Any) -> Any:
        answer = work()
        server.work("refresh", rotating.old["id"], None, "")
        return answer

    rotating.server.next("refresh", twice)
    report = rotating.run("2", status=status)
    assert report.unfinished is None
    assert any("was rotated again while this run rotated it" in text for text in report.warnings)
    assert rotating.published() == rotating.server.only()["secret"] != rotating.old["secret"]
    assert rotating.entry()["secret_fingerprint"] == fingerprint(rotating.server.only()["secret"])
    assert rotating.run("2", status=status).actions == ()


def test_a_suspended_project_that_cannot_be_read_once_more_is_not_finished(odd_server: OddServer, tmp_path: Path) -> None:
    rotating = Rotating(odd_server, tmp_path / "ledger.json", status="suspended")
    rotating.server.next("get", status_instead(403))
    assert "was rotated, but the new one could not be proven to work" in rotating.fails("2", status="suspended")
    rotating.ends_rotated_once()


def test_a_read_that_lags_by_two_rotations_is_not_believed(odd_server: OddServer, tmp_path: Path) -> None:
    """Known to be dead: it is what the rotation before has replaced."""
    rotating = Rotating(odd_server, tmp_path / "ledger.json", status="suspended")
    rotating.run("2", status="suspended")
    now = dict(rotating.server.only())
    rotating.server.next("get", answered_with(rotating.old))
    rotating.run("3", status="suspended")
    assert rotating.published() == rotating.server.only()["secret"] not in (now["secret"], rotating.old["secret"])
    rotating.server.next("refresh", lost)
    rotating.server.next("get", answered_with(now), answered_with(now))
    rotating.run("4", status="suspended")
    assert rotating.published() == rotating.server.only()["secret"]
    assert rotating.server.asked["refresh"] == 3


def test_a_proof_that_meets_a_server_that_lags_is_no_rotation_by_someone_else(rotating: Rotating) -> None:
    rotating.server.next("prove", status_instead(403), status_instead(403))
    rotating.server.next("get", answered_with(rotating.old), answered_with(rotating.old))
    report = rotating.run("2")
    assert (report.unfinished, report.warnings) == (None, ())
    rotating.ends_rotated_once()


def test_a_rotation_without_effect_is_not_handed_on(rotating: Rotating) -> None:
    """OpenTok answers with a secret that it does not take: who uses the old one goes on."""
    new = {**rotating.old, "secret": "n" * 40}
    rotating.server.next("refresh", answered_with(new))
    said = rotating.fails("2")
    assert "it refuses the new one and takes the old one" in said
    assert rotating.published() == rotating.old["secret"]
    report = rotating.run("2")
    assert report.unfinished is None
    assert rotating.published() == rotating.server.only()["secret"] != rotating.old["secret"]


def test_a_first_try_that_is_carried_out_after_the_second(rotating: Rotating) -> None:
    def late(server: OddServer, work: Any) -> Any:
        answer = work()
        server.work("refresh", rotating.old["id"], None, "")
        return answer

    rotating.server.next("refresh", never_came, late)
    report = rotating.run("2")
    assert any("a first try whose answer was lost" in text and "was carried out late" in text for text in report.warnings)
    assert rotating.published() == rotating.server.only()["secret"]


def stale(count: int) -> Odd:
    """So many reads and this one show the secret of before the rotation."""

    def lag(server: OddServer, work: Any) -> Any:
        before = dict(server.only())
        answer = work()
        server.odd["get"].extendleft([answered_with(before)] * count)
        return answer

    return lag


ODD_REFRESHES: tuple[Odd, ...] = (
    *[behaves] * 2,
    lost,
    never_came,
    status_after(409),
    status_after(500),
    status_instead(409),
    status_instead(500),
    status_instead(403),
    *[stale(count) for count in (1, 3, 7)],
    lambda server, _work: (200, dict(server.only())),
    lambda server, _work: (200, {**server.only(), "secret": "n" * 40}),
)
ODD_PROOFS: tuple[Odd, ...] = (*[behaves] * 4, status_instead(403), status_instead(500))
ODD_READS: tuple[Odd, ...] = (*[behaves] * 4, status_instead(500), lost)


@pytest.mark.parametrize("seed", range(40))
def test_random_schedules_of_one_trigger(odd_server: OddServer, tmp_path: Path, seed: int) -> None:
    """Whatever happens: nothing is published but what was live, no run says that all is well when it is not, and the end is the live one."""
    chance = random.Random(seed)
    rotating = Rotating(odd_server, tmp_path / "ledger.json")
    lived = {rotating.old["secret"]}
    odd_server.next("refresh", *chance.choices(ODD_REFRESHES, k=3))
    odd_server.next("prove", *chance.choices(ODD_PROOFS, k=4))
    odd_server.next("get", *chance.choices(ODD_READS, k=4))
    for _run in range(3):
        try:
            report = rotating.run("2")
        except OpenTokError:
            report = None
        live = odd_server.only()["secret"]
        lived.add(live)
        assert rotating.published() in lived
        if report is not None and report.unfinished is None:
            assert rotating.published() == live != rotating.old["secret"]
            assert rotating.entry()["secret_fingerprint"] == fingerprint(live)
    odd_server.odd.clear()
    executed = int(odd_server.only()["secret"])
    rotating.run("2")
    assert rotating.published() == odd_server.only()["secret"] != rotating.old["secret"]
    assert int(odd_server.only()["secret"]) - executed <= 1
    again = rotating.run("2")
    assert (again.actions, again.unfinished) == ((), None)
