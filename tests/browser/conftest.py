# SPDX-License-Identifier: Apache-2.0
"""Fixture: a headless Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service

from pulumi_opentok.emulator import pytest_plugin
from tools.chromium import Chromium, NoBrowser, ensure_browser

SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-proxy-server",
    "--host-resolver-rules=MAP rebound.example 127.0.0.1",
)


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
    """A browser with an empty profile; what its console says is kept."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(chromium.browser)
    for switch in (*SWITCHES, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    log = tmp_path_factory.mktemp("driver") / "log"
    try:
        driver = webdriver.Chrome(options=options, service=Service(str(chromium.driver), log_output=str(log)))
    except WebDriverException as error:
        pytest.fail(f"{chromium.browser} did not start: {error.msg}\n{Path(log).read_text(encoding='utf-8')[-2000:]}", pytrace=False)
    yield driver
    driver.quit()
