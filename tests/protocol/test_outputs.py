# SPDX-License-Identifier: Apache-2.0
"""The outputs echo every input and are always complete; `diff`, `read` and `delete` know nothing else."""

from __future__ import annotations

from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.emulator import Emulator
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import DynamicServer
from tests.protocol.runs import declare, up
from tests.protocol.wire import Secret, plain
from tests.things.project import OUTPUTS

ALL = {
    "name": "Acme",
    "status": "active",
    "on_delete": "suspend",
    "adopt": True,
    "allow_duplicate_name": False,
    "secret_triggers": {"version": "1", "who": "Zoë"},
    "secret_max_age": "90d",
    "retired_secrets": ["sha256:" + "0" * 64],
    "rotation_window": {"days": ["sat"], "start": "02:00", "end": "05:00", "timezone": "UTC"},
    "on_external_rotation": "adopt",
    "rotation": "blue-green",
    "token_lifetime": "12h",
    "soak": "3d",
    "handover": "proceed",
}
COMPUTED = OUTPUTS - {"id", "name", "status", "secret_rotation_due_at", "draining_key", "drains_until"}


def test_this_test_knows_every_input() -> None:
    assert set(ALL) | {"existing_id"} == set(PROJECT.inputs)


def test_existing_id_is_echoed(server: DynamicServer, start_server: StartServer) -> None:
    first = declare(start_server(), name="Acme")
    adopted = declare(server, existing_id=first.id, on_delete="retain")
    assert adopted.id == first.id
    assert adopted.outs["existing_id"] == first.id
    assert set(adopted.outs) == {"existing_id", "on_delete", "name", "status", *COMPUTED, "__declared", "__entry", "__schema"}


def test_update_returns_everything_again(server: DynamicServer) -> None:
    saved = declare(server, **ALL)
    updated = server.update(saved, {**ALL, "status": "suspended"})
    assert updated.outs == {**saved.outs, "status": "suspended", "__declared": Secret({"name": "Acme", "status": "suspended"})}


def test_refresh_returns_everything_again(server: DynamicServer) -> None:
    saved = declare(server, **ALL)
    assert server.refresh(saved) == saved


def test_an_input_that_is_taken_away_leaves_the_outputs(server: DynamicServer) -> None:
    saved = declare(server, **ALL)
    op, less = up(server, saved, {"name": "Acme"})
    assert op == "update"
    assert set(less.outs) == {"name", "status", *COMPUTED, "__declared", "__entry", "__private", "__schema"}
    assert set(plain(less.outs["__private"])) == {"former_triggers"}
    assert up(server, less, {"name": "Acme"})[0] == "same"


def test_on_delete_is_obeyed_from_the_outputs(server: DynamicServer, opentok_emulator: Emulator) -> None:
    kept = declare(server, name="Kept", on_delete="retain")
    stopped = declare(server, name="Stopped", on_delete="suspend")
    deleted = declare(server, name="Deleted")
    for saved in (kept, stopped, deleted):
        server.delete(saved)
    left = {row["name"]: row["status"] for row in opentok_emulator.all_projects()}
    assert left == {"Kept": "VALID", "Stopped": "SUSPENDED"}
