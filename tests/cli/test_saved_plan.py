# SPDX-License-Identifier: Apache-2.0
"""`plan --out` and `apply --plan`: what was shown is done, or nothing."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.cli import saved_plan
from pulumi_opentok.cli.errors import UsageError
from tests.cli.running import Command

TENANTS = "projects:\n  acme: {name: ACME GmbH, retired_secrets: [%s]}\n  globex: {status: suspended}\n"
PLAN = ("plan", "-f", "tenants.yaml", "--out", "plan.json")
APPLY = ("apply", "-f", "tenants.yaml", "--plan", "plan.json")


@pytest.fixture
def planned(command: Command) -> Command:
    """One project whose secret is retired, one to be created, and their plan in a file."""
    secret = command.projects.create("ACME GmbH").secret
    command.file(TENANTS % secret)
    command(*PLAN).ok()
    command.asked()
    return command


def document(command: Command) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((command.folder / "plan.json").read_text())
    return content


def test_what_was_planned_is_done_and_only_once(planned: Command) -> None:
    file = planned.folder / "plan.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not [secret for secret in planned.secrets() if secret in file.read_text()]
    content = document(planned)
    assert set(content) == {
        *("format", "version", "made_at", "account_key", "api_url", "declarations"),
        *("undeclared", "publish", "ledger", "digest", "plan", "checksum"),
    }
    assert [(one["key"], one["id"], len(one["plan"])) for one in content["plan"]["entries"]] == [("acme", "46000001", 1), ("globex", None, 2)]
    assert planned("plan", "-f", "tenants.yaml", "--json").ok().json["digest"] == content["digest"]
    ids = {"key": "acme", "name": "ACME GmbH", "retired_secrets": [planned.projects.list()[0].secret]}
    planned.file(json.dumps({"tenants": [ids, {"status": "suspended", "name": "globex", "key": "globex"}]}), "same.json")
    _code, shown = planned.on_terminal("apply", "-f", "same.json", "--plan", "plan.json")
    assert ("[y/N]" in shown, planned.names()) == (False, ["ACME GmbH", "globex"])
    again = planned(*APPLY).failed(1, "plan 'plan.json': the account or the ledger has changed since it was planned (acme: then rotate the secret")
    assert "now nothing to do" in again.err
    assert "; globex: then create project 'globex'; suspend" in again.err
    assert again.err.count(": then ") == 2
    assert (again.out, again.err.count("\n")) == ("", 1)


def other_file(command: Command) -> None:
    command.file((command.folder / "tenants.yaml").read_text().replace("globex", "initech"))


CIRCUMSTANCES: list[tuple[Callable[[Command], object] | None, tuple[str, ...], str]] = [
    (other_file, (), "was made of other declarations than 'tenants.yaml' has now"),
    (None, ("--account-key", "99"), "was made for account"),
    (None, ("--ledger", "ledger.json"), "was made with other options: give the same --ledger"),
    (None, ("--publish", "file:{key}.json"), "give the same --publish"),
    (None, ("--undeclared", "report"), "give the same --undeclared"),
    (None, ("--purge-at-most", "3"), "give the same --undeclared"),
    (None, ("--api-url", "http://127.0.0.1:1"), "was made for server"),
]


@pytest.mark.parametrize(("change", "options", "says"), CIRCUMSTANCES, ids=[row[2][-24:] + str(number) for number, row in enumerate(CIRCUMSTANCES)])
def test_of_another_file_account_or_run(planned: Command, change: Any, options: tuple[str, ...], says: str) -> None:
    if change:
        change(planned)
    done = planned(*APPLY, *options).failed(2, "plan 'plan.json': ", says, "nothing was sent")
    assert (done.out, done.err.count("\n")) == ("", 1)
    assert not planned.asked()


def forged(file: Path, **changes: Any) -> None:
    """The file as somebody writes it who knows how its checksum is made."""
    content = {**json.loads(file.read_text()), **changes}
    del content["checksum"]
    file.write_text(json.dumps({**content, "checksum": saved_plan._checksum(content)}))


DAMAGED: list[tuple[Callable[[Path], object], str]] = [
    (lambda file: file.unlink(), "does not exist"),
    (lambda file: file.write_text(""), "is no plan, or damaged"),
    (lambda file: file.write_text(file.read_text()[:-40]), "is no plan, or damaged"),
    (lambda file: file.write_bytes(b"\xff\xfe\x00"), "is no plan, or damaged"),
    (lambda file: file.write_text("[" * 100_000), "is no plan, or damaged"),
    (lambda file: file.write_text('{"format": "opentok-ledger"}'), "is no plan, or damaged"),
    (lambda file: file.write_text(file.read_text().replace("suspend project 'globex'", "ignore project 'globex'")), "is damaged"),
    (lambda file: file.write_text(file.read_text().replace('"version": 1', '"version": 2')), "has version 2 of the format"),
    (lambda file: file.write_text('{"format": "opentok-plan", "version": 1}'), "is damaged"),
    (lambda file: file.write_text(json.dumps({**json.loads(file.read_text()), "plan": [1]})), "is damaged"),
    (lambda file: forged(file, made_at="2126-01-01T00:00:00Z"), "says that it was made at '2126-01-01T00:00:00Z', which cannot be"),
    (lambda file: forged(file, made_at="yesterday"), "says that it was made at 'yesterday', which cannot be"),
    (lambda file: forged(file, made_at=None), "says that it was made at None, which cannot be"),
    (lambda file: file.chmod(0o646), "is not safe from other users: others may write to it"),
    (lambda file: (file.unlink(), os.mkfifo(file, 0o600)), "cannot be read: it is no regular file"),
    (lambda file: (file.unlink(), file.mkdir()), "cannot be read"),
]


def test_a_file_that_is_none(planned: Command) -> None:
    file = planned.folder / "plan.json"
    whole = file.read_text()
    for damage, says in DAMAGED:
        damage(file)
        with pytest.raises(UsageError, match=rf"plan '.*plan\.json': {says}"):
            saved_plan.read(str(file))
        if not file.is_dir():
            file.unlink(missing_ok=True)
            file.touch(0o600)
            file.write_text(whole)
    done = planned(*APPLY).failed(2, "plan 'plan.json': cannot be read")
    assert (done.out, done.err.count("\n"), planned.asked()) == ("", 1, {})


def test_a_plan_of_a_purge_ends_what_it_showed_and_no_other(command: Command) -> None:
    command.file("projects: {kept: }")
    for name in ("kept", "old"):
        command.projects.create(name)
    purge = ("--undeclared", "purge", "--purge-limit", "75%", "--purge-pattern", "old*")
    command(*PLAN, *purge).ok()
    command.projects.create("older")
    command(*APPLY, *purge).failed(1, "(older: then nothing of it, now delete project")
    command.projects.create("not so old")
    command(*PLAN, *purge).ok()
    command(*APPLY, *purge).ok()
    assert command.names() == ["kept", "not so old"]


def test_where_it_cannot_be_written(command: Command) -> None:
    file = command.file("projects: []")
    for place, called in {"ledger.json": "the ledger", "ledger.json.lock": "the lock of the ledger", file: "the file of -f"}.items():
        command("plan", "-f", file, "--ledger", "ledger.json", "--out", place).failed(2, f"--out '{place}': is also {called}")
    assert command.asked() == {}
    notes = command.file("mine", "notes")
    refused = {"nowhere/plan.json": "cannot be written: ", ".": "must be the path of a file", notes: "is there already, and is no plan"}
    for place, says in refused.items():
        command("plan", "-f", file, "--out", place).failed(2, f"--out '{place}': {says}")
    assert ((command.folder / file).read_text(), (command.folder / notes).read_text()) == ("projects: []", "mine")
