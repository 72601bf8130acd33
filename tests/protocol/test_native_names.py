# SPDX-License-Identifier: Apache-2.0
"""Names that the plugin makes by the rules of a stack's config (`pulumi:autonaming`)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_opentok.emulator import Emulator
from tests.protocol.dynamic_server import OperationFailed
from tests.protocol.native_server import NativeServer

RULES = provider_pb2.CheckRequest.AutonamingOptions


@pytest.fixture
def plugin(opentok_emulator: Emulator) -> Iterator[NativeServer]:
    server = NativeServer(opentok_emulator.env)
    server.configure()
    yield server
    server.close()


def test_rules_are_for_what_is_new(plugin: NativeServer) -> None:
    made, _ = plugin.check({})
    assert plugin.check({}, proposed_name="t-by-a-pattern")[0]["name"] == "t-by-a-pattern"
    with pytest.raises(OperationFailed, match="asks for explicit names"):
        plugin.check({}, mode=RULES.DISABLE)
    for rules in ({"mode": RULES.DISABLE}, {"proposed_name": "t-by-another"}):
        assert plugin.check({}, made, **rules) == (made, {})
    assert plugin.check({"name": "Acme"}, made, mode=RULES.DISABLE)[0] == {"name": "Acme"}
