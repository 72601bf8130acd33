# SPDX-License-Identifier: Apache-2.0
"""Deliveries and the end of the emulator: a reset, a restart with the same data, a SIGTERM in the middle."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from pulumi_opentok.emulator import Control, Emulator
from tests.emulator.command import Start, described
from tests.emulator.raw import Raw
from tests.emulator.receiver import Receiver
from tests.emulator.scene import Scene, new_session

HOUR = 3600


def test_a_reset_forgets_webhooks_and_deliveries(scene: Scene, receiver: Receiver) -> None:
    scene.watch(receiver.url, "session")
    receiver.answers = [500, 500]
    scene.emulator.connect(scene.session)
    scene.emulator.settle()
    last = scene.last_delivery()["seq"]
    scene.emulator.reset()
    assert scene.emulator.deliveries() == []
    receiver.rest()
    scene.emulator.advance(HOUR)
    assert receiver.rest() == []
    scene.emulator.reset()
    with Raw(scene.emulator.url, scene.emulator.account_key, scene.emulator.account_secret) as account:
        again = Scene.of(scene.emulator, account)
        again.watch(receiver.url, "session")
        again.emulator.connect(again.session)
        assert [each["seq"] for each in again.emulator.deliveries(last)] == [last + 1, last + 2]


def deliver_to(receiver: Receiver, emulator: Emulator) -> None:
    """Has a delivery under way that is not answered."""
    with Raw(emulator.url, emulator.account_key, emulator.account_secret) as account:
        scene = Scene.of(emulator, account)
        scene.watch(receiver.url, "session")
        receiver.held.clear()
        emulator.connect(scene.session)
        receiver.next()


def test_a_reset_breaks_off_what_is_under_way(receiver: Receiver) -> None:
    with Emulator(webhook_timeout=60) as emulator:
        deliver_to(receiver, emulator)
        emulator.reset()
        receiver.broken_off()
        emulator.settle()
        assert emulator.deliveries() == []


def test_a_restart_goes_on_where_it_was(tmp_path: Path, receiver: Receiver) -> None:
    data = tmp_path / "opentok.db"
    with Emulator(data=data) as emulator, Raw(emulator.url, emulator.account_key, emulator.account_secret) as account:
        scene = Scene.of(emulator, account)
        scene.watch(receiver.url, "archive")
        receiver.answers = [503]
        emulator.publish(scene.session)
        archive = scene.start("archive")
        emulator.settle()
        (before,) = emulator.deliveries()
        scene.ask("POST", f"archive/{archive['id']}/stop")
        emulator.settle()
        assert receiver.events() == ["started", "stopped"]
    with Emulator(data=data) as emulator:
        emulator.set_clock(before["next"])
        assert receiver.events() in (["started", "available"], ["available", "started"])
        assert [(each["attempts"], each["delivered"]) for each in emulator.deliveries()] == [(2, True), (1, True), (1, True)]
        (project,) = emulator.all_projects()
        assert [each["group"] for each in emulator.webhooks(project["id"])] == ["archive"]


def test_a_stop_leaves_no_task_behind(receiver: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    with Emulator(webhook_timeout=60) as emulator:
        deliver_to(receiver, emulator)
    receiver.broken_off()
    gc.collect()  # asyncio tells of a task that is thrown away while it waits
    assert [record.getMessage() for record in caplog.records] == []


def test_a_sigterm_ends_it_at_once_with_deliveries_under_way_and_they_are_made_later(
    tmp_path: Path, receiver: Receiver, command: Start
) -> None:
    arguments = ("--port", "0", "--json", "--webhook-timeout", "60", "--data", str(tmp_path / "opentok.db"))
    process = command(*arguments)
    said = described(process)
    receiver.held.clear()
    with Raw(said["url"], said["account_key"], said["account_secret"]) as account:
        control = Control(said["url"])
        client = account.of(account.create())
        control.set_webhook(client.key, "session", receiver.url)
        session = new_session(client)
        control.connect(session)
        control.close()
    assert receiver.next().body["event"] == "sessionCreated"
    process.terminate()
    assert process.communicate(timeout=30) == ("", "")  # far less than the receiver may take
    assert process.returncode == 0
    receiver.held.set()
    process = command(*arguments)
    described(process)
    assert [receiver.next().body["event"] for _ in range(2)] == ["sessionCreated", "connectionCreated"]
    process.terminate()
    assert process.communicate(timeout=30) == ("", "")
