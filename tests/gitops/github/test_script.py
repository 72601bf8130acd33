# SPDX-License-Identifier: Apache-2.0
"""`ci/github.py` of the example by itself: what it finds, and what it refuses in one line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.gitops.github.act import EXAMPLE
from tests.gitops.github.forge import BOT, Forge, forge

SECRET, KEY = {"OPENTOK_ACCOUNT_SECRET": "s"}, {"OPENTOK_ACCOUNT_KEY": "1"}


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


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"WITH": "ansible", **KEY, **SECRET}, ""),
        ({"WITH": "pulumi", **KEY, **SECRET, "PULUMI_ACCESS_TOKEN": "t"}, ""),
        ({"WITH": "pulumi", **KEY, **SECRET}, "not set: PULUMI_ACCESS_TOKEN or PULUMI_CONFIG_PASSPHRASE. README.md says"),
        ({"WITH": "ansible"}, "not set: OPENTOK_ACCOUNT_KEY, OPENTOK_ACCOUNT_SECRET. README.md says"),
        ({"WITH": "ansible", **KEY, "HEAD_REPOSITORY": "acme/opentok"}, "not set: OPENTOK_ACCOUNT_SECRET. README.md says"),
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
    assert run(there, tmp_path, "comment plan.md", {"pull-requests": "write"}, PULL_REQUEST="7", COMMIT="abc") == (0, "")
    assert (len(there.comments[7]), other["body"]) == (152, "<!-- opentok-result -->\nold")
    assert ours["body"] == "<!-- opentok-plan -->\nnew\n\nPlan of abc. Merging does just this, or nothing.\n"
    code, text = run(there, tmp_path, "comment plan.md", {"pull-requests": "read"}, PULL_REQUEST="7")
    assert (code, text) == (1, f"::error::PATCH /issues/comments/{ours['id']}: GitHub answered 403\n")


def test_only_a_plan_that_this_repository_s_runs_made_counts(there: Forge, tmp_path: Path) -> None:
    may = {"actions": "read", "pull-requests": "read"}

    def upload(run_: str, name: str, text: str, **of: object) -> None:
        (tmp_path / run_ / name).mkdir(parents=True)
        (tmp_path / run_ / name / ("ledger.json" if name == "opentok-ledger" else "plan.json")).write_text(text, encoding="utf-8")
        there.watch(tmp_path / run_, **of)  # type: ignore[arg-type]

    there.opened(7, "abc")
    code, text = run(there, tmp_path, "approved approved.json", may, COMMIT="def")
    assert (code, "no pull request was merged as def" in text) == (1, True)
    there.merged(7, "def")
    upload("fork", "opentok-plan-abc", "forged", from_fork=True, branch="main")
    code, text = run(there, tmp_path, "approved approved.json", may, COMMIT="def")
    assert (code, "there is no plan opentok-plan-abc, or it has expired. Run `apply` by hand" in text) == (1, True)
    upload("first", "opentok-plan-abc", "first", branch="change")
    upload("second", "opentok-plan-abc", "second", branch="change")
    assert run(there, tmp_path, "approved approved.json", may, COMMIT="def") == (0, "")
    assert (tmp_path / "approved.json").read_text(encoding="utf-8") == "second"
    assert (tmp_path / "output").read_text(encoding="utf-8") == "pull_request=7\n" * 2

    assert run(there, tmp_path, "ledger ledger.json", may, DEFAULT_BRANCH="main") == (0, "")
    assert not (tmp_path / "ledger.json").exists()
    upload("night", "opentok-ledger", json.dumps({"of": "main"}), branch="main")
    upload("change", "opentok-ledger", "forged", branch="change")
    assert run(there, tmp_path, "ledger ledger.json", may, DEFAULT_BRANCH="main") == (0, "")
    assert json.loads((tmp_path / "ledger.json").read_text(encoding="utf-8")) == {"of": "main"}
    assert there.denied == []
