# SPDX-License-Identifier: Apache-2.0
"""The workflows of `examples/gitops/github/pulumi`, run by act with the real engine: what people read, and what becomes of the account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest

from pulumi_opentok.emulator import Emulator
from tests.gitops.github.act import Team

SUSPENDED = {"name: ACME GmbH": "name: ACME GmbH\n    status: suspended"}
CUT_OFF = "suspend project {id} 'ACME GmbH': its key and every session made with it stop working"
TOKENS_DIE = "every client token signed with the old secret stops working"


def asked(opentok: Emulator, operation: str) -> int:
    return [entry["operation"] for entry in opentok.journal()].count(operation)


def statuses(opentok: Emulator) -> dict[str, str]:
    return {project["name"]: project["status"] for project in opentok.all_projects()}


def id_of(opentok: Emulator, name: str) -> str:
    return next(project["id"] for project in opentok.all_projects() if project["name"] == name)


@pytest.mark.long
def test_a_change_goes_from_a_pull_request_into_the_account(pulumi_team: Team, opentok: Emulator, no_leak: Callable[[Team], None]) -> None:
    team, forge = pulumi_team, pulumi_team.forge
    assert "create project 'Globex'" in team.by_hand("apply").ok().text
    assert set(statuses(opentok)) == {"ACME GmbH", "Globex", "Initech"}
    words = CUT_OFF.format(id=id_of(opentok, "ACME GmbH"))

    forge.say(7, "mallory", "<!-- opentok-plan -->\nall is well")
    team.pull_request(7, SUSPENDED).ok()
    theirs, plan = forge.comments[7]
    assert theirs["body"].endswith("all is well")
    assert words in plan["body"]
    assert TOKENS_DIE not in plan["body"]

    team.pull_request(7, {'rotation: "2026-11"': 'rotation: "2026-12"', "applies_to: all": "applies_to: age"}).ok()
    assert [theirs, plan] == forge.comments[7]
    assert (words in plan["body"], TOKENS_DIE in plan["body"]) == (True, True)

    before = id_of(opentok, "ACME GmbH")
    team.merge(7).ok()
    assert statuses(opentok) == {"ACME GmbH": "SUSPENDED", "Globex": "VALID", "Initech": "VALID"}
    assert (id_of(opentok, "ACME GmbH"), asked(opentok, "project.refresh_secret")) == (before, 1)
    assert "3 projects are as declared" in forge.comments[7][-1]["body"]

    assert "comes from mallory/opentok" in team.pull_request(8, {}, of="mallory/opentok").failed().text
    assert (forge.comments[8], forge.denied) == ([], [])
    no_leak(team)
