# SPDX-License-Identifier: Apache-2.0
"""What the workflows tell people: one comment on a pull request, one issue, each found again by the hidden first line of its text and updated in place.

    python ci/github.py preflight NAME...            ends with 1 and one line where a secret or variable is missing, or cannot be had
    python ci/github.py comment plan.md              on the pull request PULL_REQUEST
    python ci/github.py drift plan.json plan.md      opens the issue, updates it, or closes it with that text as the last comment
    python ci/github.py approved approved.json       the plan of the pull request that COMMIT merged, or the one of ARTIFACT

GITHUB_TOKEN, GITHUB_API_URL and GITHUB_REPOSITORY are read from the environment, as GitHub sets them.
"""

from __future__ import annotations

import argparse
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
        self.session.headers.update(
            {
                "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
            }
        )

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        url = path if path.startswith("http") else self.url + path
        answer = self.session.request(method, url, timeout=30, **options)
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

    def ours(self, path: str, marker: str, **params: Any) -> dict[str, Any] | None:
        """The first text there that begins with the marker and that no person wrote."""
        found = (one for one in self.all(path, **params) if one["user"]["login"] == BOT and (one["body"] or "").startswith(marker))
        return next(found, None)


def preflight(needed: list[str]) -> None:
    missing = [names for names in needed if not any(os.environ.get(name) for name in names.split("/"))]
    if not missing:
        return
    head, here = os.environ.get("HEAD_REPOSITORY"), os.environ["GITHUB_REPOSITORY"]
    if head and head != here:
        raise Refused(
            f"no plan: this pull request comes from {head}, and another repository gets neither a secret nor a comment here. "
            f"Somebody who may write to {here} can read it, push its commits to a branch of {here} and open a pull request from there."
        )
    if os.environ.get("GITHUB_ACTOR") == "dependabot[bot]":
        raise Refused("no plan: Dependabot's runs get no secret of Actions. Push a commit of yours to its branch, and this runs with them.")
    raise Refused(f"{', '.join(missing).replace('/', ' or ')}: not set. README.md says what belongs there (Settings > Secrets and variables > Actions).")


def comment(file: str) -> None:
    body = Path(file).read_text(encoding="utf-8")
    if os.environ.get("COMMIT"):
        body += f"\nPlan of {os.environ['COMMIT']}. Merging does just this, or nothing.\n"
    repository, number = Repository(), int(os.environ["PULL_REQUEST"])
    found = repository.ours(f"/issues/{number}/comments", body.partition("\n")[0])
    if found:
        repository.send("PATCH", f"/issues/comments/{found['id']}", json={"body": body})
    else:
        repository.send("POST", f"/issues/{number}/comments", json={"body": body})


def drift(document: str, file: str) -> None:
    about = json.loads(Path(document).read_text(encoding="utf-8"))
    body = Path(file).read_text(encoding="utf-8")
    if about["result"] == "could not look":
        raise Refused("could not look whether all is as declared; the issue stays as it is")
    repository = Repository()
    found = repository.ours("/issues", body.partition("\n")[0], state="open")
    if about["result"] == "drift":
        text = {"title": TITLE, "body": body}
        repository.send(*(("PATCH", f"/issues/{found['number']}") if found else ("POST", "/issues")), json=text)
    elif found:
        repository.send("POST", f"/issues/{found['number']}/comments", json={"body": body})
        repository.send("PATCH", f"/issues/{found['number']}", json={"state": "closed", "state_reason": "completed"})


def approved(file: str) -> None:
    repository = Repository()
    artifact = os.environ.get("ARTIFACT") or f"opentok-plan-{_head(repository, os.environ['COMMIT'])}"
    listed = repository.send("GET", "/actions/artifacts", params={"name": artifact, "per_page": 100}).json()["artifacts"]
    usable = [one for one in listed if not one["expired"] and one["workflow_run"]["head_repository_id"] == one["workflow_run"]["repository_id"]]
    if not usable:
        raise Refused(f"not applied: there is no plan {artifact}, or it has expired. {BY_HAND}")
    newest = max(usable, key=lambda one: one["id"])
    archive = zipfile.ZipFile(io.BytesIO(repository.send("GET", newest["archive_download_url"]).content))
    Path(file).write_bytes(archive.read("plan.json"))


def _head(repository: Repository, commit: str) -> str:
    """The last commit of the pull request that was merged as ``commit``."""
    merged = [one for one in repository.all(f"/commits/{commit}/pulls") if one["merged_at"] and one["merge_commit_sha"] == commit]
    if not merged:
        raise Refused(f"not applied: no pull request was merged as {commit}, so nobody has seen its plan. {BY_HAND}")
    with open(os.environ["GITHUB_OUTPUT"], "a", encoding="utf-8") as output:
        output.write(f"pull_request={merged[0]['number']}\n")
    return str(merged[0]["head"]["sha"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("preflight").add_argument("needed", nargs="+")
    commands.add_parser("comment").add_argument("file")
    commands.add_parser("approved").add_argument("file")
    told = commands.add_parser("drift")
    told.add_argument("document")
    told.add_argument("file")
    given = vars(parser.parse_args())
    try:
        globals()[given.pop("command")](**given)
    except (Refused, requests.RequestException) as error:
        print(f"::error::{error}")
        summary = os.environ.get("GITHUB_STEP_SUMMARY")
        if summary:
            with open(summary, "a", encoding="utf-8") as page:
                page.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
