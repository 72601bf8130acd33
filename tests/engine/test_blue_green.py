# SPDX-License-Identifier: Apache-2.0
"""A blue/green rotation on the real engine: one resource with one id, and what is declared for its key follows the active one."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok import native
from pulumi_opentok.core.api.session_ids import decode_session_id
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import NewStack, ProjectStack


def long_ago(platform: ProjectStack) -> None:
    """What the state remembers of the steps was so years ago: no clock but the emulator's can be set forward, and each preview has its own."""
    path = platform.stack.work_dir / "state.json"
    assert platform.stack.cli("stack", "export", "--show-secrets", "--file", str(path)).returncode == 0
    text, times = re.subn(r"((?:published|suspended)_at\W+)20\d\d", r"\g<1>2020", path.read_text(encoding="utf-8"))
    assert times
    path.write_text(text, encoding="utf-8")
    assert platform.stack.cli("stack", "import", "--file", str(path)).returncode == 0
    path.unlink()


@pytest.mark.long
@pytest.mark.parametrize("package", [opentok, native], ids=["dynamic", "native"])
def test_life(new_stack: NewStack, opentok_emulator: Emulator, package: ModuleType, request: pytest.FixtureRequest) -> None:
    acme: dict[str, Any] = {"name": "ACME", "rotation": "blue-green", "secret_triggers": {"v": "1"}, "token_lifetime": "2h", "soak": "3h"}

    def program() -> None:
        project = package.Project("acme", **acme)
        room = package.Session("room", project=project)
        for name in ("id", "active_key", "draining_key", "drains_until"):
            pulumi.export(name, getattr(project, name))
        pulumi.export("room", room.session_id)

    def rows() -> dict[str, str]:
        return {row["id"]: row["status"].replace("ACTIVE", "VALID") for row in opentok_emulator.all_projects()}

    platform = ProjectStack(new_stack, opentok_emulator, package=package)
    platform.stack.program = program
    platform.up().ok()
    made = platform.stack.outputs()
    old = made["active_key"]
    assert (made["id"], made.get("draining_key")) == (old, None)
    acme["secret_triggers"] = {"v": "2"}
    planned = platform.planned()
    assert any("create a second project 'ACME', to take the place of" in text for text in (*planned.warnings, planned.text))
    assert "stored rooms" in planned.text
    assert "replace" in planned.ops("room")
    done = platform.up().ok()
    assert done.ops("acme") == ["update"]
    begun = platform.stack.outputs()
    new = begun["active_key"]
    assert (begun["id"], begun["draining_key"], rows()) == (old, old, {old: "VALID", new: "VALID"})
    assert [decode_session_id(one["room"]).api_key for one in (made, begun)] == [old, new]
    assert platform.up_again_is_quiet()
    long_ago(platform)
    planned = platform.planned()
    assert any("is cut off" in text for text in planned.warnings)
    # A dynamic provider takes no part in previews, so the engine takes all outputs of an update for unknown.
    assert ("replace" in planned.ops("room")) == (package is opentok)
    platform.up().ok()
    assert rows() == {old: "SUSPENDED", new: "VALID"}
    assert platform.stack.outputs()["room"] == begun["room"]
    long_ago(platform)
    platform.up().ok()
    assert rows() == {new: "VALID"}
    ended = {name: value for name, value in platform.stack.outputs().items() if value is not None}
    assert ended == {name: value for name, value in begun.items() if name not in ("draining_key", "drains_until")}
    assert platform.leaks() == []
    platform.destroy().ok()
    assert rows() == {}
