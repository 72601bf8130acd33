#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the jobs tell GitLab, and ask of it. Nothing but Python is needed.

    ci/gitlab.py note FILE           the note of the merge request CI_MERGE_REQUEST_IID: there is one, and this becomes its text
    ci/gitlab.py issue FILE          the issue of the drift: opened, or updated if it is open
    ci/gitlab.py close FILE          closes that issue, if it is open, with this as a last comment
    ci/gitlab.py plan FILE           fetches plan.json of the `plan` job of the merge request that this commit came by, as FILE
    ci/gitlab.py pull FILE           fetches FILE from the project's package registry, if it is there
    ci/gitlab.py push FILE [NAME]    keeps FILE there

The first line of a text is an HTML comment: by it a note or an issue is found again. GITOPS_TOKEN is an access token of the project (role
Reporter, scope `api`). CI_JOB_TOKEN is enough for packages, and for nothing else here.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LABEL = "opentok-drift"
TITLE = "OpenTok is not as declared"
PACKAGE = "packages/generic/opentok-gitops/1"


class Refused(Exception):
    """GitLab did not do it. The text is one line."""


def call(method: str, path: str, body: Any = None, *, query: dict[str, str] | None = None, job: bool = False) -> bytes:
    """An answer of the project's API, or at a ``path`` with a leading slash of GitLab's. ``body``: bytes as they are, anything else as JSON."""
    name = "CI_JOB_TOKEN" if job and os.environ.get("CI_JOB_TOKEN") else "GITOPS_TOKEN"
    token = os.environ.get(name)
    if not token:
        raise Refused(f"{name} is not set: see README.md, What to set up")
    url = os.environ["CI_API_V4_URL"] + (path if path.startswith("/") else f"/projects/{os.environ['CI_PROJECT_ID']}/{path}")
    headers = {"JOB-TOKEN" if name == "CI_JOB_TOKEN" else "PRIVATE-TOKEN": token, "Content-Type": "application/json"}
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    if isinstance(body, bytes):
        headers["Content-Type"] = "application/octet-stream"
    request = urllib.request.Request(f"{url}?{urllib.parse.urlencode(query)}" if query else url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        if error.code == 404 and method == "GET":
            raise FileNotFoundError(path) from None
        raise Refused(f"GitLab answered {error.code} to {method} {path}") from None
    except OSError as error:
        raise Refused(f"GitLab did not answer {method} {path} ({error})") from None


def every(path: str, **query: str) -> Iterator[dict[str, Any]]:
    """The rows of all pages."""
    page = 1
    while rows := json.loads(call("GET", path, query={**query, "per_page": "100", "page": str(page)})):
        yield from rows
        page += 1


def ours(path: str, field: str, text: str, **query: str) -> dict[str, Any] | None:
    """The first of the rows that GITOPS_TOKEN wrote itself and that begin as ``text`` does. Anybody may write such a line; nobody as the bot."""
    bot = json.loads(call("GET", "/user"))["id"]
    marker = first_line(text)
    found = (one for one in every(path, **query) if one["author"]["id"] == bot and first_line(one[field] or "") == marker)
    return next(found, None)


def first_line(text: str) -> str:
    return text.partition("\n")[0].strip()


def note(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    notes = f"merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}/notes"
    found = ours(notes, "body", text, sort="asc", order_by="created_at")
    if found:
        call("PUT", f"{notes}/{found['id']}", {"body": text})
        return "the note on the merge request is updated"
    call("POST", notes, {"body": text})
    return "there is a note on the merge request"


def issue(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    open_one = the_issue(text)
    if open_one is None:
        made = json.loads(call("POST", "issues", {"title": TITLE, "description": text, "labels": LABEL}))
        return f"issue {made['iid']} is opened"
    call("PUT", f"issues/{open_one}", {"description": text})
    return f"issue {open_one} is updated"


def close(file: Path) -> str:
    text = file.read_text(encoding="utf-8")
    open_one = the_issue(text)
    if open_one is None:
        return "no issue is open"
    call("POST", f"issues/{open_one}/notes", {"body": text})
    call("PUT", f"issues/{open_one}", {"state_event": "close"})
    return f"issue {open_one} is closed"


def the_issue(text: str) -> int | None:
    found = ours("issues", "description", text, state="opened", labels=LABEL)
    return int(found["iid"]) if found else None


def plan(file: Path) -> str:
    merged = [one for one in every(f"repository/commits/{os.environ['CI_COMMIT_SHA']}/merge_requests") if one["state"] == "merged"]
    if not merged:
        raise Refused("this commit came by no merge request, so nobody has seen a plan of it: nothing was done")
    iid = max(one["iid"] for one in merged)
    for path, query in places(iid):
        try:
            file.write_bytes(call("GET", path, query=query))
        except FileNotFoundError:
            continue
        return f"this is the plan of merge request !{iid}"
    raise Refused(f"merge request !{iid} has no plan any more, or never had one: run its pipeline again, or revert it")


def places(iid: int) -> list[tuple[str, dict[str, str]]]:
    """Where its plan may be: of a pipeline of its branch, or of one of the merged result. A build of Jenkins has put it among the packages."""
    if os.environ.get("JENKINS_URL"):
        return [(f"{PACKAGE}/plan-{iid}.json", {})]
    refs = (urllib.parse.quote(f"refs/merge-requests/{iid}/{which}", safe="") for which in ("merge", "head"))
    return [(f"jobs/artifacts/{ref}/raw/plan.json", {"job": "plan"}) for ref in refs]


def pull(file: Path) -> str:
    try:
        file.write_bytes(call("GET", f"{PACKAGE}/{file.name}", job=True))
    except FileNotFoundError:
        file.unlink(missing_ok=True)
        return f"{file} is not there yet"
    return f"{file} is as the last run left it"


def push(file: Path, name: str | None = None) -> str:
    call("PUT", f"{PACKAGE}/{name or file.name}", file.read_bytes(), job=True)
    return f"{file} is kept"


COMMANDS: dict[str, Callable[..., str]] = {"note": note, "issue": issue, "close": close, "plan": plan, "pull": pull, "push": push}


def main(arguments: list[str]) -> int:
    if len(arguments) not in (2, 3 if arguments[:1] == ["push"] else 2) or arguments[0] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(COMMANDS[arguments[0]](Path(arguments[1]), *arguments[2:]))
    except Refused as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
