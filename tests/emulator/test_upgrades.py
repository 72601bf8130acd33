# SPDX-License-Identifier: Apache-2.0
"""Clients that offer another protocol (the JDK's own by default, ``curl --http2``) are answered in HTTP/1.1, and nothing of theirs is lost."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_opentok.emulator import Control, Emulator
from tests.emulator.command import ROOT, described, processes
from tests.emulator.raw import sign

H2C = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n"
WEBSOCKET = "Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
BODY = '{"name": "ACME GmbH"}'


@pytest.fixture(scope="module", params=["httptools", "h11"])
def opentok(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    """An emulator on each of the two parsers that uvicorn has."""
    folder = tmp_path_factory.mktemp("path")
    if request.param == "h11":
        (folder / "httptools.py").write_text("raise ImportError('as where there is no wheel')\n")
    with processes() as start:
        yield Control(described(start("--port", "0", "--json", PYTHONPATH=f"{folder}{os.pathsep}{ROOT}"))["url"])


def account(opentok: Control) -> tuple[str, str]:
    return opentok.all_accounts()[0]


def head(opentok: Control, offer: str, length: str = f"Content-Length: {len(BODY)}\r\n", method: str = "POST") -> bytes:
    signed = f"X-OPENTOK-AUTH: {sign(*account(opentok))}\r\nContent-Type: application/json\r\n"
    return (f"{method} /v2/project HTTP/1.1\r\nHost: localhost\r\n{offer}" + signed + length + "\r\n").encode()


def exchange(opentok: Control, *sent: bytes) -> bytes:
    """Everything that is answered to pieces of bytes; the last request says that it is the last."""
    host, _, port = opentok.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for piece in sent:
            connection.sendall(piece)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


LAST = b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def names(opentok: Control) -> list[str]:
    found = [project["name"] for project in opentok.all_projects()]
    opentok.reset()
    return found


@pytest.mark.parametrize("offer", [H2C, WEBSOCKET, H2C.replace("h2c", "foo/2").lower()])
def test_a_body_after_an_offer(opentok: Control, offer: str) -> None:
    answers = exchange(opentok, head(opentok, offer) + BODY.encode(), LAST)
    assert (answers.count(b"HTTP/1.1 "), answers.count(b"HTTP/1.1 200 OK")) == (2, 2)
    assert b"upgrade" not in answers.lower()
    assert names(opentok) == ["ACME GmbH"]


def test_in_pieces_in_chunks_and_one_after_the_other(opentok: Control) -> None:
    request = head(opentok, H2C) + BODY.encode()
    exchange(opentok, *(request[start : start + 7] for start in range(0, len(request), 7)), LAST)
    assert names(opentok) == ["ACME GmbH"]
    chunks = f"{len(BODY) - 5:x}\r\n{BODY[:-5]}\r\n5\r\n{BODY[-5:]}\r\n0\r\n\r\n"
    exchange(opentok, head(opentok, H2C, "Transfer-Encoding: chunked\r\n") + chunks.encode(), LAST)
    assert names(opentok) == ["ACME GmbH"]
    answers = exchange(opentok, head(opentok, H2C, "", method="GET") + request + request, LAST)
    assert answers.count(b"HTTP/1.1 200 OK") == 4
    assert names(opentok) == ["ACME GmbH", "ACME GmbH"]


def test_what_is_no_offer_and_no_request(opentok: Control) -> None:
    for lines in (b"CONNECT example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"):
        host, _, port = opentok.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            connection.sendall(lines)
            connection.shutdown(socket.SHUT_WR)
            assert b"".join(iter(lambda: connection.recv(65_536), b"")).startswith((b"HTTP/1.1 4", b"HTTP/1.1 505"))
    assert opentok.health()["status"] == "ok"


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl")
def test_curl_that_offers_http_2(opentok: Control) -> None:
    token = sign(*account(opentok))
    url = f"{opentok.url}/v2/project"
    command = ["curl", "-sf", "--noproxy", "*", "--http2", url, "-H", f"X-OPENTOK-AUTH: {token}", "-H", "Content-Type: application/json", "-d", BODY]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(done.stdout)["name"] == "ACME GmbH"
    assert names(opentok) == ["ACME GmbH"]


JAVA = """
import java.net.URI;
import java.net.http.*;
class Main {
    public static void main(String[] a) throws Exception {
        var client = HttpClient.newHttpClient();
        for (int i = 0; i < 2; i++) {
            var request = HttpRequest.newBuilder(URI.create(a[0])).header("X-OPENTOK-AUTH", a[1]).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(a[2])).build();
            var answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            System.out.println(answer.statusCode() + " " + answer.version());
        }
    }
}
"""


LIGHT = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")  # what takes the least of a machine that tests in parallel


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("javac"), reason="no JDK")
def test_the_jdks_own_client(opentok_emulator: Emulator, tmp_path: Path) -> None:
    program = tmp_path / "Main.java"
    program.write_text(JAVA)
    token = sign(opentok_emulator.account_key, opentok_emulator.account_secret)
    command = ["java", *LIGHT, str(program), f"{opentok_emulator.url}/v2/project", token, BODY]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.stdout, done.stderr) == ("200 HTTP_1_1\n200 HTTP_1_1\n", "")
    assert names(opentok_emulator) == ["ACME GmbH"] * 2
