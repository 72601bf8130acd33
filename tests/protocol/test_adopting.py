# SPDX-License-Identifier: Apache-2.0
"""Taking over a project that exists: by its id, or by its name where just one has it."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok._dynamic import KindProvider
from pulumi_opentok.emulator import Emulator
from pulumi_opentok.session import SessionProvider
from pulumi_opentok.sip_trunk import SipTrunkProvider
from pulumi_opentok.token import TokenProvider
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


def kept(server: DynamicServer, saved: Saved, inputs: dict[str, object]) -> None:
    """An `up` in which the resource is declared as before."""
    op, after = up(server, saved, inputs)
    assert (op, after.id) == ("same", saved.id)


@pytest.mark.parametrize("inputs", [{"existing_id": ""}, {"name": "Acme", "adopt": True}], ids=["by id", "by name"])
def test_a_project_that_another_resource_holds_is_not_deleted(
    there: Saved, start_server: StartServer, engine_log: EngineLog, opentok_emulator: Emulator, inputs: dict[str, object]
) -> None:
    """The engine creates first and deletes then, in the same run or, if that one fails or is killed, in a later one."""
    if "existing_id" in inputs:
        inputs = {"existing_id": there.id}
    run = start_server()
    new = declare(run.named("new"), **inputs)
    for again in (run, start_server(), start_server()):
        if again is not run:
            kept(again.named("new"), new, inputs)
        again.delete(there)
        assert [row["id"] for row in opentok_emulator.all_projects()] == [there.id]
        said = f"project {there.id} is not deleted, only its old entry in the state is: resource 'new' has taken it over"
        assert said in engine_log.texts("warning")
        engine_log.clear()
    later = start_server()
    kept(later, there, {"name": "Acme"})
    later.named("new").delete(new)
    assert len(opentok_emulator.all_projects()) == 1, "the way back: the first one is declared again"
    start_server().delete(there)
    assert opentok_emulator.all_projects() == [], "what nobody declares any more is deleted"


def test_an_entry_of_an_older_state_has_no_mark(there: Saved, start_server: StartServer, opentok_emulator: Emulator) -> None:
    older = Saved(there.id, there.inputs, {name: value for name, value in there.outs.items() if name != "__entry"})
    run = start_server()
    declare(run.named("new"), existing_id=there.id)
    run.delete(older)
    assert len(opentok_emulator.all_projects()) == 1
    seen = start_server().refresh(older)
    assert seen is not None
    assert len(seen.outs["__entry"]["mark"]) == 16, "a refresh gives it one"
    start_server().delete(older)
    assert opentok_emulator.all_projects() == []


def test_what_another_resource_of_the_program_manages_is_not_taken_over(there: Saved, start_server: StartServer, opentok_emulator: Emulator) -> None:
    run = start_server()
    kept(run, there, {"name": "Acme"})
    for inputs in ({"existing_id": there.id}, {"name": "Acme", "adopt": True}):
        with pytest.raises(OperationFailed, match=f"project {there.id} is not taken over: resource 't' of this program already manages it"):
            declare(run.named("other"), **inputs)
    made = declare(run.named("second"), name="Second")
    with pytest.raises(OperationFailed, match="resource 'second' of this program already manages it"):
        declare(run, existing_id=made.id)
    assert len(opentok_emulator.all_projects()) == 2


def test_a_pending_replacement_takes_its_own_project_over_and_says_so(
    there: Saved, start_server: StartServer, engine_log: EngineLog, opentok_emulator: Emulator
) -> None:
    """The engine compares it and creates it all the same; refused, it would be so in every run from then on."""
    run = start_server()
    kept(run, there, {"name": "Acme"})
    new = declare(run, name="Acme", adopt=True)
    assert new.id == there.id
    with pytest.raises(OperationFailed, match=f"project {there.id} was not replaced: its replacement found it and took it over"):
        run.delete(there)
    later = start_server()
    kept(later, new, {"name": "Acme", "adopt": True})
    later.delete(there)
    assert "was not replaced" in str(engine_log.texts("error"))
    assert len(opentok_emulator.all_projects()) == 1


def test_one_that_its_own_resource_gives_up_may_be_taken_over(there: Saved, start_server: StartServer, opentok_emulator: Emulator) -> None:
    run = start_server()
    checked, _ = run.check({"name": "Other"}, there.inputs)
    assert run.diff(there, checked).replaces == ("name",)
    new = declare(run.named("new"), name="Acme", adopt=True)
    run.delete(there)
    assert [row["id"] for row in opentok_emulator.all_projects()] == [new.id]


def test_two_resources_of_one_project_are_told(there: Saved, start_server: StartServer, engine_log: EngineLog) -> None:
    other = declare(start_server().named("other"), existing_id=there.id)
    run = start_server()
    kept(run, there, {"name": "Acme"})
    kept(run.named("other"), other, {"existing_id": there.id})
    assert any(f"project {there.id} is managed by two resources, 'other' and 't'" in text for text in engine_log.texts("warning"))


REPLACED = [
    {"name": "acme-7b4e7a0", "__take_by_name": True},
    {"name": "Acme", "adopt": True},
]


@pytest.mark.dynamic_only
@pytest.mark.parametrize("inputs", REPLACED, ids=["generated", "adopted"])
def test_a_forced_replacement_never_passes_for_one(
    start_server: StartServer, engine_log: EngineLog, opentok_emulator: Emulator, inputs: dict[str, object]
) -> None:
    """`--replace` and a tainted state: no comparison, and the new one is created first."""
    saved = declare(start_server(), **inputs)
    run = start_server()
    new = run.create(saved.inputs)
    with pytest.raises(OperationFailed, match=r"was not replaced: .*delete_before_replace=True"):
        run.delete(saved)
    assert [row["id"] for row in opentok_emulator.all_projects()] == [saved.id]
    later = start_server()
    kept(later, new, inputs)
    later.delete(saved)
    assert [row["id"] for row in opentok_emulator.all_projects()] == [saved.id]
    (said,) = [text for text in engine_log.texts("error") if "was not replaced" in text]
    assert "delete_before_replace=True" in said, "also when the run of the replacement has failed for another reason before it could say so"


def test_a_comparison_asks_to_delete_first_where_nothing_forces_another_name(server: DynamicServer) -> None:
    saved = declare(server, name="Acme")
    assert server.diff(saved, {"name": "Acme", "status": "suspended"}).delete_before_replace
    assert not server.diff(saved, {"name": "Other"}).delete_before_replace


@pytest.mark.dynamic_only
def test_a_generated_name_stays_what_it_was(server: DynamicServer) -> None:
    saved = declare(server, **REPLACED[0])
    renamed = {"name": "acme-0000000", "__take_by_name": True}
    assert up(server, saved, renamed)[0] == "same"
    assert server.check(renamed)[0]["name"] == "acme-0000000", "a new one"
    named = {"name": "acme-0000000"}
    assert server.diff(saved, server.check(named, saved.inputs)[0]).replaces == ("name",), "a declared one"


def test_the_end_of_no_other_kind_ends_anything(start_server: StartServer, server: DynamicServer, opentok_emulator: Emulator) -> None:
    """A rename or a replacement is a new one and the delete of the old entry, in this run or a later one: only a project can die of that."""
    acme = declare(server, name="Acme")
    room = declare(server.of(SessionProvider), project=acme.id, media_mode="routed")
    declared: list[tuple[type[KindProvider], dict[str, Any]]] = [
        (SessionProvider, {"project": acme.id, "media_mode": "routed"}),
        (SessionProvider, {"project": acme.id, "media_mode": "routed", "existing_id": room.id}),
        (TokenProvider, {"session": room.id}),
        (SipTrunkProvider, {"uri": "sip:a@sip.example.com"}),
    ]
    for provider, inputs in declared:
        old = declare(server.of(provider), **inputs)
        declare(server.of(provider), **inputs)
        opentok_emulator.clear_journal()
        for run in (server, start_server()):
            run.of(provider).delete(old)
        assert opentok_emulator.journal() == []
    assert opentok_emulator.session(room.id) is not None


def test_what_only_a_refresh_has_shown_stands_in_no_ones_way(start_server: StartServer, opentok_emulator: Emulator) -> None:
    """`up --refresh` compares each entry that it has read, also of what the program declares no more, or by another name."""
    saved = declare(start_server().named("old"), name="Prod")
    run = start_server()
    old = run.named("old").refresh(saved)
    assert old is not None
    run.named("old").diff(old, old.inputs)
    new = declare(run.named("new"), name="Prod", adopt=True)
    run.named("old").delete(old)
    assert [row["id"] for row in opentok_emulator.all_projects()] == [saved.id] == [new.id]

    both = start_server()
    for name, entry in (("old", old), ("new", new)):
        seen = both.named(name).refresh(entry)
        assert seen is not None
        both.named(name).diff(seen, seen.inputs)
    both.named("old").delete(old)
    assert len(opentok_emulator.all_projects()) == 1
    both.named("new").delete(new)
    assert opentok_emulator.all_projects() == [], "`destroy --refresh`: the last entry of a project takes it along"


def test_a_refresh_of_an_entry_and_of_its_pending_replacement(start_server: StartServer, opentok_emulator: Emulator) -> None:
    """A replacement that took its own project over and failed leaves two entries of one URN: `up --refresh` reads both, then compares both."""
    saved = declare(start_server().named("old"), name="Prod")
    again = declare(start_server().named("old"), name="Prod", adopt=True)
    run = start_server()
    entries = [run.named("old").refresh(entry) for entry in (saved, again)]
    for entry in entries:
        assert entry is not None
        run.named("old").diff(entry, entry.inputs)
    assert declare(run.named("new"), name="Prod", adopt=True).id == saved.id
    for entry in entries:
        assert entry is not None
        run.named("old").delete(entry)
    assert [row["id"] for row in opentok_emulator.all_projects()] == [saved.id]
