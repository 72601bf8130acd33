# SPDX-License-Identifier: Apache-2.0
"""A server that says just the bytes that a test wants, when it wants."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

Speak = Callable[[socket.socket, threading.Event], None]
"""Says its part on a connection whose request has come; the event is set when the test is over."""


class RawServer:
    """``asked`` has the first line of each request, ``heads`` each with its headers, ``bodies`` what came with it."""

    def __init__(self, speak: Speak) -> None:
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.asked: list[str] = []
        self.over = threading.Event()
        self._speak = speak
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self.over.is_set():
                connection.close()
                return
            self._connections.append(connection)
            self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(30)
            while request := read_request(connection):
                head, body = request
                self.heads.append(head)
                self.bodies.append(body)
                self.asked.append(head.split("\r\n")[0])
                self._speak(connection, self.over)

    def close(self) -> None:
        self.over.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._threads[0].join()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listener.close()


def read_request(connection: socket.socket) -> tuple[str, bytes] | None:
    """Reads a request, if one comes: its first line with the headers, and its body."""
    head = b""
    while b"\r\n\r\n" not in head:
        some = connection.recv(65536)
        if not some:
            return None
        head += some
    head, _, body = head.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    length = next((int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head.decode("latin-1"), body


@contextlib.contextmanager
def raw_server(*parts: bytes, speak: Speak | None = None) -> Iterator[RawServer]:
    """A server that answers each request with ``parts`` (or by ``speak``) and keeps the connection."""

    def say(connection: socket.socket, _over: threading.Event) -> None:
        for part in parts:
            connection.sendall(part)

    server = RawServer(speak or say)
    try:
        yield server
    finally:
        server.close()


def trickle(first: bytes, drop: bytes, every: float = 0.02) -> Speak:
    """Says ``first``, then ``drop`` again and again, until the other side has had enough."""

    def speak(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(first)
        while not over.wait(every):
            connection.sendall(drop)

    return speak


def answer(status: str, body: bytes, **headers: str) -> bytes:
    """A whole answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
