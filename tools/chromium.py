# SPDX-License-Identifier: Apache-2.0
"""A Chromium with its driver: found on PATH, or installed once from Debian's packages where this is root and there is apt-get.

    python tools/chromium.py        prints the path of the browser
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    # Run as a script: the package's root takes the place of this folder, whose module names are no top-level ones.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from tools import debian
from tools.engine.places import cache_root
from tools.lock import one_at_a_time
from tools.progress import Progress

NAMES = ("chromium", "chromium-browser", "google-chrome")
DRIVER = "chromedriver"
PACKAGES = ("chromium", "chromium-driver")
WAY_OUT = f"put `chromium` and `{DRIVER}` on PATH (Debian: apt-get install {' '.join(PACKAGES)})"


class NoBrowser(Exception):
    """No browser can be had here. The text is one line: why, and what would make one run."""


@dataclass(frozen=True)
class Chromium:
    """A browser and the WebDriver of the same version."""

    browser: Path
    driver: Path


def ensure_browser(environ: Mapping[str, str] | None = None) -> Chromium:
    """The browser, installed first if it must be.

    Args:
        environ: PATH, HOME, XDG_CACHE_HOME and what apt-get reads; this process's environment unless given.

    Raises:
        NoBrowser: there is none and none can be installed.
    """
    environ = os.environ if environ is None else environ
    found = on_path(environ)
    if found:
        return found
    cache = cache_root(environ)
    try:
        with one_at_a_time(cache / "browser.lock", lambda: None):
            return on_path(environ) or _installed(environ)
    except OSError as error:
        raise NoBrowser(f"no browser: none on PATH, and {cache} cannot be written ({error}): {WAY_OUT}, or set XDG_CACHE_HOME") from error


def on_path(environ: Mapping[str, str]) -> Chromium | None:
    """The browser and the driver of PATH, if both are there."""
    path = environ.get("PATH", "")
    browser = next((found for name in NAMES if (found := shutil.which(name, path=path))), None)
    driver = shutil.which(DRIVER, path=path)
    return Chromium(Path(browser), Path(driver)) if browser and driver else None


def _installed(environ: Mapping[str, str]) -> Chromium:
    try:
        with Progress("browser") as progress:
            return debian.install(PACKAGES, lambda: on_path(environ), environ, progress)
    except debian.NotInstalled as error:
        missing = "none on PATH, and " if "to install" in str(error) else ""
        raise NoBrowser(f"no browser: {missing}{error}; {WAY_OUT}") from error


def main() -> int:
    """Prints the browser's path; with none, one line on standard error and 1."""
    try:
        print(ensure_browser().browser)
    except NoBrowser as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
