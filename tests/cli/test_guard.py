# SPDX-License-Identifier: Apache-2.0
"""`opentok-projects guard`: whether what would be done now is what was approved."""

from __future__ import annotations

import json
from typing import Any

from tests.cli.running import Command

FILE = """
projects:
  - {key: acme, name: ACME GmbH, status: %s, secret_triggers: {rotation: "%s"}}
  - {key: globex, name: Globex, status: %s}
  - {key: initech, name: Initech}
"""
ROTATES = "would be done, and was not approved: project acme: rotate the secret of project {id} 'ACME GmbH': secret_triggers 'rotation' changed"


def test_guard(command: Command) -> None:
    def planned(name: str, *values: str) -> str:
        """Plans the file with these values; the name of the document."""
        (command.folder / name).write_text(
            command("plan", "-f", command.file(FILE % values), "--ledger", "ledger.json", "--json").out, encoding="utf-8"
        )
        return name

    command("apply", "-f", command.file(FILE % ("active", "1", "active")), "--ledger", "ledger.json").ok()
    acme = next(one.id for one in command.projects.list() if one.name == "ACME GmbH")
    cut_off = f"suspend project {acme} 'ACME GmbH': its key and every session made with it stop working"
    nothing, suspends = planned("nothing.json", "active", "1", "active"), planned("suspends.json", "suspended", "1", "active")
    rotates, both = planned("rotates.json", "active", "2", "active"), planned("both.json", "suspended", "2", "active")
    command.asked()

    def guard(*arguments: str, code: int = 7) -> list[str]:
        return command("guard", *arguments).ok(code).out.splitlines()

    same = planned("again.json", "suspended", "1", "active")
    command.asked()
    assert guard(same, "--approved", suspends, code=0) == []
    assert guard(nothing, "--approved", suspends) == [f"was approved, and would no longer be done: project acme: {cut_off}"]
    (line,) = guard(both, "--approved", suspends)
    assert line.startswith(ROTATES.format(id=acme))
    assert guard(rotates, "--only", "rotations", code=0) == guard(nothing, "--only", "nothing", code=0) == []
    assert guard(both, "--only", "rotations") == [f"would be done, and only rotations may be: {cut_off}"]
    assert [text.split(": ")[0] for text in guard(rotates, "--only", "nothing")] == ["would be done, and only nothing may be"]
    command("guard", nothing).failed(2, "--approved", "--only")
    command("guard", "missing.json", "--only", "nothing").failed(2, "missing.json")
    assert command.asked() == {}


def test_what_could_not_be_looked_at_is_not_approved(command: Command) -> None:
    tenants = command.file(FILE % ("active", "1", "active"))
    seen, unseen = command("plan", "-f", tenants, "--ledger", "l.json", "--json").out, drift(command, tenants, "http://127.0.0.1:9")
    (command.folder / "seen.json").write_text(seen, encoding="utf-8")
    assert json.loads((command.folder / unseen).read_text(encoding="utf-8"))["result"] == "could not look"
    for arguments, when in [
        ((unseen, "--approved", "seen.json"), "now"),
        (("seen.json", "--approved", unseen), "approved"),
        ((unseen, "--only", "nothing"), "now"),
    ]:
        done = command("guard", *arguments).ok(7)
        assert done.out.startswith(f"could not look ({when}): ")


def drift(command: Command, tenants: str, url: str) -> Any:
    command("drift", "-f", tenants, "--ledger", "l.json", "--json-file", "unseen.json", OPENTOK_API_URL=url)
    return "unseen.json"
