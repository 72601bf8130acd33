# SPDX-License-Identifier: Apache-2.0
"""Functions of the plugin, which any language calls: their answers are those of the Python functions, without what is secret."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pulumi_opentok.emulator import Emulator
from tests.protocol.dynamic_server import OperationFailed
from tests.protocol.native_server import NativeServer
from tests.protocol.wire import Secret

ACME, SECRET = "46000001", "acm3" * 10


@pytest.fixture
def plugin() -> Iterator[NativeServer]:
    with Emulator(projects=[(ACME, SECRET, "Acme")]) as opentok:
        server = NativeServer(opentok.env)
        server.configure()
        yield server
        server.close()


def test_what_they_find(plugin: NativeServer) -> None:
    found, _ = plugin.invoke("getProject", name="Acme")
    assert (found["id"], found["apiKey"], found["status"], "apiSecret" in found) == (ACME, ACME, "active", False)
    assert plugin.invoke("getProjects")[0] == {"projects": [found]}
    assert plugin.invoke("getProjectSecret", id=ACME)[0] == {"apiSecret": Secret(SECRET)}
    assert plugin.invoke("getCallbacks", project=ACME)[0] == {"callbacks": []}


def test_what_they_refuse(plugin: NativeServer) -> None:
    assert plugin.invoke("getProject") == ({}, {"id": "pass either id or name"})
    with pytest.raises(OperationFailed, match="there is no such argument; it takes id, name"):
        plugin.invoke("getProject", nme="Acme")
    with pytest.raises(OperationFailed, match="there is no function opentok:index:getNothing in the package opentok 0"):
        plugin.invoke("getNothing")
    with pytest.raises(OperationFailed) as error:
        plugin.invoke("getProject", id="46999999")
    assert "46999999" in str(error.value)
    assert "internal error" not in str(error.value)
