# SPDX-License-Identifier: Apache-2.0
"""A blue/green rotation as the engine drives it: one resource with one id, whichever of its two projects is the active one."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_opentok.core import Account, Credentials
from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import DynamicServer, OperationFailed, Saved
from tests.protocol.engine_log import EngineLog
from tests.protocol.native_server import NativeServer
from tests.protocol.runs import declare, up

HOUR = 3600.0
ACME: dict[str, Any] = {"name": "ACME", "rotation": "blue-green", "secret_triggers": {"v": "1"}, "token_lifetime": "2h", "soak": "3h"}
AGAIN = {**ACME, "secret_triggers": {"v": "2"}}


def statuses(emulator: Emulator) -> dict[str, str]:
    return {row["id"]: row["status"].replace("ACTIVE", "VALID") for row in emulator.all_projects()}


def later(server: DynamicServer, emulator: Emulator, saved: Saved, seconds: float) -> Saved:
    """A refresh, by which the provider learns what time it is there."""
    emulator.advance(seconds)
    seen = server.refresh(saved)
    assert seen is not None
    return seen


def test_a_whole_rotation(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, **ACME)
    old = saved.id
    assert (saved.outs["active_key"], saved.outs["api_key"]) == (old, old)
    op, saved = up(server, saved, AGAIN)
    new = saved.outs["active_key"]
    assert (op, saved.id, saved.outs["draining_key"], new != old) == ("update", old, old, True)
    assert saved.outs["api_key"] == new
    assert saved.outs["drains_until"] is not None
    assert saved.outs["secret_version"] == 2
    assert up(server, saved, AGAIN)[0] == "same"
    assert server.refresh(saved) == saved
    assert statuses(opentok_emulator) == {old: "VALID", new: "VALID"}
    saved = later(server, opentok_emulator, saved, 2 * HOUR + 60)
    op, saved = up(server, saved, AGAIN)
    assert (op, statuses(opentok_emulator)) == ("update", {old: "SUSPENDED", new: "VALID"})
    assert up(server, saved, AGAIN)[0] == "same"
    saved = later(server, opentok_emulator, saved, 3 * HOUR + 60)
    op, saved = up(server, saved, AGAIN)
    assert (op, statuses(opentok_emulator)) == ("update", {new: "VALID"})
    assert "draining_key" not in saved.outs
    assert (saved.id, saved.outs["active_key"]) == (old, new)
    assert up(server, saved, AGAIN)[0] == "same"
    assert server.refresh(saved) == saved
    server.delete(saved)
    assert statuses(opentok_emulator) == {}


def test_a_roll_back(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = up(server, declare(server, **ACME), AGAIN)[1]
    new = saved.outs["active_key"]
    saved = later(server, opentok_emulator, saved, 2 * HOUR + 60)
    saved = up(server, saved, AGAIN)[1]
    op, saved = up(server, saved, {**AGAIN, "handover": "rollback"})
    assert (op, saved.outs["active_key"], saved.outs["draining_key"]) == ("update", saved.id, new)
    assert statuses(opentok_emulator) == {saved.id: "VALID", new: "VALID"}
    assert up(server, saved, {**AGAIN, "handover": "rollback"})[0] == "same"


def test_a_delete_during_the_overlap_ends_both_and_no_other(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = up(server, declare(server, **ACME), AGAIN)[1]
    other = declare(server.named("other"), name="Other")
    server.delete(saved)
    assert list(statuses(opentok_emulator)) == [other.id]


def test_a_refresh_sees_what_became_of_both(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = up(server, declare(server, **ACME), AGAIN)[1]
    opentok_emulator.delete_project(saved.outs["active_key"])
    seen = server.refresh(saved)
    assert seen is not None
    assert (seen.id, seen.outs["active_key"], "draining_key" in seen.outs) == (saved.id, saved.id, False)
    opentok_emulator.delete_project(saved.id)
    assert server.refresh(seen) is None


def test_a_delete_after_a_killed_up_names_what_is_left(start_server: StartServer, engine_log: EngineLog, opentok_emulator: Emulator) -> None:
    server = start_server()
    saved = declare(server, **ACME)
    lost = server.update(saved, server.check(AGAIN, saved.inputs)[0])
    start_server().delete(saved)
    assert list(statuses(opentok_emulator)) == [lost.outs["active_key"]]
    assert any(
        f"project {lost.outs['active_key']} 'ACME' stays: a run that was stopped may have created it" in line for line in engine_log.texts("warning")
    )


@pytest.mark.parametrize("generated", [False, True])
def test_a_killed_up_creates_no_third(server: DynamicServer, opentok_emulator: Emulator, generated: bool) -> None:
    """The engine has saved nothing of it: with a generated name, or with `adopt`, what it has created is known to be ours."""
    mine: dict[str, Any] = {"__take_by_name": True} if generated else {}
    if generated and isinstance(server, NativeServer):
        mine = {"name": None}  # generated by the provider itself
    saved = declare(server, **{**ACME, **mine})
    checked, _ = server.check({**AGAIN, **mine}, saved.inputs)
    lost = server.update(saved, checked)
    if not generated:
        with pytest.raises(OperationFailed, match=r"a run that was stopped may have created it, or someone else has.*declare adopt=True"):
            up(server, saved, AGAIN)
        mine = {"adopt": True}
    saved = up(server, saved, {**AGAIN, **mine})[1]
    assert saved.outs["active_key"] == lost.outs["active_key"]
    assert len(statuses(opentok_emulator)) == 2


def test_a_new_key_that_is_refused_is_no_output(start_server: StartServer, opentok_emulator: Emulator) -> None:
    saved = declare(start_server(), **ACME)
    fault = opentok_emulator.fault("archive.list", "status", status=500, times=None)
    server = start_server()
    checked, _ = server.check(AGAIN, saved.inputs)
    try:
        saved = server.update(saved, checked)
    except OperationFailed:
        # The native provider fails, and the engine saves nothing of it here: what was created is found by its name.
        checked = {**checked, "adopt": True}
    assert saved.outs["active_key"] == saved.id
    opentok_emulator.remove_fault(fault["id"])
    again = start_server().update(saved, checked)
    assert (again.outs["draining_key"], len(statuses(opentok_emulator))) == (saved.id, 2)


@pytest.mark.dynamic_only
def test_what_could_not_be_handed_over_ends_with_it_and_a_twin_does_not(start_server: StartServer, opentok_emulator: Emulator) -> None:
    pair = Credentials(key=opentok_emulator.account_key, secret=opentok_emulator.account_secret, kind="account")
    twin = Account(pair, api_url=opentok_emulator.url).projects.create("ACME")
    wanted = {"allow_duplicate_name": True}
    saved = declare(start_server(), **ACME, **wanted)
    opentok_emulator.fault("archive.list", "status", status=500, times=None)
    server = start_server()
    saved = server.update(saved, server.check({**AGAIN, **wanted}, saved.inputs)[0])
    assert (saved.outs["active_key"], len(statuses(opentok_emulator))) == (saved.id, 3)
    opentok_emulator.clear_faults()
    goes_on = up(start_server(), saved, {**AGAIN, **wanted})[1]
    assert (goes_on.outs["draining_key"], len(statuses(opentok_emulator))) == (saved.id, 3)
    start_server().delete(goes_on)
    assert list(statuses(opentok_emulator)) == [twin.id]


def test_with_a_twin_that_is_wanted(server: DynamicServer, opentok_emulator: Emulator) -> None:
    pair = Credentials(key=opentok_emulator.account_key, secret=opentok_emulator.account_secret, kind="account")
    twin = Account(pair, api_url=opentok_emulator.url).projects.create("ACME")
    saved = declare(server, **ACME, allow_duplicate_name=True)
    saved = up(server, saved, {**AGAIN, "allow_duplicate_name": True})[1]
    assert saved.outs["active_key"] not in (twin.id, saved.id)
    server.delete(saved)
    assert list(statuses(opentok_emulator)) == [twin.id]


@pytest.mark.parametrize("on_delete", ["delete", "suspend", "retain"])
def test_what_was_taken_over_by_its_id_stays_one_resource(server: DynamicServer, opentok_emulator: Emulator, on_delete: str) -> None:
    pair = Credentials(key=opentok_emulator.account_key, secret=opentok_emulator.account_secret, kind="account")
    old = Account(pair, api_url=opentok_emulator.url).projects.create("ACME").id
    taken = {**{name: value for name, value in AGAIN.items() if name != "name"}, "existing_id": old, "on_delete": on_delete}
    saved = declare(server, **{**taken, "secret_triggers": {"v": "1"}})
    op, saved = up(server, saved, taken)
    new = saved.outs["active_key"]
    assert (op, saved.id, new != old) == ("update", old, True)
    assert up(server, saved, taken)[0] == "same"
    assert up(server, saved, {**taken, "existing_id": new})[0] == "update"  # the same resource, by the key that its output says
    saved = up(server, later(server, opentok_emulator, saved, 2 * HOUR + 60), taken)[1]
    op, saved = up(server, later(server, opentok_emulator, saved, 3 * HOUR + 60), taken)
    assert (op, statuses(opentok_emulator)) == ("update", {new: "VALID"})
    assert up(server, saved, taken)[0] == "same"
    assert server.refresh(saved) == saved
    ended = {"delete": {}, "suspend": {new: "SUSPENDED"}, "retain": {new: "VALID"}}[on_delete]
    server.delete(saved)
    assert statuses(opentok_emulator) == ended


@pytest.mark.parametrize(("on_delete", "left"), [("delete", []), ("suspend", ["SUSPENDED"] * 2), ("retain", ["VALID"] * 2)])
def test_the_end_of_one_that_was_taken_over_ends_both(server: DynamicServer, opentok_emulator: Emulator, on_delete: str, left: list[str]) -> None:
    old = declare(server, name="ACME", on_delete="retain")
    server.delete(old)
    taken = {**AGAIN, "existing_id": old.id, "on_delete": on_delete}
    saved = up(server, declare(server, **{**taken, "secret_triggers": {"v": "1"}}), taken)[1]
    server.delete(saved)
    assert list(statuses(opentok_emulator).values()) == left


def test_a_refresh_after_the_loss_of_the_active_one_keeps_what_an_up_has_to_do(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = up(server, declare(server, **ACME), AGAIN)[1]
    saved = up(server, later(server, opentok_emulator, saved, 2 * HOUR + 60), AGAIN)[1]
    opentok_emulator.delete_project(saved.outs["active_key"])
    seen = server.refresh(saved)
    assert seen is not None
    assert "draining_key" not in seen.outs
    op, saved = up(server, seen, AGAIN)
    assert (op, statuses(opentok_emulator)) == ("update", {saved.id: "VALID"})
    assert up(server, saved, AGAIN)[0] == "same"
