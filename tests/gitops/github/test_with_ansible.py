# SPDX-License-Identifier: Apache-2.0
"""The same workflows with `OPENTOK_WITH=ansible`: the real ansible-playbook, and a ledger that goes from run to run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pulumi_opentok.emulator import Emulator
from tests.gitops.github.act import Team


@pytest.mark.long
def test_a_change_goes_from_a_pull_request_into_the_account(ansible_team: Team, opentok: Emulator, no_leak: Callable[[Team], None]) -> None:
    team, forge = ansible_team, ansible_team.forge
    assert "create project 'Globex'" in team.by_hand("apply").ok().text
    team.pull_request(7, {'rotation: "2026-11"': 'rotation: "2026-12"', "applies_to: all": "applies_to: age"}).ok()
    (plan,) = forge.comments[7]
    assert "every client token signed with the old secret stops working" in plan["body"]
    team.merge(7).ok()
    print(forge.comments)
    no_leak(team)
