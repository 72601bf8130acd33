# SPDX-License-Identifier: Apache-2.0
"""Faults of the service and of what stands before it: late, lagging and foreign answers, names and secrets that are not what was asked for."""

from __future__ import annotations

import socket
from typing import Any

import pytest
import requests

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw, sign


def refresh(raw: Raw, project: dict[str, Any]) -> dict[str, Any]:
    answer = raw.send("POST", f"/v2/project/{project['id']}/refreshSecret")
    assert answer.status_code == 200
    return dict(answer.json())


def test_a_read_lags_some_changes_behind(raw: Raw, opentok_emulator: Emulator) -> None:
    old = raw.create("old")
    opentok_emulator.fault("project.list", "lag", changes=2, times=None)
    opentok_emulator.fault("project.get", "lag", times=None)
    assert raw.names() == ["old"]
    new = refresh(raw, old)
    assert raw.names() == ["old"]
    assert raw.send("GET", f"/v2/project/{old['id']}").json()["secret"] == old["secret"] != new["secret"]
    made = raw.create("new")
    assert raw.send("GET", f"/v2/project/{made['id']}").status_code == 404
    assert raw.names() == ["old"]
    raw.send("DELETE", f"/v2/project/{old['id']}")
    assert raw.send("GET", f"/v2/project/{old['id']}").json() == new
    assert raw.names() == ["old"]
    raw.send("PUT", f"/v2/project/{made['id']}", json={"status": "SUSPENDED"})
    assert raw.names() == ["old", "new"]
    opentok_emulator.clear_faults()
    assert raw.names() == ["new"]
    assert [(project["id"], project["status"]) for project in opentok_emulator.all_projects()] == [(made["id"], "SUSPENDED")]


def test_a_read_lags_some_seconds_behind(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.list", "lag", seconds=60, times=None)
    opentok_emulator.advance(-200)
    token = sign(raw.key, raw.secret, iat=int(opentok_emulator.now()) - 10, exp=int(opentok_emulator.now()) + 1000)

    def names() -> list[str]:
        return [project["name"] for project in raw.send("GET", "/v2/project", token=token).json()]

    raw.send("POST", "/v2/project", token=token, json={"name": "a"})
    opentok_emulator.advance(40)
    raw.send("POST", "/v2/project", token=token, json={"name": "b"})
    assert names() == []
    opentok_emulator.advance(30)
    assert names() == ["a"]
    opentok_emulator.advance(40)
    assert names() == ["a", "b"]


def test_every_kind_of_row_can_lag(raw: Raw, opentok_emulator: Emulator) -> None:
    client = raw.of(raw.create())
    opentok_emulator.fault("*", "lag", changes=3, times=None)
    session = client.send("POST", "/session/create", headers={"Accept": "application/json"}).json()[0]["session_id"]
    path = f"/v2/project/{client.key}"
    opentok_emulator.publish(session, name="Ann")
    archive = client.send("POST", path + "/archive", json={"sessionId": session}).json()
    client.send("PUT", path + "/archive/storage", json={"type": "s3", "config": {"accessKey": "a", "secretKey": "b", "bucket": "c"}})
    assert client.send("GET", path + "/archive").json()["count"] == 0
    stopped = client.send("POST", f"{path}/archive/{archive['id']}/stop").json()
    client.send("PUT", path + "/archive/storage", json={"type": "s3", "config": {"accessKey": "a", "secretKey": "b", "bucket": "d"}})
    assert client.send("GET", path + "/archive").json()["items"][0]["status"] == "started"
    assert client.send("GET", f"{path}/session/{session}/stream").json()["count"] == 1
    opentok_emulator.clear_faults()
    assert client.send("GET", path + "/archive").json()["items"][0]["status"] == stopped["status"] == "stopped"


def test_a_reset_ends_the_looking_back(raw: Raw, opentok_emulator: Emulator) -> None:
    for _ in range(2):
        opentok_emulator.fault("project.list", "lag")
        raw.create("a")
        assert raw.names() == []
        assert raw.names() == ["a"]
        opentok_emulator.reset()
        assert raw.names() == []


@pytest.mark.parametrize("status", [301, 303, 307, 400, 404, 408, 409, 429, 499, 502, 504])
@pytest.mark.parametrize("body", ["json", "html"])
def test_a_status_after_the_work(raw: Raw, opentok_emulator: Emulator, status: int, body: str) -> None:
    opentok_emulator.fault("project.create", "after", status=status, body=body, retry_after=3)
    answer = raw.send("POST", "/v2/project", json={"name": "a"}, allow_redirects=False)
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, "3")
    assert answer.headers["Content-Type"] == ("text/html" if body == "html" else "application/json")
    assert ("Location" in answer.headers) == (status in (301, 303, 307))
    assert raw.names() == ["a"]


