# SPDX-License-Identifier: Apache-2.0
"""Stores that speak HTTP, when they or what is between refuse, fail, hang, or lose an answer."""

from __future__ import annotations

import dataclasses
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pulumi_opentok.core.desired.ledger import cell
from pulumi_opentok.core.desired.ledger.cell_store import CellStore
from pulumi_opentok.core.desired.ledger.kubernetes import KubernetesCells
from pulumi_opentok.core.desired.ledger.ledger import Busy, LedgerError, Subject
from pulumi_opentok.core.desired.ledger.places import ledger_at
from pulumi_opentok.core.desired.ledger.s3 import S3Cells
from pulumi_opentok.core.desired.ledger.vault import VaultCells
from tests.gateway import LOST, Answer, Gateway
from tests.ledgers.runs import runs
from tests.ledgers.stores import STORES, Place

KEY = "project/46000001"
ENTRY = {"name": "ACME GmbH", "secret_version": 3}
PROJECT = Subject("project", key="46000001")
HTML = {"Content-Type": "text/html"}
WRITES = ("PUT", "POST")
OF_AN_ENTRY = re.compile(r"/entries/|ledger-entries-")
OF_A_RUN = re.compile(r"/runners/|ledger-runners-")
OF_A_LEASE = re.compile(r"/leases/|ledger-leases-")


@pytest.fixture(params=[name for name in STORES if name not in ("file", "postgresql")])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """One of every store of cells, for this process."""
    monkeypatch.setattr(cell, "PAUSE", 0.001)
    with STORES[request.param](request) as one:
        for name, value in one.environ.items():
            monkeypatch.setenv(name, value)
        yield one


def gate(place: Place) -> Gateway:
    assert place.gate is not None
    return place.gate


def is_of(path: str, what: re.Pattern[str], method: str = "") -> bool:
    # A Secret is created by a POST to all of them: its name is in the body alone.
    return bool(what.search(path)) or (method == "POST" and path.split("?")[0].endswith("/secrets"))


def said(place: Place, error: pytest.ExceptionInfo[LedgerError]) -> str:
    """Its one line, in which is no piece of a secret."""
    text = str(error.value)
    assert "\n" not in text
    for secret in place.secrets:
        assert not any(secret[start : start + 8] in text for start in range(len(secret) - 7)), text
    return text


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(403, b"<html>squid: no</html>", HTML),
        Answer(404, b"<html>no route</html>", HTML),
        Answer(500, b"<html>oh</html>", HTML),
        Answer(503),
        Answer(200, b"<html>hotel</html>", HTML),
        Answer(200, b'{"data": []}', {"Content-Type": "application/json"}),
        Answer(200),
        LOST,
    ],
    ids=lambda answer: f"{answer.status}-{answer.body[:12].decode()}",
)
def test_an_answer_that_is_none(place: Place, write: bool, answer: Answer) -> None:
    gate(place).instead = lambda method, path: answer
    ledger = ledger_at(place.url)
    with pytest.raises(LedgerError, match=re.escape(place.url)) as refusal, ledger.locked() if write else ledger.read_only() as book:
        book.entry(KEY)
    said(place, refusal)


def test_what_quotes_the_request(place: Place) -> None:
    gate(place).instead = lambda method, path: Answer.of({"errors": [*place.secrets], "message": " ".join(place.secrets)}, 400)
    with pytest.raises(LedgerError) as refusal, ledger_at(place.url).locked():
        pass
    said(place, refusal)


