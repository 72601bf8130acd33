# SPDX-License-Identifier: Apache-2.0
"""As many requests at a time as the plugin has threads: each connection serves the next one as well."""

from __future__ import annotations

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

from pulumi_opentok._native.server import THREADS
from pulumi_opentok.core import Account, Credentials
from pulumi_opentok.core.http.transport import Transport
from tests.core.raw_server import answer, raw_server

PATIENCE = 60.0
"""Seconds, so that a failure ends."""


def test_connections_are_kept() -> None:
    together, used = threading.Barrier(THREADS, timeout=PATIENCE), set()
    body = answer("200 OK", json.dumps([]).encode(), Content_Type="application/json")

    def speak(connection: socket.socket, _over: threading.Event) -> None:
        together.wait()
        used.add(connection.getpeername())
        connection.sendall(body)

    with raw_server(speak=speak) as server, ThreadPoolExecutor(THREADS) as threads:
        account = Account(Credentials(key="100", secret="hush" * 10, kind="account"), transport=Transport(server.url, timeout=PATIENCE, backoff=0))
        for _ in range(2):
            assert list(threads.map(lambda _: account.projects.list(), range(THREADS))) == [[]] * THREADS
    assert len(used) == THREADS