def test_an_interim_answer_and_then_nothing(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.create", "after", status=102)
    host, _, port = opentok_emulator.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        token = sign(raw.key, raw.secret)
        connection.sendall(f"POST /v2/project HTTP/1.1\r\nHost: localhost\r\nX-OPENTOK-AUTH: {token}\r\nContent-Length: 0\r\n\r\n".encode())
        assert b"".join(iter(lambda: connection.recv(65_536), b"")) == b"HTTP/1.1 102 Processing\r\n\r\n"
    assert raw.names() == [""]


@pytest.mark.parametrize(("kind", "done"), [("html", ["a"]), ("status", [])])
def test_the_page_of_a_gateway_with_any_status(raw: Raw, opentok_emulator: Emulator, kind: str, done: list[str]) -> None:
    opentok_emulator.fault("project.create", kind, status=404, body="html")
    opentok_emulator.fault("project.list", "html", status=502, after=1)
    answer = raw.send("POST", "/v2/project", json={"name": "a"})
    assert (answer.status_code, answer.headers["Content-Type"], "<html>" in answer.text) == (404, "text/html", True)
    assert raw.names() == done
    assert raw.send("GET", "/v2/project").status_code == 502


def test_late_work_is_done_when_the_client_is_gone(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.create", "late", seconds=900)
    with pytest.raises(requests.ConnectionError):
        raw.create("a")
    opentok_emulator.settle()
    assert opentok_emulator.all_projects() == []
    due = opentok_emulator.now() + 900
    opentok_emulator.advance(2000)
    (project,) = opentok_emulator.all_projects()
    assert project["name"] == "a"
    assert 0 <= due - project["createdAt"] / 1000 < 60
    assert [(entry["who"], entry["status"], entry["fault"]) for entry in opentok_emulator.journal()] == [(raw.key, None, "late")]


def test_late_work_needs_no_settling_and_is_checked_at_once(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.create", "late", seconds=0.05, times=2)
    with pytest.raises(requests.ConnectionError):
        raw.send("POST", "/v2/project", json={"name": "never"}, token=sign(raw.key, "wrong"))
    with pytest.raises(requests.ConnectionError):
        raw.create("a")
    while not (names := raw.names()):
        pass
    assert names == ["a"]


def test_late_work_that_can_be_done_no_more_and_a_reset(raw: Raw, opentok_emulator: Emulator) -> None:
    project = raw.create("a")
    opentok_emulator.fault("project.refresh_secret", "late", seconds=60, times=2)
    with pytest.raises(requests.ConnectionError):
        refresh(raw, project)
    opentok_emulator.delete_project(project["id"])
    opentok_emulator.advance(60)
    assert opentok_emulator.all_projects() == []
    opentok_emulator.fault("project.create", "late", seconds=60)
    with pytest.raises(requests.ConnectionError):
        raw.create("b")
    opentok_emulator.reset()
    opentok_emulator.advance(3600)
    assert opentok_emulator.all_projects() == []


def test_twice_makes_two(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.create", "twice")
    assert raw.create("a") == raw.send("GET", "/v2/project").json()[1]
    assert raw.names() == ["a", "a"]
    opentok_emulator.fault("project.delete", "twice")
    assert raw.send("DELETE", "/v2/project/46000001").status_code == 404
    assert raw.names() == ["a"]


@pytest.mark.parametrize("operation", ["create", "get", "set_status", "refresh_secret"])
def test_the_row_of_another_project(raw: Raw, opentok_emulator: Emulator, operation: str) -> None:
    opentok_emulator.fault(f"project.{operation}", "foreign", times=None)
    first = raw.create("first")  # nothing else can be told yet: the right answer
    assert first["name"] == "first"
    opentok_emulator.clear_faults()
    second = raw.create("second")
    opentok_emulator.fault(f"project.{operation}", "foreign")
    path = f"/v2/project/{second['id']}"
    if operation == "create":
        assert raw.create("third") == first
        assert raw.names() == ["first", "second", "third"]
    elif operation == "get":
        assert raw.send("GET", path).json() == first
        assert raw.send("GET", path).json() == second
    elif operation == "set_status":
        assert raw.send("PUT", path, json={"status": "SUSPENDED"}).json() == first
        assert raw.send("GET", path).json()["status"] == "SUSPENDED"
    else:
        assert refresh(raw, second) == first
        assert raw.send("GET", path).json()["secret"] != second["secret"]


def test_where_an_account_has_no_other_project_it_is_of_another_account(raw: Raw, opentok_emulator: Emulator) -> None:
    opentok_emulator.add_account("20000002", "x")
    other = Raw(opentok_emulator.url, "20000002", "x").create("theirs")
    opentok_emulator.fault("project.create", "foreign")
    assert raw.create("ours") == other


@pytest.mark.parametrize("done", [False, True])
def test_a_secret_that_is_said_to_be_refreshed(raw: Raw, opentok_emulator: Emulator, done: bool) -> None:
    project = raw.create()
    opentok_emulator.fault("project.refresh_secret", "unchanged", done=done)
    assert refresh(raw, project)["secret"] == project["secret"]
    assert (raw.send("GET", f"/v2/project/{project['id']}").json()["secret"] != project["secret"]) == done
    assert refresh(raw, project)["secret"] != project["secret"]
    opentok_emulator.fault("project.refresh_secret", "unchanged", done=done)
    assert raw.send("POST", "/v2/project/1/refreshSecret").status_code == 404


@pytest.mark.parametrize(("how", "name"), [("trim", "Zoë X"), ("cut", "  Zoë"), ("lower", "  zoë  x "), ("nfd", "  Zoe\u0308  X ")])
def test_a_name_that_the_service_alters(raw: Raw, opentok_emulator: Emulator, how: str, name: str) -> None:
    opentok_emulator.fault("project.create", "rename", how=how)
    assert raw.create("  Zoë  X ")["name"] == name
    assert raw.names() == [name]
    opentok_emulator.fault("project.create", "rename", how=how)
    assert raw.create()["name"] == ""


def test_a_body_that_trickles(raw: Raw, opentok_emulator: Emulator) -> None:
    made = raw.create("a")
    opentok_emulator.fault("project.get", "trickle", seconds=0.1)
    opentok_emulator.fault("project.delete", "trickle", seconds=0.1)
    assert raw.send("GET", f"/v2/project/{made['id']}").json() == made
    assert raw.send("DELETE", f"/v2/project/{made['id']}").status_code == 204
    assert raw.names() == []


def test_faults_of_some_operations_pass_the_others_by(raw: Raw, opentok_emulator: Emulator) -> None:
    for kind in ("lag", "foreign", "unchanged", "rename"):
        opentok_emulator.fault("*", kind)
    raw.send("DELETE", "/v2/project/1")
    assert [(fault["seen"], fault["fired"]) for fault in opentok_emulator.faults()] == [(0, 0)] * 4
    assert opentok_emulator.journal()[-1]["fault"] is None


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"kind": "lag", "operation": "project.create"}, r"one of .*project\.list"),
        ({"kind": "foreign", "operation": "project.list"}, r"project\.get"),
        ({"kind": "unchanged", "operation": "project.create"}, r"project\.refresh_secret"),
        ({"kind": "rename", "operation": "archive.start"}, r"project\.create"),
        ({"kind": "lag", "changes": -1}, "changes"),
        ({"kind": "after", "status": 99}, "status"),
        ({"kind": "html", "status": 102}, "status"),
        ({"kind": "after", "body": "xml"}, "body must be one of json, html"),
        ({"kind": "rename", "how": "upper"}, "how must be one of trim"),
        ({"kind": "unchanged", "done": 1}, "done must be one of false, true"),
        ({"kind": "lag", "seconds": []}, "seconds"),
    ],
)
def test_what_does_not_fit_a_kind_is_told(opentok_emulator: Emulator, body: dict[str, Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        opentok_emulator._ask("POST", "faults", body)
    assert opentok_emulator.faults() == []
