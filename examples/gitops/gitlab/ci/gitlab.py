#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the jobs tell GitLab, and ask of it. Nothing but Python is needed.

    ci/gitlab.py note FILE           the note of the merge request CI_MERGE_REQUEST_IID: there is one, and this becomes its text; it names plan.json
    ci/gitlab.py issue FILE          the issue of the drift: opened, or updated if it is open
    ci/gitlab.py close FILE          closes that issue, if it is open, with this as a last comment
    ci/gitlab.py plan FILE           fetches plan.json of the `plan` job of the merge request that this commit came by, as FILE. Its note names it
    ci/gitlab.py pull FILE           fetches FILE from the package registry of LEDGER_PROJECT, if it is there
    ci/gitlab.py push FILE [NAME]    keeps FILE there
    ci/gitlab.py ledger FILE         fetches the ledger FILE from there. There is one, and no job began to change the account without leaving its own
    ci/gitlab.py begin FILE          says there that from now on the ledger FILE is not the newest, until the next `keep`
    ci/gitlab.py keep FILE           keeps the ledger FILE there
    ci/gitlab.py first FILE          a first ledger. FIRST=true: nothing in it; FIRST=keep: the one that is there

The first line of a text is an HTML comment: by it a note or an issue is found again. GITOPS_TOKEN is an access token of the project (role
Reporter, scope `api`), LEDGER_TOKEN one of LEDGER_PROJECT (role Developer, scope `api`), where nobody else may write.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LABEL = "opentok-drift"
TITLE = "OpenTok is not as declared"
BEGUN = "begun.json"
EMPTY = b'{"format": "opentok-ledger", "version": 1, "entries": {}}'
PACKAGE = "packages/generic/opentok-gitops/1"


class Refused(Exception):
    """GitLab did not do it. The text is one line."""


def call(method: str, path: str, body: Any = None, *, query: dict[str, str] | None = None, ledger: bool = False) -> bytes:
    """An answer of the project's API (of LEDGER_PROJECT's, for the ``ledger``), or at a ``path`` with a leading slash of GitLab's.

    ``body``: bytes as they are, anything else as JSON.
    """
    project, token = ("LEDGER_PROJECT", "LEDGER_TOKEN") if ledger else ("CI_PROJECT_ID", "GITOPS_TOKEN")
    for name in (project, token):
        if not os.environ.get(name):
            raise Refused(f"{name} is not set: see README.md, What to set up")
    url = os.environ["CI_API_V4_URL"] + (path if path.startswith("/") else f"/projects/{os.environ[project]}/{path}")
    headers = {"PRIVATE-TOKEN": os.environ[token], "Content-Type": "application/json"}
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
    plan = file.with_name("plan.json")
    if plan.exists():
        text += f"\nMade of plan.json {hashlib.sha256(plan.read_bytes()).hexdigest()}. A merge does just this, or nothing.\n"
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
            made = call("GET", path, query=query, ledger=bool(os.environ.get("JENKINS_URL")))
        except FileNotFoundError:
            continue
        note = ours(f"merge_requests/{iid}/notes", "body", "<!-- opentok-plan -->", sort="asc", order_by="created_at") or {"body": ""}
        if hashlib.sha256(made).hexdigest() not in note["body"]:
            raise Refused(f"the plan of merge request !{iid} is not the one that its note was made of: nothing was done")
        file.write_bytes(made)
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
        file.write_bytes(call("GET", f"{PACKAGE}/{file.name}", ledger=True))
    except FileNotFoundError:
        file.unlink(missing_ok=True)
        return f"{file} is not there yet"
    return f"{file} is as the last run left it"


def push(file: Path, name: str | None = None) -> str:
    put(name or file.name, file.read_bytes())
    return f"{file} is kept"


def put(name: str, content: bytes, tries: int = 4) -> None:
    """Tries again what may be a moment's failure: what is lost here cannot be had again."""
    for waits in range(tries):
        try:
            call("PUT", f"{PACKAGE}/{name}", content, ledger=True)
            return
        except Refused:
            if waits == tries - 1:
                raise
        time.sleep(2**waits)


def got(name: str) -> bytes | None:
    try:
        return call("GET", f"{PACKAGE}/{name}", ledger=True)
    except FileNotFoundError:
        return None


def begun_by(ledger: bytes | None) -> str:
    """The job that began to change the account with this ledger, and has left no other; or nothing."""
    begun = json.loads(got(BEGUN) or b"{}")
    of = hashlib.sha256(ledger or b"").hexdigest()
    return str(begun["job"]) if begun and begun["ledger"] == of else ""


GO_ON = (
    "start the job `first` with FIRST=true (README.md, The first apply): secret_triggers are then recorded as they are, and rotate nothing. "
    "Should one have been changed to rotate a secret, change it once more afterwards."
)


def ledger(file: Path) -> str:
    file.unlink(missing_ok=True)
    kept = got(file.name)
    if job := begun_by(kept):
        raise Refused(
            f"{job} began to change the account and left no ledger: see its log. "
            f"If it rotated nothing, start the job `first` with FIRST=keep; if it did, {GO_ON}"
        )
    if kept is None:
        raise Refused(f"there is no ledger: it was deleted, or LEDGER_TOKEN may not read it, or there never was one. If so, {GO_ON}")
    file.write_bytes(kept)
    return f"{file} is as the last run left it"


def begin(file: Path) -> str:
    job = os.environ.get("CI_JOB_URL") or os.environ.get("BUILD_URL") or "a job"
    put(BEGUN, json.dumps({"job": job, "ledger": hashlib.sha256(file.read_bytes()).hexdigest()}).encode())
    return f"{file} is in use"


def keep(file: Path) -> str:
    put(file.name, file.read_bytes())
    put(BEGUN, b"{}")
    return f"{file} is kept"


def first(file: Path) -> str:
    kept, how = got(file.name), os.environ.get("FIRST", "")
    if how not in ("true", "keep") or (how == "keep" and kept is None):
        raise Refused("FIRST must be true, or keep where a ledger is there")
    if how == "true" and kept is not None and not begun_by(kept):
        raise Refused("there is a ledger, and it is the newest: nothing was done")
    file.write_bytes(EMPTY if how == "true" else kept or EMPTY)
    return keep(file)


COMMANDS: dict[str, Callable[..., str]] = {"note": note, "issue": issue, "close": close, "plan": plan, "pull": pull, "push": push}
COMMANDS |= {"ledger": ledger, "begin": begin, "keep": keep, "first": first}


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
