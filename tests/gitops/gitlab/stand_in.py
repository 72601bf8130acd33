# SPDX-License-Identifier: Apache-2.0
"""A STAND-IN for GitLab's REST API, written from its documentation: notes of merge requests, issues, artifacts, generic packages. It is no GitLab.

It knows one project, another one for the ledger, a token of each and a job token, is strict about
paths, parameters, JSON and who may do what, and pages its lists.
"""

from __future__ import annotations

import dataclasses
import json
import re
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PROJECT = "1217"
LEDGER_PROJECT = "1218"
EMPTY = b'{"format": "opentok-ledger", "version": 1, "entries": {}}'
LEDGER_TOKEN = "glpat-stand-in-ledger-0123456789"
TOKEN = "glpat-stand-in-project-0123456789"
JOB_TOKEN = "glcbt-64_stand-in-job-0123456789"
BOT, SOMEONE = 77, 5
PAGE = 2
"""Rows on a page at most, whatever is asked for: so each list of a test has several pages."""


class Answer(Exception):
    """Ends the handling of a request."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status)
        self.status, self.body = status, body


@dataclasses.dataclass
class Request:
    method: str
    query: dict[str, str]
    content_type: str
    raw: bytes
    token: str

    def json(self, required: set[str], known: set[str]) -> dict[str, Any]:
        """The body: an object with these names."""
        if self.content_type != "application/json":
            raise Answer(415, {"error": "The provided content-type is not supported."})
        sent = json.loads(self.raw)
        if missing := required - set(sent):
            raise Answer(400, {"error": f"{sorted(missing)[0]} is missing"})
        if strange := set(sent) - known:
            raise Answer(400, {"error": f"{sorted(strange)[0]} is unknown here"})
        return dict(sent)


class GitLab:
    """Serves on a free port of 127.0.0.1 until it is closed. A test reads and sets its attributes."""

    def __init__(self) -> None:
        self.notes: dict[int, list[dict[str, Any]]] = {}
        """By merge request."""
        self.issues: list[dict[str, Any]] = []
        self.comments: dict[int, list[str]] = {}
        """By issue."""
        self.merged: dict[str, int] = {}
        """Merge requests by the commit that they were merged as."""
        self.artifacts: dict[tuple[str, str, str], bytes] = {}
        """Of the last pipeline that succeeded, by ref, job and path."""
        self.packages: dict[str, bytes] = {"ledger.json": EMPTY}
        """Of the ledger's project."""
        self.failing = 0
        """How many of the next packages that are put get no more than a 500."""
        self.requests: list[tuple[str, str, int]] = []
        """Method, path and status."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """For CI_API_V4_URL."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/api/v4"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def ours(self, iid: int) -> list[str]:
        """The texts of the bot's notes on a merge request."""
        return [one["body"] for one in self.notes.get(iid, []) if one["author"]["id"] == BOT]

    def answer(self, path: str, request: Request) -> Any:
        if path == "/api/v4/user" and request.method == "GET":
            return {"id": BOT, "username": "project_1217_bot"}
        for project, token, routes in ((PROJECT, TOKEN, ROUTES), (LEDGER_PROJECT, LEDGER_TOKEN, PACKAGES)):
            if not path.startswith(f"/api/v4/projects/{project}/"):
                continue
            if request.token != token:
                raise Answer(403, {"message": "403 Forbidden"})
            for pattern, handle in routes:
                if found := re.fullmatch(pattern, path.removeprefix(f"/api/v4/projects/{project}/")):
                    return handle(self, request, *map(unquote, found.groups()))
        raise Answer(404, {"error": "404 Not Found"})


def notes(gitlab: GitLab, request: Request, iid: str) -> Any:
    rows = gitlab.notes.setdefault(int(iid), [])
    if request.method == "GET":
        return page(rows, request, {"sort", "order_by"})
    body = request.json({"body"}, {"body", "internal"})["body"]
    rows.append({"id": 300 + len(rows), "body": body, "author": {"id": BOT}, "system": False})
    raise Answer(201, rows[-1])


def note(gitlab: GitLab, request: Request, iid: str, number: str) -> Any:
    found = next((one for one in gitlab.notes.get(int(iid), []) if one["id"] == int(number)), None)
    if found is None or request.method != "PUT":
        raise Answer(404, {"message": "404 Note Not Found"})
    if found["author"]["id"] != BOT:
        raise Answer(403, {"message": "403 Forbidden"})
    found.update(request.json({"body"}, {"body"}))
    return found


