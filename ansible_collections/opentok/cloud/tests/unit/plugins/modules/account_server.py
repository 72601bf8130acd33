# SPDX-License-Identifier: Apache-2.0
"""An account API of a few lines on 127.0.0.1: enough to run a module's main() against, in any environment of ansible-test."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


def session_id(owner: str, number: int, flag: str = "") -> str:
    """An id as OpenTok makes them."""
    text = f"1~{owner}~~1700000000000~r{number}~{flag}~~"
    return "1_" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class AccountServer(ThreadingHTTPServer):
    """``projects`` and ``callbacks`` (of one project) by id, ``sessions`` as forms. A method in ``refused`` is answered with 400."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.projects: dict[str, dict[str, Any]] = {}
        self.sessions: list[dict[str, list[str]]] = []
        self.callbacks: dict[str, dict[str, Any]] = {}
        self.refused: set[str] = set()
        self.requests: list[str] = []
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def add(self, name: str, status: str = "VALID") -> dict[str, Any]:
        key = str(46000001 + len(self.projects))
        self.projects[key] = {"id": key, "name": name, "secret": f"s3cret{key}".ljust(40, "0"), "status": status, "createdAt": 1700000000000}
        return self.projects[key]


class Handler(BaseHTTPRequestHandler):
    server: AccountServer

    def log_message(self, *args: Any) -> None:
        """Says nothing."""

    def answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_form = self.headers.get("Content-Type") == "application/x-www-form-urlencoded"
        body = parse_qs(sent.decode()) if is_form else json.loads(sent or b"{}")
        self.server.requests.append(self.command)
        status, content = (400, {"message": "refused"}) if self.command in self.server.refused else self.carry_out(body)
        data = b"" if status == 204 else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815  (names that http.server looks for)

    def carry_out(self, body: dict[str, Any]) -> tuple[int, Any]:
        if self.path == "/session/create":
            return 200, [{"session_id": self.make_session(body)}]
        projects = self.server.projects
        key, _slash, rest = self.path.partition("?")[0].removeprefix("/v2/project").strip("/").partition("/")
        if not key:
            return (200, self.server.add(body["name"])) if self.command == "POST" else (200, list(projects.values()))
        if key not in projects:
            return 404, {"code": -1, "message": "Not found"}
        if rest.startswith("callback"):
            return self.of_callbacks(rest.partition("/")[2], body)
        if rest == "archive":
            return 200, {"count": 0, "items": []}
        if rest == "refreshSecret":
            body = {"secret": f"n3w{key}-{len(self.server.requests)}".ljust(40, "0")}
        if self.command == "DELETE":
            del projects[key]
            return 204, None
        projects[key].update(body)
        return 200, projects[key]

    def of_callbacks(self, wanted: str, body: dict[str, Any]) -> tuple[int, Any]:
        there = self.server.callbacks
        if self.command == "POST":
            made = str(len(self.server.requests))
            there[made] = {"id": made, **body, "createdAt": 1700000000000 + len(self.server.requests)}
            return 200, there[made]
        if self.command == "GET":
            return 200, list(there.values())
        return (204, None) if there.pop(wanted, None) else (404, {"code": -1, "message": "Not found"})

    def make_session(self, form: dict[str, Any]) -> str:
        self.server.sessions.append(form)
        claims = self.headers["X-OPENTOK-AUTH"].split(".")[1]
        owner = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["iss"]
        return session_id(owner, len(self.server.sessions), "P" if form["p2p.preference"] == ["enabled"] else "")
