# SPDX-License-Identifier: Apache-2.0
"""A create leaves exactly one project, whatever happens to its answer or to the process that waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import DynamicServer, OperationFailed
from tests.protocol.engine_log import EngineLog
from tests.protocol.runs import declare, up

UNNAMED = {"name": "acme-7b4e7a0", "__take_by_name": True}
"""What a `Project` without a name gives."""

LOST = ["drop_after", "drop_before", "truncate", "garble", "html"]


@contextmanager
def in_the_background(work: Callable[[], Any]) -> Iterator[None]:
    def quietly() -> None:
        with pytest.raises(OperationFailed):
            work()

    thread = threading.Thread(target=quietly)
    thread.start()
    yield
    thread.join()


def wait_until(true: Callable[[], Any]) -> None:
    while not true():
        time.sleep(0.01)


@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize("inputs", [{"name": "Acme"}, UNNAMED], ids=["named", "unnamed"])
def test_a_lost_answer(server: DynamicServer, opentok_emulator: Emulator, inputs: dict[str, Any], kind: str) -> None:
    opentok_emulator.fault("project.create", kind)
    saved = declare(server, **inputs)
    (row,) = opentok_emulator.all_projects()
    assert (saved.id, saved.outs["name"]) == (row["id"], inputs["name"])
    assert up(server, saved, inputs)[0] == "same"


@pytest.mark.parametrize("kind", ["drop_after", "truncate"])
def test_a_lost_answer_for_a_wanted_twin(server: DynamicServer, opentok_emulator: Emulator, kind: str) -> None:
    first = declare(server, name="Acme")
    opentok_emulator.fault("project.create", kind)
    twin = declare(server, name="Acme", allow_duplicate_name=True)
    assert {row["id"] for row in opentok_emulator.all_projects()} == {first.id, twin.id}
    assert first.id != twin.id


def test_lost_answers_among_many_creates(server: DynamicServer, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.create", "drop_after", times=4, after=2)
    with ThreadPoolExecutor(8) as pool:
        saved = list(pool.map(lambda number: declare(server, name=f"Tenant {number}"), range(12)))
    rows = {row["name"]: row["id"] for row in opentok_emulator.all_projects()}
    assert {row.outs["name"]: row.id for row in saved} == rows
    assert len(opentok_emulator.all_projects()) == 12


def test_a_lost_answer_is_told(server: DynamicServer, engine_log: EngineLog, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.create", "drop_after")
    saved = declare(server, name="Acme")
    assert any("was lost" in text and saved.id in text for text in engine_log.texts("warning"))


def killed_between_create_and_answer(server: DynamicServer, emulator: Emulator, inputs: dict[str, Any]) -> str:
    """`kill -9` while OpenTok has the project and nobody else knows of it. The project's id."""
    emulator.fault("project.create", "delay", seconds=600)
    checked, _ = server.check(inputs)
    with in_the_background(lambda: server.create(checked)):
        wait_until(emulator.all_projects)
        server.kill()
    emulator.clear_faults()
    (row,) = emulator.all_projects()
    return str(row["id"])


@pytest.mark.dynamic_only
def test_an_unnamed_resource_finds_the_project_of_a_killed_run(start_server: StartServer, opentok_emulator: Emulator) -> None:
    orphan = killed_between_create_and_answer(start_server(), opentok_emulator, UNNAMED)
    opentok_emulator.clear_journal()
    saved = declare(start_server(), **UNNAMED)
    assert saved.id == orphan
    assert [row["operation"] for row in opentok_emulator.journal()] == ["project.list"]
    assert len(opentok_emulator.all_projects()) == 1


@pytest.mark.dynamic_only
def test_and_brings_it_into_the_declared_state(start_server: StartServer, opentok_emulator: Emulator) -> None:
    inputs = {**UNNAMED, "status": "suspended"}
    killed_between_create_and_answer(start_server(), opentok_emulator, inputs)
    server = start_server()
    saved = declare(server, **inputs)
    (row,) = opentok_emulator.all_projects()
    assert (row["status"], saved.outs["status"]) == ("SUSPENDED", "suspended")
    assert up(server, saved, inputs)[0] == "same"


def test_a_named_one_of_a_killed_run_is_refused_with_the_ways_out(start_server: StartServer, opentok_emulator: Emulator) -> None:
    """Its name is the user's own and could be anybody's, so it is not taken without being asked."""
    orphan = killed_between_create_and_answer(start_server(), opentok_emulator, {"name": "Acme"})
    server = start_server()
    with pytest.raises(OperationFailed, match=rf"exists already .*{orphan}.*existing_id.*adopt=True"):
        declare(server, name="Acme")
    assert len(opentok_emulator.all_projects()) == 1
    saved = declare(server, name="Acme", adopt=True)
    assert saved.id == orphan
    assert up(server, saved, {"name": "Acme"})[0] == "update", "adopt may be taken out again"


def test_two_resources_of_one_name_are_refused(server: DynamicServer, opentok_emulator: Emulator) -> None:
    declare(server, name="Acme")
    with pytest.raises(OperationFailed, match="exists already"):
        declare(server, name="Acme")
    assert len(opentok_emulator.all_projects()) == 1


def test_two_resources_of_one_name_at_once_make_one_project(server: DynamicServer, opentok_emulator: Emulator) -> None:
    def attempt(_number: int) -> bool:
        try:
            declare(server, name="Acme")
        except OperationFailed:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]
    assert len(opentok_emulator.all_projects()) == 1


def test_a_wanted_twin_is_told(server: DynamicServer, engine_log: EngineLog) -> None:
    first = declare(server, name="Acme")
    declare(server, name="Acme", allow_duplicate_name=True)
    assert engine_log.said == [("warning", f"1 other project(s) have that name already: ids {first.id}")]


def test_wanted_twins_at_once(server: DynamicServer, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.create", "delay", seconds=0.3, times=None)
    with ThreadPoolExecutor(4) as pool:
        saved = list(pool.map(lambda _: declare(server, name="Acme", allow_duplicate_name=True), range(4)))
    assert len({row.id for row in saved}) == len(opentok_emulator.all_projects()) == 4
