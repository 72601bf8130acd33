# SPDX-License-Identifier: Apache-2.0
"""Delivery of webhooks: to whom, in which order, how often, signed, across restarts. What each event says is in test_webhook_events.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pulumi_opentok.emulator import Emulator
from tests.emulator.raw import Raw
from tests.emulator.receiver import Receiver

JSON = {"Accept": "application/json"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def project(raw: Raw) -> Raw:
    return raw.of(raw.create())


def create(client: Raw) -> str:
    return str(client.send("POST", "/session/create", data={"p2p.preference": "disabled"}, headers=JSON).json()[0]["session_id"])


def test_an_archive_tells_every_change_of_its_status_in_order(opentok_emulator: Emulator, project: Raw, receiver: Receiver) -> None:
    opentok_emulator.set_webhook(project.key, "archive", receiver.url + "/archive")
    session = create(project)
    opentok_emulator.connect(session)
    archive = project.send("POST", f"/v2/project/{project.key}/archive", json={"sessionId": session}).json()
    opentok_emulator.publish(session)
    project.send("POST", f"/v2/project/{project.key}/archive/{archive['id']}/stop")
    opentok_emulator.advance(80 * 3600)
    received = receiver.rest()
    assert [each.body["status"] for each in received] == ["started", "paused", "started", "stopped", "available", "expired"]
    assert {each.path for each in received} == {"/archive"}
    assert all(each.body["id"] == archive["id"] and each.body["event"] == "archive" for each in received)
    assert [each["delivered"] for each in opentok_emulator.deliveries()] == [True] * 6
