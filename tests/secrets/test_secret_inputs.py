# SPDX-License-Identifier: Apache-2.0
"""What a program marks secret stands nowhere in clear: not in the state or its history, not in a plan, a log or an error."""

from __future__ import annotations

import json
import re
from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok import native
from pulumi_opentok.emulator import Emulator
from tests.engine.outcome import Outcome
from tests.engine.project_stack import NewStack
from tests.engine.stack import EngineStack

secret = pulumi.Output.secret
WORD = re.compile(r"[\w-]*-Secret-\d+", re.IGNORECASE)


class Classified:
    """A resource of each kind, every input of which that can be is a word that must not be seen. `wanted` is changed between runs."""

    def __init__(self, new_stack: NewStack, emulator: Emulator, package: Any) -> None:
        self.package = package
        self.wanted: dict[str, Any] = {"edition": 1, "status": "active", "trigger": "Trigger-Secret-1", "wrong": {}}
        self.stack: EngineStack = new_stack(self.program, env=emulator.env)
        self.printed: list[str] = []

    def program(self) -> None:
        opentok = self.package
        edition, status, trigger, wrong = (self.wanted[name] for name in ("edition", "status", "trigger", "wrong"))
        triggers = secret({"Key-Secret-1": trigger})
        acme = opentok.Project("acme", name=secret(f"Name-Secret-{edition}"), status=secret(status), secret_triggers=triggers)
        archive_name = secret(f"Archive-Secret-{edition}")
        room = opentok.Session("room", project=acme, media_mode=secret("routed"), archive_mode="always", archive_name=archive_name)
        said: dict[str, Any] = {"data": f"Data-Secret-{edition}", "layout_classes": [f"Layout-Secret-{edition}"], **wrong}
        hidden: dict[str, Any] = {name: secret(value) for name, value in said.items()}
        opentok.Token("token", session=room.id, **hidden)
        opentok.SipTrunk(
            "trunk",
            uri=secret(f"sip:uri-secret-{edition}@sip.example.com;transport=tls"),
            name=secret(f"Trunk-Secret-{edition}"),
            headers={"X-A": secret(f"Header-Secret-{edition}")},
            username=secret(f"User-Secret-{edition}"),
            password=f"Password-Secret-{edition}",
        )

    def run(self, operation: str, **options: Any) -> Outcome:
        outcome: Outcome = getattr(self.stack, operation)(**options)
        self.printed.append(outcome.text)
        return outcome

    def seen(self) -> list[str]:
        events = json.dumps(self.stack.events, default=lambda value: getattr(value, "__dict__", str(value)))
        return sorted(set(WORD.findall("\n".join((*self.printed, events, self.stack.everything_on_disk())))))


@pytest.mark.long
@pytest.mark.parametrize("package", [opentok, native], ids=["dynamic", "native"])
def test_no_word_is_seen(new_stack: NewStack, opentok_emulator: Emulator, package: Any) -> None:
    classified = Classified(new_stack, opentok_emulator, package)
    classified.run("up").ok()
    assert {row["name"] for row in opentok_emulator.all_projects()} == {"Name-Secret-1"}
    assert classified.seen() == []

    classified.wanted |= {"status": "suspended", "trigger": "Trigger-Secret-2"}
    planned = classified.run("up").ok()
    acme = classified.stack.resources()["acme"]["id"]
    said = "\n".join(planned.warnings)
    assert f"suspend project {acme} '***'" in said
    assert f"rotate the secret of project {acme} '***'" in said
    opentok_emulator.edit_project(acme, status="ACTIVE")
    assert classified.run("refresh").ok().ops("acme") == ["update"]
    assert classified.seen() == []

    classified.wanted |= {"edition": 2, "status": "active"}
    replaced = classified.run("up").ok()
    assert {"create-replacement", "delete-replaced"} <= {op for name in ("acme", "room") for op in replaced.ops(name)}
    assert any("the API cannot rename a project" in text and "'***'" in text for text in replaced.warnings)
    assert classified.run("up", expect_no_changes=True).code == 0
    classified.wanted["wrong"] = {"role": "Role-Secret-3", "layout_classes": ["Two-Secret-3 Words-Secret-3"]}
    refused = classified.run("preview")
    said = "\n".join(refused.errors)
    assert "role: must be 'publisher'" in said
    layout_classes = "layout_classes" if package is opentok else "layoutClasses"
    assert f"{layout_classes}: a layout class is one word, not '***'" in said
    classified.wanted["wrong"] = {}
    classified.run("destroy").ok()
    assert classified.seen() == []

