# SPDX-License-Identifier: Apache-2.0
"""Stacks, playbooks and commands that share a ledger: one project of a name, one rotation for one intent, whoever comes first."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core.desired.ledger.ledger import Subject
from pulumi_opentok.core.desired.ledger.places import ledger_at
from pulumi_opentok.emulator import Emulator
from tests.cli.running import Command
from tests.engine.environment import REPO, whole_environment
from tests.moto_server import moto_server  # noqa: F401 - a fixture
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import DynamicServer, OperationFailed
from tests.protocol.engine_log import EngineLog
from tests.protocol.native_server import NativeServer
from tests.protocol.runs import declare, up

Start = Callable[[], DynamicServer]
AWS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "not-a-secret", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture
def place(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: F811
    import boto3

    for name, value in AWS.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("s3", endpoint_url=moto_server)
    client.create_bucket(Bucket="ledgers")
    for found in client.list_objects_v2(Bucket="ledgers").get("Contents", ()):
        client.delete_object(Bucket="ledgers", Key=found["Key"])
    return f"s3://ledgers/opentok?endpoint={moto_server}"


@pytest.fixture
def start(start_server: StartServer, opentok_emulator: Emulator, place: str) -> Start:
    """Starts a stack's provider that shares the ledger, each a run of the engine by itself."""
    return lambda: start_server({"opentok:ledger": place}, env={**opentok_emulator.env, **AWS})


def entries(place: str) -> dict[str, Any]:
    with ledger_at(place).read_only() as book:
        return dict(book.everything())


def test_what_is_made_is_noted_and_what_is_deleted_forgotten(start: Start, place: str, opentok_emulator: Emulator) -> None:
    server = start()
    saved = declare(server, name="Acme", secret_triggers={"v": "1"})
    (entry,) = entries(place).values()
    assert (entry["id"], entry["name"], entry["account_key"]) == (saved.id, "Acme", opentok_emulator.account_key)
    (row,) = opentok_emulator.all_projects()
    assert row["secret"] not in json.dumps(entry)
    server.delete(saved)
    assert entries(place) == {}


def test_many_stacks_make_one_project_of_a_name(start: Start, place: str, opentok_emulator: Emulator) -> None:
    servers = [start() for _ in range(3)]

    def make(server: DynamicServer) -> str:
        try:
            return declare(server, name="Acme").id
        except OperationFailed as error:
            return str(error)

    opentok_emulator.fault("project.create", "delay", seconds=0.3, times=3)
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(make, servers))
    (row,) = opentok_emulator.all_projects()
    assert sorted(text == row["id"] for text in made) == [False, False, True], made
    assert all(text == row["id"] or "Acme" in text for text in made)


@pytest.mark.parametrize("between", ["", "{name: Acme}", "{name: Acme, secret_triggers: {theirs: '1'}}"])
def test_a_rotation_that_another_has_done_is_not_done_again(
    start: Start, place: str, opentok_emulator: Emulator, tmp_path: Path, between: str
) -> None:
    """By the command, for the same triggers; the stack was not refreshed since, and a third party declares no such trigger."""
    first, again = {"name": "Acme", "secret_triggers": {"v": "1"}}, {"name": "Acme", "secret_triggers": {"v": "2"}}
    saved = declare(start(), **first)
    command = Command(opentok_emulator, tmp_path)
    file = command.file("projects: [{name: Acme, secret_triggers: {v: '2'}}]")
    command("apply", "-f", file, "--ledger", place, **AWS).ok()
    if between:
        command("apply", "-f", command.file(f"projects: [{between}]", "third.yaml"), "--ledger", place, **AWS).ok()
    (live,) = opentok_emulator.all_projects()
    opentok_emulator.clear_journal()
    _what, after = up(start(), saved, again)
    (row,) = opentok_emulator.all_projects()
    assert (row["secret"], after.outs["secret_version"]) == (live["secret"], 2)
    assert "project.refresh_secret" not in [entry["operation"] for entry in opentok_emulator.journal()]
    assert up(start(), after, again)[0] == "same"
    command("plan", "-f", file, "--ledger", place, "--expect-no-changes", **AWS).ok()


