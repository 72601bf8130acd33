# SPDX-License-Identifier: Apache-2.0
"""Fixture: a headless Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException

from pulumi_opentok.emulator import pytest_plugin
from tests.browser.headless import headless
from tools.chromium import Chromium, NoBrowser, ensure_browser


def pytest_configure(config: pytest.Config) -> None:
    """The plugin comes from its entry point; a checkout that is not installed has none."""
    if not config.pluginmanager.is_registered(pytest_plugin):
        config.pluginmanager.register(pytest_plugin)


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Chromium:
    """The browser and its driver. Where none can be had, the test is skipped with the reason."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    try:
        with capture.global_and_fixture_disabled():  # installing takes its time: the progress has to be seen
            return ensure_browser()
    except NoBrowser as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def browser(chromium: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    log = tmp_path_factory.mktemp("driver") / "log"
    try:
        driver = headless(chromium, tmp_path_factory.mktemp("profile"), log)
    except WebDriverException as error:
        pytest.fail(f"{chromium.browser} did not start: {error.msg}\n{Path(log).read_text(encoding='utf-8')[-2000:]}", pytrace=False)
    yield driver
    driver.quit()
