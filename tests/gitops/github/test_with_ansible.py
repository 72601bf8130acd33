# SPDX-License-Identifier: Apache-2.0
"""The same workflows with `OPENTOK_WITH=ansible`: by the real ansible-playbook, with a ledger that all runs share."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pulumi_opentok.emulator import Emulator
from tests.gitops.github.account import ACME_SUSPENDED, CUT_OFF, PROMPTLY, ROTATE, TOKENS_DIE, statuses, writes
from tests.gitops.github.act import Team


@pytest.mark.long
def test_from_pull_request_to_account(ansible_team: Team, opentok: Emulator, no_leak: Callable[[Team], None]) -> None:
    team, forge = ansible_team, ansible_team.forge
    assert "create project 'Globex'" in team.by_hand("apply").ok().text
    before = writes(opentok)

    team.pull_request(7, {**ACME_SUSPENDED, **ROTATE, **PROMPTLY}).ok()
    (plan,) = forge.comments[7]
    assert (CUT_OFF in plan["body"], TOKENS_DIE in plan["body"]) == (True, True)

    globex = next(project["id"] for project in opentok.all_projects() if project["name"] == "Globex")
    opentok.edit_project(globex, status="SUSPENDED")
    assert "would be done, and was not approved: project globex: activate project" in team.merge(7).failed().text
    assert (writes(opentok), "nothing was done" in forge.comments[7][-1]["body"]) == (before, True)

    opentok.edit_project(globex, status="VALID")
    team.by_hand("apply").ok()
    assert sorted(writes(opentok)[len(before) :]) == ["project.refresh_secret", "project.set_status"]
    assert statuses(opentok) == {"ACME GmbH": "SUSPENDED", "Globex": "VALID", "Initech": "VALID"}

    opentok.edit_project(globex, status="SUSPENDED")
    team.nightly("drift").ok()
    (issue,) = forge.open_issues()
    assert ("activate project" in issue["body"], TOKENS_DIE in issue["body"]) == (True, False), "the ledger knows of the rotation"
    assert forge.denied == []
    no_leak(team)


def test_what_could_not_be_looked_at_is_no_plan(ansible_team: Team) -> None:
    ansible_team.push({"- key: acme": "- key: [acme"})
    said = ansible_team.shell("ci/ansible/look.sh opentok-plan || exit 1").failed().text
    assert said.startswith("<!-- opentok-plan -->\n### OpenTok: could not look")
    assert "while parsing a flow sequence" in said
    (ansible_team.work_dir / "site.yml").write_text("- name: [\n", encoding="utf-8")
    said = ansible_team.shell("ci/ansible/look.sh opentok-plan").failed().text
    assert said.startswith("<!-- opentok-plan -->\n### OpenTok: no plan\n\n```text\n")
    assert ("YAML parsing failed" in said, said.endswith("```\n")) == (True, True), said
