# SPDX-License-Identifier: Apache-2.0
"""Reasons and warnings of a plan reach the engine's log, and no operation fails for want of one."""

from __future__ import annotations

import pytest

from pulumi_opentok._dynamic import EXPLICIT
from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import Difference, DynamicServer, OperationFailed
from tests.protocol.engine_log import EngineLog
from tests.protocol.runs import declare, up

INPUTS = {"name": "Acme", "status": "active", "secret_triggers": {"version": "1"}}


def test_nothing_to_say(server: DynamicServer, engine_log: EngineLog) -> None:
    saved = declare(server, **INPUTS)
    up(server, saved, INPUTS)
    server.refresh(saved)
    server.delete(saved)
    assert engine_log.said == []


def test_a_rotation_is_a_warning_that_says_why_and_what_dies(server: DynamicServer, engine_log: EngineLog) -> None:
    saved = declare(server, **INPUTS)
    server.diff(saved, {**INPUTS, "secret_triggers": {"version": "2"}})
    ((severity, message),) = engine_log.said
    assert severity == "warning"
    for word in (saved.id, "'Acme'", "rotate the secret", "'version' changed", "every client token", "stops working"):
        assert word in message


def test_a_message_stands_under_its_resource_and_once_a_run(start_server: StartServer, engine_log: EngineLog) -> None:
    preview, run = start_server(), start_server()
    saved = declare(start_server(), **INPUTS)
    news = {**INPUTS, "status": "suspended"}
    preview.check(news, saved.inputs)
    for _ in range(2):
        preview.diff(saved, news)
    (said,) = engine_log.said
    assert said[1].startswith("to do: suspend project"), "a comparison is made in a preview and in an up alike"
    assert engine_log.urns == ["urn:pulumi:dev::proof::pulumi-python:dynamic/opentok:Project::t"]
    up(run, saved, news)
    assert engine_log.said == [said, said], "in the next run once more"


def test_what_a_refresh_compares_is_not_to_be_done(server: DynamicServer, engine_log: EngineLog, opentok_emulator: Emulator) -> None:
    saved = declare(server, **INPUTS)
    opentok_emulator.edit_project(saved.id, status="SUSPENDED")
    seen = server.refresh(saved)
    assert seen is not None
    # The engine shows by this what has drifted, also where `ignore_changes` then leaves it as it is.
    assert server.diff(seen, saved.inputs) == Difference(None, ())
    assert engine_log.said == []
    assert up(server, seen, saved.inputs)[0] == "update"
    assert [text for _, text in engine_log.said] == [f"to do: activate project {saved.id} 'Acme': its key works again"]
    engine_log.clear()
    assert server.refresh(saved) is not None
    server.check(INPUTS, saved.inputs)
    server.diff(saved, {**INPUTS, "status": "suspended"})
    assert len(engine_log.said) == 1, "an engine that compares nothing after a read"


def test_what_an_update_finds_to_do_beside_the_plan_is_said(server: DynamicServer, engine_log: EngineLog, opentok_emulator: Emulator) -> None:
    saved = declare(server, **INPUTS)
    opentok_emulator.edit_project(saved.id, status="SUSPENDED")
    news = {**INPUTS, "on_delete": "retain"}
    assert up(server, saved, news)[0] == "update"
    assert [text for _, text in engine_log.said] == [f"to do: activate project {saved.id} 'Acme': its key works again"]


def test_a_suspension_is_a_warning_and_an_activation_is_not(server: DynamicServer, engine_log: EngineLog) -> None:
    saved = declare(server, **INPUTS)
    _, suspended = up(server, saved, {**INPUTS, "status": "suspended"})
    ((severity, message),) = engine_log.said
    assert (severity, "suspend project" in message, "stop working" in message) == ("warning", True, True)
    engine_log.clear()
    up(server, suspended, INPUTS)
    ((severity, message),) = engine_log.said
    assert (severity, "activate project" in message) == ("info", True)


@pytest.mark.parametrize(
    ("on_delete", "end"), [("delete", "deleted for good"), ("suspend", "old project is suspended"), ("retain", "stays as it is")]
)
def test_a_replacement_says_why_and_what_becomes_of_the_old_one(server: DynamicServer, engine_log: EngineLog, on_delete: str, end: str) -> None:
    saved = declare(server, **INPUTS, on_delete=on_delete)
    server.diff(saved, {**INPUTS, "on_delete": on_delete, "name": "Other"})
    said = "\n".join(engine_log.texts("warning"))
    for word in ("another API key", end, "cannot rename", "'Other'"):
        assert word in said


