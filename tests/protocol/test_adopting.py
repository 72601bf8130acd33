# SPDX-License-Identifier: Apache-2.0
"""Taking over a project that exists: by its id, or by its name where just one has it."""

from __future__ import annotations

import pytest

from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import DynamicServer, OperationFailed, Saved
from tests.protocol.engine_log import EngineLog
from tests.protocol.runs import declare, up


@pytest.fixture
def there(start_server: StartServer) -> Saved:
    """A project that an earlier run of somebody else made."""
    return declare(start_server(), name="Acme")


def test_by_id(there: Saved, server: DynamicServer, opentok_emulator: Emulator) -> None:
    opentok_emulator.clear_journal()
    saved = declare(server, existing_id=there.id)
    assert (saved.id, saved.outs["name"], saved.outs["api_secret"]) == (there.id, "Acme", there.outs["api_secret"])
    assert [row["operation"] for row in opentok_emulator.journal()] == ["project.get"]
    assert up(server, saved, {"existing_id": there.id})[0] == "same"


def test_by_name(there: Saved, server: DynamicServer) -> None:
    saved = declare(server, name="Acme", adopt=True)
    assert saved.id == there.id


def test_adopt_creates_what_is_not_there(server: DynamicServer) -> None:
    assert declare(server, name="Acme", adopt=True).outs["name"] == "Acme"


def test_existing_id_may_be_taken_out_again(there: Saved, server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme", existing_id=there.id)
    op, plain = up(server, saved, {"name": "Acme"})
    assert (op, plain.id) == ("update", there.id)
    assert up(server, plain, {"name": "Acme"})[0] == "same"
    assert len(opentok_emulator.all_projects()) == 1


def test_another_existing_id_is_a_replacement(there: Saved, server: DynamicServer) -> None:
    other = declare(server, name="Other")
    saved = declare(server, existing_id=there.id)
    assert server.diff(saved, {"existing_id": other.id}).replaces == ("existing_id",)


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"name": "Akme"}, "name is 'Acme', declared is 'Akme'"),
        ({"status": "suspended"}, "status is 'active', declared is 'suspended'"),
        ({"name": "Akme", "status": "suspended"}, "name is 'Acme', declared is 'Akme'; status is 'active'"),
    ],
)
def test_what_does_not_match_is_refused(there: Saved, server: DynamicServer, opentok_emulator: Emulator, declared: dict[str, str], said: str) -> None:
    with pytest.raises(OperationFailed, match=said) as failed:
        declare(server, existing_id=there.id, **declared)
    assert "Declare it as it is first" in str(failed.value)
    (row,) = opentok_emulator.all_projects()
    assert (row["name"], row["status"]) == ("Acme", "VALID")


def test_twins_are_refused_with_their_ids(there: Saved, start_server: StartServer, opentok_emulator: Emulator) -> None:
    twin = declare(start_server(), name="Acme", allow_duplicate_name=True)
    with pytest.raises(OperationFailed) as failed:
        declare(start_server(), name="Acme", adopt=True)
    assert there.id in str(failed.value)
    assert twin.id in str(failed.value)
    assert len(opentok_emulator.all_projects()) == 2


def test_an_id_that_is_not_there(server: DynamicServer, opentok_emulator: Emulator) -> None:
    with pytest.raises(OperationFailed, match=f"no project 46999999 in account {opentok_emulator.account_key}"):
        declare(server, existing_id="46999999")


def test_deleting_an_adopted_one_really_deletes(there: Saved, start_server: StartServer, opentok_emulator: Emulator) -> None:
    saved = declare(start_server(), existing_id=there.id)
    start_server().delete(saved)
    assert opentok_emulator.all_projects() == []


def test_a_project_that_goes_from_one_resource_to_another_is_not_deleted(
    there: Saved, start_server: StartServer, engine_log: EngineLog, opentok_emulator: Emulator
) -> None:
    """The engine creates first and deletes then; to both the resource is the same project."""
    for inputs in ({"existing_id": there.id}, {"name": "Acme", "adopt": True}):
        run = start_server()
        new = declare(run, **inputs)
        run.delete(there)
        assert [row["id"] for row in opentok_emulator.all_projects()] == [new.id]
        assert any(f"project {there.id} is not deleted" in text for text in engine_log.texts("warning"))
        engine_log.clear()
    start_server().delete(there)
    assert opentok_emulator.all_projects() == [], "the next run may delete it"


def test_a_forced_replacement_of_an_unnamed_one_keeps_it(start_server: StartServer, opentok_emulator: Emulator) -> None:
    """`pulumi up --replace`: by its generated name the new one finds the old one."""
    saved = declare(start_server(), **{"name": "acme-7b4e7a0", "__take_by_name": True})
    run = start_server()
    new = run.create(saved.inputs)
    run.delete(saved)
    assert [row["id"] for row in opentok_emulator.all_projects()] == [new.id] == [saved.id]