def test_and_the_other_way_round(start: Start, place: str, opentok_emulator: Emulator, tmp_path: Path) -> None:
    saved = declare(start(), name="Acme", secret_triggers={"v": "1"})
    up(start(), saved, {"name": "Acme", "secret_triggers": {"v": "2"}})
    (live,) = opentok_emulator.all_projects()
    command = Command(opentok_emulator, tmp_path)
    file = command.file("projects: [{name: Acme, secret_triggers: {v: '2'}}]")
    assert "1 as declared" in command("apply", "-f", file, "--ledger", place, **AWS).ok().out
    (row,) = opentok_emulator.all_projects()
    assert row["secret"] == live["secret"]


def test_a_name_that_a_list_does_not_show_yet_is_seen(start: Start, place: str, opentok_emulator: Emulator) -> None:
    opentok_emulator.fault("project.list", "lag", seconds=3600, after=2, times=9)
    first = declare(start(), name="Acme")
    with pytest.raises(OperationFailed, match=first.id):
        declare(start(), name="Acme")
    assert len(opentok_emulator.all_projects()) == 1


def test_who_holds_it_is_waited_for(start: Start, place: str, opentok_emulator: Emulator) -> None:
    server = start()
    saved = declare(server, name="Acme")
    with ThreadPoolExecutor(1) as pool:
        with ledger_at(place).locked() as book, book.lease(Subject("project", key=saved.id, account=opentok_emulator.account_key)):
            opentok_emulator.clear_journal()
            deleted = pool.submit(server.delete, saved)
            while not any("is held by another run" in text for _severity, text in server.said):
                assert not deleted.done()
            assert opentok_emulator.journal() == []
        deleted.result()
    assert opentok_emulator.all_projects() == []


HOLDS = """\
import sys
from pulumi_opentok._ledgers import book_of
from pulumi_opentok.core.desired.ledger.places import ledger_at
book_of(ledger_at(sys.argv[1])).set("project/1", {"name": "Acme"})
"""


def held_by_nobody(place: str) -> None:
    """One that was killed would be waited for until it counts as dead."""
    with ledger_at(place, patience=0.0).locked() as book:
        book.alone()


def test_a_plugin_that_was_told_to_end_holds_nothing(place: str, opentok_emulator: Emulator, engine_log: EngineLog) -> None:
    server = NativeServer({**opentok_emulator.env, **AWS}, engine=engine_log.address)
    server.said = []
    server.configure({"opentok:ledger": place})
    declare(server, name="Acme")
    server.process.interrupt()
    server.process.wait()
    held_by_nobody(place)
    server.close()


def test_nor_does_a_process_that_ends_by_itself(place: str) -> None:
    """As the SDK's server does when the engine interrupts it."""
    subprocess.run([sys.executable, "-c", HOLDS, place], env=whole_environment({"PYTHONPATH": str(REPO), **AWS}), check=True)
    assert list(entries(place)) == ["project/1"]
    held_by_nobody(place)


def test_previews_write_nothing(start: Start, place: str, opentok_emulator: Emulator) -> None:
    saved = declare(start(), name="Acme", secret_triggers={"v": "1"})
    server = start()
    before = entries(place)
    server.check({"name": "Acme", "secret_triggers": {"v": "2"}}, saved.inputs)
    server.diff(saved, {"name": "Acme", "secret_triggers": {"v": "2"}})
    assert entries(place) == before


WRONG = [
    ("ledger.json", "must be the URL of a ledger that many runs share"),
    ("file:/tmp/l.json", "not a file, which one run holds at a time"),
    ("gopher://x/y", "must be the path of a file, postgresql://HOST/DATABASE"),
    ("s3://Bucket", "must be s3://BUCKET/KEY"),
    ("s3://ledgers/opentok?endpoint=http://127.0.0.1:1", "cannot be used: no usable answer"),
]


@pytest.mark.parametrize(("place", "says"), WRONG, ids=lambda value: value.partition("?")[0])
def test_a_ledger_that_cannot_be_used(start_server: StartServer, opentok_emulator: Emulator, place: str, says: str) -> None:
    server = start_server({"opentok:ledger": place}, env={**opentok_emulator.env, **AWS, "AWS_MAX_ATTEMPTS": "1"})
    with pytest.raises(OperationFailed) as caught:
        declare(server, name="Acme")
    assert says in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert opentok_emulator.journal() == []
