# SPDX-License-Identifier: Apache-2.0
"""Wrong credentials, wrong places: each is told apart, in one line."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Iterator

import pytest

from pulumi_opentok.core import Account, ApiError, Credentials, Forbidden, InvalidInput, InvalidResponse, NoResponse, OpenTokError
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.http.transport import Transport
from tests.core.service import Service

ID = "46000001"
PAIR = Credentials(key="100", secret="hush" * 10, kind="account")


def test_a_wrong_account_secret(service: Service) -> None:
    with pytest.raises(Forbidden) as caught:
        service.account(secret="wrong" * 8).projects.create("acme")
    assert f"the secret does not belong to account key {service.emulator.account_key}" in str(caught.value)
    assert service.emulator.all_projects() == []


def test_a_project_s_pair_given_as_the_account_s(service: Service) -> None:
    project = service.account().projects.create("acme")
    account = Account(Credentials(key=project.id, secret=project.secret, kind="account"), transport=service.transport())
    with pytest.raises(Forbidden, match=f"(is this the project pair|account key {project.id} is unknown)"):
        account.projects.list()


def test_the_account_s_pair_given_as_a_project_s(service: Service) -> None:
    pair = Credentials(key=service.emulator.account_key, secret=service.emulator.account_secret, kind="project")
    with pytest.raises(Forbidden, match=r"project key .* is unknown.*does it belong to the account pair"):
        OpenTok(pair, transport=service.transport()).verify_credentials()


@contextlib.contextmanager
def server_that_answers(status: int, headers: dict[str, str], body: bytes) -> Iterator[tuple[str, list[str]]]:
    """A server that always answers the same; its URL and the paths that it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def asking(url: str) -> Account:
    return Account(PAIR, transport=Transport(url, timeout=5, backoff=0, allow_http=True))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(service: Service, status: int) -> None:
    with server_that_answers(status, {"Location": f"{service.emulator.url}/v2/project"}, b"") as (url, asked):
        for call in (lambda: asking(url).projects.list(), lambda: asking(url).projects.create("acme")):
            with pytest.raises(ApiError, match=f"HTTP {status}: redirects are not followed: is OPENTOK_API_URL"):
                call()
        assert len(asked) == 2
    assert not service.asked()


@pytest.mark.parametrize("rest", ["/opentok", "/v2/project/", "/?x=1", "#x"])
def test_an_address_ends_after_the_host(service: Service, rest: str) -> None:
    """Also for who gives it to the client itself."""
    with pytest.raises(InvalidInput, match=r"^api_url: must (end after the host, without the path|not have a query or fragment)"):
        Account(PAIR, api_url=service.emulator.url + rest)
    assert service.account().projects.list() == []
    pair = Credentials(key=service.emulator.account_key, secret=service.emulator.account_secret, kind="account")
    assert Account(pair, api_url=service.emulator.url + "/").projects.list() == []


ODD = [
    # what a server says with 200, what the error says
    (b"[]", "list"),
    (b"null", "NoneType"),
    (b"", "NoneType"),
    (b'"text"', "str"),
    (b'{"id": "46000001", "status": "VALID", "name": "n"}', "['id', 'name', 'status']"),
    (b'{"id": "46000001", "status": "VALID", "secret": ""}', "['id', 'secret', 'status']"),
    (b'{"id": "46000001", "status": "VALID", "secret": "a\\nb"}', "not a project"),
    (b'{"id": null, "status": "VALID", "secret": "s"}', "not a project"),
    (b'{"id": "46000001", "status": 5, "secret": "s"}', "not a project"),
    (b'{"status": "VALID", "secret": "s", "\\u001b[2J\\u202e": 1, "0a1B0a1B0a1B0a1B0a1B0a1B0a1B0a1B0a1B0a1B": 1}', "['secret', 'status']"),
]


@pytest.mark.parametrize(("body", "says"), ODD)
def test_a_success_that_is_no_project(body: bytes, says: str) -> None:
    with server_that_answers(200, {"Content-Type": "application/json"}, body) as (url, _asked), pytest.raises(InvalidResponse) as caught:
        asking(url).projects.get("46000001")
    said = str(caught.value)
    assert says in said
    assert said.startswith("project.get of project 46000001: ")


@pytest.mark.parametrize("body", [b"{}", b"null", b'{"projects": []}', b'{"count": 2, "items": [{"id": "1"}]}', b"[5]"])
def test_a_success_that_is_no_list_of_projects(body: bytes) -> None:
    with server_that_answers(200, {}, body) as (url, _asked), pytest.raises(InvalidResponse, match=r"project\.list of account 100: "):
        asking(url).projects.list()


BOTH_WAYS = [
    (b'{"id": 46000001.0, "status": "VALID", "secret": "s"}', "46000001", "active", "", None),
    (b'{"id": "46000001", "status": "ACTIVE", "secret": "s", "name": null, "environmentName": "default", "new": {}}', ID, "active", "", "default"),
    (b'{"id": "46000001", "status": "SUSPENDED", "secret": "s", "name": "n", "environment": "standard"}', ID, "suspended", "n", "standard"),
    (b'{"id": "46000001", "status": "PAUSED", "secret": "s", "name": 7, "environment": ["x"]}', ID, "paused", "7", None),
    (b'{"id": "46000001", "status": "VALID", "secret": "s", "createdAt": 1e300}', ID, "active", "", None),
    (b'{"id": "46000001", "status": "VALID", "secret": "s", "createdAt": "soon"}', ID, "active", "", None),
    (b'{"id": "46000001", "status": "VALID", "secret": "s", "createdAt": 1}', ID, "active", "", None),
    (b'{"id": "46000001", "status": "VALID", "secret": "s", "createdAt": 4102444800}', ID, "active", "", None),
]


@pytest.mark.parametrize(("body", "project_id", "status", "name", "environment"), BOTH_WAYS)
def test_both_spellings_and_fields_nobody_knows(body: bytes, project_id: str, status: str, name: str, environment: str | None) -> None:
    with server_that_answers(200, {}, body) as (url, _asked):
        found = asking(url).projects.get("46000001")
    assert (found.id, found.status, found.name, found.environment, found.created_at) == (project_id, status, name, environment, None)


def test_a_retry_after_that_is_no_number(waits: list[float]) -> None:
    with server_that_answers(429, {"Retry-After": "soon"}, b"") as (url, asked):
        with pytest.raises(OpenTokError, match="too many requests"):
            asking(url).projects.create("acme")
        assert len(asked) == 4
    assert waits == []


def test_https_where_http_is_spoken(service: Service) -> None:
    url = service.emulator.url.replace("http:", "https:")
    for call in (lambda: asking(url).projects.list(), lambda: asking(url).projects.create("acme")):
        with pytest.raises(NoResponse, match=r"no connection to https:.* \(TLS: .*\), nothing was sent: check OPENTOK_API_URL") as caught:
            call()
        assert not caught.value.outcome_unknown


def test_a_proxy_that_is_not_there(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    cause = r"no connection to .* \(the proxy 127\.0\.0\.1:1 cannot be reached: connection refused\), nothing was sent: check HTTP_PROXY"
    with pytest.raises(NoResponse, match=cause) as caught:
        asking("http://opentok.invalid").projects.create("acme")
    assert not caught.value.outcome_unknown


def test_a_host_that_cannot_be(service: Service) -> None:
    with pytest.raises(NoResponse, match="no connection") as caught:
        asking("http://.invalid").projects.create("acme")
    assert not caught.value.outcome_unknown
