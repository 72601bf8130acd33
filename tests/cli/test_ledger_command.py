# SPDX-License-Identifier: Apache-2.0
"""`opentok-ledger`, a process each: shows, checks, exports, imports and moves; a run that names a ledger that has moved is led to the new one."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from tests.cli.running import Command
from tests.engine.environment import REPO

ABSENT = dict.fromkeys(("OPENTOK_ACCOUNT_KEY", "OPENTOK_ACCOUNT_SECRET"), "(unset)")
PAGE = (REPO / "docs" / "ledger.md").read_text(encoding="utf-8")


@pytest.fixture
def filled(command: Command) -> dict[str, Any]:
    """The entries of `ledger.json`, of two projects."""
    command("apply", "-f", command.file("projects: [{name: ACME GmbH, secret_triggers: {a: '1'}}, {name: Globex}]"), "--ledger", "ledger.json").ok()
    return entries(command, "ledger.json")


def entries(command: Command, file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((command.folder / file).read_text())["entries"]
    return found


def ids(command: Command) -> dict[str, str]:
    return {project["name"]: str(project["id"]) for project in command.emulator.all_projects()}


def test_show(command: Command, ledger_command: Command, filled: dict[str, Any]) -> None:
    acme = f"project/{ids(command)['ACME GmbH']}"
    command.asked()
    assert ledger_command("show", "ledger.json").ok().out.splitlines()[-1] == "2 entries"
    assert ledger_command("show", "ledger.json", "--json").ok().json == {
        "ledger": str(command.folder / "ledger.json"),
        "mark": None,
        "entries": filled,
    }
    for meant in (acme, acme.partition("/")[2], "ACME GmbH"):
        assert ledger_command("show", "ledger.json", meant, "--json").ok().json["entries"] == {acme: filled[acme]}
    assert ledger_command("show", "ledger.json", "ACME GmbH").ok().out.startswith(f"{acme}\n{{")
    ledger_command("show", "ledger.json", "Initech").failed(1, "remembers nothing of 'Initech'")
    assert command.asked() == {}


def test_check_says_what_is_not_so(command: Command, ledger_command: Command, filled: dict[str, Any]) -> None:
    fine = ledger_command("check", "ledger.json", "--json").ok().json
    assert (fine["entries"], fine["accounts"], fine["findings"]) == (2, {command.emulator.account_key: 2}, [])
    assert fine["compared_with"] == command.emulator.account_key
    named = ids(command)
    command.projects.delete(named["Globex"])
    command.projects.refresh_secret(named["ACME GmbH"])
    document = json.loads((command.folder / "ledger.json").read_text())
    document["entries"]["project/46999999"] = {"name": "emptied", "account_key": "10000002"}
    (command.folder / "ledger.json").write_text(json.dumps(document))
    found = ledger_command("check", "ledger.json", "--json").ok(7).json
    assert sorted((one["what"], one["key"]) for one in found["findings"]) == [
        ("damaged", "project/46999999"),
        ("gone", f"project/{named['Globex']}"),
        ("secret", f"project/{named['ACME GmbH']}"),
    ]
    assert found["accounts"] == {command.emulator.account_key: 2, "10000002": 1}
    said = ledger_command("check", "ledger.json").ok(7).out
    assert "3 entries (2 of account" in said
    assert "it was rotated elsewhere, or this ledger is an older copy" in said
    command.asked()
    alone = ledger_command("check", "ledger.json", **ABSENT).ok(7).out
    assert (command.asked(), alone.splitlines()[-1]) == ({}, "1 finding")


def test_check_goes_on_past_what_is_damaged(ledger_command: Command, command: Command, filled: dict[str, Any]) -> None:
    """And finds each: what is no map, in the document and in what a run has added to it, an id of another project, a fingerprint that is none."""
    acme, globex = (f"project/{ids(command)[name]}" for name in ("ACME GmbH", "Globex"))
    document = json.loads((command.folder / "ledger.json").read_text())
    document["entries"] |= {"project/46999991": [1], "project/46999992": None, "project/46999993": {**filled[acme], "name": "else"}}
    document["entries"][globex]["secret_fingerprint"] = "hunter2hunter2"
    (command.folder / "ledger.json").write_text(json.dumps(document) + '\n{"project/46999994": "added"}\n')
    for arguments in (("check", "ledger.json"), ("check", "ledger.json", "--read-only")):
        found = ledger_command(*arguments, "--json", **ABSENT).ok(7).json
        assert sorted((one["what"], one["key"], one["text"].partition(" is ")[2]) for one in found["findings"]) == sorted(
            [
                ("damaged", "project/46999991", "not a map: restore it, or remove it"),
                ("damaged", "project/46999992", "not a map: restore it, or remove it"),
                ("damaged", "project/46999993", f"damaged: its id is '{acme[8:]}', that of another project; restore it, or remove it"),
                ("damaged", "project/46999994", "not a map: restore it, or remove it"),
                ("damaged", globex, "damaged: its secret_fingerprint is not sha256: and 64 hex digits; restore it, or remove it"),
            ]
        )
        assert (found["entries"], sum(found["accounts"].values())) == (6, 6)
    ledger_command("export", "ledger.json").failed(1, "is damaged: entry 'project/46999991' is not a map")


def test_check_of_one_that_cannot_be_written(ledger_command: Command, filled: dict[str, Any]) -> None:
    with (ledger_command.folder / "ledger.json.lock").open("w") as lock:
        import fcntl

        fcntl.flock(lock, fcntl.LOCK_EX)
        found = ledger_command("check", "ledger.json", "--json").ok(7).json["findings"]
        assert [one["what"] for one in found] == ["not writable"]
        assert "is locked by another run" in found[0]["text"]
        ledger_command("check", "ledger.json", "--read-only").ok()


def test_an_export_is_a_ledger(command: Command, ledger_command: Command, filled: dict[str, Any]) -> None:
    printed = ledger_command("export", "ledger.json").ok().out
    done = ledger_command("export", "ledger.json", "-o", "backup.json", "--json").ok().json
    assert done == {"ledger": str(command.folder / "ledger.json"), "output": str(command.folder / "backup.json"), "entries": 2}
    assert printed == (command.folder / "backup.json").read_text() == (command.folder / "ledger.json").read_text()
    assert os.stat(command.folder / "backup.json").st_mode & 0o777 == 0o600
    ledger_command("export", "ledger.json", "-o", "backup.json").failed(2, "is there already: give another file")
    command("plan", "-f", "tenants.yaml", "--ledger", "backup.json", "--expect-no-changes").ok()
    assert ledger_command("import", "backup.json", "again.json", "--json").ok().json["imported"] == 2
    assert entries(command, "again.json") == filled


def test_import_overwrites_nothing(command: Command, ledger_command: Command, filled: dict[str, Any]) -> None:
    ledger_command("export", "ledger.json", "-o", "backup.json").ok()
    ledger_command("import", "backup.json", "ledger.json").failed(1, "is not empty: nothing was imported; give --merge")
    assert ledger_command("import", "backup.json", "ledger.json", "--merge").ok().out.startswith("0 entries imported")
    command("rotate", "Globex", "--reason", "leaked", "--yes", "--ledger", "ledger.json").ok()
    after = entries(command, "ledger.json")
    assert after != filled
    ledger_command("import", "backup.json", "ledger.json", "--merge").failed(1, "has other entries for", "never overwritten")
    assert entries(command, "ledger.json") == after
    ledger_command("import", "nothing.json", "ledger.json").failed(2, "does not exist")
    ledger_command("import", "s3://bucket/key", "ledger.json").failed(2, "FILE must be a file")


def test_who_names_a_ledger_that_has_moved_is_led_to_the_new_one(command: Command, ledger_command: Command, filled: dict[str, Any]) -> None:
    moved = {"from": str(command.folder / "ledger.json"), "to": str(command.folder / "new.json"), "moved": True, "entries": 2}
    assert ledger_command("move", "ledger.json", "new.json", "--json").ok().json == moved
    assert "moved before" in ledger_command("move", "ledger.json", "new.json").ok().out
    command.asked()
    for verb in (("apply", "-f", "tenants.yaml"), ("plan", "-f", "tenants.yaml"), ("due",), ("list",)):
        command(*verb, "--ledger", "ledger.json").failed(1, "has moved to", "new.json", "nothing was done")
    assert sum(command.asked().values()) == 0, "nothing is sent"
    assert "2 as declared" in command("apply", "-f", "tenants.yaml", "--ledger", "new.json").ok().out
    done = ledger_command("show", "ledger.json")
    assert (done.code, "warning: ledger" in done.err, "2 entries" in done.out) == (0, True, True)
    assert [one["what"] for one in ledger_command("check", "ledger.json", "--json").ok(7).json["findings"]] == ["moved"]
    ledger_command("move", "new.json", "ledger.json").ok()
    command("plan", "-f", "tenants.yaml", "--ledger", "ledger.json").ok()


BAD = [
    ((), "the following arguments are required: COMMAND"),
    (("nonsense",), "unknown command"),
    (("show",), "the following arguments are required: LEDGER"),
    (("show", " "), "LEDGER: must be the path of a file"),
    (("check", "gopher://host/x"), "LEDGER: must be the path of a file, postgresql://HOST/DATABASE"),
    (("move", "ledger.json", "mongodb://x/y"), "TO: must be the path of a file"),
    (("move", "ledger.json", "ledger.json"), "TO: is the same ledger as FROM"),
    (("move", "ledger.json", "b.json", "--keep", "--abandon"), "--keep contradicts --abandon"),
    (("import", "redis://user:hunter2@host/0", "ledger.json"), "FILE must be a file, not a ledger in a store"),
    (("import", "postgresql:user:hunter2@host/0", "ledger.json"), "FILE must be a file, not a ledger in a store"),
    (("check", "postgresql:user:hunter2@host/0"), "LEDGER: must be the path of a file"),
    (("export", "ledger.json", "--json"), "prints JSON already"),
    (("import", "ledger.json", "./ledger.json"), "LEDGER is the same file as FILE"),
]


@pytest.mark.parametrize(("arguments", "says"), BAD, ids=lambda value: " ".join(value) if isinstance(value, tuple) else "")
def test_bad_input(ledger_command: Command, arguments: tuple[str, ...], says: str) -> None:
    (ledger_command.folder / "ledger.json").write_text('{"format": "opentok-ledger", "version": 1, "entries": {}}')
    done = ledger_command(*arguments).failed(2, says)
    assert len(done.err.splitlines()) == 1
    assert "hunter2" not in done.err
    assert sorted(path.name for path in ledger_command.folder.iterdir()) == ["ledger.json"]


def test_the_page_names_every_command_option_and_key() -> None:
    import argparse

    from pulumi_opentok.cli.ledger.main import parser

    commands = next(action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)).choices
    options = {option for made in commands.values() for action in made._actions for option in action.option_strings if option.startswith("--")}
    of_the_account = {"--help", "--account-key", "--account-secret", "--account-secret-file", "--api-url", "--timeout", "--allow-http"}
    keys = {"ledger", "mark", "entries", "accounts", "held", "compared_with", "findings", "output", "imported", "from", "to", "moved", "version"}
    assert [word for word in sorted({*commands, *options} - of_the_account) if f"`{word}" not in PAGE and f" {word}" not in PAGE] == []
    assert [key for key in sorted(keys) if f"`{key}`" not in PAGE] == []
