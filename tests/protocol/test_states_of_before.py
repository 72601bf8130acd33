# SPDX-License-Identifier: Apache-2.0
"""States as the provider of an earlier commit has written them: an `up` is quiet, a refresh finds what is there, an update and a delete work.

`states/make.py` writes the files; each is kept for good.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.emulator import Emulator
from tests.engine.project_stack import account
from tests.protocol.conftest import StartServer
from tests.protocol.dynamic_server import Difference, DynamicServer, OperationFailed, Saved
from tests.protocol.runs import by_account
from tests.protocol.test_state_format import GOLDEN, KINDS
from tests.protocol.wire import Secret

FILES = sorted((Path(__file__).parent / "states").glob("*.json"))
IN_PLACE: dict[str, dict[str, Any]] = {"project": {"on_delete": "retain"}}
"""What an update changes where that of the golden table is a replacement."""


class Before(NamedTuple):
    """A resource of a state, and the projects that there were."""

    commit: str
    kind: str
    what: str
    saved: Saved
    projects: list[list[str]]

    def __str__(self) -> str:
        return f"{self.commit}-{self.kind}-{self.what}"


def secret_again(value: Any) -> Any:
    return Secret(value["secret"]) if isinstance(value, dict) and value.keys() == {"secret"} else value


def every_state() -> Iterator[Before]:
    for file in FILES:
        made = json.loads(file.read_text(encoding="utf-8"))
        for row in made["states"]:
            inputs, outs = ({name: secret_again(value) for name, value in row[part].items()} for part in ("inputs", "outs"))
            yield Before(made["commit"], row["kind"], row["what"], Saved(row["id"], inputs, outs), made["projects"])


STATES = list(every_state())
kept = pytest.mark.parametrize("before", STATES, ids=str)


class World(NamedTuple):
    """An OpenTok in which everything of the states is there, and a resource of a state in it, with inputs as a program of today gives them."""

    emulator: Emulator
    server: DynamicServer
    saved: Saved
    declared: dict[str, Any]


@pytest.fixture
def world(start_server: StartServer, before: Before) -> Iterator[World]:
    with Emulator(projects=[row[:3] for row in before.projects]) as emulator:
        saved = registered_again(emulator, before) if before.kind == "callback" else before.saved
        renamed = KINDS[before.kind].kind.renamed
        declared = {renamed.get(name, name): value for name, value in saved.inputs.items()}
        yield World(emulator, start_server(env=by_account(emulator)).of(KINDS[before.kind].provider), saved, declared)


def registered_again(emulator: Emulator, before: Before) -> Saved:
    """A server gives ids of its own."""
    saved = before.saved
    ours = OpenTok.of_account(account(emulator), saved.outs["project"])
    one = ours.callbacks.register(*(saved.outs[name] for name in ("group", "event", "url")))
    return Saved(f"{saved.outs['project']}/{one.id}", saved.inputs, {**saved.outs, "callback_id": one.id})


@kept
def test_its_life_goes_on(world: World, before: Before) -> None:
    server, saved, golden = world.server, world.saved, GOLDEN[before.kind]
    checked, failures = server.check(world.declared, saved.inputs)
    assert failures == {}
    assert server.diff(saved, checked) == Difference(False, ()), "an up is quiet"
    # What the golden table changes of a session contradicts a recording and a relayed one.
    other = {"location": "203.0.113.9"} if before.kind == "session" and "existing_id" not in checked else golden.changed
    assert server.diff(saved, {**checked, **other}).replaces == (tuple(other) if golden.difference.replaces else ())

    found = server.refresh(saved)
    assert found is not None
    # By the names of today; and a server that has its projects since this test began says so.
    renamed = {**KINDS[before.kind].kind.renamed, "__unsaid": "__private"}
    wanted = {renamed.get(name, name): value for name, value in saved.outs.items()}
    new = {"created_at": found.outs["created_at"]} if before.kind in ("project", "callback") else {}
    assert found.outs == {**wanted, **new}
    assert server.diff(found, world.declared) == Difference(False, ())

    if change := IN_PLACE.get(before.kind) or ({} if golden.difference.replaces else golden.changed):
        checked, failures = server.check({**world.declared, **change}, saved.inputs)
        assert failures == {}
        saved = server.update(saved, checked)
        assert saved.outs["__schema"] == 1
        assert saved.outs.get("__private") == wanted.get("__private")
        assert not set(renamed) & set(saved.outs)
        assert server.diff(saved, checked) == Difference(False, ())
    server.delete(saved)
    if before.kind == "project":
        assert world.emulator.project(saved.id) is not None, "it is retained"
        server.delete(Saved(saved.id, saved.inputs, {**saved.outs, "on_delete": "delete"}))
        assert world.emulator.project(saved.id) is None
    assert ("callback.delete" in {row["operation"] for row in world.emulator.journal()}) is (before.kind == "callback")


def test_every_kind_of_then_is_kept() -> None:
    of = {commit: {state.kind for state in STATES if state.commit == commit} for commit in {state.commit for state in STATES}}
    assert of["e264130"] == {"project", "session", "sip_trunk", "token"}
    assert of["54155db"] == {*of["e264130"], "callback"}
    assert of["schema-1"] == {*of["54155db"], "archive", "archive_storage", "broadcast", "render"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_later_version_is_refused(server: DynamicServer, opentok_emulator: Emulator, kind: str) -> None:
    own, first = server.of(KINDS[kind].provider), GOLDEN[kind].first_release
    for version in (3, 3.5, "1"):
        later = Saved(first.id, first.inputs, {**first.outs, "__schema": version})
        calls = (lambda at: own.diff(at, at.inputs), own.refresh, lambda at: own.update(at, at.inputs), own.delete)
        for call in calls:
            with pytest.raises(OperationFailed) as refused:
                call(later)
            (line,) = str(refused.value).splitlines()
            said = f"{kind} {first.id}: its state was written by a later pulumi-opentok (state version {version}; this one knows versions up to 2)"
            assert said in line
    assert opentok_emulator.journal() == []
