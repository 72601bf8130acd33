# SPDX-License-Identifier: Apache-2.0
"""An account API that misbehaves as no emulator does: it lags, alters names, answers what is not so, after it has done what was asked."""

from __future__ import annotations

import collections
import copy
import dataclasses
import itertools
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.creation import Creation
from pulumi_opentok.core.http.connection import Connection

Row = dict[str, Any]
Answer = tuple[int, Any]
Odd = Callable[["OddServer", Callable[[], Answer]], "Answer | None"]
"""What happens to one request: gets the server and what does the work; ``None`` breaks the connection."""


class OddServer:
    """``odd``: what the next requests of an operation meet, in order; without, it behaves. ``spell``: how it writes the name of a new project."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.asked: collections.Counter[str] = collections.Counter()
        self.odd: dict[str, collections.deque[Odd]] = collections.defaultdict(collections.deque)
        self.spell: Callable[[str], str] = str
        self.lock = threading.RLock()
        self._numbers = itertools.count(46000001)
        self._secrets = (f"{number:040d}" for number in itertools.count(1))
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"odd_server": self}))
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    @property
    def env(self) -> dict[str, str]:
        return {"OPENTOK_API_URL": self.url, "OPENTOK_ACCOUNT_KEY": "100", "OPENTOK_ACCOUNT_SECRET": "a" * 40}

    def scope(self, timeout: float = 5.0) -> Scope:
        """A client's; nothing waits between two looks."""
        scope = Scope(dataclasses.replace(Connection.resolve(environ=self.env), timeout=timeout), warn=lambda _text: None)
        scope._creation = Creation(scope.account.projects, pause=0)
        return scope

    def next(self, operation: str, *odd: Odd) -> None:
        """The next requests of the operation meet these."""
        self.odd[operation].extend(odd)

    def add(self, name: str) -> Row:
        """A project, as another run or person creates it."""
        with self.lock:
            number = next(self._numbers)
            row = {"id": str(number), "secret": next(self._secrets), "status": "VALID", "name": name, "createdAt": 1700000000000 + number}
            self.rows[row["id"]] = row
            return dict(row)

    def only(self) -> Row:
        """The one project that there is."""
        (row,) = self.rows.values()
        return row

    def work(self, operation: str, project: str, body: Any, token: str) -> Answer:
        with self.lock:
            row = self.rows.get(project)
            if operation == "list":
                return 200, copy.deepcopy(list(self.rows.values()))
            if operation == "create":
                return 200, self.add(self.spell((body or {}).get("name", "")))
            if row is None:
                return 404, {"code": -1, "message": "Not found"}
            if operation == "delete":
                del self.rows[project]
                return 204, None
            if operation == "prove":
                return (200, {"count": 0, "items": []}) if _signed_by(token, row["secret"]) else (403, {"code": -1, "message": "Invalid signature"})
            if operation == "refresh":
                row["secret"] = next(self._secrets)
            if operation == "set_status":
                row["status"] = body["status"]
            return 200, dict(row)


def status_after(status: int) -> Odd:
    """It is done, and answered with this status."""
    return lambda _server, work: (work(), (status, {"code": -1, "message": "odd"}))[1]


def status_instead(status: int) -> Odd:
    """It is not done."""
    return lambda _server, _work: (status, {"code": -1, "message": "odd"})


def lost(_server: OddServer, work: Callable[[], Answer]) -> None:
    """It is done, and the answer gets lost."""
    work()


def never_came(_server: OddServer, _work: Callable[[], Answer]) -> None:
    """The connection breaks before it is done."""


def twice(_server: OddServer, work: Callable[[], Answer]) -> Answer:
    """A proxy delivers it twice."""
    work()
    return work()


def answered_with(answer: Any) -> Odd:
    """This is answered, and nothing done."""
    return lambda _server, _work: (200, answer)


def together(number: int) -> list[Odd]:
    """So many requests are answered when all have come, each as it was before any of them went on."""
    barrier = threading.Barrier(number, timeout=120)

    def wait(_server: OddServer, work: Callable[[], Answer]) -> Answer:
        answer = work()
        barrier.wait()
        return answer

    return [wait] * number


def behaves(_server: OddServer, work: Callable[[], Answer]) -> Answer:
    """Nothing odd."""
    return work()


class _Handler(BaseHTTPRequestHandler):
    odd_server: OddServer
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0].split("/")[3:]
        project = path[0] if path else ""
        known = {("GET", 0): "list", ("POST", 0): "create", ("GET", 1): "get", ("PUT", 1): "set_status", ("DELETE", 1): "delete"}
        operation = known.get((self.command, len(path))) or {"refreshSecret": "refresh", "archive": "prove"}[path[1]]
        server, token = self.odd_server, self.headers.get("X-OPENTOK-AUTH", "")
        with server.lock:
            server.asked[operation] += 1
            odd = server.odd[operation].popleft() if server.odd[operation] else behaves
        answer = odd(server, lambda: server.work(operation, project, json.loads(body) if body else None, token))
        if answer is None:
            self.close_connection = True
            return
        status, said = answer
        content = b"" if said is None else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - the names that http.server looks for

    def log_message(self, *_args: Any) -> None:
        """Nothing: the tests' output is for the tests."""


def _signed_by(token: str, secret: str) -> bool:
    try:
        jwt.decode(token, secret, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False})
    except jwt.InvalidTokenError:
        return False
    return True
