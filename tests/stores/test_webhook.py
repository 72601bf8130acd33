# SPDX-License-Identifier: Apache-2.0
"""Webhooks by real HTTP: what is tried again, what is not, and what is said of it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core.desired.hooks.webhook import Webhook
from pulumi_opentok.core.desired.notify import NotifyError
from tests.emulator.receiver import Receiver

CHANGE: dict[str, Any] = {"platform": "opentok", "api_key": "46000001", "version": None}
PATH = "/hooks/opentok?token=t0ken"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.mark.parametrize(
    ("answers", "requests", "said"),
    [
        ([], 1, None),
        ([204], 1, None),
        ([503, 429, 500], 4, None),
        ([502, 502, 502, 502], 4, "HTTP 502 after 4 attempts: check what answers there"),
        ([503, 400], 2, "HTTP 400 after 2 attempts: check what answers there"),
        ([501], 1, "HTTP 501: check what answers there"),
        ([400], 1, "HTTP 400: check what answers there"),
        ([404], 1, "HTTP 404: check what answers there"),
        ([307], 1, "HTTP 307: a redirect is not followed: give the URL that it leads to"),
    ],
)
def test_answers(receiver: Receiver, answers: list[int], requests: int, said: str | None) -> None:
    receiver.answers = list(answers)
    receiver.headers = {"Location": f"{receiver.url}/elsewhere"}
    refused = pytest.raises(NotifyError) if said else contextlib.nullcontext()
    with refused as error:
        Webhook(receiver.url + PATH, backoff=0).run(CHANGE)
    assert said is None or str(error.value) == f"webhook {receiver.url}: {said}"
    sent = receiver.rest()
    assert [(one.path, one.body) for one in sent] == [(PATH, CHANGE)] * requests
    assert sent[0].headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [429, 503])
def test_one_that_asks_for_a_long_wait_is_not_waited_for(receiver: Receiver, status: int) -> None:
    receiver.answers, receiver.headers = [status], {"Retry-After": "3600"}
    with pytest.raises(NotifyError) as refused:
        Webhook(receiver.url + PATH, backoff=0).run(CHANGE)
    said = "it asks to wait longer than 30 s, which no hook does: check what answers there"
    assert str(refused.value) == f"webhook {receiver.url}: HTTP {status} after 1 attempt: {said}"
    assert len(receiver.rest()) == 1


def test_what_does_not_speak_tls_is_asked_once(receiver: Receiver) -> None:
    url = receiver.url.replace("http://", "https://")
    with pytest.raises(NotifyError, match=r"no answer \(.*\) in 1 attempt: "):
        Webhook(url + PATH, backoff=0).run(CHANGE)


def test_nobody_listens() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        with pytest.raises(NotifyError) as refused:
            Webhook(url + PATH, backoff=0).run(CHANGE)
    said = "no answer (connection refused) in 4 attempts: check the URL, the network and who listens there"
    assert str(refused.value) == f"webhook {url}: {said}"


def test_a_connection_that_breaks_is_tried_again() -> None:
    """A hook stands being told twice, so what was sent is sent again."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        taken: list[bytes] = []

        def serve() -> None:
            for answer in (b"", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"):
                connection, _address = server.accept()
                with connection:
                    taken.append(connection.recv(65536))
                    connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        Webhook(url, backoff=0).run(CHANGE)
        thread.join()
    assert len(taken) == 2


def test_no_password_of_a_netrc_is_sent(receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login acme password t0ken\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    Webhook(receiver.url).run(CHANGE)
    assert "Authorization" not in receiver.next().headers


def test_texts_show_the_host_alone() -> None:
    one = Webhook("https://deploy.example.com:8443" + PATH)
    assert one.where == "webhook https://deploy.example.com:8443"
    assert "t0ken" not in one.mark
    assert one.mark != Webhook("https://deploy.example.com:8443/other").mark
