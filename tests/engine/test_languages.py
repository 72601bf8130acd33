# SPDX-License-Identifier: Apache-2.0
"""The same stack in Python, YAML, TypeScript and Go: the programs of the example, and what its README types, by the CLI."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from pulumi_opentok.emulator import Emulator
from tests.docs.example_walk import never_printed
from tests.docs.snippets import ROOT, console
from tests.engine.typed import Shell

EXAMPLE = ROOT / "examples" / "pulumi" / "languages"
PAGE = console(EXAMPLE / "README.md")
LOGIN, INIT, UP, OUTPUT, ROTATE, UP_AGAIN, DESTROY = [line for line in PAGE if line.startswith("pulumi ")]
STACK = "opentok-languages-dev"
AT_ONCE = {"PULUMI_OPTION_SKIP_PREVIEW": "true"}
QUIET = "pulumi up --refresh --skip-preview --expect-no-changes"
RESOURCES = {"acme": "opentok:index:Project", "lobby": "opentok:index:Session", "guest": "opentok:index:Token"}


@pytest.mark.long
@pytest.mark.parametrize("language", ["go", "python", "typescript", "yaml"])
def test_the_life_of_a_stack(language: str, new_shell: Callable[..., Shell], opentok_emulator: Emulator) -> None:
    shell = new_shell(EXAMPLE / language, opentok_emulator.env)
    if language == "typescript":
        shell("node node_modules/typescript/bin/tsc --project .").ok()
    shell(f"{LOGIN}\n{INIT}").ok()
    made = shell(UP, **AT_ONCE).ok()
    assert (made.done, made.under) == (dict.fromkeys([*RESOURCES, STACK], "created"), {})
    (project,) = opentok_emulator.all_projects()
    first = exported(shell)
    assert (first["key"], first["secret"], project["name"]) == (project["id"], project["secret"], "ACME GmbH")
    quiet = shell(QUIET).ok()
    assert (quiet.done, quiet.under) == ({}, {})

    shell(ROTATE).ok()
    rotated = shell(UP_AGAIN).ok()
    assert rotated.done == {"acme": "updated", "guest": "updated"}
    second = exported(shell)
    (project,) = opentok_emulator.all_projects()
    assert (second["room"], second["secret"]) == (first["room"], project["secret"])
    assert (second["secret"] == first["secret"], second["token"] == first["token"]) == (False, False)
    assert shell("pulumi preview --refresh --expect-no-changes").ok().under == {}

    state = json.loads(shell("pulumi stack export 2> /dev/null").ok().text)["deployment"]["resources"]
    assert {each["urn"].rpartition("::")[2]: each["type"] for each in state if each["type"].startswith("opentok:")} == RESOURCES
    assert shell(DESTROY, **AT_ONCE).ok().done == dict.fromkeys([*RESOURCES, STACK], "deleted")
    assert opentok_emulator.all_projects() == []
    asked = [entry["operation"] for entry in opentok_emulator.journal() if entry["method"] != "GET"]
    assert asked == ["project.create", "session.create", "project.refresh_secret", "project.delete"]
    secrets = [first["secret"], first["token"], second["secret"], second["token"], opentok_emulator.account_secret]
    assert [secret for secret in secrets if secret in shell.printed + shell.everything_on_disk()] == []
    assert never_printed(EXAMPLE / "README.md", shell.printed) == []


def exported(shell: Shell) -> dict[str, str]:
    """The stack's outputs, of which a person sees the secret ones only on demand."""
    assert shell(OUTPUT).ok().text.count("[secret]") == 2
    before = shell.printed
    outputs: dict[str, str] = json.loads(shell("pulumi stack output --json --show-secrets").ok().text)
    shell.printed = before
    assert set(outputs) == {"key", "secret", "room", "token"}
    return outputs
