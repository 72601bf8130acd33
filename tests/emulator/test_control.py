# SPDX-License-Identifier: Apache-2.0
"""The control plane: clock, journal, changes behind the API's back, reset, what it says of itself."""

from __future__ import annotations

import datetime
import email.utils
import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from pulumi_opentok.core import operations
from pulumi_opentok.emulator import Control, Emulator
from tests.emulator.raw import Raw, sign


def ask(emulator: Emulator, method: str, path: str, **more: Any) -> requests.Response:
    return requests.request(method, f"{emulator.url}/_emulator/{path}", timeout=60, **more)


def test_the_clock_is_in_the_date_header_and_in_token_checks(raw: Raw, opentok_emulator: Emulator) -> None:
    before = opentok_emulator.now()
    assert opentok_emulator.advance(3600) - before >= 3600
    answer = raw.send("GET", "/v2/project")
    assert (answer.status_code, answer.json()["message"]) == (403, "token has expired")
    shown = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
    assert 0 <= opentok_emulator.now() - shown < 60
    opentok_emulator.advance(-7200)
    assert raw.send("GET", "/v2/project").json()["message"] == "issued time cannot be greater than current time"
    issued = int(opentok_emulator.now())
    assert raw.send("GET", "/v2/project", token=sign(raw.key, raw.secret, iat=issued, exp=issued + 60)).status_code == 200


def test_every_answer_has_one_date(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.list", "status")
    for answer in (raw.send("GET", "/v2/project"), raw.send("GET", "/nope"), raw.send("POST", "/v2/project")):
        assert len(answer.raw.headers.getlist("Date")) == 1


@pytest.mark.parametrize(
    "now", [1_900_000_000, 1_900_000_000.5, "2030-03-17T17:46:40Z", "2030-03-17T18:46:40+01:00", "2030-03-17T17:46:40"]
)
def test_set_the_clock(opentok_emulator: Emulator, now: float | str) -> None:
    assert 0 <= opentok_emulator.set_clock(now) - 1_900_000_000 < 60


@pytest.mark.parametrize("rounded", [lambda now: now - 0.5, int, lambda now: now - 1.9])
def test_the_clock_is_not_left_behind_the_machines(opentok_emulator: Emulator, rounded: Callable[[float], float]) -> None:
    opentok_emulator.advance(3600)
    opentok_emulator.set_clock(rounded(time.time()))
    asked = time.time()
    assert asked <= opentok_emulator.now() <= time.time()
    opentok_emulator.advance(-1.5)  # what is asked for is done
    assert opentok_emulator.now() < time.time() - 1


def test_set_the_clock_to_a_datetime(opentok_emulator: Emulator) -> None:
    moment = datetime.datetime(2031, 1, 1, tzinfo=datetime.timezone.utc)
    assert 0 <= opentok_emulator.set_clock(moment) - moment.timestamp() < 60


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"advance": 1, "now": 2},
        {"advance": "1"},
        {"now": "tea"},
        {"now": 1_900_000_000_000},
        {"now": None},
        {"advance": 1e300},
        {"x": 1},
    ],
)
def test_a_wrong_clock_is_told(opentok_emulator: Emulator, body: dict[str, Any]) -> None:
    answer = ask(opentok_emulator, "POST", "clock", json=body)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])


def test_the_journal_tells_what_was_asked_and_by_whom(raw: Raw, opentok_emulator: Emulator) -> None:
    project = raw.create("a")
    raw.of(project).send("GET", f"/v2/project/{project['id']}/archive/?offset=0")
    raw.send("GET", "/v2/project", token=sign("99", "x"))
    raw.send("PATCH", "/v2/project")
    raw.send("GET", "/nope")
    told = [(each["method"], each["path"], each["operation"], each["status"], each["who"]) for each in opentok_emulator.journal()]
    assert told == [
        ("POST", "/v2/project", "project.create", 200, raw.key),
        ("GET", f"/v2/project/{project['id']}/archive", "archive.list", 200, project["id"]),
        ("GET", "/v2/project", "project.list", 403, None),
        ("PATCH", "/v2/project", None, 405, None),
        ("GET", "/nope", None, 404, None),
    ]
    assert {key for each in opentok_emulator.journal() for key in each} == {
        "seq", "time", "method", "path", "operation", "status", "who", "fault",
    }  # fmt: skip


def test_the_journal_since_and_cleared(raw: Raw, opentok_emulator: Emulator) -> None:
    raw.names()
    last = opentok_emulator.journal()[-1]["seq"]
    raw.names()
    assert [each["seq"] for each in opentok_emulator.journal(since=last)] == [last + 1]
    opentok_emulator.clear_journal()
    assert opentok_emulator.journal() == []
    raw.names()
    assert [each["seq"] for each in opentok_emulator.journal()] == [last + 2]
    assert ask(opentok_emulator, "GET", "journal?since=x").status_code == 400


