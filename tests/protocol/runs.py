# SPDX-License-Identifier: Apache-2.0
"""What the engine does with one resource in an `up`: check, then create, or diff and what that asks for; and whose credentials it has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi_opentok.emulator import Emulator
from tests.protocol.dynamic_server import DynamicServer, Saved
from tests.things.sessions import ACME, ACME_SECRET


def by_account(emulator: Emulator, pair: tuple[str, str] | None = None) -> dict[str, str]:
    """The environment of a run with the account pair alone."""
    key, secret = pair or (emulator.account_key, emulator.account_secret)
    return {"OPENTOK_API_URL": emulator.url, "OPENTOK_ACCOUNT_KEY": key, "OPENTOK_ACCOUNT_SECRET": secret}


def by_project_pair(emulator: Emulator, key: str = ACME, secret: str = ACME_SECRET) -> dict[str, str]:
    """The environment of a run with the pair of one project alone."""
    return {"OPENTOK_API_URL": emulator.url, "OPENTOK_API_KEY": key, "OPENTOK_API_SECRET": secret}


def declare(server: DynamicServer, **inputs: Any) -> Saved:
    """The first `up` of a resource."""
    return up(server, None, inputs)[1]


def up(server: DynamicServer, saved: Saved | None, inputs: Mapping[str, Any]) -> tuple[str, Saved]:
    """What was done (`create`, `same`, `update` or `replace`) and the resource afterwards."""
    checked, failures = server.check(inputs, saved.inputs if saved else {})
    assert failures == {}
    if saved is None:
        return "create", server.create(checked)
    difference = server.diff(saved, checked)
    changes = checked != saved.inputs if difference.changes is None else difference.changes
    if difference.replaces:
        new = server.create(checked)
        server.delete(saved)
        return "replace", new
    return ("update", server.update(saved, checked)) if changes else ("same", Saved(saved.id, checked, saved.outs))
