# SPDX-License-Identifier: Apache-2.0
"""Fixtures: the SDKs against a fresh emulator with one project."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest

from pulumi_opentok.emulator import Emulator, pytest_plugin
from tests.conformance.installing import NoSdk, go_sdk, python_sdk
from tests.conformance.scene import Scene
from tests.conformance.sdks import Sdk, start_go, start_python


def pytest_configure(config: pytest.Config) -> None:
    """The plugin comes from its entry point; a checkout that is not installed has none."""
    if not config.pluginmanager.is_registered(pytest_plugin):
        config.pluginmanager.register(pytest_plugin)


@pytest.fixture(scope="session")
def _python_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    yield from _process(lambda log: start_python(python_sdk(os.environ), log), tmp_path_factory)


@pytest.fixture(scope="session")
def _go_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sdk]:
    yield from _process(lambda log: start_go(go_sdk(os.environ), log), tmp_path_factory)


def _process(start: Callable[[Path], Sdk], folders: pytest.TempPathFactory) -> Iterator[Sdk]:
    try:
        sdk = start(folders.mktemp("sdk") / "log")
    except (NoSdk, OSError) as error:
        pytest.skip(str(error))
    yield sdk
    sdk.close()


@pytest.fixture
def python(_python_process: Sdk) -> Sdk:
    """The official Python SDK."""
    _python_process.called.clear()
    return _python_process


@pytest.fixture
def go(_go_process: Sdk) -> Sdk:
    """The community Go SDK."""
    _go_process.called.clear()
    return _go_process


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function) -> Generator[None, object, object]:
    """What a test says that it covers it has to call."""
    result = yield
    for sdk in item.funcargs.values():
        if isinstance(sdk, Sdk):
            claimed = getattr(item.function, "covers", {}).get(sdk.language, set())
            assert claimed <= sdk.called, f"said to be covered, but not called: {claimed - sdk.called}"
    return result


@pytest.fixture
def scene(opentok_emulator: Emulator) -> Scene:
    """A fresh emulator with one project."""
    return Scene(opentok_emulator)
