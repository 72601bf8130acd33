# SPDX-License-Identifier: Apache-2.0
"""The scripts of examples/gitops/gitlab/ci alone: what they say when GitLab, Vault or the pair is not as they need it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gitops.gitlab.pipeline import EXAMPLE
from tests.gitops.gitlab.stand_in import BOT, EMPTY, LEDGER_PROJECT, LEDGER_TOKEN, PROJECT, SOMEONE, TOKEN, GitLab

SHA = "b" * 40
LEDGER = {"LEDGER_PROJECT": LEDGER_PROJECT, "LEDGER_TOKEN": LEDGER_TOKEN}
TEXT = "<!-- opentok-drift -->\nOne is not as declared\n"
SECRET = "the account's secret, of which nothing is shown"


def script(name: str, folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environ}
    return subprocess.run([sys.executable, str(EXAMPLE / "ci" / name), *arguments], cwd=folder, env=env, capture_output=True, text=True, check=False)


def told(gitlab: GitLab, folder: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    (folder / "text.md").write_text(TEXT, encoding="utf-8")
    env = {"CI_API_V4_URL": gitlab.url, "CI_PROJECT_ID": PROJECT, "CI_COMMIT_SHA": SHA, "CI_MERGE_REQUEST_IID": "7", "GITOPS_TOKEN": TOKEN}
    env |= {**LEDGER, "CI_JOB_URL": "the job 9"}
    return script("gitlab.py", folder, *arguments, **{**env, **environ})


REFUSED = {
    "no token": (("note", "text.md"), {"GITOPS_TOKEN": ""}, "error: GITOPS_TOKEN is not set: see README.md, What to set up\n"),
    "another token": (("issue", "text.md"), {"GITOPS_TOKEN": "glpat-of-nobody"}, "error: GitLab answered 401 to GET /user\n"),
    "no GitLab": (("note", "text.md"), {"CI_API_V4_URL": "http://127.0.0.1:1"}, "error: GitLab did not answer GET /user (<urlopen error "),
    "no project for it": (("ledger", "ledger.json"), {"LEDGER_PROJECT": ""}, "error: LEDGER_PROJECT is not set: see README.md, What to set up\n"),
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

    (tmp_path / "drift.json").write_text("{}", encoding="utf-8")
    assert told(gitlab, tmp_path, "push", "drift.json").stdout == "drift.json is kept\n"
    (tmp_path / "drift.json").unlink()
    assert told(gitlab, tmp_path, "pull", "drift.json").stdout == "drift.json is as the last run left it\n"
    assert (tmp_path / "drift.json").read_text(encoding="utf-8") == "{}"


def test_only_the_plan_that_the_note_was_made_of_counts(gitlab: GitLab, tmp_path: Path) -> None:
    gitlab.merged[SHA] = 7
    assert told(gitlab, tmp_path, "plan", "approved.json").stderr.startswith("error: merge request !7 has no plan any more")
    (tmp_path / "plan.json").write_text("shown", encoding="utf-8")
    assert told(gitlab, tmp_path, "note", "text.md").returncode == 0
    gitlab.notes[7][0] |= {"body": gitlab.notes[7][0]["body"].replace("opentok-drift", "opentok-plan")}
    gitlab.notes[7].append({"body": f"<!-- opentok-plan -->\n{hashlib.sha256(b'forged').hexdigest()}", "author": {"id": SOMEONE}})
    gitlab.artifacts["refs/merge-requests/7/head", "plan", "plan.json"] = b"forged"
    refused = told(gitlab, tmp_path, "plan", "approved.json")
    assert refused.stderr == "error: the plan of merge request !7 is not the one that its note was made of: nothing was done\n"
    assert not (tmp_path / "approved.json").exists()
    gitlab.artifacts["refs/merge-requests/7/head", "plan", "plan.json"] = b"shown"
    assert told(gitlab, tmp_path, "plan", "approved.json").stdout == "this is the plan of merge request !7\n"


def test_no_ledger_is_a_first_run_only_where_that_is_said(gitlab: GitLab, tmp_path: Path) -> None:
    def ledger(command: str = "ledger", **environ: str) -> str:
        done = told(gitlab, tmp_path, command, "ledger.json", **environ)
        assert (done.returncode, done.stderr.count("\n")) == ((1, 1) if done.stderr else (0, 0))
        return done.stdout + done.stderr

    file = tmp_path / "ledger.json"
    gitlab.packages.clear()
    assert ledger().startswith("error: there is no ledger: it was deleted, or LEDGER_TOKEN may not read it, or there never was one")
    assert ledger("first", FIRST="keep").startswith("error: FIRST must be true")
    assert (ledger("first", FIRST="true"), gitlab.packages["ledger.json"]) == ("ledger.json is kept\n", EMPTY)
    assert ledger("first", FIRST="true") == "error: there is a ledger, and it is the newest: nothing was done\n"

    assert (ledger(), ledger("begin")) == ("ledger.json is as the last run left it\n", "ledger.json is in use\n")
    file.write_text("after a rotation", encoding="utf-8")
    gitlab.failing = 1
    assert (ledger("keep"), gitlab.packages["ledger.json"]) == ("ledger.json is kept\n", b"after a rotation"), "the registry has failed for a moment"
    assert (ledger(), ledger("begin")) == ("ledger.json is as the last run left it\n", "ledger.json is in use\n")
    again = ledger()
    assert again.startswith("error: the job 9 began to change the account and left no ledger: see its log."), "what was rotated is not rotated again"
    assert not file.exists()
    assert (ledger("first", FIRST="keep"), gitlab.packages["ledger.json"]) == ("ledger.json is kept\n", b"after a rotation")
    assert (ledger(), ledger("begin"), ledger("first", FIRST="true")) == (
        "ledger.json is as the last run left it\n",
        "ledger.json is in use\n",
        "ledger.json is kept\n",
    )
    assert (ledger(), gitlab.packages["ledger.json"]) == ("ledger.json is as the last run left it\n", EMPTY)


LOOKED = [("exit 7", "", 1), ("true", "drift", 7), ("true", "as declared", 0), ("true", "could not look", 1)]


@pytest.mark.parametrize(("looked", "result", "status"), LOOKED)
def test_the_nightly_look_ends_with_0_7_or_1(gitlab: GitLab, tmp_path: Path, looked: str, result: str, status: int) -> None:
    """Its two neighbours, the look and the report, are replaced: what they end with is their matter."""
    copy = Path(shutil.copytree(EXAMPLE, tmp_path / "copy"))
    report = f'echo \'{{"result": "{result}"}}\' > drift.json; echo hm > drift.md'
    scripts = {copy / "ci" / "ansible" / "look.sh": looked, tmp_path / "opentok-projects": report}
    for path, text in scripts.items():
        path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        path.chmod(0o755)
    known = {"CI_API_V4_URL": gitlab.url, "CI_PROJECT_ID": PROJECT, "GITOPS_TOKEN": TOKEN, **LEDGER}
    env = {"PATH": f"{tmp_path}:{Path(sys.executable).parent}:{os.environ['PATH']}", "WITH": "ansible", **known}
    done = subprocess.run(["ci/drift.sh"], cwd=copy, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr


def test_the_pair_goes_to_the_command_and_nowhere_else(tmp_path: Path) -> None:
    show = (sys.executable, "-c", "import os; print(sorted(name for name in os.environ if 'TOKEN' in name or 'ACCOUNT' in name))")
    pair = {"OPENTOK_ACCOUNT_KEY": "1234567", "OPENTOK_ACCOUNT_SECRET": SECRET}
    given = script("with_account.py", tmp_path, *show, **pair, OPENTOK_ID_TOKEN="of the job", VAULT_ADDR="http://127.0.0.1:1")
    assert (given.returncode, given.stdout, given.stderr) == (0, "['OPENTOK_ACCOUNT_KEY', 'OPENTOK_ACCOUNT_SECRET']\n", "")
    half = script("with_account.py", tmp_path, *show, OPENTOK_ACCOUNT_SECRET=SECRET)
    assert (half.returncode, "No secrets here: " in half.stdout, SECRET in half.stdout + half.stderr) == (77, True, False)
    expired = script("with_account.py", tmp_path, *show, CI_COMMIT_REF_PROTECTED="true", CI_PROJECT_PATH="video/tenants")
    said = "error: OPENTOK_ACCOUNT_KEY, OPENTOK_ACCOUNT_SECRET not set, though this branch is protected: see README.md"
    assert (expired.returncode, expired.stdout, expired.stderr.startswith(said)) == (1, "", True)
    fork = {"CI_PROJECT_PATH": "video/tenants", "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "mallory/tenants"}
    assert script("with_account.py", tmp_path, *show, CI_COMMIT_REF_PROTECTED="true", **fork).returncode == 77
    for environ, status in (({"CHANGE_FORK": "mallory"}, 77), ({}, 1)):
        assert script("with_account.py", tmp_path, *show, JENKINS_URL="https://jenkins.example/", **environ).returncode == status
    away = script("with_account.py", tmp_path, *show, OPENTOK_ID_TOKEN="of the job", VAULT_ADDR="http://127.0.0.1:1")
    assert (away.returncode, away.stdout, away.stderr) == (1, "", "error: the account pair could not be had from Vault (URLError)\n")
