# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the core's tests against the emulator. Nothing waits for real: what would be slept is written down."""

from __future__ import annotations

import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from pulumi_opentok.core.desired.project import rotation
from pulumi_opentok.emulator import Emulator, pytest_plugin
from tests.core.odd_server import OddServer
from tests.core.service import Service


def pytest_configure(config: pytest.Config) -> None:
    """The plugin comes from its entry point; a checkout that is not installed has none."""
    if not config.pluginmanager.is_registered(pytest_plugin):
        config.pluginmanager.register(pytest_plugin)


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that urllib3 would have slept between two tries."""
    slept: list[float] = []
    monkeypatch.setattr("urllib3.util.retry.time", SimpleNamespace(sleep=slept.append, time=time.time))
    monkeypatch.setattr(rotation, "PAUSE", 0.0)
    return slept


@pytest.fixture
def service(opentok_emulator: Emulator) -> Service:
    """A fresh OpenTok, with clients of it."""
    return Service(opentok_emulator)


@pytest.fixture
def odd_server() -> Iterator[OddServer]:
    """An account API that misbehaves as it is told."""
    server = OddServer()
    yield server
    server.close()
