# SPDX-License-Identifier: Apache-2.0
"""What keeps a request from being sent: never in doubt, its cause named in one line, and no password of a proxy in it."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.opentok.cloud.plugins.module_utils._module import CALLED as AS_OPTIONS
from pulumi_opentok._settings import CALLED as AS_CONFIG
from pulumi_opentok.cli.account import CALLED as AS_FLAGS
from pulumi_opentok.core import Account, Credentials, NoResponse, OpenTokError
from pulumi_opentok.core.http.transport import Transport
from tests.core.raw_server import answer, raw_server
from tests.core.service import Service

PAIR = Credentials(key="100", secret="hush" * 10, kind="account")
HOST = "https://api.opentok.invalid"
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def not_sent(url: str, *words: str) -> None:
    """Neither a write nor a read is in doubt, and both say why in one line."""
    projects = Account(PAIR, transport=Transport(url, timeout=5, backoff=0)).projects
    for call in (lambda: projects.create("acme"), projects.list, lambda: projects.set_status("46000001", "suspended")):
        with pytest.raises(NoResponse) as caught:
            call()
        said = str(caught.value)
        assert not caught.value.outcome_unknown
        assert f"no connection to {url}" in said
        assert "nothing was sent" in said
        assert "may or may not" not in said
        assert [word for word in (*words,) if word not in said] == []
        assert "s3same" not in said
        assert said.isprintable()
        assert len(said) < 400
        assert caught.value.__suppress_context__


REFUSALS = {"407 Proxy Authentication Required": "it requires a user name and password", "403 Forbidden": "", "502 Bad Gateway": ""}


@pytest.mark.parametrize("status", REFUSALS)
def test_a_proxy_that_refuses_to_connect(monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    with raw_server(answer(status, b"<html>")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://someone:s3same@127.0.0.1:{proxy.port}")
        cause = f"the proxy 127.0.0.1:{proxy.port} refused to connect: HTTP {status[:3]}"
        not_sent(HOST, cause, REFUSALS[status], "check HTTPS_PROXY, NO_PROXY and the proxy")
        assert {line.split()[0] for line in proxy.asked} == {"CONNECT"}


def test_a_proxy_that_hangs_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(speak=lambda connection, _over: connection.shutdown(socket.SHUT_RDWR)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        not_sent(HOST)


def test_a_proxy_whose_tunnel_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says 200 and then speaks no TLS."""

    def speak(connection: socket.socket, _over: threading.Event) -> None:
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        connection.recv(65536)
        connection.sendall(b"nonsense\r\n\r\n")

    with raw_server(speak=speak) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        not_sent(HOST, "TLS: ")


@pytest.mark.parametrize("scheme", ["http", "socks5h", "socks4"])
def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://someone:s3same@127.0.0.1:1")
    not_sent(HOST, "the proxy 127.0.0.1:1 cannot be reached: connection refused", "check HTTPS_PROXY")


