# SPDX-License-Identifier: Apache-2.0
"""Sessions declared by name with a ledger: made once, found again, replaced, forgotten; what the ledger holds, and what a damaged one says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import Connection, Forbidden, InvalidInput
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.ledger.local import FileLedger, LedgerError
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.desired.session import SESSION
from tests.core.service import Service
from tests.things.sessions import session_id


class Room:
    """The session 'desk' of a project of the emulator."""

    def __init__(self, service: Service, path: Path) -> None:
        self.service, self.path = service, path
        self.project = service.account().projects.create("acme")
        self.key = f"session/{self.project.id}/desk"
        service.clear()

    def run(self, *, check: bool = False, absent: bool = False, **inputs: Any) -> Report:
        emulator = self.service.emulator
        pair = {"api_url": emulator.url, "account_key": emulator.account_key, "account_secret": emulator.account_secret}
        run = Run(SESSION, Scope(Connection.resolve(pair, environ={})), ledger=FileLedger(str(self.path)), check=check)
        declared = {"project": self.project.id, "name": "desk", **inputs}
        return run.absent(declared) if absent else run.present(declared)

    def entries(self) -> dict[str, Any]:
        entries: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))["entries"]
        return entries

    def edit(self, **fields: Any) -> None:
        document = json.loads(self.path.read_text(encoding="utf-8"))
        document["entries"][self.key].update(fields)
        self.path.write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture
def room(service: Service, tmp_path: Path) -> Room:
    return Room(service, tmp_path / "ledger.json")


def test_made_once_and_found_again(room: Room) -> None:
    planned = room.run(check=True, media_mode="routed")
    assert (planned.changed, room.path.exists()) == (True, False)
    made = room.run(media_mode="routed")
    assert planned.actions == made.actions
    assert made.shown is not None
    assert room.service.asked() == {"project.get": 1, "session.create": 1}
    room.service.clear()
    again = room.run(media_mode="routed")
    assert (again.actions, again.shown) == ((), made.shown)
    assert room.run(media_mode="routed", check=True).shown == made.shown
    assert room.service.asked() == {}


def test_what_the_ledger_holds(room: Room) -> None:
    made = room.run(media_mode="routed", location="198.51.100.7")
    assert made.shown is not None
    assert room.entries() == {room.key: {**made.shown, "private": {}, "account_key": room.service.emulator.account_key}}
    text = room.path.read_text(encoding="utf-8")
    assert [secret for secret in (room.project.secret, room.service.emulator.account_secret) if secret in text] == []
    assert room.path.stat().st_mode & 0o777 == 0o600


def test_a_change_makes_another_one_that_is_remembered(room: Room) -> None:
    first = room.run(media_mode="routed")
    assert first.shown is not None
    planned, second = room.run(media_mode="routed", e2ee=True, check=True), room.run(media_mode="routed", e2ee=True)
    assert second.shown is not None
    assert planned.actions == second.actions
    assert f"in place of {first.shown['id']}: a session cannot be changed (e2ee False to True)" in second.actions[0]
    assert room.entries()[room.key]["id"] == second.shown["id"] != first.shown["id"]
    assert room.run(media_mode="routed", e2ee=True).actions == ()


def test_forgotten_and_made_anew(room: Room) -> None:
    first = room.run()
    ended = room.run(absent=True)
    assert (ended.actions, ended.shown, room.entries()) == ((), None, {})
    assert "lives on" in " ".join(ended.warnings) or "not deleted" in " ".join(ended.warnings)
    assert room.run(absent=True).warnings == ()
    second = room.run()
    assert first.shown is not None
    assert second.shown is not None
    assert first.shown["id"] != second.shown["id"]


def test_what_is_refused_leaves_nothing_in_the_ledger(room: Room) -> None:
    room.service.emulator.edit_project(room.project.id, status="SUSPENDED")
    with pytest.raises(Forbidden):
        room.run()
    assert not room.path.exists() or room.entries() == {}


@pytest.mark.parametrize(
    "fields",
    [{"id": "1_cut"}, {"id": None}, {"id": "46000001"}, {"media_mode": "p2p"}, {"e2ee": "yes"}, {"archive_mode": "always", "media_mode": "relayed"}],
    ids=str,
)
def test_an_entry_that_was_edited_is_an_error_of_the_ledger(room: Room, fields: dict[str, Any]) -> None:
    room.run()
    room.edit(**fields)
    room.service.clear()
    with pytest.raises(LedgerError, match=f"is damaged: entry '{room.key}'"):
        room.run()
    assert room.service.asked() == {}


def test_an_entry_that_names_the_session_of_another_project_replaces_it(room: Room) -> None:
    """Its id decides whose it is, whatever else stands there."""
    room.run(media_mode="routed")
    room.edit(id=session_id("46999999"))
    made = room.run(media_mode="routed")
    assert made.shown is not None
    assert made.shown["api_key"] == room.project.id


def test_a_name_needs_a_ledger(room: Room) -> None:
    emulator = room.service.emulator
    pair = {"api_url": emulator.url, "account_key": emulator.account_key, "account_secret": emulator.account_secret}
    with pytest.raises(InvalidInput, match=r"name: needs a record of the last run: give a ledger .*, or declare existing_id"):
        Run(SESSION, Scope(Connection.resolve(pair, environ={}))).present({"project": room.project.id, "name": "desk"})
    assert room.service.asked() == {}
