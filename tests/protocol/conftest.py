# SPDX-License-Identifier: Apache-2.0
"""Fixtures: the server for dynamic providers, and the engine's log beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.protocol.dynamic_server import DynamicServer
from tests.protocol.engine_log import EngineLog
from tests.protocol.native_server import NativeServer, as_in_python

StartServer = Callable[..., DynamicServer]


@pytest.fixture
def engine_log() -> Iterator[EngineLog]:
    log = EngineLog()
    yield log
    log.stop()


@pytest.fixture
def start_server(request: pytest.FixtureRequest, opentok_emulator: Emulator, engine_log: EngineLog) -> Iterator[StartServer]:
    """Starts servers, each a run of the engine: `start_server(config={...}, env={...}, ...)`. By default the environment leads to the emulator."""
    servers: list[DynamicServer] = []

    def start(config: dict[str, Any] | None = None, env: dict[str, str] | None = None, **options: Any) -> DynamicServer:
        kind = NativeServer if os.environ.get("NATIVE") else DynamicServer
        engine_log.spelt = as_in_python if kind is NativeServer else str
        server = kind(opentok_emulator.env if env is None else env, **{"engine": engine_log.address, **options})
        server.said = engine_log.said
        servers.append(server)
        server.configure(config)
        return server

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def server(start_server: StartServer) -> DynamicServer:
    """A server with the credentials of the emulator's account in its environment."""
    return start_server()


@pytest.fixture(scope="module")
def judge() -> Iterator[DynamicServer]:
    """A server for checks only: where its credentials lead nobody listens, so a request would be an error."""
    env = {"OPENTOK_API_URL": "http://127.0.0.1:1", "OPENTOK_ACCOUNT_KEY": "10000001", "OPENTOK_ACCOUNT_SECRET": "5ecret"}
    server = (NativeServer if os.environ.get("NATIVE") else DynamicServer)(env)
    server.configure()
    yield server
    server.close()