@contextlib.contextmanager
def speaking(says: bytes) -> Iterator[int]:
    """A port where each who speaks is told just that."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def speak() -> None:
            while True:
                connection, _ = listener.accept()
                with connection:
                    if over.is_set():
                        return
                    connection.recv(65536)
                    connection.sendall(says)

        thread = threading.Thread(target=speak)
        thread.start()
        port = listener.getsockname()[1]
        try:
            yield port
        finally:
            over.set()
            socket.create_connection(("127.0.0.1", port)).close()
            thread.join()


def test_a_socks_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with speaking(b"\x05\xff") as port:
        monkeypatch.setenv("HTTPS_PROXY", f"socks5h://someone:s3same@127.0.0.1:{port}")
        not_sent(HOST, f"the proxy 127.0.0.1:{port} refused to connect: ")


@pytest.mark.parametrize("proxy", ["ftp://127.0.0.1:1", "http://", "http://[::1", "http://127.0.0.1:99999", "://", "socks9://127.0.0.1:1"])
def test_a_proxy_whose_address_is_none(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    not_sent(HOST, "check HTTPS_PROXY")


def test_certificates_to_trust_that_are_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    not_sent("https://127.0.0.1:1", f"the CA bundle {tmp_path / 'none.pem'} does not exist", "check REQUESTS_CA_BUNDLE")


@pytest.mark.parametrize("content", [b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", b"\x30\x82"])
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_certificates_to_trust_that_are_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, content: bytes) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_bytes(content)
    monkeypatch.setenv(variable, str(bundle))
    with raw_server(b"") as server:
        not_sent(f"https://127.0.0.1:{server.port}", f"the CA bundle {bundle} contains no PEM certificates", f"check {variable}")


@pytest.mark.parametrize("says", [b"", b"\x15\x03\x03\x00\x02\x02\x28", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x16\x03\x03\x00\x01\x00"])
def test_a_handshake_that_fails(says: bytes) -> None:
    """Closed, an alert, no TLS at all, nonsense."""
    with speaking(says) as port:
        not_sent(f"https://127.0.0.1:{port}", "(", "check OPENTOK_API_URL, the network and any proxy")


def test_a_handshake_without_end() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(NoResponse, match=r"no connection to https.* within 0\.2 s, nothing was sent: check") as caught:
            Account(PAIR, transport=Transport(url, timeout=0.2, backoff=0)).projects.create("acme")
    assert not caught.value.outcome_unknown


@pytest.mark.parametrize("host", ["nowhere.invalid", "x" * 64 + ".invalid", ".invalid", "a..b", "xn--a"])
def test_a_host_that_is_none(host: str) -> None:
    not_sent(f"https://{host}")


def test_what_was_sent_before_stays_in_doubt(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PUT whose first try was lost and whose second found nobody: it may have been carried out."""
    tries: list[int] = []
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        tries.append(1)
        if len(tries) > 1:
            raise ConnectionRefusedError(111, "Connection refused")
        real(self, address)  # type: ignore[arg-type]

    project = service.account().projects.create("acme")
    service.emulator.fault("project.set_status", "drop_after")
    account = service.account()
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(NoResponse, match="the connection broke before an answer arrived") as caught:
        account.projects.set_status(project.id, "suspended")
    assert caught.value.outcome_unknown
    assert len(tries) == 4


def test_without_pysocks() -> None:
    """In a Python of its own: requests looks for the library when it is loaded. By the command: what a user sees."""
    program = "import sys; sys.modules['socks'] = None; from pulumi_opentok.cli import main; sys.exit(main(['list']))"
    env = {"HTTPS_PROXY": "socks5h://someone:s3same@127.0.0.1:1", "OPENTOK_ACCOUNT_KEY": "1", "OPENTOK_ACCOUNT_SECRET": "s" * 40}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "the proxy 127.0.0.1:1 speaks SOCKS, which needs the Python library PySocks" in line
    assert "nothing was sent: install it with `pip install PySocks`" in line
    assert "s3same" not in line


@pytest.mark.parametrize(("called", "words"), [(AS_OPTIONS, "the option"), (AS_CONFIG, "opentok:"), (AS_FLAGS, "--")])
def test_advice_names_the_setting_as_the_layer_calls_it(service: Service, called: dict[str, str], words: str) -> None:
    away = Account(PAIR, transport=Transport("http://127.0.0.1:1", timeout=5, backoff=0, called=called))
    with pytest.raises(OpenTokError, match=f"nothing was sent: check {words}"):
        away.projects.list()
    with raw_server(answer("302 Found", b"")) as server, pytest.raises(OpenTokError, match=f"is {words}.* right"):
        Account(PAIR, transport=Transport(server.url, timeout=5, backoff=0, called=called)).projects.list()
    with raw_server(answer("200 OK", b"<html>")) as server, pytest.raises(OpenTokError, match=f"or is {words}.* wrong"):
        Account(PAIR, transport=Transport(server.url, timeout=5, backoff=0, called=called)).projects.list()
    service.emulator.fault("project.list", "delay", seconds=30, times=None)
    slow = Account(PAIR, transport=Transport(service.emulator.url, timeout=0.05, backoff=0, called=called))
    with pytest.raises(OpenTokError, match=f"run again; {words}.*(timeout|TIMEOUT).* sets how long to wait"):
        slow.projects.list()
