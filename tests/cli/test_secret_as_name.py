# SPDX-License-Identifier: Apache-2.0
"""Somebody has pasted a secret where a project's name belongs: no output shows it. :class:`Command` searches each for every secret."""

from __future__ import annotations

import json

from pulumi_opentok.core.errors import NOT_SHOWN
from tests.cli.running import Command

COMMANDS = (
    "list",
    "show {id}",
    "plan -f tenants.json --undeclared report --out plan.json",
    "drift -f tenants.json --undeclared report --json-file drift.json --markdown drift.md --junit drift.xml --prometheus drift.prom",
    "due -f tenants.json --ledger ledger.json",
    "suspend {id} --dry-run",
    "apply -f tenants.json --yes --ledger ledger.json",
    "rotate {id} --reason {like} --yes --ledger ledger.json",
    "activate {id} --reason {like} --yes",
    "suspend --csv names.csv --dry-run",
)


def test_no_output_shows_it(command: Command) -> None:
    account = command.emulator.account_secret
    other = command.projects.create("Acme")
    made = [command.projects.create(name) for name in (account, f"old: {other.secret}", f"x{other.secret}y")]
    like = "5ec2e7" * 6 + "5ec2"
    declared = [{"id": one.id, "status": "suspended"} for one in made[:2]]
    command.file(json.dumps({"projects": declared}), "tenants.json")
    command.file(f"name\n{account}\n", "names.csv")
    for line in COMMANDS:
        for mode in ("--json", ""):
            arguments = line.format(id=made[1].id, like=like).split()
            done = command(*arguments, *[mode] * bool(mode))
            assert "Traceback" not in done.err
            assert like not in done.out + done.err
    names = {one["id"]: one["name"] for one in command("list", "--json").ok().json["projects"]}
    assert names == {other.id: "Acme", **{one.id: NOT_SHOWN for one in made}}
    secrets = command.secrets()
    written = {path: path.read_text(encoding="utf-8") for path in command.folder.iterdir() if path.name != "names.csv"}
    assert {"ledger.json", "drift.json", "drift.md", "drift.xml", "drift.prom", "plan.json"} <= {path.name for path in written}
    assert [path.name for path, text in written.items() if any(secret in text for secret in [*secrets, other.secret])] == []
