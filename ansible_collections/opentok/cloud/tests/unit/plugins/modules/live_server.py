# SPDX-License-Identifier: Apache-2.0
"""Sessions of a few lines on 127.0.0.1: calls join and leave, tones are counted, streams have layout classes."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "46000001"
NOT_FOUND: tuple[int, Any] = (404, {"code": -1, "message": "Not found"})


def session_id(key: str = KEY, *, relayed: bool = False) -> str:
    """An id as OpenTok makes them."""
    text = f"1~{key}~~1700000000000~abc~{'P' if relayed else ''}~"
    return "2_" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class LiveServer(ThreadingHTTPServer):
    """``connections`` are the ids of those that are there, ``requests`` what was asked, ``bodies`` what was sent.

    ``streams``: the layout classes of each. What is asked for by a method in ``gone`` is answered by a gateway, with a page of its own and 404.
    With ``ends``, that stream ends before the next PUT. ``captions``: their id, while there are some. A POST that ends with a word of ``lost`` is
    done and not answered; one that ends with a word of ``refuses`` is refused, with that message or without any.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.connections: list[str] = []
        self.streams: dict[str, list[str]] = {}
        self.gone: set[str] = set()
        self.ends: str | None = None
        self.captions: str | None = None
        self.lost: set[str] = set()
        self.refuses: dict[str, str | None] = {}
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
        if self.command in self.server.gone:
            status, data = 404, b"<html>no such page</html>"
        else:
            status, content = self.carry_out(last)
            data = b"" if content is None else json.dumps(content).encode()
        if self.command == "POST" and last in self.server.lost:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815  (names that http.server looks for)

    def carry_out(self, last: str) -> tuple[int, Any]:
        there = self.server.connections
        if self.command == "POST" and last in self.server.refuses:
            message = self.server.refuses[last]
            return (409, {"code": -1, "message": message}) if message else (403, None)
        if last == "dial":
            there.append(f"connection-{len(self.server.requests)}")
            return 200, {"id": "call", "connectionId": there[-1], "streamId": "stream"}
        if last == "connect":
            there.append(f"connection-{len(self.server.requests)}")
            return 200, {"id": "connector", "connectionId": there[-1]}
        if "/captions" in self.path:
            return self.of_captions(last)
        if last == "connection":
            return 200, {"count": len(there), "items": [{"connectionId": one, "connectionState": "Connected"} for one in there]}
        if self.command == "DELETE":
            if last not in there:
                return NOT_FOUND
            there.remove(last)
            return 204, None
        if "/stream" in self.path:
            return self.of_streams(last)
        if last in ("signal", "mute"):
            whom = self.path.split("/connection/")[1].split("/")[0] if "/connection/" in self.path else None
            return (204 if last == "signal" else 200, None) if (whom in there if whom else there) else NOT_FOUND
        return 200, None

    def of_captions(self, last: str) -> tuple[int, Any]:
        running = self.server.captions
        if last == "stop":
            if running is None or f"/{running}/" not in self.path:
                return NOT_FOUND
            self.server.captions = None
            return 202, None
        if not self.server.connections:
            return NOT_FOUND
        if running is not None:
            return 409, {"code": -1, "message": "Live captions have already started"}
        self.server.captions = f"captions-{len(self.server.requests)}"
        return 202, {"captionsId": self.server.captions}

    def of_streams(self, last: str) -> tuple[int, Any]:
        streams = self.server.streams
        if self.command == "PUT":
            streams.pop(self.server.ends or "", None)
            asked = {item["id"]: item["layoutClassList"] for item in self.server.bodies[-1]["items"]}
            if not set(asked) <= set(streams):
                return NOT_FOUND
            streams.update(asked)
        items = [{"id": one, "videoType": "camera", "name": "", "layoutClassList": classes} for one, classes in streams.items()]
        if last == "stream":
            return 200, {"count": len(items), "items": items}
        wanted = self.path.split("/stream/")[1].split("/")[0]
        found = [item for item in items if item["id"] == wanted]
        return (200, found[0]) if found else NOT_FOUND if last == "mute" else (408, NOT_FOUND[1])
