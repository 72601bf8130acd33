# SPDX-License-Identifier: Apache-2.0
"""`opentok-projects guard`: whether what would be done now is what was approved."""

from __future__ import annotations

import datetime
from typing import Any

from pulumi_opentok.cli.reports.sources import read
from pulumi_opentok.core.desired.drift.approval import beyond, unlike
from tests.cli.running import Command

FILE = """
projects:
  - {key: acme, name: ACME GmbH, status: %s, secret_triggers: {rotation: "%s"}}
  - {key: globex, name: Globex}
"""
LEDGER = ("--ledger", "ledger.json")


def test_what_was_approved_and_what_would_be_done(command: Command) -> None:
    command("apply", "-f", command.file(FILE % ("active", "1")), *LEDGER).ok()
    (acme,) = (one.id for one in command.projects.list() if one.name == "ACME GmbH")
    cut_off = f"suspend project {acme} 'ACME GmbH': its key and every session made with it stop working"
    rotation = f"rotate the secret of project {acme} 'ACME GmbH': secret_triggers 'rotation' changed; every client token signed with the old secret"

    def planned(name: str, *values: str) -> Any:
        done = command("plan", "-f", command.file(FILE % values), *LEDGER, "--json")
        (command.folder / name).write_text(done.out, encoding="utf-8")
        return read(done.json, name, datetime.datetime.now(datetime.timezone.utc))

    nothing, suspends = planned("nothing.json", "active", "1"), planned("suspends.json", "suspended", "1")
    rotates, both = planned("rotates.json", "active", "2"), planned("both.json", "suspended", "2")
    assert unlike(suspends, suspends) == unlike(nothing, nothing) == []
    assert unlike(suspends, nothing) == [f"was approved, and would no longer be done: project acme: {cut_off}"]
    (line,) = unlike(suspends, both)
    assert line.startswith(f"would be done, and was not approved: project acme: {rotation}")
    assert beyond("rotations", rotates) == beyond("nothing", nothing) == []
    assert beyond("rotations", both) == [f"would be done, and only rotations may be: {cut_off}"]
    assert len(beyond("nothing", both)) == 2

    command.emulator.edit_project(acme, secret="a" * 40)
    (line,) = unlike(suspends, planned("rotated.json", "suspended", "1"))
    assert line.startswith("would be done to another state: project acme: its secret_fingerprint was sha256:")
    (command.folder / "only.yaml").write_text("projects: {Globex: }")
    purges = []
    for status in ("SUSPENDED", "ACTIVE"):
        command.emulator.edit_project(acme, status=status)
        done = command("plan", "-f", "only.yaml", "--purge-at-most", "1", "--json").ok()
        purges.append(read(done.json, status, datetime.datetime.now(datetime.timezone.utc)))
    assert unlike(*purges) == ["would be done to another state: project ACME GmbH: its status was suspended when that was approved, and is active"]

    unknown = read({"changed": False, "projects": [], "undeclared": None}, "chain", datetime.datetime.now(datetime.timezone.utc))
    assert len(unlike(unknown, unknown)) == 2
    assert "what is not declared was not known" in beyond("nothing", unknown)[0]
    command.asked()
    assert command("guard", "suspends.json", "--approved", "suspends.json").ok().out == ""
    assert command("guard", "both.json", "--only", "rotations").ok(7).out == f"would be done, and only rotations may be: {cut_off}\n"
    command("guard", "both.json").failed(2, "--approved", "--only")
    command("guard", "missing.json", "--only", "nothing").failed(2, "missing.json")
    assert command.asked() == {}

    command("drift", "-f", "tenants.yaml", *LEDGER, "--json-file", "unseen.json", OPENTOK_API_URL="http://127.0.0.1:9")
    unseen = command("guard", "unseen.json", "--approved", "unseen.json").ok(7).out
    assert [line.partition(": ")[0] for line in unseen.splitlines()] == ["could not look (approved)", "could not look (now)"]
