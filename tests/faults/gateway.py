# SPDX-License-Identifier: Apache-2.0
"""What stands between clients and OpenTok, over real HTTP: a gateway, replicas that lag, a proxy that caches, repeats or comes too late.

The emulator behind it stays true, so its journal says what was carried out; ``passed`` says what the clients saw of it. Each party of a
run has a port of its own, so that whose request passes next can be said (``turns.py``).
"""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from tests.faults.misdeeds import Answer, Misdeeds, Passed, Request
from tests.faults.schedule import Rude

PARTIES = 8

FOR_ONE_HOP = ("connection", "transfer-encoding", "content-length", "date", "server", "keep-alive")

Row = Mapping[str, Any]


class Gateway:
    """Starts at once. ``port`` is where OpenTok is; ``rows`` tells all projects as they are."""

    def __init__(self, port: int, rows: Callable[[], list[dict[str, Any]]]) -> None:
        self._port = port
        self._rows = rows
        self._lock = threading.Lock()
        self._misdeeds = Misdeeds((), {}, lambda: {})
        self._turn: Callable[[int], contextlib.AbstractContextManager[None]] = lambda _party: contextlib.nullcontext()
        self._servers = [_Server(self, party) for party in range(PARTIES)]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 3600.0}, daemon=True).start()

    def url(self, party: int = 0) -> str:
        """Where this party finds OpenTok."""
        return f"http://127.0.0.1:{self._servers[party].server_port}"

    @contextlib.contextmanager
    def misbehaving(
        self,
        rude: tuple[Rude, ...],
        past: Mapping[str, Row],
        turn: Callable[[int], contextlib.AbstractContextManager[None]] | None = None,
    ) -> Iterator[Misdeeds]:
        """During one run. ``past``: the projects as what lags shows them. What is late is carried out at the end at the latest."""
        self._misdeeds = misdeeds = Misdeeds(rude, past, lambda: {row["id"]: row for row in self._rows()})
        before, self._turn = self._turn, turn or self._turn
        try:
            yield misdeeds
        finally:
            for request in misdeeds.overdue(everything=True):
                self._forward(request)
            self._misdeeds, self._turn = Misdeeds((), {}, lambda: {}), before

    def fired(self) -> Counter[str]:
        """How often each kind has happened in this run."""
        return self._misdeeds.fired

    def answer(self, party: int, request: Request) -> Answer | None:
        """``None``: the connection is closed without an answer."""
        misdeeds = self._misdeeds
        with self._turn(party):
            with self._lock:
                rude = misdeeds.draw(request)
            found = misdeeds.answer(rude, request, self._forward)
            for late in misdeeds.overdue():
                self._forward(late)
            misdeeds.passed.append(Passed(party, request.operation, request.name, rude.kind if rude else "", found.status if found else None))
            return found

    def close(self) -> None:
        for server in self._servers:
            server.socket.close()

    def _forward(self, request: Request) -> Answer | None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        try:
            connection.request(request.method, request.path, request.body, dict(request.headers))
            response = connection.getresponse()
            headers = {name: value for name, value in response.getheaders() if name.lower() not in FOR_ONE_HOP}
            return Answer(response.status, response.read(), headers)
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, gateway: Gateway, party: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.gateway = gateway
        self.party = party

    def handle_error(self, *_: Any) -> None:
        """A client that was killed is nothing to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("connection", "content-length", "host")}
        answer = self.server.gateway.answer(self.server.party, Request(self.command, urlsplit(self.path).geturl(), headers, body))
        if answer is None:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        for piece in answer.pieces():
            self.wfile.write(piece)
            self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = _pass  # noqa: N815 - the names of http.server

    def log_message(self, *_: Any) -> None:
        """Nothing is printed."""
