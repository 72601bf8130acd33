# SPDX-License-Identifier: Apache-2.0
"""How many requests leave, and that none does where the engine only compares."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import DynamicServer
from tests.protocol.runs import declare, up


def operations(emulator: Emulator) -> Counter[str]:
    return Counter(row["operation"] for row in emulator.journal())


def test_one_list_before_all_creates_of_a_run_and_one_after_each_that_stands_alone(server: DynamicServer, opentok_emulator: Emulator) -> None:
    for number in range(5):
        declare(server, name=f"Tenant {number}")
    assert operations(opentok_emulator) == {"project.list": 1 + 5, "project.create": 5}


def test_sixteen_creates_at_once_share_their_lists(server: DynamicServer, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.create", "delay", seconds=0.05, times=None)
    with ThreadPoolExecutor(16) as pool:
        saved = list(pool.map(lambda number: declare(server, name=f"Tenant {number}"), range(16)))
    asked = operations(opentok_emulator)
    assert asked["project.create"] == 16
    assert 2 <= asked["project.list"] <= 1 + 8, "the last of several that are under way looks for all of them"
    assert len({row.id for row in saved}) == len(opentok_emulator.all_projects()) == 16


def test_check_and_diff_send_nothing(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme", status="active", secret_triggers={"v": "1"})
    opentok_emulator.clear_journal()
    for news in (
        {"name": "Acme", "status": "active", "secret_triggers": {"v": "1"}},
        {"name": "Acme", "status": "suspended", "secret_triggers": {"v": "2"}},
        {"name": "Other"},
        {"existing_id": "46000099"},
        {"name": "Acme", "adopt": True},
    ):
        server.check(news, saved.inputs)
        server.diff(saved, news)
    assert opentok_emulator.journal() == []


def test_an_unchanged_resource_costs_nothing_and_a_refresh_one_read(start_server: StartServer, opentok_emulator: Emulator) -> None:
    server = start_server()
    rows = [declare(server, name=f"Tenant {number}") for number in range(3)]
    opentok_emulator.clear_journal()
    next_run = start_server()
    for saved in rows:
        assert up(next_run, saved, saved.inputs)[0] == "same"
    assert operations(opentok_emulator) == {}
    for saved in rows:
        next_run.refresh(saved)
    assert operations(opentok_emulator) == {"project.get": 3}


def test_delete_reads_and_deletes(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme")
    opentok_emulator.clear_journal()
    server.delete(saved)
    assert operations(opentok_emulator) == {"project.get": 1, "project.delete": 1}


def test_a_rotation_is_proven_by_one_signed_read(server: DynamicServer, opentok_emulator: Emulator) -> None:
    saved = declare(server, name="Acme", secret_triggers={"v": "1"})
    opentok_emulator.clear_journal()
    up(server, saved, {"name": "Acme", "secret_triggers": {"v": "2"}})
    assert operations(opentok_emulator) == {"project.get": 1, "project.refresh_secret": 1, "archive.list": 1}
