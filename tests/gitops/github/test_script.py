# SPDX-License-Identifier: Apache-2.0
"""`ci/github.py` of the example by itself: what it finds, and what it refuses in one line."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.gitops.github.act import EXAMPLE
from tests.gitops.github.forge import BOT, Forge, forge

SECRET, KEY, LEDGER = {"OPENTOK_ACCOUNT_SECRET": "s"}, {"OPENTOK_ACCOUNT_KEY": "1"}, {"OPENTOK_LEDGER": "s3://b/k"}


@pytest.fixture
def there() -> Iterator[Forge]:
    with forge("acme/opentok") as running:
        yield running


def run(there: Forge, folder: Path, command: str, permissions: Mapping[str, str], **env: str) -> tuple[int, str]:
    own = {"GITHUB_API_URL": there.url, "GITHUB_REPOSITORY": there.repository, "GITHUB_TOKEN": there.token(permissions), "GITHUB_OUTPUT": "output"}
    script = [sys.executable, str(EXAMPLE / "ci" / "github.py"), *command.split()]
    done = subprocess.run(script, cwd=folder, env={"PATH": os.environ["PATH"], **own, **env}, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"WITH": "ansible", **KEY, **SECRET, **LEDGER}, ""),
        ({"WITH": "ansible", **KEY, **SECRET}, "not set: OPENTOK_LEDGER. README.md says"),
        ({"WITH": "pulumi", **KEY, **SECRET, "PULUMI_ACCESS_TOKEN": "t"}, ""),
        ({"WITH": "pulumi", **KEY, **SECRET}, "not set: PULUMI_ACCESS_TOKEN or PULUMI_CONFIG_PASSPHRASE. README.md says"),
        ({"WITH": "ansible"}, "not set: OPENTOK_ACCOUNT_KEY, OPENTOK_ACCOUNT_SECRET, OPENTOK_LEDGER. README.md says"),
        ({"WITH": "ansible", **KEY, **LEDGER, "HEAD_REPOSITORY": "acme/opentok"}, "not set: OPENTOK_ACCOUNT_SECRET. README.md says"),
        ({"WITH": "ansible", **KEY, "HEAD_REPOSITORY": "mallory/opentok"}, "no plan: this pull request comes from mallory/opentok, and GitHub gives"),
        ({"WITH": "ansible", **KEY, "GITHUB_ACTOR": "dependabot[bot]"}, "no plan: GitHub gives the runs of Dependabot no secret"),
    ],
)
def test_what_is_missing_is_said_in_one_line(env: dict[str, str], said: str, there: Forge, tmp_path: Path) -> None:
    code, text = run(there, tmp_path, "preflight", {}, **env)
    assert (code, text.startswith(f"::error::{said}") if said else text) == ((1, True) if said else (0, ""))
    assert text.count("\n") == code


def test_a_comment_is_found_on_any_page_and_no_other_s_is_touched(there: Forge, tmp_path: Path) -> None:
    (tmp_path / "plan.md").write_text("<!-- opentok-plan -->\nnew\n", encoding="utf-8")
    for _ in range(150):
        there.say(7, "mallory", "<!-- opentok-plan -->\ntheirs")
    ours = there.say(7, BOT, "<!-- opentok-plan -->\nold")
    other = there.say(7, BOT, "<!-- opentok-result -->\nold")
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    assert run(there, tmp_path, "comment plan.md", {"pull-requests": "write"}, PULL_REQUEST="7", COMMIT="abc") == (0, "")
    assert (len(there.comments[7]), other["body"]) == (152, "<!-- opentok-result -->\nold")
    assert ours["body"] == f"<!-- opentok-plan -->\nnew\n\nPlan of abc, plan.json {digest('{}')}. Merging does just this, or nothing.\n"
    code, text = run(there, tmp_path, "comment plan.md", {"pull-requests": "read"}, PULL_REQUEST="7")
    assert (code, text) == (1, f"::error::PATCH /issues/comments/{ours['id']}: GitHub answered 403\n")


MAY = {"actions": "read", "pull-requests": "read"}


def upload(there: Forge, folder: Path, name: str, text: str, **of: object) -> None:
    """A run leaves an artifact."""
    uploads = folder / f"run-{len(list(folder.glob('run-*')))}"
    (uploads / name).mkdir(parents=True)
    (uploads / name / "plan.json").write_text(text, encoding="utf-8")
    there.watch(uploads, **of)  # type: ignore[arg-type]


def test_only_the_plan_that_was_shown_counts(there: Forge, tmp_path: Path) -> None:
    def approved(**env: str) -> tuple[int, str]:
        return run(there, tmp_path, "approved approved.json", MAY, **env)

    there.opened(7, "abc")
    code, text = approved(COMMIT="def")
    assert (code, "no pull request was merged as def" in text) == (1, True)
    there.merged(7, "def")
    upload(there, tmp_path, "opentok-plan-abc", "forged", from_fork=True, branch="main")
    code, text = approved(COMMIT="def")
    assert (code, "there is no plan opentok-plan-abc, or it has expired. Run `apply` by hand" in text) == (1, True)
    upload(there, tmp_path, "opentok-plan-abc", "first", branch="change")
    upload(there, tmp_path, "opentok-plan-abc", "second", branch="change")
    there.say(7, "mallory", f"<!-- opentok-plan -->\n{digest('second')}")
    for shown in ("", "first"):
        if shown:
            ours = there.say(7, BOT, f"<!-- opentok-plan -->\nPlan of abc, plan.json {digest(shown)}.")
        code, text = approved(COMMIT="def")
        assert (code, "the plan opentok-plan-abc is not the one that was shown. Run `apply` by hand" in text) == (1, True)
    ours["body"] = ours["body"].replace(digest("first"), digest("second"))
    assert approved(COMMIT="def") == (0, "")
    assert (tmp_path / "approved.json").read_text(encoding="utf-8") == "second"
    assert set((tmp_path / "output").read_text(encoding="utf-8").splitlines()) == {"pull_request=7"}
    assert approved(COMMIT="def", ARTIFACT="opentok-plan-abc", DIGEST=digest("second")) == (0, "")
    assert approved(COMMIT="def", ARTIFACT="opentok-plan-abc", DIGEST=digest("first"))[0] == 1
    assert there.denied == []


def test_what_was_said_is_bounded_and_stays_in_its_fence(tmp_path: Path) -> None:
    script = ["bash", str(EXAMPLE / "ci" / "tell.sh"), "opentok-plan", "no plan"]
    for said, fence in (("```\n# ours\n````\nno end of the line", "`````"), ("é" * 70_000, "```")):
        (tmp_path / "said.txt").write_text(said, encoding="utf-8")
        told = subprocess.run(script, cwd=tmp_path, capture_output=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout.decode()
        assert told.startswith(f"<!-- opentok-plan -->\n### OpenTok: no plan\n\n{fence}text\n{said[:10]}")
        assert (len(told) < 65_536, told.endswith(f"{said[-10:]}\n{fence}\n")) == (True, True)
