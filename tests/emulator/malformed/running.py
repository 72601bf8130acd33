# SPDX-License-Identifier: Apache-2.0
"""Sends the malformed requests to an emulator and looks whether anything has changed there."""

from __future__ import annotations

from typing import Any

from pulumi_opentok.core import operations
from pulumi_opentok.emulator.client import Control
from tests.emulator.malformed.cases import cases
from tests.emulator.malformed.scene import Scene, build, target
from tests.emulator.malformed.sending import Outcome, Wire
from tests.emulator.raw import Raw, sign

LISTS = (operations.ARCHIVE_LIST, operations.BROADCAST_LIST, operations.RENDER_LIST, operations.CALLBACK_LIST)


def state(control: Control, scene: Scene) -> list[Any]:
    """All that a request could have changed, as far as it can be looked at; what ends by itself is left out."""
    tenants = (scene.own, scene.other)
    listed = [tenant.pair.send("GET", target(operation, tenant.ids)).json() for tenant in tenants for operation in LISTS]
    return [control.all_projects(), control.all_sessions(), stable(listed)]


def stable(value: Any) -> Any:
    """Without what changes by the look at it: links and states of what runs."""
    if isinstance(value, dict):
        return {name: stable(one) for name, one in value.items() if name not in ("url", "status", "duration", "updatedAt")}
    return [stable(one) for one in value] if isinstance(value, list) else value


def send_all(control: Control, key: str, secret: str, *, count: int, seed: int) -> Outcome:
    """Builds the scene, sends ``count`` malformed requests on one connection; a change of the state is a failure as well."""
    scene = build(control, key, secret)
    before = state(control, scene)
    wire = Wire(control.url, lambda: good_request(scene.account))
    try:
        outcome = wire.send(cases(scene, count, seed))
    finally:
        wire.close()
    if state(control, scene) != before:
        outcome.failures.append("something was changed by requests that were all refused")
    return outcome


def good_request(account: Raw) -> bytes:
    """A request that is answered with 200 at any time."""
    token = sign(account.key, account.secret, account.kind).encode()
    return b"GET /v2/project HTTP/1.1\r\nHost: localhost\r\nX-OPENTOK-AUTH: " + token + b"\r\n\r\n"
