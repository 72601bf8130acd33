# SPDX-License-Identifier: Apache-2.0
"""Sessions of a few lines on 127.0.0.1: calls join and leave, tones are counted."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "46000001"


def session_id(key: str = KEY, *, relayed: bool = False) -> str:
    """An id as OpenTok makes them."""
    text = f"1~{key}~~1700000000000~abc~{'P' if relayed else ''}~"
    return "2_" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class LiveServer(ThreadingHTTPServer):
    """``connections`` are the ids of those that are there, ``requests`` what was asked, ``bodies`` what was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.connections: list[str] = []
        self.requests: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: LiveServer

    def log_message(self, *args: Any) -> None:
        """Says nothing."""

    def answer(self) -> None:
        self.server.bodies.append(json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}"))
        last = self.path.rsplit("/", 1)[-1]
        self.server.requests.append(f"{self.command} {last}")
        status, content = self.carry_out(last)
        data = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_DELETE = answer  # noqa: N815  (names that http.server looks for)

    def carry_out(self, last: str) -> tuple[int, Any]:
        there = self.server.connections
        if last == "dial":
            there.append(f"connection-{len(self.server.requests)}")
            return 200, {"id": "call", "connectionId": there[-1], "streamId": "stream"}
        if last == "connection":
            return 200, {"count": len(there), "items": [{"connectionId": one, "connectionState": "Connected"} for one in there]}
        if self.command == "DELETE":
            if last not in there:
                return 404, {"code": -1, "message": "Not found"}
            there.remove(last)
            return 204, None
        return 200, None
