# SPDX-License-Identifier: Apache-2.0
"""Debian's packages, installed once where this is root and there is apt-get."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from typing import TypeVar

from tools.progress import Progress

T = TypeVar("T")
_QUIET = {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
_OPTIONS = ("-o", "DPkg::Lock::Timeout=600", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=30")


class NotInstalled(Exception):
    """The text says in a few words why not."""


def install(packages: tuple[str, ...], found: Callable[[], T | None], environ: Mapping[str, str], progress: Progress) -> T:
    """Installs `packages`, and returns what `found` then finds.

    Raises:
        NotInstalled: not root, no apt-get, or it failed.
    """
    apt = shutil.which("apt-get", path=environ.get("PATH", ""))
    if apt is None or os.geteuid() != 0:
        raise NotInstalled(f"{'no apt-get' if apt is None else 'not root'} to install one")
    progress.say(f"installing Debian's {' and '.join(packages)} (once)")
    command = [apt, *_OPTIONS, "install", "--yes", "--no-install-recommends", *packages]
    # Without package lists, or with old ones, the first try fails at once; with good ones it spares their download.
    for one in (command, [apt, *_OPTIONS, "update"], command):
        done = subprocess.run(one, env={**environ, **_QUIET}, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        there = found()
        if there:
            progress.say("ready")
            return there
    last = ((done.stderr or done.stdout).strip().splitlines() or ["it said nothing"])[-1]
    raise NotInstalled(f"apt-get could not install one ({last})")
