# SPDX-License-Identifier: Apache-2.0
"""`due`: what, why, since when, until when it waits; 7 when anything is, one request for the whole account."""

from __future__ import annotations

import datetime
import json

from tests.cli.running import Command
from tests.cli.test_account import OUTCOME

FILE = "defaults: {secret_max_age: 90d}\nprojects: [{key: a, name: A}, {key: b, name: B}, {key: c, name: C, secret_max_age: null}]"


def applied(command: Command, text: str = FILE) -> tuple[str, ...]:
    file = command.file(text)
    command("apply", "-f", file, "--ledger", "ledger.json").ok()
    command.asked()
    return ("-f", file, "--ledger", "ledger.json")


def age(command: Command, *names: str) -> None:
    """The ledger remembers that these were rotated long ago."""
    path = command.folder / "ledger.json"
    content = json.loads(path.read_text())
    for entry in content["entries"].values():
        if entry["name"] in names:
            entry["secret_rotated_at"] = "2020-01-01T00:00:00Z"
    path.write_text(json.dumps(content))


def test_nothing_is_due(command: Command) -> None:
    arguments = applied(command)
    assert command("due", *arguments).ok().out == "0 of 3 projects due\n"
    assert command.asked() == {"project.list": 1}
    document = command("due", *arguments, "--json").ok().json
    assert (set(document), document["projects"], document["summary"]["due"]) == ({"account_key", "projects", "summary"}, [], 0)


def test_what_is_due_by_age_is_told_done_and_quiet(command: Command) -> None:
    arguments = applied(command)
    age(command, "A", "C")
    out = command("due", *arguments).ok(7).out
    assert command.asked() == {"project.list": 1}
    assert [word for word in ("a  ", "2020-03-31 00:00+00:00", "now", "secret_max_age 90d", "1 of 3 projects due") if word not in out] == []
    (one,) = command("due", *arguments, "--json").ok(7).json["projects"]
    assert set(one) == OUTCOME
    assert (one["key"], one["due"]["since"], one["due"]["opens"]) == ("a", "2020-03-31T00:00:00Z", None)
    command("plan", *arguments, "--expect-no-changes").ok(7)
    before = {project.name: project.secret for project in command.projects.list()}
    assert "rotate the secret" in command("apply", *arguments).ok().out
    after = {project.name: project.secret for project in command.projects.list()}
    assert [name for name in after if after[name] != before[name]] == ["A"]
    command("due", *arguments).ok()


def test_the_ledger_alone(command: Command) -> None:
    applied(command)
    age(command, "A", "B", "C")
    out = command("due", "--ledger", "ledger.json").ok(7).out
    assert command.asked() == {"project.list": 1}
    assert "2 of 3 projects due" in out


def test_retired_secrets_need_no_ledger(command: Command) -> None:
    project = command.projects.create("A")
    file = command.file(json.dumps({"projects": [{"name": "A", "retired_secrets": [project.secret_fingerprint]}]}), "f.json")
    assert "one of retired_secrets" in command("due", "-f", file).ok(7).out
    command("apply", "-f", file).ok()
    command("due", "-f", file).ok()


def test_what_waits_for_its_window_says_until_when(command: Command) -> None:
    arguments = applied(command)
    age(command, "A", "B")
    tomorrow = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=1)
    day = f"{tomorrow:%a}".lower()
    command.file(FILE.replace("90d", f"90d, rotation_window: {{days: [{day}], start: '02:00', end: '05:00'}}"))
    out = command("due", *arguments).ok(7).out
    assert f"{tomorrow:%Y-%m-%d} 02:00+00:00" in out
    assert "2 of 3 projects due, 2 of them wait for the rotation_window" in out
    assert "a rotation is due" in command("apply", *arguments).ok().out
    assert command("due", *arguments, "--json").ok(7).json["projects"][0]["due"]["opens"] == f"{tomorrow:%Y-%m-%d}T02:00:00Z"


def test_a_project_that_cannot_be_judged_is_a_failure(command: Command) -> None:
    for _ in range(2):
        command.projects.create("twin")
    command("due", "-f", command.file("projects: [{name: twin}]")).failed(1, "twin: 2 projects")


def test_without_a_file_and_a_ledger(command: Command) -> None:
    command("due").failed(2, "-f FILE", "--ledger FILE")
    assert command("due", "--ledger", "new.json").ok().out == "0 of 0 projects due\n"
