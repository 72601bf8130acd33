# SPDX-License-Identifier: Apache-2.0
"""Fixtures: the engine, and the programs that run and check pipelines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.conftest import engine, new_stack
from tools.programs import NoProgram, ensure

__all__ = ["engine", "new_stack", "program"]


@pytest.fixture(scope="session")
def program(request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """Gives the executable of a name: `program("act")`. Where it cannot be had, the test is skipped with the reason."""
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def find(name: str) -> Path:
        try:
            with capture.global_and_fixture_disabled():
                return ensure(name)
        except NoProgram as error:
            pytest.skip(str(error))

    return find
