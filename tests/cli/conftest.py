# SPDX-License-Identifier: Apache-2.0
"""The command as it is run: a process each, its output searched for every secret that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_opentok.emulator import Emulator, pytest_plugin
from tests.cli.running import Command
from tests.postgresql_server import postgresql_server

__all__ = ["postgresql_server"]


def pytest_configure(config: pytest.Config) -> None:
    """The plugin comes from its entry point; a checkout that is not installed has none."""
    if not config.pluginmanager.is_registered(pytest_plugin):
        config.pluginmanager.register(pytest_plugin)


@pytest.fixture
def command(opentok_emulator: Emulator, tmp_path: Path) -> Command:
    """`opentok-projects` in a folder of its own, with a fresh OpenTok."""
    return Command(opentok_emulator, tmp_path)


@pytest.fixture
def ledger_command(command: Command) -> Command:
    """`opentok-ledger` in the same folder."""
    return Command(command.emulator, command.folder, "opentok-ledger")
