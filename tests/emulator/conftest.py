# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the emulator's tests: the plugin's own, and a client that knows nothing of the core."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pulumi_opentok.emulator import Emulator, pytest_plugin
from tests.emulator.raw import Raw


def pytest_configure(config: pytest.Config) -> None:
    """The plugin comes from its entry point; a checkout that is not installed has none."""
    if not config.pluginmanager.is_registered(pytest_plugin):
        config.pluginmanager.register(pytest_plugin)


@pytest.fixture
def raw(opentok_emulator: Emulator) -> Iterator[Raw]:
    """Signs and sends requests to a fresh emulator as its primary account."""
    with Raw(opentok_emulator.url, opentok_emulator.account_key, opentok_emulator.account_secret) as client:
        yield client
