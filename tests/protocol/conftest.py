# SPDX-License-Identifier: Apache-2.0
"""Fixtures: the server for dynamic providers, and the engine's log beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pulumi_opentok.emulator import Emulator
from tests.protocol.dynamic_server import DynamicServer
from tests.protocol.engine_log import EngineLog
from tests.protocol.native_server import NativeServer, as_in_python

StartServer = Callable[..., DynamicServer]

NATIVELY_TOO = (
    "test_absence",
    "test_accounts",
    "test_adopting",
    "test_archive",
    "test_archive_storage",
    "test_bad_input",
    "test_blue_green",
    "test_broadcast",
    "test_callback",
    "test_creating_once",
    "test_gone",
    "test_outputs",
    "test_partial",
    "test_render",
    "test_requests",
    "test_secret_inputs",
    "test_secrets",
    "test_session",
    "test_shared_ledger",
    "test_sip_trunk",
    "test_token",
    "test_values",
)
"""What the native provider has to do as the dynamic one does: the same tests. In the others a dynamic resource and its form are the subject."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "server_class" in metafunc.fixturenames:
        name = metafunc.module.__name__.rpartition(".")[2]
        both = name in NATIVELY_TOO and metafunc.definition.get_closest_marker("dynamic_only") is None
        classes = [DynamicServer, NativeServer] if both else [DynamicServer]
        metafunc.parametrize("server_class", classes, ids=["dynamic", "native"][: len(classes)], scope="module")


@pytest.fixture
def engine_log() -> Iterator[EngineLog]:
    log = EngineLog()
    yield log
    log.stop()


@pytest.fixture
def start_server(server_class: type[DynamicServer], opentok_emulator: Emulator, engine_log: EngineLog) -> Iterator[StartServer]:
    """Starts servers, each a run of the engine: `start_server(config={...}, env={...}, ...)`. By default the environment leads to the emulator."""
    servers: list[DynamicServer] = []

    def start(config: dict[str, Any] | None = None, env: dict[str, str] | None = None, **options: Any) -> DynamicServer:
        engine_log.spelt = as_in_python if server_class is NativeServer else str
        server = server_class(opentok_emulator.env if env is None else env, **{"engine": engine_log.address, **options})
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
def judge(server_class: type[DynamicServer]) -> Iterator[DynamicServer]:
    """A server for checks only: where its credentials lead nobody listens, so a request would be an error."""
    env = {"OPENTOK_API_URL": "http://127.0.0.1:1", "OPENTOK_ACCOUNT_KEY": "10000001", "OPENTOK_ACCOUNT_SECRET": "5ecret"}
    server = server_class(env)
    server.configure()
    yield server
    server.close()
