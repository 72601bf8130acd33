# SPDX-License-Identifier: Apache-2.0
"""Inputs that the program marks secret: no answer says them in clear, no text quotes them, whatever is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pulumi
import pytest

import pulumi_opentok as opentok
from pulumi_opentok._dynamic import KindProvider
from pulumi_opentok._secret_inputs import Hidden
from pulumi_opentok.emulator import Emulator
from pulumi_opentok.project import ProjectProvider
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import DynamicServer, OperationFailed, Saved
from tests.protocol.engine_log import EngineLog
from tests.protocol.mocks import Recorder, run_program
from tests.protocol.runs import declare, up
from tests.protocol.test_bad_input import PROVIDERS, sendable
from tests.protocol.wire import Secret
from tests.things.refused import TABLES

WINDOW = {"start": "02:00", "end": "05:00"}
BAD_PROJECTS: list[dict[str, Any]] = [
    {"name": "Name-Secret-1\n"},
    {"name": {"Key-Secret-1": "Name-Secret-1"}},
    {"status": "Status-Secret-1"},
    {"on_delete": "Delete-Secret-1"},
    {"existing_id": "../Existing-Secret-1"},
    {"adopt": "Adopt-Secret-1"},
    {"secret_triggers": "Trigger-Secret-1"},
    {"secret_triggers": {"Key-Secret-1": ["x"]}},
    {"secret_max_age": "Age-Secret-1"},
    {"secret_max_age": 123454321.0},
    {"retired_secrets": {"k": "Retired-Secret-1"}},
    {"rotation_window": "Window-Secret-1"},
    {"rotation_window": {**WINDOW, "days": ["Day-Secret-1"]}},
    {"rotation_window": {**WINDOW, "timezone": "Mars/Olympus-Secret-1"}},
    {"rotation_window": {"start": "Start-Secret-1", "end": "05:00"}},
    {"on_external_rotation": "Ignore-Secret-1"},
]


def words(value: Any) -> Iterator[str]:
    """What a text may not show of a value: its words, as far as they are none of our own."""
    if isinstance(value, dict):
        for item in (*value, *value.values()):
            yield from words(item)
    elif isinstance(value, list):
        for item in value:
            yield from words(item)
    elif isinstance(value, str) and ("-Secret-" in value or len(value) > 16):
        yield value.strip()[:17]


def test_a_check_that_fails_does_not_quote_them(judge: DynamicServer) -> None:
    rows: list[tuple[type[KindProvider], dict[str, Any]]] = [(ProjectProvider, {"name": "Acme", **inputs}) for inputs in BAD_PROJECTS]
    rows += [(PROVIDERS[table.kind.name], inputs) for table in TABLES for inputs, _ in sendable(table)]
    for provider, inputs in rows:
        if not judge.takes(provider.kind, inputs):
            continue
        _, failures = judge.of(provider).check({**inputs, "__secret": sorted(inputs)})
        assert failures, inputs
        assert [text for name, text in failures.items() for word in words([*inputs.values()]) if word in text] == [], inputs
        assert [name for name in failures if name in inputs] == [], "the engine prints the value of the property that is named"


def test_an_error_does_not_quote_them(server: DynamicServer, start_server: StartServer) -> None:
    declare(start_server(), name="Name-Secret-1")
    with pytest.raises(OperationFailed) as failed:
        declare(server, name="Name-Secret-1", __secret=["name"])
    assert "a project '***' exists already" in str(failed.value)
    assert "Name-Secret-1" not in str(failed.value)
    with pytest.raises(OperationFailed, match="'Name-Secret-1' exists already"):
        declare(server, name="Name-Secret-1")


def test_what_was_not_secret_before_is_written_anew(server: DynamicServer, opentok_emulator: Emulator, engine_log: EngineLog) -> None:
    saved = declare(server, name="Name-Secret-1")
    assert saved.outs["__declared"] == Secret({"name": "Name-Secret-1"}), "no output of that name is an input, so nothing else would mark it"
    before_this_release = Saved(saved.id, saved.inputs, {**saved.outs, "__declared": {"name": "Name-Secret-1"}})
    assert up(server, before_this_release, saved.inputs)[0] == "same"
    marked = {"name": Secret("Name-Secret-1"), "__secret": ["name"]}
    opentok_emulator.clear_journal()
    op, saved = up(server, before_this_release, marked)
    assert (op, saved.outs["__secret"], saved.outs["name"]) == ("update", ["name"], Secret("Name-Secret-1"))
    assert {row["operation"] for row in opentok_emulator.journal()} == {"project.get"}
    assert up(server, saved, marked)[0] == "same"
    seen = server.refresh(saved)
    assert seen is not None
    assert (seen.outs, seen.inputs) == (saved.outs, saved.inputs)
    opentok_emulator.edit_project(saved.id, name="Elsewhere")
    server.refresh(saved)
    up(server, saved, {**marked, "name": Secret("Other-Secret-2")})
    assert "Secret-" not in str(engine_log.said)
    assert "'***'" in str(engine_log.said)


def test_the_program_says_which_they_are() -> None:
    async def later() -> Any:
        return pulumi.Output.secret("later")

    def program() -> None:
        secret = pulumi.Output.secret
        acme = opentok.Project("p", name=secret("a"), status="active", secret_triggers={"v": secret("1")}, retired_secrets=[later()])
        opentok.Session("s", project=acme, location=later())
        opentok.Project("plain", name=pulumi.Output.from_input("b"), secret_triggers={"v": pulumi.Output.from_input("1")})

    recorder = Recorder()
    run_program(program, recorder)
    found = {row.name: row.inputs.get("__secret") for row in recorder.resources}
    assert found == {"p": ["name", "retired_secrets", "secret_triggers"], "s": ["location"], "plain": None}


@pytest.mark.parametrize(
    ("values", "text", "shown"),
    [
        ((), "project 46 'Acme'", "project 46 'Acme'"),
        (("Acme",), "project 46 'Acme', Acmeous, ACME.", "project 46 '***', Acmeous, ***."),
        (("Acme", "Acme GmbH"), "'Acme GmbH' and 'Acme'", "'***' and '***'"),
        (("a",), "a project 'a'", "*** project '***'"),
        (("IN",), "in IN", "in ***"),
        ((["x1", {"k1": 3.0}, 2.5],), "x1 k1 3 3.0 2.5 13", "*** *** *** *** *** 13"),
        (("P90D",), "older than 90d", "older than ***"),
        ((" two\nlines ",), "'two lines'", "'***'"),
        (("Zoe\u0301",), "Zo\u00e9", "***"),
        (("0123456789abcdef",), "'012345678…' and 0123…", "'***…' and 0123…"),
        (("(+",), "(+)", "***)"),
        (("", " "), "a b", "a b"),
        ((None, True), "True", "***"),
    ],
)
def test_what_is_hidden(values: tuple[Any, ...], text: str, shown: str) -> None:
    assert Hidden(values).mask(text) == shown
