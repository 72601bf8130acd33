# SPDX-License-Identifier: Apache-2.0
"""Malformed requests over all operations: 4xx in the API's shape, on a connection that stays usable, and nothing is changed by them."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from pulumi_opentok.core import operations
from pulumi_opentok.core.operations import OPERATIONS, Operation
from pulumi_opentok.emulator import Emulator
from tests.emulator.malformed.running import send_all
from tests.emulator.malformed.scene import BODIES, Scene, build, target, valid_body
from tests.emulator.raw import Raw, sign

COUNT, SEED = 3000, 20261125


def test_each_kind_on_each_operation_and_more() -> None:
    """The full 20,000 are `make bench B=malformed`."""
    with Emulator(seed=1, strict_exp=True) as opentok:
        outcome = send_all(opentok, opentok.account_key, opentok.account_secret, count=COUNT, seed=SEED)
        statuses = {entry["status"] for entry in opentok.journal()}
    assert "\n".join(outcome.failures[:20]) == ""
    assert outcome.sent == COUNT
    assert set(outcome.operations) == {operation.name for operation in OPERATIONS}
    assert not any(status is None or status >= 500 for status in statuses)


@pytest.fixture(scope="module")
def scene() -> Any:
    with Emulator() as opentok:
        yield build(opentok, opentok.account_key, opentok.account_secret)


WRONG: list[tuple[Operation, tuple[Any, ...], Any]] = [
    # what has been accepted once, or was ignored
    (operations.SESSION_MUTE, ("excludedStreamIds", 0), "\ud800"),
    (operations.SIP_DIAL, ("sip", "headers", "X-Key"), "\udfff"),
    (operations.SIP_DIAL, ("sip", "headers", "X-Key"), None),
    (operations.AUDIO_CONNECTOR_START, ("websocket", "headers", "X-Key"), "\udfff"),
    (operations.BROADCAST_START, ("outputs", "rtmp"), False),
    (operations.BROADCAST_START, ("outputs", "rtmp"), {}),
]


@pytest.mark.parametrize(("operation", "place", "value"), WRONG)
def test_a_field_that_is_wrong(scene: Scene, operation: Operation, place: tuple[Any, ...], value: Any) -> None:
    body: Any = copy.deepcopy(BODIES[operation.name](scene.own.ids))
    inner = body
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert scene.own.pair.send(operation.method, target(operation, scene.own.ids), json=body).status_code == 400


def test_an_encoded_slash_is_part_of_an_id(scene: Scene) -> None:
    """It must not make the path of a list, or of another operation, out of that of one thing."""
    key = scene.own.ids["api_key"]
    assert scene.account.send("GET", "/v2/project/%2F").status_code == 404
    assert scene.account.send("DELETE", f"/v2/project/{key}%2F").status_code == 404
    assert scene.own.pair.send("GET", f"/v2/project/{key}/archive/%2f").status_code == 400
    stop = f"/v2/project/{key}/broadcast/{scene.own.ids['broadcast_id']}%2Fstop"
    assert scene.own.pair.send("POST", stop).status_code == 405
    assert scene.own.pair.send("GET", f"/v2/project/{key}/archive/").status_code == 200


def test_a_token_that_is_too_long(scene: Scene) -> None:
    pair = scene.account
    for length, status in ((7000, 403), (5000, 200)):  # base64 makes a third more of it
        token = sign(pair.key, pair.secret, "account", data="x" * length)
        assert pair.send("GET", "/v2/project", token=token).status_code == status


def test_a_project_suspended_in_the_middle_of_a_broadcast(scene: Scene) -> None:
    """Its key does nothing any more, whatever was going on goes on, and is there when it is active again."""
    tenant = scene.suspended
    for operation in OPERATIONS:
        if operation.credentials == "project":
            body = valid_body(operation.name, tenant.ids) if operation.name in BODIES else None
            answer = tenant.pair.send(operation.method, target(operation, tenant.ids), json=body, headers={"Accept": "application/json"})
            said = {"code": -1, "message": "The project is suspended", "description": "The project is suspended"}
            assert (operation.name, answer.status_code, answer.json()) == (operation.name, 403, said)
    scene.account.send("PUT", f"/v2/project/{tenant.ids['api_key']}", json={"status": "ACTIVE"})
    assert _running(tenant.pair, tenant.ids) == ("started", "paused", 1)
    stopped = tenant.pair.send("POST", target(operations.BROADCAST_STOP, tenant.ids))
    assert (stopped.status_code, stopped.json()["status"]) == (200, "stopped")


def _running(pair: Raw, ids: dict[str, str]) -> tuple[str, str, int]:
    broadcast = pair.send("GET", target(operations.BROADCAST_GET, ids)).json()
    archive = pair.send("GET", target(operations.ARCHIVE_GET, ids)).json()
    return broadcast["status"], archive["status"], len(pair.send("GET", target(operations.CALLBACK_LIST, ids)).json())
