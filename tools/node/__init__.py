# SPDX-License-Identifier: Apache-2.0
"""What tests run that npm has: gitlab-ci-local, npm-groovy-lint, Pulumi's SDK with a compiler. A folder here has the lock file of each.

What was installed is kept in `~/.cache/pulumi-opentok/node/` and found in an instant from then on.

    python -m tools.node gitlab-ci-local        prints the folder of each; with no name, of all
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools import debian
from tools.engine.places import cache_root
from tools.lock import one_at_a_time
from tools.progress import Progress

HERE = Path(__file__).resolve().parent
NAMES = tuple(sorted(path.parent.name for path in HERE.glob("*/package-lock.json")))
BESIDE = {"gitlab-ci-local": ("node", "rsync", "git"), "npm-groovy-lint": ("node", "java"), "pulumi": ("node",)}
"""What each runs, and no package of npm has."""
WAY_OUT = "put `node`, `npm`, `rsync` and `java` on PATH (Debian: apt-get install nodejs npm rsync openjdk-17-jre-headless)"


class NoProgram(Exception):
    """A program cannot be had here. The text is one line: why, and what would make it run."""


def ensure(name: str, environ: Mapping[str, str] | None = None) -> Path:
    """The folder `node_modules` that it is in, installed first if it must be; executables are in its `.bin`.

    Args:
        name: one of NAMES.
        environ: PATH, HOME, XDG_CACHE_HOME and what npm and apt-get read; this process's environment unless given.

    Raises:
        NoProgram: it cannot be installed.
    """
    environ = os.environ if environ is None else environ
    folder = cache_root(environ) / "node" / f"{name}-{_digest(name)}"
    try:
        if not _complete(folder, name, environ):
            with Progress(name) as progress, one_at_a_time(folder.parent / "lock", lambda: progress.say("another process installs; waiting")):
                _install(name, folder, environ, progress)
    except debian.NotInstalled as error:
        raise NoProgram(f"no {name} here (no rsync: {error}): {WAY_OUT}") from error
    except OSError as error:
        raise NoProgram(f"no {name} here ({error}): {WAY_OUT}") from error
    return folder / "node_modules"


def _complete(folder: Path, name: str, environ: Mapping[str, str]) -> bool:
    return (folder / "node_modules").is_dir() and not _missing(name, environ)


def _missing(name: str, environ: Mapping[str, str]) -> list[str]:
    return [program for program in BESIDE[name] if not shutil.which(program, path=environ.get("PATH", ""))]


def _install(name: str, folder: Path, environ: Mapping[str, str], progress: Progress) -> None:
    if "rsync" in _missing(name, environ):
        debian.install(("rsync",), lambda: shutil.which("rsync", path=environ.get("PATH", "")), environ, progress)
    missing = [*_missing(name, environ), *([] if shutil.which("npm", path=environ.get("PATH", "")) else ["npm"])]
    if missing:
        raise NoProgram(f"no {name} here (no {', '.join(missing)} on PATH): {WAY_OUT}")
    if _complete(folder, name, environ):
        return
    with tempfile.TemporaryDirectory(prefix=".install-", dir=folder.parent) as scratch:
        made = Path(shutil.copytree(HERE / name, Path(scratch, name)))
        progress.say("installing from npm, once")
        # No package's own script runs: what these need is plain JavaScript and jars.
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=made, env=dict(environ), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            said = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
            raise NoProgram(f"`npm ci` of {name} failed: {said[-1] if said else 'it said nothing'}")
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)


def _digest(name: str) -> str:
    return hashlib.sha256((HERE / name / "package-lock.json").read_bytes()).hexdigest()[:12]
