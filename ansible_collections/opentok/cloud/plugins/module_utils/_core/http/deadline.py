# SPDX-License-Identifier: Apache-2.0
"""Connections that observe a deadline and know whether a request was sent.

A socket's timeout applies to each wait, so an answer that arrives byte by byte never ends. Here, the remaining time shrinks with each wait.
"""

from __future__ import annotations

import functools
import http.client
import io
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection
    from urllib3.poolmanager import PoolManager
else:
    HTTPConnection = object


class _Call(threading.local):
    sent = False
    lost = False
    failed = 0


THIS_CALL = _Call()
"""The call that this thread is making.

``sent``: one of its requests may have reached the server and been carried out; ``lost``: and it was sent again.
``failed``: how many have failed so far, of which all but perhaps the last were repeated.
"""


def keep_deadlines(manager: PoolManager) -> None:
    """Makes the connections of ``manager`` observe each request's deadline: its timeout, from connecting to the last byte of the body."""
    manager.pool_classes_by_scheme = {scheme: _watched(pool) for scheme, pool in manager.pool_classes_by_scheme.items()}


@functools.lru_cache
def _watched(pool: Any) -> Any:
    """The same kind of pool (plain, TLS, through a SOCKS proxy) with connections that are watched."""
    connection = type(pool.ConnectionCls.__name__, (_Watched, pool.ConnectionCls), {})
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


class _TimedReader(io.RawIOBase):
    """Reads from a socket until the deadline, which is its timeout from now on. Raises ``TimeoutError``."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._until = time.monotonic() + (sock.gettimeout() or 0.0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedSocket:
    """All that an answer needs from a socket: a file."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, *_: Any) -> io.BufferedReader:
        return io.BufferedReader(_TimedReader(self._sock))


class _TimedAnswer(http.client.HTTPResponse):
    """An answer that arrives completely within the socket's timeout, after any interim ones."""

    def __init__(self, sock: socket.socket, *rest: Any, **named: Any) -> None:
        super().__init__(_TimedSocket(sock), *rest, **named)  # type: ignore[arg-type]

    def _read_status(self) -> tuple[str, int, str]:
        """http.client skips only 100; it would take a 103 for the answer, and the answer for that to the next request."""
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not 102 <= status <= 199:
                return version, status, reason
            http.client.parse_headers(self.fp)


class _Watched(HTTPConnection):
    response_class = _TimedAnswer
    _opening = False

    def connect(self) -> None:
        self._opening = True
        try:
            super().connect()
        finally:
            self._opening = False

    def _new_conn(self) -> socket.socket:
        start = time.monotonic()
        sock = super()._new_conn()
        if isinstance(self.timeout, (int, float)):
            # What a proxy and TLS may take is what is left.
            sock.settimeout(max(self.timeout - (time.monotonic() - start), 0.001))
        return sock

    def send(self, data: Any) -> None:
        if self.sock is None and self.auto_open:
            self.connect()
        if not self._opening:
            THIS_CALL.sent = True
        super().send(data)
