# SPDX-License-Identifier: Apache-2.0
"""A receiver of webhooks on 127.0.0.1: a real HTTP server whose requests a test takes from a queue."""

from __future__ import annotations

import dataclasses
import http.server
import json
import queue
import select
import socket
import threading
from collections.abc import Mapping
from typing import Any

_PATIENCE = 30  # seconds; a lost delivery must fail a test, not hang it


@dataclasses.dataclass(frozen=True)
class Received:
    """One request."""

    path: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object that it carries."""
        return dict(json.loads(self.raw))


class Receiver:
    """Answers 200, or the statuses of ``answers`` first; while ``held`` is cleared it does not answer at all."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        self.held = threading.Event()
        self.held.set()
        self._requests: queue.Queue[Received] = queue.Queue()
        self._broken_off: queue.Queue[None] = queue.Queue()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                receiver._requests.put(Received(self.path, dict(self.headers), raw))
                if not receiver._may_answer(self.connection):
                    self.close_connection = True
                    return
                self.send_response(receiver.answers.pop(0) if receiver.answers else 200)
                for name, value in {**receiver.headers, "Content-Length": "0"}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Receiver:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.held.set()
        self._server.shutdown()
        self._server.server_close()

    def next(self) -> Received:
        """The next request; waits for it."""
        return self._requests.get(timeout=_PATIENCE)

    def broken_off(self) -> None:
        """Waits until the sender has closed the connection of a request that was held."""
        self._broken_off.get(timeout=_PATIENCE)

    def _may_answer(self, connection: socket.socket) -> bool:
        """Waits while requests are held; False if the sender goes away."""
        while not self.held.wait(0.02):
            if select.select([connection], [], [], 0)[0]:
                self._broken_off.put(None)
                return False
        return True

    def rest(self) -> list[Received]:
        """What came and was not taken. Only after a control call that settles can it be said to be all."""
        every = []
        while not self._requests.empty():
            every.append(self._requests.get())
        return every

    def events(self) -> list[str]:
        """The same: the event of each, or its status where the body has no event of its own."""
        return [_name(received.body) for received in self.rest()]


def _name(body: dict[str, Any]) -> str:
    return str(body["event"] if body.get("event") not in (None, "archive", "broadcast") else body["status"])
