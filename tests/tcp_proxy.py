# SPDX-License-Identifier: Apache-2.0
"""A network between a client and a server that speak anything over TCP: it counts, and can be cut."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator


class TcpProxy:
    """``port`` on 127.0.0.1 leads to the server's.

    ``trips``: how often a client has sent something after the server did, which is how often it has waited for the server.
    ``lose_answers()``: what the server says from then on is not passed on, and the connection cut.
    """

    def __init__(self, port: int) -> None:
        self.trips = 0
        self._to = ("127.0.0.1", port)
        self._losing = False
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                proxy._pass_on(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])

    def lose_answers(self) -> None:
        self._losing = True

    def _pass_on(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._to) as server:
            answered = threading.Event()
            answered.set()
            back = threading.Thread(target=self._back, args=(server, client, answered), daemon=True)
            back.start()
            with contextlib.suppress(OSError):
                while data := client.recv(65536):
                    if answered.is_set():
                        self.trips += 1
                        answered.clear()
                    server.sendall(data)
                server.shutdown(socket.SHUT_WR)
            back.join()

    def _back(self, server: socket.socket, client: socket.socket, answered: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                if self._losing:
                    break
                answered.set()
                client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)

    @contextlib.contextmanager
    def running(self) -> Iterator[TcpProxy]:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
