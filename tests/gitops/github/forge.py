# SPDX-License-Identifier: Apache-2.0
"""A stand-in for GitHub's REST API: comments, issues, artifacts and merged pull requests of one repository, over real HTTP.

It is strict: a wrong header, an unknown path or key, and a token without the permission that GitHub asks for are refused and noted.
"""

from __future__ import annotations

import contextlib
import http.server
import io
import json
import re
import secrets
import threading
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

BOT = "github-actions[bot]"
LIMIT = 65_536
"""Characters of a body, at most."""


class Denied(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Forge:
    """One repository.

    ``comments``: number of an issue or pull request -> its comments. ``issues``: number -> issue. ``pulls``: number -> pull request.
    ``denied``: what was refused, one line each. ``used``: permissions that were needed so far, such as ``issues: write``.
    """

    def __init__(self, repository: str) -> None:
        self.repository = repository
        self.url = ""
        self.comments: dict[int, list[dict[str, Any]]] = {}
        self.issues: dict[int, dict[str, Any]] = {}
        self.pulls: dict[int, dict[str, Any]] = {}
        self.artifacts: dict[int, tuple[dict[str, Any], bytes]] = {}
        self._uploads: list[tuple[Path, dict[str, Any]]] = []
        self.denied: list[str] = []
        self.used: set[str] = set()
        self._tokens: dict[str, Mapping[str, str]] = {}
        self._last = 100

    def token(self, permissions: Mapping[str, str]) -> str:
        """A token that may do what a workflow's ``permissions`` say."""
        token = f"ghs_{secrets.token_hex(18)}"
        self._tokens[token] = dict(permissions)
        return token

    def opened(self, number: int, head: str) -> None:
        """A pull request of the commit ``head`` is there, or has it as its newest commit."""
        self.pulls[number] = {"number": number, "head": {"sha": head}, "merged_at": None, "merge_commit_sha": None}
        self.comments.setdefault(number, [])

    def merged(self, number: int, commit: str) -> None:
        """The pull request was merged as ``commit``."""
        self.pulls[number] |= {"merged_at": "2026-11-29T12:00:00Z", "merge_commit_sha": commit}

    def watch(self, uploads: Path, *, branch: str = "main", from_fork: bool = False) -> None:
        """A run of a branch begins, which may put artifacts into this folder: a folder each."""
        run = {"id": len(self._uploads) + 1, "repository_id": 1, "head_repository_id": 2 if from_fork else 1, "head_branch": branch}
        self._uploads.append((uploads, run))

    def say(self, number: int, login: str, body: str) -> dict[str, Any]:
        """Somebody comments."""
        made = {"id": self._next(), "user": {"login": login}, "body": body}
        self.comments.setdefault(number, []).append(made)
        return made

    def open_issues(self) -> list[dict[str, Any]]:
        return [one for one in self.issues.values() if one["state"] == "open"]

    def everything(self) -> list[str]:
        """All texts and artifacts that people can read."""
        said = [one["body"] for comments in self.comments.values() for one in comments]
        files = [zipfile.ZipFile(io.BytesIO(packed)) for _, packed in self.artifacts.values()]
        return [*said, *(one["body"] for one in self.issues.values()), *(file.read(name).decode() for file in files for name in file.namelist())]

    def answer(self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str], body: Any) -> tuple[int, Any, dict[str, str]]:
        """Status, JSON and headers."""
        for pattern, verb, needed, handler in _ROUTES:
            match = re.fullmatch(f"/repos/{re.escape(self.repository)}{pattern}", path)
            if match and verb == method:
                arguments = [_number(text) for text in match.groups()]
                self._permit(headers, needed.replace("pull-requests", "issues") if arguments and arguments[0] in self.issues else needed)
                status, value = getattr(self, handler)(query, body, *arguments)
                return (status, *self._page(value, path, query)) if isinstance(value, list) else (status, value, {})
        raise Denied(404, "Not Found")

    def blob(self, number: int, headers: Mapping[str, str]) -> bytes:
        """The archive, from the storage, which has nothing to do with GitHub's tokens."""
        if "Authorization" in headers:
            raise Denied(400, "the storage takes no token of GitHub")
        return self.artifacts[number][1]

    @property
    def _api(self) -> str:
        return f"{self.url}/repos/{self.repository}"

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _permit(self, headers: Mapping[str, str], needed: str) -> None:
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or token not in self._tokens:
            raise Denied(401, "Bad credentials")
        if headers.get("Accept") != "application/vnd.github+json" or headers.get("X-GitHub-Api-Version") != "2022-11-28":
            raise Denied(415, "unknown media type or version")
        what, _, level = needed.partition(": ")
        if self._tokens[token].get(what, "none") not in {level, "write"}:
            raise Denied(403, f"Resource not accessible by integration ({needed})")
        self.used.add(needed)

    def _page(self, items: list[Any], path: str, query: Mapping[str, str]) -> tuple[Any, dict[str, str]]:
        size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
        if not 1 <= size <= 100:
            raise Denied(422, "per_page")
        shown, rest = items[(page - 1) * size : page * size], len(items) > page * size
        following = f"{self.url}{path}?{urlencode({**query, 'page': page + 1})}"
        return shown, {"Link": f'<{following}>; rel="next"'} if rest else {}

    def _list_comments(self, query: Mapping[str, str], body: Any, number: int) -> tuple[int, Any]:
        return 200, self.comments[number]

    def _comment(self, query: Mapping[str, str], body: Any, number: int) -> tuple[int, Any]:
        return 201, self.say(number, BOT, _text(body, {"body"})["body"])

    def _edit_comment(self, query: Mapping[str, str], body: Any, number: int) -> tuple[int, Any]:
        found = next(one for comments in self.comments.values() for one in comments if one["id"] == number)
        found |= _text(body, {"body"})
        return 200, found

    def _list_issues(self, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        return 200, [one for one in self.issues.values() if one["state"] == query.get("state", "open")]

    def _open_issue(self, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        number = self._next()
        self.issues[number] = {"number": number, "state": "open", "user": {"login": BOT}, **_text(body, {"title", "body"})}
        self.comments[number] = []
        return 201, self.issues[number]

    def _edit_issue(self, query: Mapping[str, str], body: Any, number: int) -> tuple[int, Any]:
        self.issues[number] |= _text(body, {"title", "body", "state", "state_reason"})
        return 200, self.issues[number]

    def _pulls_of(self, query: Mapping[str, str], body: Any, commit: str) -> tuple[int, Any]:
        return 200, [one for one in self.pulls.values() if commit in (one["merge_commit_sha"], one["head"]["sha"])]

    def _list_artifacts(self, query: Mapping[str, str], body: Any) -> tuple[int, Any]:
        for uploads, run in self._uploads:
            for folder in sorted(uploads.glob("*"), key=lambda path: path.stat().st_mtime_ns):
                self._upload(folder, run)
        found = [about for about, _ in self.artifacts.values() if about["name"] == query["name"]]
        return 200, {"total_count": len(found), "artifacts": found}

    def _upload(self, folder: Path, run: dict[str, Any]) -> None:
        if any(about["folder"] == str(folder) for about, _ in self.artifacts.values()):
            return
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for path in sorted(folder.iterdir()):
                archive.write(path, path.name)
        number = self._next()
        self.artifacts[number] = (
            {
                "id": number,
                "name": folder.name,
                "folder": str(folder),
                "expired": False,
                "archive_download_url": f"{self._api}/actions/artifacts/{number}/zip",
                "workflow_run": run,
            },
            packed.getvalue(),
        )

    def _download(self, query: Mapping[str, str], body: Any, number: int) -> tuple[int, Any]:
        return 302, f"{self.url.replace('127.0.0.1', 'localhost')}/storage/{number}"


_ROUTES = [
    (r"/issues/(\d+)/comments", "GET", "pull-requests: read", "_list_comments"),
    (r"/issues/(\d+)/comments", "POST", "pull-requests: write", "_comment"),
    (r"/issues/comments/(\d+)", "PATCH", "pull-requests: write", "_edit_comment"),
    (r"/issues", "GET", "issues: read", "_list_issues"),
    (r"/issues", "POST", "issues: write", "_open_issue"),
    (r"/issues/(\d+)", "PATCH", "issues: write", "_edit_issue"),
    (r"/commits/(\w+)/pulls", "GET", "pull-requests: read", "_pulls_of"),
    (r"/actions/artifacts", "GET", "actions: read", "_list_artifacts"),
    (r"/actions/artifacts/(\d+)/zip", "GET", "actions: read", "_download"),
]


def _number(text: str) -> int | str:
    return int(text) if text.isdigit() else text


def _text(body: Any, keys: set[str]) -> dict[str, str]:
    if not isinstance(body, dict) or not body or not set(body) <= keys or not all(isinstance(value, str) and value for value in body.values()):
        raise Denied(422, "Validation Failed")
    if len(body.get("body", "")) > LIMIT:
        raise Denied(422, "body is too long")
    return body


@contextlib.contextmanager
def forge(repository: str) -> Iterator[Forge]:
    """A forge that runs."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_any(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                self._answer(sent)
            except Denied as denied:
                there.denied.append(f"{denied.status} {denied}: {self.command} {self.path}")
                self._send(denied.status, json.dumps({"message": str(denied)}).encode(), {})

        do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_any  # noqa: N815

        def _answer(self, sent: bytes) -> None:
            url = urlsplit(self.path)
            if url.path.startswith("/storage/"):
                self._send(200, there.blob(int(url.path.removeprefix("/storage/")), dict(self.headers)), {})
                return
            body = json.loads(sent) if sent else None
            status, value, headers = there.answer(self.command, url.path, dict(parse_qsl(url.query)), dict(self.headers), body)
            if status == 302:
                self._send(302, b"", {"Location": value})
            else:
                self._send(status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers})

        def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    there = Forge(repository)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        server.server_close()
