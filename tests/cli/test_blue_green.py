# SPDX-License-Identifier: Apache-2.0
"""Blue/green rotations of a fleet: the two projects are one declaration for `due`, `drift`, a saved plan and a purge."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.running import Command

LONG_AGO = "2020-01-01T00:00:00Z"
FILE = """\
defaults: {strategy: blue-green, token_lifetime: 2h, publish: ["file:{key}.json"]}
projects:
  - {key: a, name: A, secret_triggers: {v: "%s"}}
  - {key: b, name: B}
"""


class Blue:
    """A fleet of two, one of which is handed over."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.apply(1)
        self.old = self.of("A")["id"]
        self.said = self.apply(2)
        self.new = self.published("a")["api_key"]

    def arguments(self, version: int = 2) -> tuple[str, ...]:
        return ("-f", self.command.file(FILE % version), "--ledger", "ledger.json")

    def apply(self, version: int = 2, *more: str) -> str:
        return self.command("apply", *self.arguments(version), *more).ok().out

    def rows(self) -> dict[str, str]:
        return {row["id"]: row["status"] for row in self.command.emulator.all_projects() if row["name"] == "A"}

    def of(self, name: str) -> dict[str, Any]:
        (row,) = [row for row in self.command.emulator.all_projects() if row["name"] == name]
        return row

    def published(self, key: str) -> Any:
        return json.loads((self.command.folder / f"{key}.json").read_text("utf-8"))

    def edit(self, **fields: str) -> None:
        """What the ledger remembers of the handover."""
        path = self.command.folder / "ledger.json"
        content = json.loads(path.read_text("utf-8"))
        content["entries"][f"project/{self.new}"]["private"]["handover"].update(fields)
        path.write_text(json.dumps(content), encoding="utf-8")


@pytest.fixture
def acme(command: Command) -> Blue:
    return Blue(command)


def test_each_apply_does_the_step_that_is_due(acme: Blue) -> None:
    assert "create a second project 'A', to take the place of" in acme.said
    assert acme.rows() == {acme.old: "VALID", acme.new: "VALID"}
    acme.command("due", *acme.arguments()).ok()
    assert "drains, and is suspended by the first run after" in acme.apply()
    acme.edit(published_at=LONG_AGO)
    due = acme.command("due", *acme.arguments()).ok(7).out
    assert f"project {acme.old} 'A', whose place project {acme.new} 'A' has taken, is to be suspended" in due
    assert "is cut off" in acme.command("plan", *acme.arguments()).ok().out
    assert "suspend project" in acme.apply()
    acme.command("due", *acme.arguments()).ok()
    acme.edit(suspended_at=LONG_AGO)
    assert "is to be deleted" in acme.command("due", "--ledger", "ledger.json").ok(7).out
    assert "delete project" in acme.apply()
    assert acme.rows() == {acme.new: "VALID"}
    assert acme.command("plan", *acme.arguments(), "--expect-no-changes").ok()


def test_the_draining_one_is_declared(acme: Blue) -> None:
    arguments = acme.arguments()
    acme.command("drift", *arguments, "--undeclared", "report").ok()
    purged = acme.apply(2, "--undeclared", "purge", "--purge-limit", "9")
    assert "delete" not in purged
    assert acme.rows() == {acme.old: "VALID", acme.new: "VALID"}


def test_a_third_of_the_name_is_reported(acme: Blue) -> None:
    third = acme.command.projects.create("A")
    acme.command("apply", *acme.arguments()).failed(1, f"project {third.id} 'A' of the same name is none of them")
    assert acme.command.emulator.project(third.id) is not None


def test_a_purge_ends_the_two_that_nobody_declares(acme: Blue) -> None:
    file = acme.command.file("projects: [{key: b, name: B}]")
    purge = ("apply", "-f", file, "--ledger", "ledger.json", "--undeclared", "purge", "--purge-limit")
    acme.command(*purge, "1").failed(1, "2 projects of account")
    assert len(acme.rows()) == 2
    acme.command(*purge, "2").ok()
    assert acme.rows() == {}
    assert acme.of("B")["status"] == "VALID"


def test_a_saved_plan_does_what_it_says(acme: Blue) -> None:
    acme.edit(published_at=LONG_AGO)
    acme.command("plan", *acme.arguments(), "--out", "plan.json").ok()
    acme.command("apply", *acme.arguments(), "--plan", "plan.json").ok()
    assert acme.rows()[acme.old] == "SUSPENDED"


def test_rotating_by_command_is_in_place_and_keeps_the_handover(acme: Blue) -> None:
    acme.command("rotate", acme.new, "--ledger", "ledger.json", "--publish", "file:a.json", "--reason", "a drill", "--yes").ok()
    assert acme.rows() == {acme.old: "VALID", acme.new: "VALID"}
    acme.edit(published_at=LONG_AGO)
    assert "suspend project" in acme.apply()


def test_two_names_of_one_option_are_refused(command: Command) -> None:
    file = command.file("projects: [{name: A, strategy: in_place, rotation: blue_green}]")
    command("plan", "-f", file, "--ledger", "ledger.json").failed(2, "A: rotation: is given twice, also as strategy, its other name")
