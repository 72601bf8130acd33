# SPDX-License-Identifier: Apache-2.0
"""Starts a headless Chromium."""

from __future__ import annotations

from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tools.chromium import Chromium

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


def headless(chromium: Chromium, profile: Path, log: Path) -> webdriver.Chrome:
    """A browser with an empty profile; what its console says is kept. Raises :class:`WebDriverException`."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(chromium.browser)
    for switch in (*SWITCHES, f"--user-data-dir={profile}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(str(chromium.driver), log_output=str(log)))
