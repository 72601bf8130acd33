# SPDX-License-Identifier: Apache-2.0
"""A gateway in front of an OpenTok: passes requests on, and answers by itself, or changes answers, where a test says so. Real HTTP."""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import http.server
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit


@dataclasses.dataclass(frozen=True)
class Answer:
    """What a client gets."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = dataclasses.field(default_factory=dict)

    @classmethod
    def of(cls, value: Any, status: int = 200, **headers: str) -> Answer:
        """JSON."""
        return cls(status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers})

    @property
    def json(self) -> Any:
        """Its body."""
        return json.loads(self.body)


HTML_404 = Answer(404, b"<html><body><h1>404 Not Found</h1></body></html>", {"Content-Type": "text/html"})
"""What a gateway without a route says."""

LOST = Answer(0)
"""No answer: the connection is cut. As what ``changed`` gives, the request was carried out all the same."""

KEPT = ("content-type", "etag", "last-modified", "link", "retry-after")
"""Headers of answers that are passed on."""


class Gateway:
    """``instead(method, path)`` is the answer to a request that is not passed on (``None``: it is), ``changed(method, path, answer)`` what
    becomes of an answer. Both may be set anew at any time. ``asked``: the requests that came, such as ``GET /v2/project``.

    ``one_at_a_time``: passes on one request after the other, for a server whose conditional writes are not atomic.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[str] = []
        self.one_at_a_time = False
        self.passing = threading.Lock()
        self.instead: Callable[[str, str], Answer | None] = lambda method, path: None
        self.changed: Callable[[str, str, Answer], Answer] = lambda method, path, answer: answer

    def env(self, environment: dict[str, str]) -> dict[str, str]:
        """``environment`` with the way through here."""
        return {**environment, "OPENTOK_API_URL": self.url}


class _Server(http.server.ThreadingHTTPServer):
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        """A client that went away is nothing to tell of."""


@contextlib.contextmanager
def gateway(behind: str | None = None) -> Iterator[Gateway]:
    """A gateway in front of the server at the URL ``behind``; of none, a request that ``instead`` does not answer is a 502."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = urlsplit(self.path).path
            open_.asked.append(f"{self.command} {path}")
            answer = open_.instead(self.command, self.path)
            if answer is None:
                answer = open_.changed(self.command, self.path, self._passed_on(body)) if behind else Answer(502)
            if answer is LOST:
                self.close_connection = True
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_LIST = do_any  # noqa: N815

        def _passed_on(self, body: bytes) -> Answer:
            own = ("host", "content-length", "connection", "expect")
            headers = {name: value for name, value in self.headers.items() if name.lower() not in own}
            to = urlsplit(behind or "")
            secure = {"context": ssl._create_unverified_context()} if to.scheme == "https" else {}
            connection = (http.client.HTTPSConnection if secure else http.client.HTTPConnection)(to.netloc, timeout=30, **secure)
            with contextlib.closing(connection), open_.passing if open_.one_at_a_time else contextlib.nullcontext():
                connection.request(self.command, self.path, body or None, headers)
                answer = connection.getresponse()
                kept = {name: value for name, value in answer.getheaders() if name.lower() in KEPT}
                return Answer(answer.status, answer.read(), kept)

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = _Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    open_ = Gateway(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield open_
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
