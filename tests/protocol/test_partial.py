# SPDX-License-Identifier: Apache-2.0
"""What stops halfway is kept and goes on with the next run; nothing that was made is forgotten."""

from __future__ import annotations

import pytest

from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import DynamicServer, OperationFailed
from tests.protocol.engine_log import EngineLog
from tests.protocol.runs import declare, up


def test_a_create_whose_suspension_fails_keeps_the_project(
    server: DynamicServer, start_server: StartServer, engine_log: EngineLog, opentok_emulator: Emulator
) -> None:
    inputs = {"name": "Acme", "status": "suspended"}
    opentok_emulator.fault("project.set_status", "status", status=500, times=None)
    saved = declare(server, **inputs)
    (row,) = opentok_emulator.all_projects()
    assert saved.id == row["id"]
    assert saved.outs["status"] == "active", "what is true"
    (message,) = engine_log.texts("error")
    assert "not finished" in message
    assert "suspend project 'Acme'" in message
    assert "HTTP 500" in message

    opentok_emulator.clear_faults()
    op, finished = up(start_server(), saved, inputs)
    assert (op, finished.id, finished.outs["status"]) == ("update", saved.id, "suspended")
    assert up(server, finished, inputs)[0] == "same"


def test_a_rotation_is_kept_when_the_status_change_after_it_fails(server: DynamicServer, engine_log: EngineLog, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme", secret_triggers={"v": "1"})
    wanted = {"name": "Acme", "status": "suspended", "secret_triggers": {"v": "2"}}
    opentok_emulator.fault("project.set_status", "status", status=500, times=None)
    _, stopped = up(server, saved, wanted)
    (row,) = opentok_emulator.all_projects()
    assert row["secret"] != saved.outs["api_secret"].value
    assert stopped.outs["api_secret"].value == row["secret"]
    assert stopped.outs["secret_version"] == 2
    assert any("not finished" in text and "suspend project" in text for text in engine_log.texts("error"))

    opentok_emulator.clear_faults()
    opentok_emulator.clear_journal()
    assert server.diff(stopped, wanted).changes is True
    _, finished = up(server, stopped, wanted)
    assert finished.outs["status"] == "suspended"
    assert [row["operation"] for row in opentok_emulator.journal()] == ["project.get", "project.set_status"], "no second rotation"
    assert up(server, finished, wanted)[0] == "same"


def test_it_goes_on_after_a_refresh_too(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme", secret_triggers={"v": "1"})
    wanted = {"name": "Acme", "status": "suspended", "secret_triggers": {"v": "2"}}
    opentok_emulator.fault("project.set_status", "status", status=500, times=None)
    _, stopped = up(server, saved, wanted)
    opentok_emulator.clear_faults()
    refreshed = server.refresh(stopped)
    assert refreshed is not None
    op, finished = up(server, refreshed, wanted)
    assert (op, finished.outs["status"], finished.outs["secret_version"]) == ("update", "suspended", 2)


def test_a_rotation_that_is_refused_is_still_wanted(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme", secret_triggers={"v": "1"})
    wanted = {"name": "Acme", "secret_triggers": {"v": "2"}}
    opentok_emulator.fault("project.refresh_secret", "status", status=403)
    with pytest.raises(OperationFailed, match=r"project\.refresh_secret"):
        up(server, saved, wanted)
    op, rotated = up(server, saved, wanted)
    assert (op, rotated.outs["secret_version"]) == ("update", 2)


@pytest.mark.parametrize("kind", ["drop_after", "truncate", "garble", "html"])
def test_a_rotation_whose_answer_is_lost_is_done_once(server: DynamicServer, opentok_emulator: Emulator, kind: str) -> None:
    saved = declare(server, name="Acme", secret_triggers={"v": "1"})
    opentok_emulator.clear_journal()
    opentok_emulator.fault("project.refresh_secret", kind)
    _, rotated = up(server, saved, {"name": "Acme", "secret_triggers": {"v": "2"}})
    (row,) = opentok_emulator.all_projects()
    assert rotated.outs["api_secret"].value == row["secret"] != saved.outs["api_secret"].value
    assert [row["operation"] for row in opentok_emulator.journal()].count("project.refresh_secret") == 1


def test_a_rotation_by_a_killed_run_is_repeated_with_a_warning(server: DynamicServer, engine_log: EngineLog, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme", secret_triggers={"v": "1"})
    wanted = {"name": "Acme", "secret_triggers": {"v": "2"}}
    up(server, saved, wanted)  # as by a run whose state was never saved
    engine_log.clear()
    up(server, saved, wanted)
    assert any("trigger rotates it once more" in text for text in engine_log.texts("warning")), engine_log.said
