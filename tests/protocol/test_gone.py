# SPDX-License-Identifier: Apache-2.0
"""What is gone is told from what was never there; a refresh gives the inputs, too."""

from __future__ import annotations

import pytest

from pulumi_opentok.emulator import Emulator
from tests.protocol.dynamic_server import DynamicServer, OperationFailed
from tests.protocol.engine_log import EngineLog
from tests.protocol.runs import declare, up


def test_a_refresh_of_a_gone_project_is_an_empty_answer(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme", status="active")
    opentok_emulator.delete_project(saved.id)
    gone = server.read(saved.id, saved.outs, saved.inputs)
    assert (gone.id, gone.outs, gone.inputs) == ("", {}, None)


def test_an_update_of_a_gone_project_says_to_refresh(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme", status="active")
    opentok_emulator.delete_project(saved.id)
    with pytest.raises(OperationFailed, match=rf"project {saved.id} .* is gone.*pulumi refresh"):
        server.update(saved, {"name": "Acme", "status": "suspended"})
    assert opentok_emulator.all_projects() == []


def test_a_delete_of_a_gone_project_is_done(server: DynamicServer, opentok_emulator: Emulator) -> None:
    for on_delete in ("delete", "suspend", "retain"):
        saved = declare(server, name=on_delete, on_delete=on_delete)
        opentok_emulator.delete_project(saved.id)
        server.delete(saved)


def test_a_look_up_of_a_missing_project_is_an_error(server: DynamicServer, opentok_emulator: Emulator) -> None:
    expected = f"there is no project 46999999 in account {opentok_emulator.account_key}"
    for state, inputs in (({"name": None}, None), (None, {"name": None})):
        with pytest.raises(OperationFailed, match=expected):
            server.read("46999999", state, inputs)


@pytest.mark.dynamic_only
def test_a_look_up_finds_a_project_and_declares_nothing(server: DynamicServer) -> None:
    saved = declare(server, name="Acme", status="suspended", secret_triggers={"v": "1"})
    for state, inputs in (({"name": None}, None), (None, {"name": None})):
        found = server.read(saved.id, state, inputs)
        assert found.id == saved.id
        same = {"name", "status", "api_key", "api_secret", "secret_fingerprint", "environment", "created_at", "account_key", "active_key"}
        assert {key: getattr(value, "value", value) for key, value in found.outs.items()} == {
            key: getattr(value, "value", value) for key, value in saved.outs.items() if key in same
        }
        assert found.inputs is None, "the engine keeps what the program gave"


@pytest.mark.dynamic_only
def test_a_refresh_of_a_look_up_puts_nothing_into_the_inputs(server: DynamicServer) -> None:
    """What a refresh sends are the old outputs, the secret among them: as inputs they would be in the state in clear."""
    saved = declare(server, name="Acme")
    found = server.read(saved.id, {"name": None})
    assert server.read(saved.id, found.outs, {}).inputs is None


@pytest.mark.dynamic_only
def test_a_refresh_of_a_look_up_whose_project_is_gone_is_an_error(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme")
    found = server.read(saved.id, {"name": None})
    opentok_emulator.delete_project(saved.id)
    with pytest.raises(OperationFailed, match=f"there is no project {saved.id}"):
        server.read(saved.id, found.outs, found.inputs)


def test_drift_of_the_status_is_in_the_inputs(server: DynamicServer, opentok_emulator: Emulator) -> None:
    inputs = {"name": "Acme", "status": "active", "on_delete": "retain", "secret_triggers": {"v": "1"}}
    saved = declare(server, **inputs)
    opentok_emulator.edit_project(saved.id, status="SUSPENDED")
    drifted = server.refresh(saved)
    assert drifted is not None
    assert drifted.outs["status"] == "suspended"
    assert drifted.inputs == {**inputs, "status": "suspended"}, "with these the engine shows what drifted"
    assert up(server, drifted, inputs)[0] == "update"
    (row,) = opentok_emulator.all_projects()
    assert row["status"] in ("ACTIVE", "VALID")


def test_a_status_that_is_not_declared_cannot_drift(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme")
    opentok_emulator.edit_project(saved.id, status="SUSPENDED")
    seen = server.refresh(saved)
    assert seen is not None
    assert (seen.outs["status"], seen.inputs) == ("suspended", {"name": "Acme"})
    assert up(server, seen, {"name": "Acme"})[0] == "same"


def test_a_secret_that_was_rotated_elsewhere_is_taken_note_of(server: DynamicServer, engine_log: EngineLog, opentok_emulator: Emulator) -> None:
    inputs = {"name": "Acme", "secret_triggers": {"v": "1"}}
    saved = declare(server, **inputs)
    opentok_emulator.edit_project(saved.id, secret="e15ewhere" * 4)
    seen = server.refresh(saved)
    assert seen is not None
    assert seen.outs["api_secret"].value == "e15ewhere" * 4
    assert seen.outs["secret_version"] == 2
    assert seen.outs["secret_fingerprint"] != saved.outs["secret_fingerprint"]
    assert seen.inputs == inputs
    assert engine_log.said == [("warning", f"project {saved.id}: api_secret was changed elsewhere; the state now has the current one")]
    opentok_emulator.clear_journal()
    assert up(server, seen, inputs)[0] == "same", "nobody asked for another rotation"
    assert opentok_emulator.journal() == []
