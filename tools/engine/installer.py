# SPDX-License-Identifier: Apache-2.0
"""Pulumi's own installer, as the Automation API runs it. It needs the internet; without it this fails within seconds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.engine.errors import NoEngine
from tools.engine.places import is_complete
from tools.progress import Progress

# Its download has no timeout of its own; a network that swallows packets must not hang the tests.
INSTALL = """\
import re, socket, sys
socket.setdefaulttimeout(5)
try:
    from pulumi.automation import PulumiCommand
    PulumiCommand.install(root=sys.argv[1])
except Exception as error:
    # What is raised for a script that failed names its command; why it failed is in what it printed, in colours.
    output = re.sub("\x1b\\[[0-9;]*m", "", (getattr(error, "output", None) or b"").decode(errors="replace"))
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    sys.exit(lines[-1] if lines else f"{type(error).__name__}: {error}".splitlines()[0])
"""


def official(cache: Path) -> Path | None:
    """The engine that was downloaded before, if one was."""
    folder = cache / "official" / "bin"
    return folder if is_complete(folder) else None


def install_official(cache: Path, environ: Mapping[str, str], progress: Progress) -> Path:
    """Downloads the engine of the installed SDK's version: beside its place, then renamed into it.

    Raises:
        NoEngine: it could not be downloaded; one line why.
    """
    progress.say("downloading Pulumi with its own installer")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".official-", dir=cache) as scratch:
        done = subprocess.run(
            [sys.executable, "-c", INSTALL, f"{scratch}/root"], env=dict(environ), capture_output=True, text=True, check=False
        )
        if done.returncode != 0 or not is_complete(Path(scratch, "root", "bin")):
            last = (done.stderr.strip().splitlines() or ["it brought no Python plugin"])[-1]
            raise NoEngine(f"Pulumi's installer failed ({last})")
        shutil.rmtree(cache / "official", ignore_errors=True)
        os.replace(f"{scratch}/root", cache / "official")
    return cache / "official" / "bin"
