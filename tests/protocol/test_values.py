# SPDX-License-Identifier: Apache-2.0
"""Numbers arrive as floats, unknown values are judged by nobody, nulls are unset, and outputs are JSON."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from pulumi_opentok._dynamic import EXPLICIT
from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import Difference, DynamicServer, Saved
from tests.protocol.engine_log import EngineLog
from tests.protocol.runs import declare, up
from tests.protocol.wire import UNKNOWN


def test_a_trigger_that_is_no_text_rotates_nothing_by_itself(server: DynamicServer, opentok_emulator: Emulator) -> None:
    inputs: dict[str, Any] = {"name": "Acme", "secret_triggers": {"whole": 3, "half": "2.5", "flag": True, "negative": -1}}
    saved = declare(server, **inputs)
    opentok_emulator.clear_journal()
    assert up(server, saved, inputs)[0] == "same"
    op, moved = up(server, saved, {**inputs, "status": "active"})
    assert (op, moved.outs["secret_version"]) == ("update", 1)
    refreshed = server.refresh(moved)
    assert refreshed is not None
    assert up(server, refreshed, {**inputs, "status": "active"})[0] == "same"


def test_a_number_as_trigger_is_the_same_as_its_text(server: DynamicServer) -> None:
    saved = declare(server, name="Acme", secret_triggers={"version": 3})
    _, as_text = up(server, saved, {"name": "Acme", "secret_triggers": {"version": "3"}})
    assert as_text.outs["secret_version"] == 1
    _, changed = up(server, as_text, {"name": "Acme", "secret_triggers": {"version": 4}})
    assert changed.outs["secret_version"] == 2


def test_a_number_with_a_fraction_in_the_state_of_an_earlier_version(server: DynamicServer, opentok_emulator: Emulator) -> None:
    """It is refused now; in quotes it is the same, and what it is declared for can be deleted."""
    saved = declare(server, name="Acme", secret_triggers={"version": "2.5"})
    earlier = {"secret_triggers": {"version": 2.5}, "rotation_window": {"start": "02:00", "end": "03:00", "days": ["sunglasses"]}}
    old = dataclasses.replace(saved, inputs={**saved.inputs, **earlier}, outs={**saved.outs, **earlier})
    _, failures = server.check({"name": "Acme", "secret_triggers": {"version": 2.5}})
    assert "quote it" in failures["secret_triggers"]
    op, quoted = up(server, old, {"name": "Acme", "secret_triggers": {"version": "2.5"}})
    assert (op, quoted.outs["secret_version"]) == ("update", 1)
    server.delete(old)
    assert opentok_emulator.all_projects() == []


def test_a_number_as_existing_id_is_an_id(server: DynamicServer, start_server: StartServer) -> None:
    saved = declare(start_server(), name="Acme")
    adopted = declare(server, existing_id=int(saved.id))
    assert adopted.id == saved.id
    assert up(server, adopted, {"existing_id": int(saved.id)})[0] == "same"
    assert server.diff(adopted, {"existing_id": saved.id}).replaces == ()


def test_a_timeout_in_the_config_is_a_text(start_server: StartServer) -> None:
    declare(start_server({"opentok:timeout": "12.5"}), name="Acme")


@pytest.mark.parametrize(
    "inputs",
    [
        {"name": UNKNOWN},
        {"name": "Acme", "status": UNKNOWN},
        {"existing_id": UNKNOWN},
        {"name": "Acme", "on_delete": UNKNOWN, "adopt": UNKNOWN, "allow_duplicate_name": UNKNOWN},
        {"name": "Acme", "secret_triggers": UNKNOWN},
        {"name": "Acme", "secret_triggers": {"version": UNKNOWN}},
        {"name": "Acme", "secret_triggers": {"version": "1", "list": [UNKNOWN]}},
    ],
)
def test_check_does_not_judge_what_is_unknown(judge: DynamicServer, inputs: dict[str, Any]) -> None:
    checked, failures = judge.check(inputs)
    assert failures == {}
    assert checked == inputs, "and hands it on as unknown"


def test_check_judges_the_rest_all_the_same(judge: DynamicServer) -> None:
    _, failures = judge.check({"name": UNKNOWN, "status": "paused", "secret_triggers": {"v": UNKNOWN}})
    assert list(failures) == ["status"]


def test_an_unknown_name_previews_as_replacement(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme", status="active")
    opentok_emulator.clear_journal()
    difference = server.diff(saved, {"name": UNKNOWN, "status": "active"})
    assert (difference.changes, difference.replaces) == (None, ("name",))
    assert server.diff(saved, {"name": "Acme", "status": "active", "existing_id": UNKNOWN}).replaces == ("existing_id",)
    assert opentok_emulator.journal() == []


def test_any_other_unknown_previews_as_update(server: DynamicServer) -> None:
    declared = {"name": "Acme", "status": "active", "on_delete": "retain", "secret_triggers": {"v": "1"}}
    saved = declare(server, **declared)
    for unknown in (
        {"status": UNKNOWN},
        {"on_delete": UNKNOWN},
        {"secret_triggers": UNKNOWN},
        {"secret_triggers": {"v": UNKNOWN}},
        {"adopt": UNKNOWN},
    ):
        assert server.diff(saved, {**declared, **unknown}) == Difference(None, ()), unknown


def test_what_is_unknown_is_planned_as_if_it_stayed(server: DynamicServer, engine_log: EngineLog) -> None:
    declared = {"name": "Acme", "secret_max_age": "90d"}
    saved = declare(server, **declared)
    old = Saved(saved.id, saved.inputs, {**saved.outs, "secret_rotated_at": "2020-01-01T00:00:00Z"})
    server.diff(old, {**declared, "secret_max_age": UNKNOWN})
    assert any("rotate the secret" in text for text in engine_log.texts("warning"))


def test_an_unknown_beside_another_account_is_one_replacement(start_server: StartServer) -> None:
    saved = declare(start_server(), name="Acme")
    other = start_server({EXPLICIT: "other", "opentok:accountKey": "20000002", "opentok:accountSecret": "x"})
    assert set(other.diff(saved, {"name": UNKNOWN}).replaces) == {"account_key", "name"}


def test_null_is_unset(server: DynamicServer) -> None:
    saved = declare(server, name="Acme", status=None, secret_triggers=None)
    assert "secret_triggers" not in saved.outs
    assert None not in saved.outs.values()
