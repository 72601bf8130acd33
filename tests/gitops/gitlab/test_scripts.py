# SPDX-License-Identifier: Apache-2.0
"""The scripts of examples/gitops/gitlab/ci alone: what they say when GitLab, Vault or the pair is not as they need it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gitops.gitlab.pipeline import EXAMPLE
from tests.gitops.gitlab.stand_in import BOT, PROJECT, TOKEN, GitLab

SHA = "b" * 40
TEXT = "<!-- opentok-drift -->\nOne is not as declared\n"
SECRET = "the account's secret, of which nothing is shown"


def script(name: str, folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environ}
    return subprocess.run([sys.executable, str(EXAMPLE / "ci" / name), *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False)


def told(gitlab: GitLab, folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    (folder / "text.md").write_text(TEXT, encoding="utf-8")
    env = {"CI_API_V4_URL": gitlab.url, "CI_PROJECT_ID": PROJECT, "CI_COMMIT_SHA": SHA, "CI_MERGE_REQUEST_IID": "7", "GITOPS_TOKEN": TOKEN}
    return script("gitlab.py", folder, *arguments, **{**env, **environ})


REFUSED = {
    "no token": (("note", "text.md"), {"GITOPS_TOKEN": ""}, "error: GITOPS_TOKEN is not set: see README.md, What to set up\n"),
    "another token": (("issue", "text.md"), {"GITOPS_TOKEN": "glpat-of-nobody"}, "error: GitLab answered 401 to GET /user\n"),
    "no GitLab": (("note", "text.md"), {"CI_API_V4_URL": "http://127.0.0.1:1"}, "error: GitLab did not answer GET /user (<urlopen error "),
    "no merge request": (("plan", "plan.json"), {}, "error: this commit came by no merge request, so nobody has seen a plan of it: nothing "),
    "no such command": (("comment", "text.md"), {}, "What the jobs tell GitLab"),
}


@pytest.mark.parametrize(("arguments", "environ", "said"), REFUSED.values(), ids=REFUSED)
def test_refused_in_one_line(gitlab: GitLab, tmp_path: Path, arguments: tuple[str, ...], environ: dict[str, str], said: str) -> None:
    done = told(gitlab, tmp_path, *arguments, **environ)
    assert (done.returncode > 0, done.stderr.startswith(said), done.stdout) == (True, True, ""), done.stderr
    assert [one for one in gitlab.requests if one[0] != "GET"] == []


def test_an_issue_is_found_on_any_page_and_a_package_is_kept(gitlab: GitLab, tmp_path: Path) -> None:
    other = {"state": "opened", "author": {"id": BOT}, "labels": ["opentok-drift"], "description": "<!-- another -->"}
    gitlab.issues += [{**other, "iid": number} for number in (1, 2, 3)]
    assert told(gitlab, tmp_path, "close", "text.md").stdout == "no issue is open\n"
    assert told(gitlab, tmp_path, "issue", "text.md").stdout == "issue 4 is opened\n"
    assert told(gitlab, tmp_path, "issue", "text.md").stdout == "issue 4 is updated\n"
    assert told(gitlab, tmp_path, "close", "text.md").stdout == "issue 4 is closed\n"
    assert (gitlab.issues[3]["state"], gitlab.comments) == ("closed", {4: [TEXT]})

    (tmp_path / "ledger.json").write_text("{}", encoding="utf-8")
    assert told(gitlab, tmp_path, "push", "ledger.json").stdout == "ledger.json is kept\n"
    (tmp_path / "ledger.json").unlink()
    assert told(gitlab, tmp_path, "pull", "ledger.json").stdout == "ledger.json is as the last run left it\n"
    assert (tmp_path / "ledger.json").read_text(encoding="utf-8") == "{}"
    gitlab.merged[SHA] = 9
    assert told(gitlab, tmp_path, "plan", "plan.json").stderr.startswith("error: merge request !9 has no plan any more")


def test_the_pair_goes_to_the_command_and_nowhere_else(tmp_path: Path) -> None:
    show = (sys.executable, "-c", "import os; print(sorted(name for name in os.environ if 'TOKEN' in name or 'ACCOUNT' in name))")
    pair = {"OPENTOK_ACCOUNT_KEY": "1234567", "OPENTOK_ACCOUNT_SECRET": SECRET}
    given = script("with_account.py", tmp_path, *show, **pair, OPENTOK_ID_TOKEN="of the job", VAULT_ADDR="http://127.0.0.1:1")
    assert (given.returncode, given.stdout, given.stderr) == (0, "['OPENTOK_ACCOUNT_KEY', 'OPENTOK_ACCOUNT_SECRET']\n", "")
    half = script("with_account.py", tmp_path, *show, OPENTOK_ACCOUNT_SECRET=SECRET)
    assert (half.returncode, "No secrets here: " in half.stdout, SECRET in half.stdout + half.stderr) == (77, True, False)
    away = script("with_account.py", tmp_path, *show, OPENTOK_ID_TOKEN="of the job", VAULT_ADDR="http://127.0.0.1:1")
    assert (away.returncode, away.stdout, away.stderr) == (1, "", "error: the account pair could not be had from Vault (URLError)\n")
