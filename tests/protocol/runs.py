# SPDX-License-Identifier: Apache-2.0
"""What the engine does with one resource in an `up`: check, then create, or diff and what that asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.protocol.dynamic_server import DynamicServer, Saved


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
