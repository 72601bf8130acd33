# SPDX-License-Identifier: Apache-2.0
"""What the workflows of the example may do, read off their files."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.engine.environment import REPO
from tests.gitops.github.act import EXAMPLE, STAND_INS, USES

FILES = sorted(EXAMPLE.glob(".github/workflows/*.yml"))


def described(file: Path) -> Any:
    return yaml.load(file.read_text(encoding="utf-8"), yaml.BaseLoader)


def steps(file: Path) -> Iterator[dict[str, Any]]:
    about = described(file)
    for job in about["jobs"].values() if "jobs" in about else [about["runs"]]:
        yield from job.get("steps", [])


def test_actionlint_has_nothing_to_say(program: Callable[[str], Path], tmp_path: Path) -> None:
    copy = shutil.copytree(EXAMPLE, tmp_path / "repository")
    subprocess.run(["git", "init", "--quiet"], cwd=copy, check=True)
    done = subprocess.run([str(program("actionlint"))], cwd=copy, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert [file.stem for file in FILES] == ["apply", "drift", "plan", "rotate", "suspend"]


@pytest.mark.parametrize("file", [*FILES, EXAMPLE / ".github" / "actions" / "setup" / "action.yml"], ids=lambda file: file.stem)
def test_actions_are_pinned_and_scripts_take_nothing_from_an_expression(file: Path) -> None:
    used = re.findall(r"uses: (\S+)", file.read_text(encoding="utf-8"))
    pinned = {match[0] for match in USES.findall(file.read_text(encoding="utf-8"))}
    assert {name.partition("@")[0] for name in used if not name.startswith("./")} == pinned <= {"actions/checkout", *STAND_INS}
    runs = [step["run"] for step in steps(file) if "run" in step]
    assert [run for run in runs if "${{" in run] == []
    assert [step for step in steps(file) if "checkout" in step.get("uses", "") and step["with"] != {"persist-credentials": "false"}] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_least_privilege(file: Path) -> None:
    about = described(file)
    assert about["permissions"] == {}
    assert "pull_request_target" not in about["on"]
    for job in about["jobs"].values():
        assert "contents" in job["permissions"], "each job says what it may"
        assert ("write-all" in str(job["permissions"]), job["permissions"]["contents"]) == (False, "read")
        assert "timeout-minutes" in job or "uses" in job
        assert "secrets." not in str(job.get("env")), "a secret is for the step that needs it"
    for step in steps(file):
        secrets = [name for name in step.get("env", {}) if name.endswith(("SECRET", "PASSPHRASE", "ACCESS_TOKEN"))]
        assert not secrets or step["run"].startswith(("ci/", "python ci/", "opentok-projects ")), "and no action of others gets one"
        assert not ("GITHUB_TOKEN" in step.get("env", {}) and secrets), "whoever may write at GitHub knows no secret of the account"
    assert "secrets." not in str(about.get("env"))


@pytest.mark.parametrize("name", ["apply", "rotate"])
def test_one_run_per_account_and_none_is_cut_short(name: str) -> None:
    about = described(EXAMPLE / ".github" / "workflows" / f"{name}.yml")
    assert about["concurrency"] == {"group": "opentok-${{ vars.OPENTOK_ACCOUNT_KEY }}", "cancel-in-progress": "false"}


def test_what_is_done_by_hand_waits_for_an_approval() -> None:
    suspend, apply = (described(EXAMPLE / ".github" / "workflows" / f"{name}.yml")["jobs"] for name in ("suspend", "apply"))
    assert suspend["suspend"]["environment"] == "opentok-by-hand"
    assert apply["apply"]["environment"] == "${{ github.event_name == 'workflow_dispatch' && 'opentok-by-hand' || 'opentok' }}"
    assert apply["apply"]["needs"] == "show"


def test_another_branch_changes_nothing() -> None:
    ours = "github.ref == format('refs/heads/{0}', github.event.repository.default_branch)"
    jobs = [described(EXAMPLE / ".github" / "workflows" / f"{name}.yml")["jobs"][name] for name in ("apply", "rotate", "suspend")]
    assert [(ours in job["if"], job["environment"].startswith(("opentok", "${{"))) for job in jobs] == [(True, True)] * 3
    assert ours in described(EXAMPLE / ".github" / "workflows" / "apply.yml")["jobs"]["show"]["if"]


@pytest.mark.parametrize("file", [*FILES, *REPO.glob(".github/workflows/*.yml")], ids=lambda file: file.stem)
def test_a_pipe_fails_where_one_of_it_fails(file: Path) -> None:
    assert described(file)["defaults"] == {"run": {"shell": "bash"}}


def test_whoever_looks_or_acts_has_the_ledger() -> None:
    for name in ("apply", "drift", "plan", "rotate"):
        of_ledger = [step for step in steps(EXAMPLE / ".github" / "workflows" / f"{name}.yml") if "OPENTOK_API_URL" in step.get("env", {})]
        assert of_ledger
        assert all(step["env"]["OPENTOK_LEDGER"] == "${{ vars.OPENTOK_LEDGER }}" and "AWS_SECRET_ACCESS_KEY" in step["env"] for step in of_ledger)


def test_the_clock_rotates_within_the_window() -> None:
    window = yaml.safe_load((EXAMPLE / "tenants.yaml").read_text(encoding="utf-8"))["defaults"]["rotation_window"]
    (cron,) = (one["cron"] for one in described(EXAMPLE / ".github" / "workflows" / "rotate.yml")["on"]["schedule"])
    minute, hour, *_, days = cron.split()
    assert window["start"] < f"{hour:>02}:{minute:>02}" < window["end"]
    assert window["timezone"] == "UTC"
    assert [{"6": "sat", "0": "sun"}[day] for day in days.split(",")] == window["days"]
