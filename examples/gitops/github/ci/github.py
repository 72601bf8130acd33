# SPDX-License-Identifier: Apache-2.0
"""What the workflows ask of GitHub.

- `preflight` ends with 1 and one line where a secret or variable is missing, or cannot be had.
- `comment plan.md` comments on PULL_REQUEST, or updates that comment. `drift plan.json plan.md` opens the one issue, updates it, or closes it.
  Both are found again by the hidden first line of the text.
- `approved approved.json` fetches the plan of the pull request that was merged as COMMIT, or the one of ARTIFACT.
  It has to be the one that the comment of these workflows was made of, or that of DIGEST: anybody's run can make an artifact.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

BOT = "github-actions[bot]"
BY_HAND = "Run `apply` by hand (Actions > apply > Run workflow): it shows what it would do, and waits for an approval."
TITLE = "OpenTok is not as declared"


class Refused(Exception):
    """Ends the job; the text is what people read."""


class Repository:
    """This repository at the API."""

    def __init__(self) -> None:
        self.url = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {os.environ['GITHUB_TOKEN']}"
        self.session.headers["Accept"] = "application/vnd.github+json"
        self.session.headers["X-GitHub-Api-Version"] = "2022-11-28"

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        answer = self.session.request(method, path if path.startswith("http") else self.url + path, timeout=30, **options)
        if not answer.ok:
            raise Refused(f"{method} {path}: GitHub answered {answer.status_code}")
        return answer

    def all(self, path: str, **params: Any) -> Iterator[dict[str, Any]]:
        """The items of all pages."""
        answer = self.send("GET", path, params={**params, "per_page": 100})
        while True:
            yield from answer.json()
            following = answer.links.get("next", {}).get("url")
            if not following:
                return
            answer = self.send("GET", following)

    def ours(self, path: str, text: str, **params: Any) -> dict[str, Any] | None:
        """What begins with the same hidden line as the text, and is of these workflows: anybody may write such a line."""
        marker = text.partition("\n")[0]
        found = (one for one in self.all(path, **params) if one["user"]["login"] == BOT and (one["body"] or "").startswith(marker))
        return next(found, None)

    def newest(self, artifact: str) -> dict[str, Any] | None:
        """The newest artifact of that name. A fork's runs can make any: theirs do not count."""
        listed = self.send("GET", "/actions/artifacts", params={"name": artifact, "per_page": 100}).json()["artifacts"]
        found = [one for one in listed if not one["expired"] and _is_ours(one["workflow_run"])]
        return max(found, key=lambda one: int(one["id"]), default=None)

    def file(self, artifact: dict[str, Any], name: str) -> bytes:
        return zipfile.ZipFile(io.BytesIO(self.send("GET", artifact["archive_download_url"]).content)).read(name)


def _is_ours(run: dict[str, Any]) -> bool:
    return bool(run["head_repository_id"] == run["repository_id"])


def preflight() -> None:
    needed = ["OPENTOK_ACCOUNT_KEY", "OPENTOK_ACCOUNT_SECRET"]
    needed.append("PULUMI_ACCESS_TOKEN or PULUMI_CONFIG_PASSPHRASE" if os.environ["WITH"] == "pulumi" else "OPENTOK_LEDGER")
    missing = [names for names in needed if not any(os.environ.get(name) for name in names.split(" or "))]
    if not missing:
        return
    head, here = os.environ.get("HEAD_REPOSITORY"), os.environ["GITHUB_REPOSITORY"]
    if head and head != here:
        raise Refused(
            f"no plan: this pull request comes from {head}, and GitHub gives the runs of a fork no secret and no comment. "
            f"Somebody who may write to {here} can read it, push its commits to a branch there and open a pull request of that."
        )
    if os.environ.get("GITHUB_ACTOR") == "dependabot[bot]":
        raise Refused("no plan: GitHub gives the runs of Dependabot no secret of Actions. Push a commit of yours to its branch: that run has them.")
    raise Refused(f"not set: {', '.join(missing)}. README.md says what belongs there (Settings > Secrets and variables > Actions).")


def comment(file: str) -> None:
    body = Path(file).read_text(encoding="utf-8")
    if os.environ.get("COMMIT"):
        plan = Path("plan.json")
        made_of = f", plan.json {_digest(plan.read_bytes())}" if plan.exists() else ""
        body += f"\nPlan of {os.environ['COMMIT']}{made_of}. Merging does just this, or nothing.\n"
    repository, comments = Repository(), f"/issues/{int(os.environ['PULL_REQUEST'])}/comments"
    found = repository.ours(comments, body)
    if found:
        repository.send("PATCH", f"/issues/comments/{found['id']}", json={"body": body})
    else:
        repository.send("POST", comments, json={"body": body})


def drift(document: str, file: str) -> None:
    result = json.loads(Path(document).read_text(encoding="utf-8"))["result"]
    body = Path(file).read_text(encoding="utf-8")
    repository = Repository()
    found = repository.ours("/issues", body, state="open")
    if result == "drift":
        method, path = ("PATCH", f"/issues/{found['number']}") if found else ("POST", "/issues")
        repository.send(method, path, json={"title": TITLE, "body": body})
    elif result == "as declared" and found:
        repository.send("POST", f"/issues/{found['number']}/comments", json={"body": body})
        repository.send("PATCH", f"/issues/{found['number']}", json={"state": "closed", "state_reason": "completed"})


def approved(file: str) -> None:
    repository = Repository()
    if os.environ.get("ARTIFACT"):
        artifact, told = os.environ["ARTIFACT"], os.environ["DIGEST"]
    else:
        merged = _merged(repository, os.environ["COMMIT"])
        artifact = f"opentok-plan-{merged['head']['sha']}"
        comment = repository.ours(f"/issues/{merged['number']}/comments", "<!-- opentok-plan -->") or {}
        told = str(comment.get("body"))
    found = repository.newest(artifact)
    if found is None:
        raise Refused(f"not applied: there is no plan {artifact}, or it has expired. {BY_HAND}")
    plan = repository.file(found, "plan.json")
    if _digest(plan) not in told:
        raise Refused(f"not applied: the plan {artifact} is not the one that was shown. {BY_HAND}")
    Path(file).write_bytes(plan)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _merged(repository: Repository, commit: str) -> dict[str, Any]:
    """The pull request that was merged as ``commit``."""
    merged = [one for one in repository.all(f"/commits/{commit}/pulls") if one["merged_at"] and one["merge_commit_sha"] == commit]
    if not merged:
        raise Refused(f"not applied: no pull request was merged as {commit}, so nobody has seen its plan. {BY_HAND}")
    with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as output:
        output.write(f"pull_request={merged[0]['number']}\n")
    return merged[0]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("preflight")
    for name in ("comment", "approved"):
        commands.add_parser(name).add_argument("file")
    told = commands.add_parser("drift")
    told.add_argument("document")
    told.add_argument("file")
    given = vars(parser.parse_args())
    try:
        globals()[given.pop("command")](**given)
    except (Refused, requests.RequestException) as error:
        print(f"::error::{error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
