# SPDX-License-Identifier: Apache-2.0
"""What a preview of the native provider knows already: what depends on it is planned with values, and not as if all of it changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pulumi_opentok.emulator import Emulator
from tests.protocol.dynamic_server import Saved
from tests.protocol.engine_log import EngineLog
from tests.protocol.native_server import NativeServer
from tests.protocol.runs import declare
from tests.protocol.wire import UNKNOWN

ACME = {"name": "Acme", "secret_triggers": {"rotation": "1"}}


@pytest.fixture
def plugin(opentok_emulator: Emulator, engine_log: EngineLog) -> Iterator[NativeServer]:
    server = NativeServer(opentok_emulator.env, engine=engine_log.address)
    server.configure()
    yield server
    server.close()


def outputs(saved: Saved) -> dict[str, object]:
    """Without what is hidden and without what can be missing."""
    return {name: saved.outs.get(name) for name in ("name", "account_key", "api_key", "api_secret", "secret_fingerprint", "status")}


def test_of_a_create(plugin: NativeServer, opentok_emulator: Emulator) -> None:
    known = {"name": "Acme", "account_key": opentok_emulator.account_key, "status": "active"}
    assert outputs(plugin.create(ACME, preview=True)) == {**dict.fromkeys(("api_key", "api_secret", "secret_fingerprint"), UNKNOWN), **known}


def test_of_an_update_that_leaves_the_secret(plugin: NativeServer) -> None:
    saved = declare(plugin, **ACME)
    shown = plugin.update(saved, {**ACME, "on_delete": "suspend", "status": "suspended"}, preview=True)
    assert outputs(shown) == {**outputs(saved), "status": "suspended"}


def test_of_a_rotation(plugin: NativeServer) -> None:
    saved = declare(plugin, **ACME)
    shown = plugin.update(saved, {**ACME, "secret_triggers": {"rotation": "2"}}, preview=True)
    assert outputs(shown) == {**outputs(saved), "secret_fingerprint": UNKNOWN, "api_secret": UNKNOWN}


def test_of_one_that_the_engine_replaces_for_reasons_of_its_own(plugin: NativeServer, engine_log: EngineLog) -> None:
    """`--replace` and a taint ask for no comparison: the namesake that a look would find is the one that is replaced."""
    saved = declare(plugin, **ACME)
    assert plugin.check(ACME, saved.inputs)[1] == {}
    shown = plugin.create(ACME, preview=True)
    assert outputs(shown) == {**dict.fromkeys(("account_key", "api_key", "api_secret", "secret_fingerprint", "status"), UNKNOWN), "name": "Acme"}
    said = "this run replaces the project, for no change of its own: a new project is made, and the old one ends as it was last declared to end"
    assert engine_log.texts("warning") == [said]
