# SPDX-License-Identifier: Apache-2.0
"""Fixtures: the engine, stacks on it, and shells to type in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests import forking
from tests.engine import plugin
from tests.engine.environment import stack_environment
from tests.engine.stack import EngineStack, drop_abandoned_coroutines
from tests.engine.typed import Shell
from tests.packaging.conftest import plugin_archive, wheel
from tools.engine.errors import NoEngine
from tools.engine.pulumi_cli import ensure_engine
from tools.languages import NoLanguage

__all__ = ["engine", "new_shell", "new_stack", "plugin_archive", "wheel"]


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> Path:
    """The folder of the engine. Where none can be had, the test is skipped with the reason."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    try:
        # Building takes minutes: its line of progress has to be seen.
        with capture.global_and_fixture_disabled():
            return ensure_engine()
    except NoEngine as error:
        pytest.skip(str(error))


@pytest.fixture
def new_stack(engine: Path, tmp_path: Path) -> Iterator[Callable[..., EngineStack]]:
    """Makes stacks: `new_stack(program, config=..., env=...)`, or `new_stack(folder=...)`; arguments of `EngineStack`."""
    made = 0

    def make(*args: Any, **options: Any) -> EngineStack:
        nonlocal made
        made += 1
        home = tmp_path / f"stack{made}"
        home.mkdir()
        path = f"{plugin.install(tmp_path).parent}:{stack_environment(engine, home)['PATH']}"
        env = {"PULUMI_PYTHON_CMD": forking.command("pulumi.dynamic"), "GOGC": "400", "PATH": path, **(options.pop("env", None) or {})}
        return EngineStack(engine, home, *args, env=env, **options)

    yield make
    drop_abandoned_coroutines()


@pytest.fixture
def new_shell(request: pytest.FixtureRequest, engine: Path, tmp_path: Path) -> Callable[..., Shell]:
    """Makes shells in copies of projects' folders: `new_shell(folder, env)`. Where a language cannot be had, the test is skipped with the reason."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    made = 0

    def make(folder: Path, env: Mapping[str, str]) -> Shell:
        nonlocal made
        made += 1
        home = tmp_path / f"shell{made}"
        home.mkdir()
        try:
            with capture.global_and_fixture_disabled():
                return Shell(engine, home, folder, env)
        except NoLanguage as error:
            pytest.skip(str(error))

    return make