def test_the_journal_holds_no_secret_and_no_token(raw: Raw, opentok_emulator: Emulator) -> None:
    project = raw.create("a")
    token = sign(raw.key, raw.secret)
    fresh = raw.send("POST", f"/v2/project/{project['id']}/refreshSecret?secret={raw.secret}", token=token).json()
    raw.of(fresh).send("POST", "/session/create", data={"secret": raw.secret})
    raw.send("GET", "/v2/project", token="", headers={"X-TB-PARTNER-AUTH": f"{raw.key}:{raw.secret}"})
    text = json.dumps(opentok_emulator.journal())
    assert not [secret for secret in (raw.secret, project["secret"], fresh["secret"], token, "eyJ") if secret in text]


def test_projects_behind_the_apis_back(raw: Raw, opentok_emulator: Emulator) -> None:
    project = raw.create("a")
    assert opentok_emulator.all_projects() == [{**project, "account": raw.key}]
    opentok_emulator.edit_project(project["id"], status="SUSPENDED", name="b", secret="new")
    changed = raw.send("GET", f"/v2/project/{project['id']}").json()
    assert (changed["status"], changed["name"], changed["secret"]) == ("SUSPENDED", "b", "new")
    opentok_emulator.delete_project(project["id"])
    assert opentok_emulator.project(project["id"]) is None
    assert raw.names() == []
    with pytest.raises(LookupError):
        opentok_emulator.delete_project(project["id"])
    assert len(opentok_emulator.journal()) == 3


@pytest.mark.parametrize(
    "body", [{}, {"status": "GONE"}, {"status": None}, {"name": 1}, {"name": None}, {"secret": ""}, {"secret": 1}, {"id": "1"}]
)
def test_wrong_edits_are_told(raw: Raw, opentok_emulator: Emulator, body: dict[str, Any]) -> None:
    project = raw.create("a")
    assert ask(opentok_emulator, "PATCH", f"projects/{project['id']}", json=body).status_code == 400
    assert raw.send("GET", f"/v2/project/{project['id']}").json() == project


def test_accounts(opentok_emulator: Emulator) -> None:
    opentok_emulator.add_account("20000002", "x")
    assert opentok_emulator.all_accounts() == [*opentok_emulator.accounts, ("20000002", "x")]
    for wrong in (("20000002", "x"), ("abc", "x"), ("3", "")):
        with pytest.raises(ValueError, match=r"key|secret"):
            opentok_emulator.add_account(*wrong)


def test_reset_is_the_start_state() -> None:
    with Emulator(projects=[("123456", "a" * 40, "kept")], seed=1) as emulator:
        raw = Raw(emulator.url, emulator.account_key, emulator.account_secret)
        start = emulator.all_projects()
        made = raw.create("a")
        emulator.edit_project("123456", secret="b" * 40, status="SUSPENDED")
        emulator.add_account("20000002", "x")
        emulator.fault("*", "status")
        emulator.advance(10_000)
        emulator.reset()
        again = emulator.all_projects()
        assert [{**each, "createdAt": 0, "updatedAt": 0} for each in again] == [{**each, "createdAt": 0, "updatedAt": 0} for each in start]
        assert (emulator.journal(), emulator.faults(), emulator.all_accounts()) == ([], [], emulator.accounts)
        assert raw.names() == ["kept"]
        assert raw.create("a")["secret"] == made["secret"]


def test_unknown_calls_are_told_which_exist(opentok_emulator: Emulator) -> None:
    for method, path, status in (("GET", "nope", 404), ("POST", "", 405), ("PUT", "reset", 405)):
        answer = ask(opentok_emulator, method, path)
        assert answer.status_code == status
        assert "POST /_emulator/reset" in answer.json()["calls"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_control_bodies_that_are_no_json_object(opentok_emulator: Emulator, body: bytes) -> None:
    assert ask(opentok_emulator, "POST", "faults", data=body).status_code == 400


def test_health_operations_and_provenance(opentok_emulator: Emulator) -> None:
    control = Control(opentok_emulator.url + "/")
    assert control.health()["status"] == "ok"
    assert {each["name"] for each in control.operations()} <= {each.name for each in operations.OPERATIONS}
    told = {row["operation"] for row in control.provenance()}
    assert told == {"*", "webhook", *(each["name"] for each in control.operations())}
    assert {row["status"] for row in control.provenance()} == {"documented", "seen in an SDK", "assumed"}
    assert all(row["what"] and row["source"] for row in control.provenance())


def test_the_emulator_answers_the_whole_wire_vocabulary_it_lists(raw: Raw, opentok_emulator: Emulator) -> None:
    project = raw.create()
    for each in opentok_emulator.operations():
        if each["name"] == "project.delete":
            continue
        client = raw if each["credentials"] == "account" else raw.of(raw.send("GET", f"/v2/project/{project['id']}").json())
        body = {"status": "ACTIVE"} if each["method"] == "PUT" else None
        path = re.sub(r"\{\w+\}", "nope", each["path"].replace("{api_key}", project["id"]))
        answer = client.send(each["method"], path, json=body)
        # What needs a session, a client or a body is refused for the lack of it.
        assert answer.status_code in (*each["success"], 400, 404), each["name"]
        assert opentok_emulator.journal()[-1]["operation"] == each["name"]
