# SPDX-License-Identifier: Apache-2.0
"""The vendors' own host names on this machine: an HTTPS proxy that answers for them itself, each by its contract server.

Unmodified clients reach it by HTTPS_PROXY and trust it by REQUESTS_CA_BUNDLE, as they would a company's proxy: so nothing in what is tested
knows of a test. A host that no contract answers for is refused.
"""

from __future__ import annotations

import contextlib
import json
import re
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

import trustme


@dataclass(frozen=True)
class Asked:
    """One request, as the contracts see it."""

    method: str
    host: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in small letters."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else {}

    @property
    def token(self) -> str:
        return self.headers.get("authorization", "").partition(" ")[2]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Told:
    """One answer: JSON, or a text of another kind."""

    status: int
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        if self.content is None or self.status == 204:
            return b""
        return self.content.encode() if isinstance(self.content, str) else json.dumps(self.content).encode()

    @property
    def kind(self) -> str:
        return "text/html" if isinstance(self.content, str) else "application/json; charset=utf-8"


class Contract(Protocol):
    """What a vendor documents of its API, and no more."""

    hosts: tuple[str, ...]

    def answer(self, asked: Asked) -> Told:
        """Does what is asked."""


class CloudFront:
    """Serves on a free port of 127.0.0.1 until it is closed. `asked` has every request to a contract's host."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA()
        self.bundle = folder / "ca.pem"
        self._ca.cert_pem.write_to_path(str(self.bundle))
        self._certificates: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()
        self.reset()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def reset(self) -> None:
        """As if it were new, without a contract."""
        self.contracts: tuple[Contract, ...] = ()
        self.asked: list[Asked] = []
        self.instead: Callable[[Asked], Told | None] = lambda asked: None
        """May answer in place of the contract, as a gateway does."""
        self.before: Callable[[Asked], object] = lambda asked: None
        """Is called before the contract does what is asked: what someone else does meanwhile."""
        self.lose_answer_to: Callable[[Asked], bool] = lambda asked: False
        """Whose work is done, and whose connection is then cut."""
        self.hang_at: Callable[[Asked], bool] = lambda asked: False
        """Who gets no answer until `let_go`."""
        self._let_go = threading.Event()

    def add(self, contract: Contract) -> None:
        self.contracts = (*self.contracts, contract)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def let_go(self) -> None:
        self._let_go.set()

    def close(self) -> None:
        self.let_go()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def contract_of(self, host: str) -> Contract | None:
        return next((contract for contract in self.contracts if any(re.fullmatch(pattern, host) for pattern in contract.hosts)), None)

    def tls(self, host: str) -> ssl.SSLContext:
        with self._lock:
            if host not in self._certificates:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self._ca.issue_cert(host).configure_cert(context)
                self._certificates[host] = context
            return self._certificates[host]

    def tell(self, asked: Asked) -> Told | None:
        """The answer; `None` for none at all."""
        self.asked.append(asked)
        if self.hang_at(asked):
            self._let_go.wait(60)
            return None
        other = self.instead(asked)
        if other is not None:
            return other
        self.before(asked)
        contract = self.contract_of(asked.host)
        told = contract.answer(asked) if contract else Told(502, "no contract answers for this host")
        return None if self.lose_answer_to(asked) else told


def _handler(front: CloudFront) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        host = ""

        def do_CONNECT(self) -> None:
            host = self.path.rpartition(":")[0]
            if front.contract_of(host) is None:
                self.send_error(502)
                return
            self.send_response(200)
            self.end_headers()
            self.host = host
            self.connection = front.tls(host).wrap_socket(self.connection, server_side=True)
            self.rfile = self.connection.makefile("rb")
            self.wfile = self.connection.makefile("wb")  # type: ignore[assignment]
            self.close_connection = False

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            url = urlsplit(self.path)
            told = front.tell(Asked(self.command, self.host, unquote(url.path), dict(parse_qsl(url.query)), self._headers(), body))
            if told is None:
                self.close_connection = True
                return
            self.send_response(told.status)
            for name, value in {"Content-Type": told.kind, "Content-Length": str(len(told.body)), **told.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(told.body)
            self.wfile.flush()

        def _headers(self) -> dict[str, str]:
            return {name.lower(): value for name, value in self.headers.items()}

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  # names of http.server

        def finish(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                super().finish()
            # The server closes the socket that it gave us, which TLS has taken over.
            with contextlib.suppress(OSError):
                self.connection.close()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that went away is nothing to tell of."""