def test_another_account_is_named(start_server: StartServer, engine_log: EngineLog, opentok_emulator: Emulator) -> None:
    saved = declare(start_server(), **INPUTS)
    start_server({EXPLICIT: "other", "opentok:accountKey": "20000002", "opentok:accountSecret": "x"}).diff(saved, INPUTS)
    said = "\n".join(engine_log.texts("warning"))
    assert opentok_emulator.account_key in said
    assert "20000002" in said


def test_a_name_changed_elsewhere_is_a_warning_and_no_replacement(
    start_server: StartServer, engine_log: EngineLog, opentok_emulator: Emulator
) -> None:
    server, later = start_server(), start_server()
    saved = declare(server, **INPUTS)
    opentok_emulator.edit_project(saved.id, name="Renamed")
    seen = server.refresh(saved)
    assert seen is not None
    assert seen.outs["name"] == "Renamed"
    server.diff(seen, INPUTS)
    assert [text for _, text in engine_log.said if "renamed elsewhere" in text] != [], "a refresh says what it found to be odd"
    engine_log.clear()
    assert seen.inputs == INPUTS, "the declared name is kept"
    assert up(later, seen, INPUTS)[0] == "same"
    assert any("renamed elsewhere" in text for text in engine_log.texts("warning"))
    engine_log.clear()
    op, settled = up(later, seen, {**INPUTS, "name": "Renamed"})
    assert (op, settled.id) == ("update", saved.id), "the way out that the warning names"
    up(later, settled, {**INPUTS, "name": "Renamed"})
    assert engine_log.texts("warning") == []


def test_a_delete_that_is_none_is_said(server: DynamicServer, engine_log: EngineLog, opentok_emulator: Emulator) -> None:
    server.delete(declare(server, name="Gone"))
    assert engine_log.said == [], "a delete is what the engine shows by itself"
    server.delete(declare(server, name="Stopped", on_delete="suspend"))
    ((severity, message),) = engine_log.said
    assert (severity, "'Stopped' instead of deleting it (on_delete: suspend)" in message) == ("warning", True)
    engine_log.clear()
    stopped = declare(server, name="Stopped twice", on_delete="suspend", status="active")
    opentok_emulator.edit_project(stopped.id, status="SUSPENDED")
    server.delete(stopped)
    ((severity, message),) = engine_log.said
    assert (severity, "is not deleted" in message) == ("info", True)
    engine_log.clear()
    server.delete(declare(server, name="Kept", on_delete="retain"))
    ((severity, message),) = engine_log.said
    assert (severity, "'Kept': it stays as it is (on_delete: retain)" in message) == ("info", True)


def test_no_secret_is_said(server: DynamicServer, engine_log: EngineLog, opentok_emulator: Emulator) -> None:
    saved = declare(server, **INPUTS)
    _, rotated = up(server, saved, {**INPUTS, "secret_triggers": {"version": "2"}, "status": "suspended"})
    up(server, rotated, {**INPUTS, "name": "Other"})
    said = "\n".join(message for _, message in engine_log.said)
    assert said
    for secret in (opentok_emulator.account_secret, saved.outs["api_secret"].value, rotated.outs["api_secret"].value):
        assert secret not in said


def test_a_clock_that_is_wrong_is_said(server: DynamicServer, engine_log: EngineLog, opentok_emulator: Emulator) -> None:
    opentok_emulator.advance(3600)
    declare(server, name="Acme")
    assert any("clock is" in text and "behind" in text for text in engine_log.texts("warning"))


@pytest.mark.parametrize("configured", [True, False])
def test_a_refusal_after_the_secret_was_changed_says_how_to_give_the_new_one(
    start_server: StartServer, opentok_emulator: Emulator, configured: bool
) -> None:
    saved = declare(start_server(), **INPUTS)
    old = {"accountKey": opentok_emulator.account_key, "accountSecret": "0ld5ecret" * 4}
    config = {f"opentok:{name}": value for name, value in old.items()} if configured else {}
    environment = {"OPENTOK_ACCOUNT_KEY": old["accountKey"], "OPENTOK_ACCOUNT_SECRET": old["accountSecret"]} if not configured else {}
    late = start_server(config, {"OPENTOK_API_URL": opentok_emulator.url, **environment})
    for refused in (late.refresh, late.delete):
        with pytest.raises(OperationFailed, match="403") as failed:
            refused(saved)
        assert ("run them with --run-program" in str(failed.value)) is configured, "an environment is not in the state"
        assert "\n" not in str(failed.value)
    with pytest.raises(OperationFailed, match="403") as failed:
        late.update(saved, {**INPUTS, "status": "suspended"})
    assert "--run-program" not in str(failed.value)


def test_an_engine_that_does_not_answer_fails_nothing(start_server: StartServer) -> None:
    server = start_server(engine="127.0.0.1:1")
    saved = declare(server, **INPUTS)
    assert up(server, saved, {**INPUTS, "status": "suspended"})[0] == "update"
    server.delete(saved)
