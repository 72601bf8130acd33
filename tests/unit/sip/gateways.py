# SPDX-License-Identifier: Apache-2.0
"""Gateways on 127.0.0.1 that a look from outside can find in every state: real sockets, certificates made for the test."""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import trustme

HOST = "127.0.0.1"
OLD = datetime.datetime(2001, 1, 1, tzinfo=datetime.timezone.utc)


class Certificates:
    """An authority that nobody knows but who is given ``file``."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.file = str(folder / "authority.pem")
        self._authority.cert_pem.write_to_path(self.file)

    def server(self, *names: str, expired: bool = False) -> ssl.SSLContext:
        """What a server for ``names`` needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        times = {"not_before": OLD, "not_after": OLD + datetime.timedelta(days=1)} if expired else {}
        self._authority.issue_cert(*names, **times).configure_cert(context)
        return context


@contextlib.contextmanager
def listening(context: ssl.SSLContext | None = None, *, silent: bool = False, hangs_up: bool = False) -> Iterator[int]:
    """The port of a gateway that takes connections: with TLS if there is a ``context``; ``silent``: it says nothing; ``hangs_up``: at once."""
    with socket.create_server((HOST, 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, context, silent, hangs_up))
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(server: socket.socket, context: ssl.SSLContext | None, silent: bool, hangs_up: bool) -> None:
    with contextlib.ExitStack() as open_ones:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            open_ones.enter_context(connection)
            if hangs_up:
                connection.close()
            elif context is not None:
                with contextlib.suppress(OSError), context.wrap_socket(connection, server_side=True):
                    pass
            elif not silent:
                # An answer that is no TLS, to whatever comes.
                with contextlib.suppress(OSError):
                    connection.sendall(b"SIP/2.0 400 Bad Request\r\n\r\n")


@contextlib.contextmanager
def nobody_listens() -> Iterator[int]:
    """A port that is taken, so that nobody else gets it, but that refuses connections."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        yield taken.getsockname()[1]
