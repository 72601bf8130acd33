# SPDX-License-Identifier: Apache-2.0
"""Who may talk to the emulator: programs of this machine, and names that were allowed; no page of the web."""

from __future__ import annotations

import socket
import stat
from pathlib import Path
from typing import Any

import pytest
import requests

from pulumi_opentok.emulator import Control, Emulator, EmulatorError
from tests.emulator.raw import Raw

SECRET = "0123456789abcdef0123456789abcdef01234567"


def ask(emulator: Emulator, headers: dict[str, str], method: str = "GET", path: str = "/_emulator/projects", **more: Any) -> requests.Response:
    return requests.request(method, emulator.url + path, headers=headers, timeout=60, **more)


def own(emulator: Emulator) -> str:
    return emulator.url.removeprefix("http://")


FOREIGN_HOSTS = [
    "rebound.example", "rebound.example:8765", "127.0.0.1.rebound.example", "localhost.rebound.example", "notlocalhost", "10.0.0.7",
    "0.0.0.0", "[::ffff:10.0.0.7]:80", "localhost@rebound.example", "localhost:80:80", "", "rebound.example#localhost", "127.0.0.1 rebound.example",
]  # fmt: skip


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_foreign_host_reads_nothing(host: str) -> None:
    with Emulator(projects=[("12345678", SECRET, "staging")]) as emulator:
        answer = ask(emulator, {"Host": host})
        assert answer.status_code in (400, 403), answer.text
        assert SECRET not in answer.text
        assert "error" in answer.json() or answer.json()["code"] == -1


def test_a_foreign_host_is_told_what_would_help(opentok_emulator: Emulator, raw: Raw) -> None:
    answer = ask(opentok_emulator, {"Host": "opentok:8765"})
    assert (answer.status_code, list(answer.json())) == (403, ["error"])
    assert "--allow-host opentok" in answer.json()["error"]
    answer = raw.send("GET", "/v2/project", headers={"Host": "opentok:8765"})
    assert (answer.status_code, answer.json()["code"]) == (403, -1)
    assert "--allow-host opentok" in answer.json()["message"]
    assert [(each["path"], each["status"]) for each in opentok_emulator.journal()] == [("/v2/project", 403)]


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "localhost.", "app.localhost:80", "127.0.0.1", "127.9.8.7:8765", "[::1]", "[::1]:8765"])
def test_loopback_has_many_names(opentok_emulator: Emulator, host: str) -> None:
    assert ask(opentok_emulator, {"Host": host}).status_code == 200


def test_other_hosts_are_allowed_by_name() -> None:
    with Emulator(allow_hosts=["opentok", "Emulator.Example", "[FD00:0::7]", "10.0.0.7"]) as emulator:
        for host in ("opentok:8765", "OPENTOK", "emulator.example:80", "[fd00::7]:8765", "[fd00:0:0::7]", "10.0.0.7"):
            assert ask(emulator, {"Host": host}).status_code == 200
        assert ask(emulator, {"Host": "x.opentok"}).status_code == 403


def test_an_emulator_for_every_address_is_reached_by_number_but_by_no_name() -> None:
    with Emulator(host="0.0.0.0") as emulator:
        for host, status in (("10.0.0.7:8765", 200), ("[fd00::7]:8765", 200), ("localhost", 200), ("opentok", 403)):
            assert ask(emulator, {"Host": host}).status_code == status


@pytest.mark.parametrize("name", ["", "http://opentok", "opentok:8765", "open tok", "*", "a,b", "opentok/", "x\ny"])
def test_a_host_is_a_name_or_an_address(name: str) -> None:
    with pytest.raises(EmulatorError, match="allow"):
        Emulator(allow_hosts=[name])


PAGES: list[dict[str, str]] = [
    {"Origin": "http://rebound.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:1"},
    {"Origin": "http://127.0.0.1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://rebound.example"},
]


@pytest.mark.parametrize("page", PAGES, ids=range(len(PAGES)))
def test_no_page_of_the_web_changes_anything(opentok_emulator: Emulator, raw: Raw, page: dict[str, str]) -> None:
    raw.create("kept")
    headers = {**page, "Content-Type": "text/plain"}
    body = '{"key": "666", "secret": "x"}' + " " * 200_000
    for path in ("/_emulator/accounts", "/_emulator/reset", "/v2/project"):
        answer = ask(opentok_emulator, headers, "POST", path, data=body)
        assert (answer.status_code, "web page" in answer.text) == (403, True)
    assert (raw.names(), opentok_emulator.all_accounts()) == (["kept"], opentok_emulator.accounts)


@pytest.mark.parametrize("destination", ["iframe", "image", "empty", "object", "script"])
def test_no_page_of_the_web_shows_it_within_itself(opentok_emulator: Emulator, destination: str) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": destination}
    assert ask(opentok_emulator, headers, path="/_emulator/").status_code == 403


def test_a_link_leads_to_the_dashboard_and_the_own_pages_may_ask(opentok_emulator: Emulator) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert ask(opentok_emulator, link, path="/_emulator/").status_code == 200
    for headers in ({"Sec-Fetch-Site": "none"}, {"Sec-Fetch-Site": "same-origin", "Origin": f"http://{own(opentok_emulator)}"}):
        assert ask(opentok_emulator, headers, "POST", "/_emulator/settle").status_code == 200


@pytest.mark.parametrize("there", [False, True])
def test_the_data_file_is_its_owners(tmp_path: Path, there: bool) -> None:
    data = tmp_path / "state.sqlite"
    if there:
        with Emulator(data=data):
            pass
        data.chmod(0o644)
    with Emulator(data=data) as emulator:
        Raw(emulator.url, *emulator.accounts[0]).create("a")
        assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()] == [0o600]


def test_a_control_body_has_a_bound(opentok_emulator: Emulator) -> None:
    for body in (b" " * 1_000_001, (b" " * 500_000 for _ in range(3))):
        answer = ask(opentok_emulator, {}, "POST", "/_emulator/faults", data=body)
        assert (answer.status_code, "1000000" in answer.json()["error"]) == (413, True)
    assert Control(opentok_emulator.url).faults() == []


def said(connection: socket.socket) -> bytes:
    """Everything that comes until the emulator ends the connection."""
    return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize("sent", [b"", b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", b"\r\n"])
def test_the_head_of_a_request_has_a_bound_in_time(sent: bytes) -> None:
    with Emulator(header_timeout=1) as emulator, socket.create_connection(address(emulator), timeout=60) as connection:
        connection.sendall(sent)
        assert said(connection).startswith(b"HTTP/1.1 408 ")
        assert emulator.health()["status"] == "ok"


def test_the_head_of_a_request_has_a_bound_in_size(opentok_emulator: Emulator) -> None:
    with socket.create_connection(address(opentok_emulator), timeout=60) as connection:
        connection.sendall(b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 70_000)
        assert said(connection).startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))  # h11 has a bound of its own


def test_the_bound_holds_for_each_request_of_a_connection_but_for_no_answer() -> None:
    with Emulator(header_timeout=1) as emulator, socket.create_connection(address(emulator), timeout=60) as connection:
        emulator.fault("project.list", "delay", seconds=1.2)
        connection.sendall(b"GET /v2/project HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.recv(65_536).startswith(b"HTTP/1.1 403 ")
        connection.sendall(b"GET /v2/project HTTP/1.1\r\n")
        assert b"HTTP/1.1 408 " in said(connection)


def address(emulator: Emulator) -> tuple[str, int]:
    host, _, port = own(emulator).partition(":")
    return host, int(port)
