# SPDX-License-Identifier: Apache-2.0
"""Blue/green rotations of a fleet: the two projects are one declaration for `due`, `drift`, a saved plan and a purge."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from pulumi_opentok.core import fingerprint
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
        self.old, self.secret = self.of("A")["id"], self.of("A")["secret"]
        self.before = json.loads((command.folder / "ledger.json").read_text("utf-8"))["entries"][f"project/{self.old}"]
        self.said = self.apply(2)
        self.new = self.published("a")["api_key"]

    def arguments(self, version: int = 2) -> tuple[str, ...]:
        return ("-f", self.command.file(FILE % version), "--ledger", "ledger.json")

    def apply(self, version: int = 2, *more: str) -> str:
        return self.command("apply", *self.arguments(version), *more).ok().out

    def of_id(self, id_: str) -> dict[str, Any]:
        (row,) = [row for row in self.command.emulator.all_projects() if row["id"] == id_]
        return row

    def forget_the_new(self) -> None:
        """The ledger as a run has left it that was killed after it had created the second project."""
        path = self.command.folder / "ledger.json"
        content = json.loads(path.read_text("utf-8"))
        entries = content["entries"]
        entry = entries[f"project/{self.old}"] = {**entries.pop(f"project/{self.new}"), **self.before}
        entry["private"] = {**entry["private"], "handover": {"known": [self.old], "token_lifetime": "2h", "soak": "7d"}}
        path.write_text(json.dumps(content), encoding="utf-8")

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


def test_due_says_what_apply_does(acme: Blue) -> None:
    waits = acme.arguments(3)
    acme.command("due", *waits).ok()  # a trigger that waits for the handover
    leaked = FILE.replace("name: A,", f"name: A, retired_secrets: ['{fingerprint(acme.secret)}'],") % 2
    arguments = ("-f", acme.command.file(leaked), "--ledger", "ledger.json")
    due = acme.command("due", *arguments).ok(7).out
    assert f"project {acme.old} 'A', whose place project {acme.new} 'A' has taken, is to be suspended" in due
    assert "suspend project" in acme.command("apply", *arguments).ok().out
    acme.command("due", *arguments).ok()


def test_due_knows_a_handover_that_was_begun_outside_of_the_window(acme: Blue) -> None:
    acme.forget_the_new()
    never = "rotation_window: {days: [%s], start: '02:00', end: '02:01', applies_to: all}," % ("sun" if time.gmtime().tm_wday < 5 else "wed")
    arguments = ("-f", acme.command.file(FILE.replace("name: A,", f"name: A, {never}") % 2), "--ledger", "ledger.json")
    assert f"the handover from project {acme.old} 'A' that was begun is to go on" in acme.command("due", *arguments).ok(7).out
    assert f"take up project {acme.new}" in acme.command("apply", *arguments).ok().out


def test_which_one_is_active_is_told_of_each(acme: Blue) -> None:
    ledger = ("--ledger", "ledger.json", "--json")
    listed = json.loads(acme.command("list", *ledger).ok().out)["projects"]
    each = {row["id"]: (row["active_key"], row["draining_key"]) for row in listed if row["name"] == "A"}
    assert each == dict.fromkeys((acme.old, acme.new), (acme.new, acme.old))
    assert re.findall(rf"(?m)^{acme.old} +active, drains ", acme.command("list", "--ledger", "ledger.json").ok().out)
    shown = json.loads(acme.command("show", acme.old, *ledger).ok().out)["project"]
    assert (shown["active_key"], shown["draining_key"]) == (acme.new, acme.old)
    assert json.loads(acme.command("show", "A", *ledger).ok().out)["project"]["id"] == acme.new
    acme.command("rotate", "A", "--ledger", "ledger.json", "--reason", "a drill", "--yes").ok()
    assert acme.of_id(acme.old)["secret"] == acme.secret


@pytest.mark.parametrize("suspended", [False, True])
def test_what_is_lost_elsewhere_is_drift(acme: Blue, suspended: bool) -> None:
    if suspended:
        acme.command.projects.set_status(acme.old, "suspended")
        said = acme.command("drift", *acme.arguments()).ok().out
        assert "the draining one of its two projects is suspended, the last run left it active" in said
    acme.command.projects.delete(acme.new)
    said = acme.command("drift", *acme.arguments()).ok(7).out
    assert "was deleted elsewhere, so project" in said
    differs = json.loads(acme.command("drift", *acme.arguments(), "--json").ok(7).out)["items"][0]["differs"]
    assert differs == [{"property": "active_key", "expected": acme.new, "found": acme.old}]
    assert "was deleted elsewhere, so project" in acme.apply()


def test_the_loss_of_the_draining_one_is_told(acme: Blue) -> None:
    acme.command.projects.delete(acme.old)
    assert "the draining one of its two projects is gone: it was deleted elsewhere" in acme.command("drift", *acme.arguments()).ok().out
    assert f"project {acme.old}, whose place was taken, is gone" in acme.apply()


@pytest.mark.parametrize("which", ["old", "new"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_one_of_the_two_declared_once_more_is_refused(acme: Blue, which: str, state: str) -> None:
    twice = f"{FILE % 2}  - {{key: c, id: '{getattr(acme, which)}', state: {state}}}\n".replace("defaults: {strategy: blue-green, ", "defaults: {")
    twice = twice.replace("key: a,", "key: a, strategy: blue-green,")
    failed = acme.command("apply", "-f", acme.command.file(twice), "--ledger", "ledger.json")
    failed.failed(1, f"a and c mean the same one, project {getattr(acme, which)} 'A': each entry needs a project of its own")
    assert acme.rows() == {acme.old: "VALID", acme.new: "VALID"}


@pytest.mark.parametrize("written", ["rotation", "strategy"])
@pytest.mark.parametrize("place", ["defaults: {%s}\nprojects: [{name: A}]", "projects: [{name: A, %s}]"])
def test_an_error_has_the_name_that_was_written(command: Command, written: str, place: str) -> None:
    file = command.file(place % f"{written}: blue")
    command("plan", "-f", file, "--ledger", "ledger.json").failed(2, f"A: {written}: must be 'in_place' or 'blue_green', not 'blue'")
    command("plan", "-f", command.file(place % f"{written}: blue-green")).failed(2, f"A: {written}: needs a record of the last run")


def test_two_names_of_one_option_are_refused(command: Command) -> None:
    file = command.file("projects: [{name: A, strategy: in_place, rotation: blue_green}]")
    command("plan", "-f", file, "--ledger", "ledger.json").failed(2, "A: rotation: is given twice, also as strategy, its other name")
