# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the emulator's tests: the plugin's own, and a client that knows nothing of the core."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pulumi_opentok.emulator import Emulator, pytest_plugin
from tests.emulator.command import Start, processes
from tests.emulator.raw import Raw
from tests.emulator.receiver import Receiver
from tests.emulator.scene import Scene


def pytest_configure(config: pytest.Config) -> None:
    """The plugin comes from its entry point; a checkout that is not installed has none."""
    if not config.pluginmanager.is_registered(pytest_plugin):
        config.pluginmanager.register(pytest_plugin)


@pytest.fixture
def raw(opentok_emulator: Emulator) -> Iterator[Raw]:
    """Signs and sends requests to a fresh emulator as its primary account."""
    with Raw(opentok_emulator.url, opentok_emulator.account_key, opentok_emulator.account_secret) as client:
        yield client


@pytest.fixture
def project(raw: Raw) -> Raw:
    """A client with the pair of a new project."""
    return raw.of(raw.create())


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Where webhooks can be sent to."""
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def scene(opentok_emulator: Emulator, raw: Raw) -> Scene:
    """A project with a routed session in a fresh emulator."""
    return Scene.of(opentok_emulator, raw)


@pytest.fixture
def command() -> Iterator[Start]:
    """Starts the command in processes that end with the test."""
    with processes() as start:
        yield start