def issues(gitlab: GitLab, request: Request) -> Any:
    if request.method == "GET":
        state, label = request.query.get("state", "all"), request.query.get("labels")
        rows = [one for one in gitlab.issues if state in ("all", one["state"]) and label in (None, *one["labels"])]
        return page(rows, request, {"state", "labels"})
    sent = request.json({"title"}, {"title", "description", "labels", "confidential"})
    labels = [one for one in sent.pop("labels", "").split(",") if one]
    gitlab.issues.append({"iid": len(gitlab.issues) + 1, "state": "opened", "author": {"id": BOT}, "description": None, "labels": labels, **sent})
    raise Answer(201, gitlab.issues[-1])


def issue(gitlab: GitLab, request: Request, iid: str) -> Any:
    found = next((one for one in gitlab.issues if one["iid"] == int(iid)), None)
    if found is None or request.method != "PUT":
        raise Answer(404, {"message": "404 Issue Not Found"})
    sent = request.json(set(), {"title", "description", "state_event", "labels"})
    event = sent.pop("state_event", None)
    if event not in (None, "close", "reopen"):
        raise Answer(400, {"error": "state_event does not have a valid value"})
    found.update(sent, **({"state": "closed" if event == "close" else "opened"} if event else {}))
    return found


def issue_notes(gitlab: GitLab, request: Request, iid: str) -> Any:
    if request.method != "POST" or int(iid) > len(gitlab.issues):
        raise Answer(404, {"message": "404 Issue Not Found"})
    gitlab.comments.setdefault(int(iid), []).append(request.json({"body"}, {"body"})["body"])
    raise Answer(201, {"id": 1})


def merge_requests(gitlab: GitLab, request: Request, sha: str) -> Any:
    if request.method != "GET":
        raise Answer(405, {"error": "405 Not Allowed"})
    iid = gitlab.merged.get(sha)
    return page([] if iid is None else [{"iid": iid, "state": "merged"}], request, set())


def artifact(gitlab: GitLab, request: Request, ref: str, path: str) -> Any:
    """https://docs.gitlab.com/api/job_artifacts/: of the latest successful pipeline of the ref; with a job token in GitLab Premium only."""
    if request.method != "GET" or not request.query.get("job"):
        raise Answer(400, {"error": "job is missing"})
    found = gitlab.artifacts.get((ref, request.query["job"], path))
    if found is None:
        raise Answer(404, {"message": "404 Not Found"})
    return found


def package(gitlab: GitLab, request: Request, file: str) -> Any:
    if request.method == "PUT":
        if gitlab.failing > 0:
            gitlab.failing -= 1
            raise Answer(500, {"message": "500 Internal Server Error"})
        gitlab.packages[file] = request.raw
        raise Answer(201, {"message": "201 Created"})
    if file not in gitlab.packages:
        raise Answer(404, {"message": "404 Package Not Found"})
    return gitlab.packages[file]


ROUTES: tuple[tuple[str, Callable[..., Any]], ...] = (
    (r"merge_requests/(\d+)/notes", notes),
    (r"merge_requests/(\d+)/notes/(\d+)", note),
    (r"issues", issues),
    (r"issues/(\d+)", issue),
    (r"issues/(\d+)/notes", issue_notes),
    (r"repository/commits/([0-9a-f]{40})/merge_requests", merge_requests),
    (r"jobs/artifacts/([^/]+)/raw/(.+)", artifact),
)
"""A path, and what answers."""

PACKAGES: tuple[tuple[str, Callable[..., Any]], ...] = ((r"packages/generic/[\w.-]+/[\w.-]+/([\w.-]+)", package),)


def page(rows: list[dict[str, Any]], request: Request, known: set[str]) -> list[dict[str, Any]]:
    if strange := set(request.query) - known - {"page", "per_page"}:
        raise Answer(400, {"error": f"{sorted(strange)[0]} is unknown here"})
    size = min(int(request.query.get("per_page", 20)), PAGE)
    start = (int(request.query.get("page", 1)) - 1) * size
    return rows[start : start + size]


def _handler(gitlab: GitLab) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            url = urlsplit(self.path)
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                token = self.headers.get("PRIVATE-TOKEN", "")
                if token not in (TOKEN, LEDGER_TOKEN):
                    raise Answer(401, {"message": "401 Unauthorized"})
                content_type = self.headers.get("Content-Type", "")
                status, body = 200, gitlab.answer(url.path, Request(self.command, dict(parse_qsl(url.query)), content_type, raw, token))
            except Answer as answer:
                status, body = answer.status, answer.body
            gitlab.requests.append((self.command, url.path, status))
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = answer  # noqa: N815  # names of http.server

        def log_message(self, *_: object) -> None:
            """Nothing."""

    return Handler
