# SPDX-License-Identifier: Apache-2.0
"""What servers of the tests' own are made of that answer whole documents."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Reply = tuple[int, str, str]
"""Status, content type and body."""


class AnsweringHandler(BaseHTTPRequestHandler):
    """Answers with what :meth:`reply` gives. A subclass names the methods that :meth:`serve` is for."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # an answer is one segment: half of one waits for the other side to acknowledge

    def reply(self, body: bytes) -> Reply | None:
        """The answer to the request that has come; ``None``: the connection is cut."""
        raise NotImplementedError

    def serve(self) -> None:
        answer = self.reply(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        if answer is None:
            self.close_connection = True
            return
        status, kind, text = answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class AnsweringServer(ThreadingHTTPServer):
    """A thread for each connection; those end with the process."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A client that went away is nothing to tell of."""
