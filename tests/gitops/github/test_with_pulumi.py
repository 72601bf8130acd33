# SPDX-License-Identifier: Apache-2.0
"""The workflows of `examples/gitops/github` with Pulumi: run by act, on the real engine. What people read, and what becomes of the account."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from pulumi_opentok.emulator import Emulator
from tests.gitops.github.account import ACME_SUSPENDED, CUT_OFF, GLOBEX_SUSPENDED, PROMPTLY, ROTATE, TOKENS_DIE, statuses, writes
from tests.gitops.github.act import Team
from tests.gitops.pages import has_shown

DONE_BEFORE = "ci/$WITH/look.sh opentok-plan && ci/$WITH/do.sh"
"""What an earlier merge came to."""


@pytest.mark.long
def test_a_change_goes_from_a_pull_request_into_the_account(pulumi_team: Team, opentok: Emulator, no_leak: Callable[[Team], None]) -> None:
    team, forge = pulumi_team, pulumi_team.forge
    assert "create project 'Globex'" in team.by_hand("apply").ok().text
    assert statuses(opentok) == dict.fromkeys(["ACME GmbH", "Globex", "Initech"], "VALID")
    before = writes(opentok)

    team.pull_request(7, ACME_SUSPENDED).ok()
    (plan,) = forge.comments[7]
    assert (CUT_OFF in plan["body"], TOKENS_DIE in plan["body"]) == (True, False)
    has_shown("github plan", plan["body"])

    team.pull_request(7, {**ROTATE, **PROMPTLY}).ok()
    assert [plan] == forge.comments[7], "one comment, updated in place"
    assert (CUT_OFF in plan["body"], TOKENS_DIE in plan["body"]) == (True, True)
    assert "comes from mallory/opentok" in team.pull_request(8, {}, of="mallory/opentok").failed().text
    has_shown("github fork", team.printed[-1])
    assert (forge.comments[8], writes(opentok)) == ([], before)

    team.merge(7).ok()
    assert statuses(opentok) == {"ACME GmbH": "SUSPENDED", "Globex": "VALID", "Initech": "VALID"}
    assert sorted(writes(opentok)[len(before) :]) == ["project.refresh_secret", "project.set_status"]
    has_shown("github result", forge.comments[7][-1]["body"])
    assert forge.denied == []
    no_leak(team)


@pytest.mark.long
def test_what_was_suspended_in_an_emergency_stays_so(pulumi_team: Team, opentok: Emulator, no_leak: Callable[[Team], None]) -> None:
    team, forge = pulumi_team, pulumi_team.forge
    team.shell(DONE_BEFORE).ok()
    team.pull_request(7, ACME_SUSPENDED).ok()

    has_shown("github suspend", team.by_hand("suspend", do="suspend", project="Globex", reason="unpaid").ok().text)
    (issue,) = forge.open_issues()
    has_shown("github issue", f"{issue['title']}\n{issue['body']}")

    before = writes(opentok)
    team.merge(7).failed()
    assert (writes(opentok), statuses(opentok)["Globex"]) == (before, "SUSPENDED")
    has_shown("github refused", forge.comments[7][-1]["body"])

    first = issue["body"]
    team.nightly("drift").ok()
    assert (forge.open_issues(), CUT_OFF in first, CUT_OFF in issue["body"]) == ([issue], False, True)
    team.push(GLOBEX_SUSPENDED)
    team.shell(DONE_BEFORE).ok()
    team.nightly("drift").ok()
    assert (forge.open_issues(), issue["state"]) == ([], "closed")
    has_shown("github closed", forge.comments[issue["number"]][-1]["body"])
    assert forge.denied == []
    no_leak(team)


@pytest.mark.long
def test_rotation_keeps_to_its_window_and_to_itself(pulumi_team: Team, opentok: Emulator, no_leak: Callable[[Team], None], tmp_path: Path) -> None:
    team = pulumi_team
    now = datetime.now(timezone.utc)
    opens, shuts, later = (f"{now + timedelta(hours=hours):%H:%M}" for hours in (-1, 2, 3))
    team.push({"days: [sat, sun]": "days: [mon, tue, wed, thu, fri, sat, sun]", '"02:00"': f'"{opens}"', '"05:00"': f'"{shuts}"'})
    team.shell(DONE_BEFORE).ok()
    grow_old(team)
    before = writes(opentok)

    held = lock(tmp_path / "backend")
    assert "the stack is currently locked by 1 lock(s)" in team.shell("ci/apply.sh --only rotations").failed().text
    held.unlink()
    team.push(ACME_SUSPENDED)
    assert "would be done, and only rotations may be: suspend project" in team.shell("ci/apply.sh --only rotations").failed().text
    team.push({"\n    status: suspended": ""})
    assert writes(opentok) == before
    has_shown("github rotation", team.nightly("rotate").ok().text)
    assert writes(opentok) == [*before, "project.refresh_secret"]

    team.push({f'start: "{opens}"': f'start: "{shuts}"', f'end: "{shuts}"': f'end: "{later}"'})
    team.shell(DONE_BEFORE).ok()
    grow_old(team)
    has_shown("github rotation waits", team.shell("ci/apply.sh --only rotations").ok().text)
    assert writes(opentok) == [*before, "project.refresh_secret"]
    no_leak(team)


def grow_old(team: Team) -> None:
    """ACME's secret was issued 91 days ago, as the state has it."""
    state = json.loads(team.shell("pulumi stack export").ok().text)
    (acme,) = (one for one in state["deployment"]["resources"] if one["urn"].endswith("::acme"))
    acme["outputs"]["secret_rotated_at"] = f"{datetime.now(timezone.utc) - timedelta(days=91):%Y-%m-%dT%H:%M:%SZ}"
    (team.folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
    team.shell(f"pulumi stack import --file {team.folder / 'state.json'}").ok()


def lock(backend: Path) -> Path:
    """The stack is held by a run on another machine."""
    file = backend / ".pulumi" / "locks" / "organization" / "opentok" / "prod" / "5b3c1f9e-6c0f-4d55-a7e4-0f4c6a3e2b11.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"pid":1,"username":"ci","hostname":"elsewhere","timestamp":"2026-11-29T02:30:00Z"}', encoding="utf-8")
    return file
