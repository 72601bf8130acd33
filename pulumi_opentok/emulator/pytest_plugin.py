# SPDX-License-Identifier: Apache-2.0
"""The fixture ``opentok_emulator``: a fresh OpenTok for every test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .server import Emulator


@pytest.fixture(scope="session")
def _opentok_emulator_server() -> Iterator[Emulator]:
    """One server for each worker; starting it takes longer than resetting it."""
    from .server import Emulator

    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def opentok_emulator(_opentok_emulator_server: Emulator) -> Emulator:
    """A running :class:`~pulumi_opentok.emulator.Emulator` in its start state: the account pair, no projects, no faults."""
    _opentok_emulator_server.start()
    _opentok_emulator_server.reset()
    return _opentok_emulator_server
