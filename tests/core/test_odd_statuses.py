# SPDX-License-Identifier: Apache-2.0
"""Statuses that the API has not: none hangs or crashes, and each says whether the request may have been carried out all the same."""

from __future__ import annotations

import json
import socket
import threading

import pytest
import requests

from pulumi_opentok.core import Account, ApiError, Credentials, Forbidden, NotFound, OpenTokError, RateLimited
from pulumi_opentok.core.desired.creation import Creation
from pulumi_opentok.core.desired.project.rotation import rotate
from pulumi_opentok.core.http.transport import Transport
from tests.core.raw_server import RawServer, answer, raw_server
from tests.core.service import Service

PAIR = Credentials(key="100", secret="hush" * 10, kind="account")
PROJECT = json.dumps({"id": "46000001", "secret": "s" * 40, "status": "VALID", "name": "acme"}).encode()
SAYS_NO = json.dumps({"code": -1, "message": "Nope"}).encode()
SURELY_NOT = {401: Forbidden, 403: Forbidden, 404: NotFound, 429: RateLimited}
OTHERS = [101, 300, 301, 302, 303, 304, 305, 307, 308, 400, 402, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 418, 421, 422, 423, 425]
OTHERS += [426, 428, 431, 444, 451, 460, 499, 500, 501, 502, 503, 504, 505, 507, 511, 520, 522, 524, 530, 599, 600, 999]


def asking(url: str) -> Account:
    return Account(PAIR, transport=Transport(url, timeout=5, backoff=0))


@pytest.mark.parametrize("status", [*SURELY_NOT, *OTHERS])
def test_whether_it_may_have_been_carried_out(status: int) -> None:
    with raw_server(answer(f"{status} Odd", SAYS_NO)) as server:
        projects = asking(server.url).projects
        for call, is_read in ((lambda: projects.create("acme"), False), (lambda: projects.list(), True), (lambda: projects.get("46000001"), True)):
            with pytest.raises(ApiError, match=f"HTTP {status}") as caught:
                call()
            assert caught.value.outcome_unknown == (status not in SURELY_NOT and not is_read)
            assert ("the server may or may not have done it" in str(caught.value)) == caught.value.outcome_unknown
            assert status not in SURELY_NOT or type(caught.value) is SURELY_NOT[status]
        assert [line for line in server.asked if line.startswith("POST")] == ["POST /v2/project HTTP/1.1"] * (4 if status == 429 else 1)


INTERIM = [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 102 Processing\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n"]


@pytest.mark.parametrize("interim", [*INTERIM, b"".join(INTERIM), b"HTTP/1.1 199 Odd\r\nContent-Length: 7\r\n\r\n"])
def test_interim_answers_are_passed_over(interim: bytes) -> None:
    """Taken for the answer, the one that follows would be that of the next request."""
    with raw_server(interim, answer("200 OK", PROJECT)) as server:
        account = asking(server.url)
        assert account.projects.create("acme").id == account.projects.get("46000001").id == "46000001"
        (pool,) = account.transport._session.adapters["http://"].poolmanager.pools._container.values()
        assert (pool.num_connections, pool.num_requests) == (1, 2)


def test_after_another_protocol_a_connection_serves_no_more() -> None:
    """101: what comes next is no answer to the next request."""
    stolen = json.dumps([{"id": "1", "secret": "s", "status": "VALID", "name": "stolen"}]).encode()
    parts = [b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", answer("200 OK", stolen)]
    with raw_server(*parts) as server:
        account = asking(server.url)
        for _ in range(2):
            with pytest.raises(ApiError, match="HTTP 101: this is not a final answer"):
                account.projects.list()
        (pool,) = account.transport._session.adapters["http://"].poolmanager.pools._container.values()
        assert pool.num_connections == 2


GARBAGE = [b"HTTP/1.1 abc OK\r\n\r\n", b"HTTP/1.1 99 Low\r\n\r\n", b"HTTP/1.1 1000 High\r\n\r\n", b"SSH-2.0-x\r\n", b"\r\n\r\n"]


@pytest.mark.parametrize("said", GARBAGE)
def test_what_is_no_status_line(said: bytes) -> None:
    with raw_server(said) as server:
        with pytest.raises(OpenTokError, match="the connection broke before an answer arrived") as caught:
            asking(server.url).projects.create("acme")
        assert caught.value.outcome_unknown
        assert len(server.asked) == 1


class AfterTheWork:
    """A gateway that hands a request on and then gives this status to whatever is no read."""

    def __init__(self, service: Service, status: int) -> None:
        self._service, self._status = service, status

    def speak(self, connection: socket.socket, _over: threading.Event) -> None:
        head, body = self.server.heads[-1], self.server.bodies[-1]
        method, path, _ = head.split("\r\n")[0].split(" ")
        headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
        got = requests.request(method, self._service.emulator.url + path, data=body, headers=headers, timeout=5)
        status = got.status_code if method == "GET" else self._status
        connection.sendall(answer(f"{status} Odd", got.content if method == "GET" else SAYS_NO))

    server: RawServer


@pytest.mark.parametrize("status", [101, 303, 400, 408, 409, 499])
def test_a_project_that_was_made_and_a_secret_that_was_rotated_all_the_same(service: Service, status: int) -> None:
    gateway = AfterTheWork(service, status)
    with raw_server(speak=gateway.speak) as server:
        gateway.server = server
        pair = Credentials(key=service.emulator.account_key, secret=service.emulator.account_secret, kind="account")
        projects = Account(pair, transport=Transport(server.url, timeout=5, backoff=0)).projects
        made = Creation(projects, pause=0).create("acme", expected=(), warn=service.warnings.append)
        assert [project["id"] for project in service.emulator.all_projects()] == [made.id]
        rotated = rotate(projects, made, service.warnings.append, sleep=lambda _: None)
        assert rotated.secret == service.emulator.all_projects()[0]["secret"] != made.secret
    assert service.asked()["project.create"] == service.asked()["project.refresh_secret"] == 1


@pytest.mark.parametrize("status", [400, 409, 422, 499])
def test_a_refusal_that_was_one_stays_it(service: Service, status: int) -> None:
    """Looked for once, not sent again."""
    projects = service.account().projects
    project = projects.create("old")
    service.clear()
    service.emulator.fault("project.create", "status", status=status, times=None)
    service.emulator.fault("project.refresh_secret", "status", status=status, times=None)
    with pytest.raises(ApiError, match=f"HTTP {status}"):
        Creation(projects, pause=0).create("acme", expected=(), warn=service.warnings.append)
    with pytest.raises(ApiError, match=f"HTTP {status}"):
        rotate(projects, project, service.warnings.append, sleep=lambda _: None)
    assert service.asked()["project.create"] == service.asked()["project.refresh_secret"] == 1
