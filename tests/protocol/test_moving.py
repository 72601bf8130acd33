# SPDX-License-Identifier: Apache-2.0
"""States of every earlier form, as the engine hands them to the other provider when a resource moves: written anew, and nothing at OpenTok.

On the engine: tests/engine/test_moving.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from pulumi_opentok import _package
from pulumi_opentok._properties import marked_names
from pulumi_opentok.core.desired import Kind
from pulumi_opentok.emulator import Emulator
from tests.protocol.dynamic_server import Difference, DynamicServer, Saved
from tests.protocol.native_server import NativeServer, as_sent
from tests.protocol.runs import by_account
from tests.protocol.test_state_format import KINDS
from tests.protocol.test_states_of_before import Before, kept, registered_again
from tests.protocol.wire import plain

READS = (".get", ".list")
TAKES_BY_NAME = "__take_by_name"
"""Among the inputs of the dynamic provider: its program generated the name. The native provider does that itself."""


class Native(NativeServer):
    """The plugin, which is sent what either provider has saved."""

    def _outs(self, values: Mapping[str, Any]) -> Any:
        return super()._outs(values) if values.get("__schema") == 2 else as_sent({**values, "__provider": self.provider})


class Dynamic(DynamicServer):
    """The dynamic provider, likewise."""

    def _sent(self, values: Mapping[str, Any]) -> Any:
        native = values.get("__schema") == 2
        return super()._sent(_package.to_wire(_package.token_of(self.provider_class.kind.name), values, outputs=True) if native else values)


class World(NamedTuple):
    """An OpenTok in which all is there, and both providers, each with the version of what it saves."""

    emulator: Emulator
    providers: list[tuple[DynamicServer, int]]

    def written(self) -> list[str]:
        return [row["operation"] for row in self.emulator.journal() if not row["operation"].endswith(READS)]


@pytest.fixture
def world(before: Before) -> Iterator[World]:
    with Emulator(projects=[row[:3] for row in before.projects]) as emulator:
        servers = [(made(by_account(emulator)), version) for made, version in ((Native, 2), (Dynamic, 1))]
        for server, _ in servers:
            server.configure()
        yield World(emulator, [(server.of(KINDS[before.kind].provider), version) for server, version in servers])
        for server, _ in servers:
            server.close()


@kept
def test_a_state_moves_over_and_back(world: World, before: Before) -> None:
    saved = registered_again(world.emulator, before) if before.kind == "callback" else before.saved
    kind = KINDS[before.kind].kind
    today = {**kind.renamed, "__unsaid": "__private"}
    declared = {today.get(name, name): value for name, value in saved.inputs.items()}
    wanted = remembered(kind, {today.get(name, name): value for name, value in saved.outs.items()})
    world.emulator.clear_journal()

    for server, version in world.providers:
        generates = version == 2 and TAKES_BY_NAME in declared
        checked, failures = server.check({} if generates else declared, saved.inputs)
        assert failures == {}
        assert server.diff(saved, checked) == Difference(True, ())
        found = server.refresh(saved)
        assert found is not None
        for written in (found, server.update(saved, checked), server.update(found, checked)):
            assert (remembered(kind, written.outs), written.outs["__schema"]) == (wanted, version)
            assert {*kind.derived(plain(written.outs))} & {*written.outs} == ({*kind.derived(plain(written.outs))} if version == 2 else set())
        saved = Saved(saved.id, declared, written.outs)
        assert server.diff(saved, checked) == Difference(False, ())
    assert world.written() == []
    ended = f"{before.kind}.delete" if before.kind in ("project", "callback", "archive_storage") else None
    if before.kind == "project" and before.saved.outs.get("on_delete") == "suspend":
        ended = "project.set_status"
    world.providers[0][0].delete(before.saved if before.kind != "callback" else saved)
    assert world.written() == ([ended] if ended else []), "the native one ends what is in an earlier form"


def remembered(kind: Kind[Any, Any, Any], outs: Mapping[str, Any]) -> dict[str, Any]:
    """What has to be the same: not the version, not when a server that began with this test says that its things were made, and not which project
    is the active one, which earlier states do not say."""
    values = plain(outs)
    values["__secret"] = sorted({*values.get("__secret", ())} - {*marked_names(kind)})
    left_out = {"__schema", *kind.derived(values), *(("created_at", "active_key") if kind.name in ("project", "callback") else ())}
    return {name: value for name, value in values.items() if name not in left_out}
