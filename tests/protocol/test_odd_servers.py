# SPDX-License-Identifier: Apache-2.0
"""What the provider says and keeps where OpenTok, or what is in between, does not do as it answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.core.odd_server import OddServer, answered_with, lost, status_after, status_instead, twice
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import OperationFailed
from tests.protocol.engine_log import EngineLog
from tests.protocol.runs import declare, up


@pytest.fixture
def odd_server() -> Iterator[OddServer]:
    server = OddServer()
    yield server
    server.close()


def test_two_stacks_that_adopt_and_a_list_that_lags(odd_server: OddServer, start_server: StartServer, engine_log: EngineLog) -> None:
    inputs = {"name": "Acme", "adopt": True}
    first = declare(start_server(env=odd_server.env), **inputs)
    assert engine_log.texts("error") == []
    odd_server.next("list", answered_with([]))
    server = start_server(env=odd_server.env)
    second = declare(server, **inputs)
    assert {first.id, second.id} == set(odd_server.rows), "both are kept"
    (said,) = engine_log.texts("error")
    assert said.startswith(f"not finished: 2 projects are named 'Acme' now: ids {first.id} and {second.id}. This run created {second.id}")
    assert f"Keep {first.id}, the oldest" in said


def test_a_create_that_is_delivered_twice_and_one_that_fails_beside_it(
    odd_server: OddServer, start_server: StartServer, engine_log: EngineLog
) -> None:
    odd_server.next("create", twice, status_instead(403))
    server = start_server(env=odd_server.env)
    saved = declare(server, name="Acme")
    with pytest.raises(OperationFailed, match="HTTP 403"):
        declare(server, name="Beta")
    assert [f"ids 46000001 and {saved.id}" in text for text in engine_log.texts("error")] == [True]


def test_a_name_that_is_rewritten_is_kept_and_told(odd_server: OddServer, start_server: StartServer, engine_log: EngineLog) -> None:
    odd_server.spell = str.lower
    server = start_server(env=odd_server.env)
    saved = declare(server, name="ACME")
    (said,) = engine_log.texts("error")
    assert said.startswith(f"not finished: project {saved.id} was created, but OpenTok writes its name 'acme' where 'ACME' was sent")
    again = start_server(env=odd_server.env)
    assert up(again, saved, {"name": "ACME"})[0] == "same"
    assert "OpenTok writes the name so" in engine_log.texts("warning")[-1]
    assert len(odd_server.rows) == 1


def test_a_secret_read_soon_after_a_rotation_is_not_taken_for_the_live_one(
    odd_server: OddServer, start_server: StartServer, engine_log: EngineLog
) -> None:
    server = start_server(env=odd_server.env)
    saved = declare(server, name="Acme", secret_triggers={"v": "1"})
    old = dict(odd_server.only())
    _, saved = up(server, saved, {"name": "Acme", "secret_triggers": {"v": "2"}})
    live = odd_server.only()["secret"]
    engine_log.clear()
    odd_server.next("get", answered_with(old), answered_with({**old, "status": "VALID"}))
    refreshed = server.refresh(saved)
    assert refreshed is not None
    inputs = {"name": "Acme", "secret_triggers": {"v": "2"}, "retired_secrets": [old["secret"]], "on_delete": "retain"}
    _, updated = up(server, refreshed, inputs)
    for after in (refreshed, updated):
        assert after.outs["api_secret"].value == live == odd_server.only()["secret"]
        assert after.outs["secret_version"] == 2
    assert engine_log.texts("warning") == []
    assert odd_server.asked["refresh"] == 1


def test_a_rotation_that_is_none_fails_and_is_wanted_again(odd_server: OddServer, start_server: StartServer) -> None:
    server = start_server(env=odd_server.env)
    saved = declare(server, name="Acme", secret_triggers={"v": "1"})
    odd_server.next("refresh", answered_with(dict(odd_server.only())))
    wanted = {"name": "Acme", "secret_triggers": {"v": "2"}}
    with pytest.raises(OperationFailed, match="the secret is the same as before, also when it is read back"):
        up(server, saved, wanted)
    op, rotated = up(start_server(env=odd_server.env), saved, wanted)
    assert (op, rotated.outs["secret_version"]) == ("update", 2)
    assert rotated.outs["api_secret"].value == odd_server.only()["secret"] != saved.outs["api_secret"].value


def test_a_new_secret_that_is_not_proven_is_kept_and_not_finished(odd_server: OddServer, start_server: StartServer, engine_log: EngineLog) -> None:
    server = start_server(env=odd_server.env)
    saved = declare(server, name="Acme", secret_triggers={"v": "1"})
    odd_server.next("prove", *[status_instead(400)] * 2)
    _, rotated = up(server, saved, {"name": "Acme", "secret_triggers": {"v": "2"}})
    assert rotated.outs["api_secret"].value == odd_server.only()["secret"]
    assert ["not finished: the secret of" in text and "could not be proven to work" in text for text in engine_log.texts("error")] == [True]


@pytest.mark.parametrize("odd", [lost, status_after(409)])
def test_a_lost_create_is_found(odd_server: OddServer, start_server: StartServer, engine_log: EngineLog, odd: Any) -> None:
    odd_server.next("create", odd)
    saved = declare(start_server(env=odd_server.env), name="Acme")
    assert saved.id == odd_server.only()["id"]
    assert engine_log.texts("error") == []
