# SPDX-License-Identifier: Apache-2.0
"""Each kind of fault: what the client sees, and whether the work was done."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
import requests

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw


def posted(raw: Raw, name: str) -> requests.Response:
    """An attempt to create a project."""
    return raw.send("POST", "/v2/project", json={"name": name})


def test_status_does_nothing_and_says_when_to_come_back(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.create", "status", status=429, retry_after=7)
    answer = posted(raw, "a")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json() == {"code": -1, "message": "Too Many Requests", "description": "Too Many Requests"}
    assert raw.names() == []
    assert posted(raw, "a").status_code == 200


def test_status_without_retry_after(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.create", "status", status=599)
    answer = posted(raw, "a")
    assert (answer.status_code, answer.json()["code"]) == (599, -1)
    assert "Retry-After" not in answer.headers


def test_status_has_the_shape_of_the_operation(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("session.create", "status", times=2)
    assert raw.send("POST", "/session/create").headers["Content-Type"] == "application/xml"
    assert raw.send("POST", "/session/create", headers={"Accept": "application/json"}).json()["code"] == -1


@pytest.mark.parametrize(("kind", "done"), [("drop_before", []), ("drop_after", ["a"])])
def test_drops_end_the_connection_without_an_answer(raw: Raw, opentok_emulator: Emulator, kind: str, done: list[str]) -> None:
    opentok_emulator.fault("project.create", kind)
    with pytest.raises(requests.ConnectionError):
        posted(raw, "a")
    assert raw.names() == done
    (entry,) = [entry for entry in opentok_emulator.journal() if entry["fault"]]
    assert (entry["operation"], entry["fault"], entry["status"]) == ("project.create", kind, None)


def test_truncate_sends_less_than_it_announces(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.create", "truncate")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        posted(raw, "a")
    assert raw.names() == ["a"]


def test_truncate_of_an_answer_without_a_body(raw: Raw, opentok_emulator: Emulator) -> None:
    project = raw.create()
    opentok_emulator.fault("project.delete", "truncate")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        raw.send("DELETE", f"/v2/project/{project['id']}")
    assert raw.names() == []


@pytest.mark.parametrize(("kind", "content_type"), [("garble", "application/json"), ("html", "text/html")])
def test_unreadable_answers_to_work_that_is_done(raw: Raw, opentok_emulator: Emulator, kind: str, content_type: str) -> None:
    opentok_emulator.fault("project.create", kind)
    answer = posted(raw, "a")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, content_type)
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()
    assert raw.names() == ["a"]


def test_delay_does_the_work_at_once_and_holds_the_answer_back(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.create", "delay", seconds=0.3)
    started = time.monotonic()
    assert posted(raw, "a").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_the_emulator_stops_while_an_answer_is_held_back(capfd: pytest.CaptureFixture[str]) -> None:
    with Emulator() as emulator:
        raw = Raw(emulator.url, emulator.account_key, emulator.account_secret)
        emulator.fault("project.create", "delay", seconds=3600)
        failed = threading.Event()

        def wait() -> None:
            try:
                posted(raw, "a")
            except requests.ConnectionError:
                failed.set()

        waiting = threading.Thread(target=wait)
        waiting.start()
        while not emulator.all_projects():
            pass
    waiting.join(60)
    assert failed.is_set()
    assert capfd.readouterr().err == ""


def test_times_and_after(raw: Raw, opentok_emulator: Emulator) -> None:
    fault = opentok_emulator.fault("project.list", "status", times=2, after=1)
    assert (fault["id"], fault["fired"], fault["times"], fault["after"]) == (fault["id"], 0, 2, 1)
    assert [raw.send("GET", "/v2/project").status_code for _ in range(4)] == [200, 503, 503, 200]
    assert [(each["id"], each["fired"]) for each in opentok_emulator.faults()] == [(fault["id"], 2)]


def test_without_end(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("*", "status", times=None)
    assert {raw.send("GET", "/v2/project").status_code for _ in range(5)} == {503}
    assert posted(raw, "a").status_code == 503
    opentok_emulator.clear_faults()
    assert opentok_emulator.faults() == []
    assert posted(raw, "a").status_code == 200


def test_one_fault_per_request_the_oldest_first(raw: Raw, opentok_emulator: Emulator) -> None:
    for status in (500, 502):
        opentok_emulator.fault("project.list", "status", status=status)
    assert [raw.send("GET", "/v2/project").status_code for _ in range(3)] == [500, 502, 200]


def test_only_its_operation(raw: Raw, opentok_emulator: Emulator) -> None:
    fault = opentok_emulator.fault("project.delete", "status")
    assert posted(raw, "a").status_code == 200
    opentok_emulator.remove_fault(fault["id"])
    assert raw.send("DELETE", "/v2/project/46000001").status_code == 204
    with pytest.raises(LookupError, match="no fault"):
        opentok_emulator.remove_fault(fault["id"])


def outcomes(seed: int) -> list[int]:
    with Emulator(seed=seed) as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as raw:
        emulator.fault("project.list", "status", times=None, probability=0.5)
        return [raw.send("GET", "/v2/project").status_code for _ in range(40)]


def test_a_seed_makes_chance_repeatable() -> None:
    first = outcomes(7)
    assert set(first) == {200, 503}
    assert outcomes(7) == first
    assert outcomes(8) != first


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "kind"),
        ({"kind": "explode"}, "kind"),
        ({"kind": "status", "operation": "project.rename"}, "operation"),
        ({"kind": "status", "operation": ["x"]}, "operation"),
        ({"kind": ["x"]}, "kind"),
        ({"kind": "status", "times": 0}, "times"),
        ({"kind": "status", "times": "1"}, "times"),
        ({"kind": "status", "after": -1}, "after"),
        ({"kind": "status", "probability": 2}, "probability"),
        ({"kind": "status", "status": 200}, "status"),
        ({"kind": "status", "status": True}, "status"),
        ({"kind": "delay", "seconds": -1}, "seconds"),
        ({"kind": "status", "retry_after": "soon"}, "retry_after"),
        ({"kind": "status", "typo": 1}, "typo"),
    ],
)
def test_a_wrong_fault_is_told(opentok_emulator: Emulator, body: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        opentok_emulator._ask("POST", "faults", body)
    assert opentok_emulator.faults() == []
