# SPDX-License-Identifier: Apache-2.0
"""How what exists is declared as it is: the declaration is valid, finds nothing to do, and shows no secret."""

from __future__ import annotations

import datetime

import pytest

from pulumi_opentok.core.api.account import Project
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.project.state import ProjectState
from tests.things.odd_account import DECLARED_BY_ID, DECLARED_BY_NAME

NOW = datetime.datetime(2026, 11, 29, tzinfo=datetime.timezone.utc)


def project(name: str, status: str = "active", *, name_tells: bool = False) -> Project:
    return Project(id="46000001", name=name, status=status, secret="5ec2e7" * 6 + "aaaa", account_key="10000001", name_tells=name_tells)


@pytest.mark.parametrize("status", ["active", "suspended"])
@pytest.mark.parametrize("name", [*DECLARED_BY_NAME, *DECLARED_BY_ID, "\ud800"])
def test_a_declaration_of_what_is_there_changes_nothing(name: str, status: str) -> None:
    state = ProjectState(project=project(name, status))
    declared = PROJECT.declaration(state)
    identity = {"name": name} if name in DECLARED_BY_NAME else {"existing_id": "46000001"}
    assert declared == {**identity, "status": status}
    spec = PROJECT.parse(declared, account_key="10000001")
    for record in (None, PROJECT.restore("46000001", {**PROJECT.show(state, None), "declared": declared})[1]):
        plan = PROJECT.plan(spec, state, record, NOW)
        assert (plan.changes_api, plan.replaces, plan.warnings) == (False, (), ())


def test_what_cannot_be_declared() -> None:
    assert PROJECT.declaration(ProjectState(project=project("Acme", "closed"))) == {"name": "Acme"}
    assert PROJECT.declaration(ProjectState(project=project("x5ec2e7y", name_tells=True))) == {"existing_id": "46000001", "status": "active"}
