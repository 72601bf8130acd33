# SPDX-License-Identifier: Apache-2.0
"""A load generator that costs little itself: the same bytes again and again on a few connections that stay open."""

from __future__ import annotations

import selectors
import socket
import time
from dataclasses import dataclass


@dataclass
class Connection:
    """What of an answer has come so far."""

    socket: socket.socket
    received: bytes = b""


def answers(address: tuple[str, int], request: bytes, seconds: float, connections: int) -> float:
    """Complete answers a second. Raises RuntimeError for one that is not a 200."""
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            connection = Connection(socket.create_connection(address))
            connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.socket.send(request)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            for key, _ in selector.select(timeout=1):
                connection = key.data
                connection.received += connection.socket.recv(65536)
                if is_complete(connection.received):
                    connection.received = b""
                    count += 1
                    connection.socket.send(request)
        taken = time.perf_counter() - start
        for key in list(selector.get_map().values()):
            key.data.socket.close()
    return count / taken


def is_complete(received: bytes) -> bool:
    """Whether this is a whole answer."""
    head, blank, body = received.partition(b"\r\n\r\n")
    if not blank:
        return False
    if not head.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(received.decode("utf-8", "replace"))
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return len(body) >= int(length)
