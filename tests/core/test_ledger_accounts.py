# SPDX-License-Identifier: Apache-2.0
"""A ledger that knows things of one account, and credentials of another: nothing counts as absent before the ledger is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import PlanError
from pulumi_opentok.core.desired.fleet.entries import read_declarations
from pulumi_opentok.core.desired.fleet.fleet import Fleet
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.desired.scope import Scope
from pulumi_opentok.core.desired.session import SESSION
from pulumi_opentok.core.desired.sip_call import SIP_CALL
from pulumi_opentok.core.desired.sip_trunk.document import parse_trunk
from tests.core.service import Service

OTHER = "20000002"


class Two:
    """An OpenTok with two accounts and a ledger."""

    def __init__(self, service: Service, path: Path) -> None:
        self.service = service
        self.path = path
        self.account = service.emulator.account_key
        service.emulator.add_account(OTHER, "0ther5ecret" * 4)

    @property
    def ledger(self) -> FileLedger:
        return FileLedger(str(self.path))

    def scope(self, *, other: bool = False) -> Scope:
        return self.service.scope(account_key=OTHER, account_secret="0ther5ecret" * 4) if other else self.service.scope()

    def run(self, kind: Any, *, other: bool = False, check: bool = False) -> Run:
        return Run(kind, self.scope(other=other), ledger=self.ledger, check=check)

    def known(self) -> Any:
        return json.loads(self.path.read_text())["entries"]


@pytest.fixture
def two(service: Service, tmp_path: Path) -> Two:
    return Two(service, tmp_path / "ledger.json")


@pytest.mark.parametrize("check", [True, False])
def test_a_project_by_its_id(two: Two, check: bool) -> None:
    made = two.run(PROJECT).present({"name": "Acme"}).shown
    assert made is not None
    known = two.known()
    two.service.clear()
    for on_delete in ("delete", "suspend", "retain"):
        with pytest.raises(PlanError) as caught:
            two.run(PROJECT, other=True, check=check).absent({"id": made["id"], "on_delete": on_delete})
        assert f"project {made['id']} belongs to account {two.account}, as the ledger '{two.path}' has it" in str(caught.value)
        assert f"the credentials are of account {OTHER}: nothing was read or changed" in str(caught.value)
    for inputs in ({"id": made["id"], "status": "suspended"}, {"existing_id": made["id"]}):
        with pytest.raises(PlanError, match=rf"belongs to account {two.account}.* of account {OTHER}"):
            two.run(PROJECT, other=True, check=check).present(inputs)
    assert not two.service.asked()
    assert two.known() == known
    assert two.run(PROJECT, check=check).absent({"id": made["id"]}).changed


def test_a_project_by_its_name(two: Two) -> None:
    """Two accounts may each have one: it is absent here, and a warning says where the ledger knows one."""
    made = two.run(PROJECT).present({"name": "Acme"}).shown
    assert made is not None
    knows = f"the ledger knows project 'Acme' as {made['id']} of account {two.account}"
    says = f"{knows}; it is left as it is, for the credentials are of account {OTHER}"
    for check in (True, False):
        gone = two.run(PROJECT, other=True, check=check).absent({"name": "Acme"})
        assert (gone.changed, gone.warnings) == (False, (says,))
        assert two.run(PROJECT, other=True, check=check).present({"name": "Acme"}).warnings == (says,)
    assert two.run(PROJECT, other=True).present({"name": "Acme", "take_by_name": True}).warnings == ()
    assert two.run(PROJECT).present({"name": "Acme", "take_by_name": True}).warnings == ()


def test_many_projects(two: Two) -> None:
    made = two.run(PROJECT).present({"name": "Acme"}).shown
    assert made is not None
    fleet = Fleet(two.scope(other=True), ledger=two.ledger)
    declared = read_declarations({"projects": [{"key": "acme", "id": made["id"]}, {"name": "Globex"}]})
    report = fleet.apply(declared)
    assert f"project {made['id']} belongs to account {two.account}" in str(report.outcomes[0].failure)
    assert report.outcomes[1].changed


def test_what_is_due_of_another_account(two: Two) -> None:
    two.run(PROJECT).present({"name": "Acme"})
    wrong = rf"the projects that the ledger knows belong to account {two.account}, but the credentials are of account {OTHER}"
    with pytest.raises(PlanError, match=wrong):
        Fleet(two.scope(other=True), ledger=two.ledger).remembered()
    two.run(PROJECT, other=True).present({"name": "Globex"})
    assert [entry.label for entry in Fleet(two.scope(other=True), ledger=two.ledger).remembered().entries] == ["Globex"]


def test_a_session(two: Two) -> None:
    project = two.service.account().projects.create("Acme")
    desk = {"project": project.id, "name": "desk"}
    made = two.run(SESSION).present(desk).shown
    two.service.clear()
    for do in ("absent", "present"):
        with pytest.raises(PlanError, match=rf"session {project.id}/desk belongs to account {two.account}.* of account {OTHER}"):
            getattr(two.run(SESSION, other=True), do)(desk)
    assert not two.service.asked()
    again = two.run(SESSION).present(desk)
    assert (again.changed, again.shown) == (False, made)


def test_a_call(two: Two) -> None:
    client = two.service.client(two.service.account().projects.create("Acme"))
    session_id = client.sessions.create(media_mode="routed").session_id
    call = {"session": session_id, "name": "agent"}
    trunk = parse_trunk({"uri": "sip:+15551234567@sip.example.com"}).document
    SIP_CALL.act(two.scope(), {**call, "trunk": trunk}, present=True, ledger=two.ledger)
    two.service.clear()
    for present in (True, False):
        with pytest.raises(PlanError, match=rf"sip_call .*/agent belongs to account {two.account}.* of account {OTHER}"):
            SIP_CALL.act(two.scope(other=True), {**call, "trunk": trunk if present else None}, present=present, ledger=two.ledger)
    assert not two.service.asked()
    assert SIP_CALL.act(two.scope(), call, present=False, ledger=two.ledger).changed
