# SPDX-License-Identifier: Apache-2.0
"""Nothing that a client sends may bring the emulator down: it answers 4xx in the API's shape."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw

BODIES = [
    b"\xff\xfe",
    b"{",
    b"[]",
    b'"x"',
    b"1",
    b"[" * 200_000,
    b'{"name": ' + b"[" * 100_000,
    b'{"name": 1}',
    b'{"name": ["x"]}',
    b'{"name": "\\ud800"}',
    b'{"name": ' + b"9" * 5000 + b"}",
    b'{"environmentId": true}',
    b'{"environmentId": 1e400}',
    b'{"environmentId": "' + b"9" * 5000 + b'"}',
    b"name=x",
]


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_bodies(raw: Raw, body: bytes) -> None:
    project = raw.create()
    for method, path in (("POST", "/v2/project"), ("PUT", f"/v2/project/{project['id']}")):
        answer = raw.send(method, path, data=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (400, -1)
    assert raw.send("GET", "/v2/project").json() == [project]


@pytest.mark.parametrize("path", ["/v2/project", "/session/create"])
def test_ten_megabytes(raw: Raw, path: str) -> None:
    client = raw if path == "/v2/project" else raw.of(raw.create())
    answer = client.send("POST", path, data=b" " * 10_000_000, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, -1)


def exchange(emulator: Emulator, sent: bytes) -> bytes:
    """Everything that the emulator says to raw bytes."""
    host, port = emulator.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize("sent", [b"hello\r\n\r\n", b"GET /\xff HTTP/1.1\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n"])
def test_what_is_not_http(opentok_emulator: Emulator, sent: bytes) -> None:
    answer = exchange(opentok_emulator, sent)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"code": -1' in answer
    assert opentok_emulator.health()["status"] == "ok"


def test_a_client_that_goes_away_in_the_middle(opentok_emulator: Emulator) -> None:
    host, port = opentok_emulator.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(b"POST /v2/project HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
    assert opentok_emulator.all_projects() == []
    assert opentok_emulator.health()["status"] == "ok"


def test_unknown_paths_and_methods(raw: Raw) -> None:
    for method, path, status in (
        ("GET", "/", 404),
        ("GET", "/v2/partner/1", 404),
        ("POST", "/hl/session/create", 404),
        ("GET", "/session/create", 405),
    ):
        answer = raw.send(method, path)
        assert (answer.status_code, answer.json()["code"]) == (status, -1)


def test_two_hundred_creates_on_sixteen_threads(opentok_emulator: Emulator) -> None:
    def create(number: int) -> Any:
        with Raw(opentok_emulator.url, opentok_emulator.account_key, opentok_emulator.account_secret) as client:
            return client.create(f"p{number}")

    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(create, range(200)))
    assert len({project["id"] for project in made}) == len({project["secret"] for project in made}) == 200
    assert sorted(project["name"] for project in opentok_emulator.all_projects()) == sorted(f"p{number}" for number in range(200))
