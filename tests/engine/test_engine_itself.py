# SPDX-License-Identifier: Apache-2.0
"""The engine and the helper around it, proven with a resource of a few lines: what the other engine tests stand on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest
from pulumi import automation as auto

from tests.engine.outcome import NO_CHANGES_EXPECTED, EngineError
from tests.engine.stack import EngineStack
from tests.engine.trivial import Store, Trivial

NewStack = Callable[..., EngineStack]


class World:
    """A stack with one resource whose wanted colour can be changed, and the store behind it."""

    def __init__(self, new_stack: NewStack, path: Path) -> None:
        self.wanted = {"name": "one", "colour": "red"}
        self.store = Store(str(path))
        self.stack = new_stack(self.program, env={"TRIVIAL_STORE": str(path)})

    def program(self) -> None:
        row = Trivial("r", self.wanted["name"], self.wanted["colour"])
        pulumi.export("colour", row.colour)


@pytest.fixture
def world(new_stack: NewStack, tmp_path: Path) -> World:
    return World(new_stack, tmp_path / "store.json")


def test_life_of_a_resource(world: World) -> None:
    stack = world.stack
    assert stack.preview(expect_no_changes=True).code == NO_CHANGES_EXPECTED
    assert world.store.rows() == {}, "a preview must do nothing"

    created = stack.up().ok()
    assert created.ops("r") == ["create"]
    assert created.changes["create"] == 2, "the resource and the stack"
    assert world.store.rows() == {"one": "red"}
    assert stack.outputs() == {"colour": "red"}

    again = stack.up(expect_no_changes=True).ok()
    assert again.ops("r") == ["same"]
    assert not again.changed
    assert stack.preview(expect_no_changes=True).ok().code == 0

    world.wanted["colour"] = "blue"
    planned = stack.preview(expect_no_changes=True)
    assert planned.code == NO_CHANGES_EXPECTED
    assert planned.step("r").diff == {"colour": "update"}
    assert '"red" => "blue"' in planned.stdout
    assert stack.up().ok().ops("r") == ["update"]

    assert stack.destroy().ok().ops("r") == ["delete"]
    assert world.store.rows() == {}


def test_replacement_names_its_key(world: World) -> None:
    world.stack.up().ok()
    world.wanted["name"] = "two"
    replaced = world.stack.up().ok()
    assert replaced.ops("r") == ["create-replacement", "replace", "delete-replaced"]
    assert replaced.step("r").replaces == ("name",)
    assert world.store.rows() == {"two": "red"}


def test_refresh_sees_drift_and_deletion(world: World) -> None:
    world.stack.up().ok()
    calm = world.stack.refresh(expect_no_changes=True).ok()
    assert calm.ops("r") == ["same"]
    assert not calm.changed

    world.store.put("one", "green")
    assert world.stack.preview(refresh=True, expect_no_changes=True).code == NO_CHANGES_EXPECTED
    drifted = world.stack.refresh().ok()
    assert drifted.changed
    assert drifted.ops("r") == ["update"]
    assert drifted.step("r").diff == {"colour": "update"}
    assert world.stack.resources()["r"]["outputs"]["colour"] == "green"

    world.store.put("one", None)
    assert world.stack.refresh().ok().ops("r") == ["delete"]
    assert world.stack.resources() == {}


def test_a_crash_of_the_program_is_readable(new_stack: NewStack) -> None:
    def program() -> None:
        raise RuntimeError("no such colour")

    crashed = new_stack(program).preview()
    assert crashed.code not in (0, NO_CHANGES_EXPECTED)
    assert any("no such colour" in error for error in crashed.errors)
    with pytest.raises(EngineError, match="no such colour"):
        crashed.ok()


def test_warnings_of_the_program_are_told_apart(new_stack: NewStack) -> None:
    def program() -> None:
        pulumi.warn("mind the step")
        pulumi.info("a door")

    seen = new_stack(program).preview().ok()
    assert seen.warnings == ("mind the step",)
    assert "a door" in seen.infos
    assert "mind the step" in seen.text


def test_config_and_secrets_of_a_stack(new_stack: NewStack) -> None:
    def program() -> None:
        pulumi.export("plain", pulumi.Config("opentok").require("accountKey"))
        pulumi.export("hidden", pulumi.Config("opentok").require_secret("accountSecret"))

    stack = new_stack(program, config={"opentok:accountKey": "100"})
    stack.set_config("opentok:accountSecret", "hunter2-hunter2", secret=True)
    up = stack.up().ok()
    assert stack.outputs() == {"plain": "100", "hidden": "hunter2-hunter2"}
    assert stack.secret_outputs() == {"hidden"}
    assert '"plain": "100"' in stack.state_text().replace('":"', '": "')
    for where in (up.text, stack.state_text(), stack.everything_on_disk()):
        assert "hunter2" not in where
    assert "hunter2" in str(stack.exported()), "an export shows secrets: the wrong place to look for leaks"


def test_stack_sees_its_own_environment_only(new_stack: NewStack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENTOK_API_KEY", "of the developer's shell")
    seen: dict[str, str] = {}

    def program() -> None:
        seen.update({key: value for key, value in os.environ.items() if key.startswith(("OPENTOK_", "MINE"))})

    stack = new_stack(program, env={"MINE": "1"})
    stack.preview().ok()
    assert seen == {"MINE": "1"}
    stack.env["OPENTOK_API_URL"] = "http://127.0.0.1:1"
    stack.preview().ok()
    assert seen == {"MINE": "1", "OPENTOK_API_URL": "http://127.0.0.1:1"}
    assert os.environ["OPENTOK_API_KEY"] == "of the developer's shell"


def test_folder_program_runs_unchanged_and_stays_clean(new_stack: NewStack, tmp_path: Path) -> None:
    folder = tmp_path / "example"
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: colours\nruntime: python\n", encoding="utf-8")
    (folder / "helper.py").write_text("COLOUR = 'red'\n", encoding="utf-8")
    (folder / "__main__.py").write_text(
        "import helper\nimport pulumi\nfrom tests.engine.trivial import Trivial\n"
        "row = Trivial('r', 'one', pulumi.Config().get('colour') or helper.COLOUR)\npulumi.export('loud', row.colour.apply(str.upper))\n",
        encoding="utf-8",
    )
    before = sorted(path.name for path in folder.iterdir())
    env = {"TRIVIAL_STORE": str(tmp_path / "store.json")}
    stack = new_stack(folder=folder, env=env, config={"colours:colour": auto.ConfigValue("blue")})
    stack.up().ok()
    assert stack.outputs() == {"loud": "BLUE"}
    stack.remove_config("colours:colour")
    (folder / "helper.py").write_text("COLOUR = 'turquoise'\n", encoding="utf-8")
    stack.up().ok()
    assert stack.outputs() == {"loud": "TURQUOISE"}
    assert stack.project == "colours"
    assert sorted(path.name for path in folder.iterdir()) == before


def test_cli_is_at_hand(world: World) -> None:
    world.stack.up().ok()
    shown = world.stack.cli("stack", "output", "colour")
    assert (shown.returncode, shown.stdout.strip()) == (0, "red")
    assert world.stack.cli("stack", "output", "nothing").returncode != 0