def test_nobody_is_there(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    url = place.url
    with ledger_at(url).locked() as book:
        book.set(KEY, ENTRY)
        gate(place).instead = lambda method, path: LOST
        with pytest.raises(LedgerError) as refusal:
            book.set(KEY, {})
        said(place, refusal)
        gate(place).instead = lambda method, path: None
        book.set(KEY, {**ENTRY, "secret_version": 4})


def test_one_that_hangs(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for cells in (S3Cells, VaultCells, KubernetesCells):
        monkeypatch.setattr(cells, "timeout", 0.2)
    go_on = threading.Event()

    def hang(method: str, path: str) -> None:
        go_on.wait(30)

    gate(place).instead = hang
    try:
        with pytest.raises(LedgerError) as refusal, ledger_at(place.url).locked():
            pass
        said(place, refusal)
    finally:
        go_on.set()


@pytest.mark.parametrize("times", [1, 2])
def test_a_lost_answer_to_a_write_is_told_by_its_mark(place: Place, times: int) -> None:
    with ledger_at(place.url).locked() as book:
        book.set("project/2", ENTRY)
        lost = losing(gate(place), OF_AN_ENTRY, times)
        book.set(KEY, ENTRY)
        book.set(KEY, {**ENTRY, "secret_version": 4})
        book.forget(KEY)
        book.set(KEY, {**ENTRY, "secret_version": 5})
        assert len(lost) == times
    with ledger_at(place.url).read_only() as book:
        assert dict(book.of("project")) == {"2": ENTRY, "46000001": {**ENTRY, "secret_version": 5}}


def test_a_write_that_never_arrived_is_sent_again(place: Place) -> None:
    with ledger_at(place.url).locked() as book:
        book.set(KEY, ENTRY)
        left = iter([LOST, Answer(503), LOST])
        gate(place).instead = lambda method, path: next(left, None) if method in WRITES and is_of(path, OF_AN_ENTRY) else None
        book.set(KEY, {**ENTRY, "secret_version": 4})
        assert next(left, None) is None
    with ledger_at(place.url).read_only() as book:
        assert book.entry(KEY) == {**ENTRY, "secret_version": 4}


def test_a_lost_answer_to_the_taking_of_a_lease(place: Place) -> None:
    with ledger_at(place.url).locked() as book:
        lost = losing(gate(place), OF_A_LEASE, 1)
        with book.lease(PROJECT) as lease:
            assert lost
            assert lease.clean
            with pytest.raises(Busy), book.lease(PROJECT, wait=False):
                pass
        with book.lease(PROJECT, wait=False) as lease:
            assert lease.clean


def test_a_lease_that_could_not_be_freed_is_freed_later(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    with ledger_at(place.url).locked() as book:
        with book.lease(PROJECT):
            gate(place).instead = lambda method, path: Answer(503) if method in WRITES and is_of(path, OF_A_LEASE) else None
        gate(place).instead = lambda method, path: None
        with book.lease(PROJECT, wait=False) as lease:
            assert lease.clean
            gate(place).instead = lambda method, path: Answer(503) if method in WRITES and is_of(path, OF_A_LEASE) else None
        gate(place).instead = lambda method, path: None
    with ledger_at(place.url).locked() as book, book.lease(PROJECT, wait=False) as lease:
        assert lease.clean


def test_the_runs_own_heartbeat_frees_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CellStore, "lifetime", 1.0)
    with ledger_at(place.url).locked() as one, ledger_at(place.url, patience=30).locked() as two:
        with one.lease(PROJECT):
            gate(place).instead = lambda method, path: Answer(503) if method in WRITES and is_of(path, OF_A_LEASE) else None
        gate(place).instead = lambda method, path: None
        with two.lease(PROJECT) as lease:
            assert lease.clean


def test_a_lease_that_fails_half_way_leaves_nothing_held(place: Place) -> None:
    both = Subject("project", key="46000001", called="ACME", account="45")
    with ledger_at(place.url).locked() as one, ledger_at(place.url).locked() as two:
        seen: list[str] = []

        def second(method: str, path: str) -> Answer | None:
            if method not in WRITES or not is_of(path, OF_A_LEASE, method):
                return None
            seen.append(path)
            return Answer(503) if 1 < len(seen) < 1 + 2 * cell.TRIES else None

        gate(place).instead = second
        with pytest.raises(LedgerError), one.lease(both):
            pass
        gate(place).instead = lambda method, path: None
        for subject in (both, PROJECT, Subject("project", called="ACME", account="45")):
            with one.lease(subject, wait=False) as lease:
                assert lease.clean
            with two.lease(subject, wait=False) as lease:
                assert lease.clean


def test_two_threads_of_one_run(place: Place) -> None:
    """Each holds it alone; their writes of what neither holds are no conflicts of the run with itself."""
    with ledger_at(place.url).locked() as book:

        def count(own: str) -> None:
            for number in range(5):
                with book.lease(PROJECT):
                    book.set(KEY, {"number": (book.entry(KEY) or {"number": 0})["number"] + 1})
                book.set(own, {"number": number})
                assert book.of("project")

        together(count, "project/2", "project/3")
        assert book.entry(KEY) == {"number": 10}


def test_a_dead_run_whose_last_sign_of_life_is_old_is_not_waited_for(place: Place) -> None:
    """Also by who does not wait at all, and has never seen it before."""
    with runs(place.url, place.environ) as (other,):
        other.take({"kind": "project", "key": "46000001"})
        other.kill()
        with ledger_at(place.url).locked() as book:
            with pytest.raises(Busy), book.lease(PROJECT, wait=False):
                pass
            gate(place).changed = lambda method, path, answer: aged(answer) if method == "GET" and OF_A_RUN.search(path) else answer
            with book.lease(PROJECT, wait=False) as lease:
                assert not lease.clean


def test_a_dead_runs_cell_is_removed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    removed = threading.Event()
    with runs(place.url, place.environ, lifetime=1.0) as (other,):
        other.kill()
    gate(place).changed = lambda method, path, answer: (removed.set() if method == "DELETE" and OF_A_RUN.search(path) else None) or answer
    monkeypatch.setattr(CellStore, "lifetime", 1.0)
    with ledger_at(place.url).locked() as book:
        assert removed.wait(60)
        book.hold()
        book.set(KEY, ENTRY)


def test_a_run_removes_its_own_cell(place: Place) -> None:
    with ledger_at(place.url).locked() as book:
        book.set(KEY, ENTRY)
    assert [request for request in gate(place).asked if request.startswith("DELETE") and OF_A_RUN.search(request)]


def aged(answer: Answer) -> Answer:
    """The same of long ago."""
    body = re.sub(rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d", b"2020-01-01T00:00:00", answer.body)
    headers = {name: "Wed, 01 Jan 2020 00:00:00 GMT" if name.lower() == "last-modified" else value for name, value in answer.headers.items()}
    return dataclasses.replace(answer, body=body, headers=headers)


def test_who_may_only_read(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    if place.reader is None:
        gate(place).instead = lambda method, path: denied() if method in (*WRITES, "DELETE") else None
    with ledger_at(place.url).read_only() as book:
        assert book.entry(KEY) is None
    for name, value in (place.reader or {}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(LedgerError, match=r"refused.*(403|Forbidden).*: .*(allow|needs)") as refusal, ledger_at(place.url).locked():
        pass
    said(place, refusal)
    with ledger_at(place.url).read_only() as book:
        assert dict(book.of("project")) == {}


def denied() -> Answer:
    return Answer(403, b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", {"Content-Type": "application/xml"})


def losing(gate: Gateway, what: re.Pattern[str], times: int) -> list[str]:
    """The answers to the next so many writes of ``what`` are lost, their work done. Which."""
    lost: list[str] = []

    def changed(method: str, path: str, answer: Answer) -> Answer:
        if method in WRITES and is_of(path, what, method) and len(lost) < times and answer.status < 300:
            lost.append(path)
            return LOST
        return answer

    gate.changed = changed
    return lost


def together(do: Callable[..., Any], *each: Any) -> None:
    failed: list[BaseException] = []

    def run(one: Any) -> None:
        try:
            do(one)
        except BaseException as error:  # noqa: BLE001 - raised below
            failed.append(error)

    threads = [threading.Thread(target=run, args=[one]) for one in each]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
