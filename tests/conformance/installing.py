# SPDX-License-Identifier: Apache-2.0
"""The SDKs, fetched once into the cache: they are not part of the development environment, where their dependencies would clash."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.engine.errors import NoEngine
from tools.engine.go_toolchain import find_go, install_go
from tools.engine.places import cache_root
from tools.lock import one_at_a_time
from tools.progress import Progress

HERE = Path(__file__).resolve().parent
GO_NEEDED = (1, 22)


class NoSdk(Exception):
    """An SDK cannot be had here; the text is one line with the reason."""


def python_sdk(environ: Mapping[str, str]) -> Path:
    """The folder with the official Python SDK and what it needs."""
    place = cache_root(environ) / "conformance" / f"python-{platform.python_version()}-{_digest('python/requirements.txt')}"
    with one_at_a_time(place.with_name(f"{place.name}.lock"), lambda: None):
        if not place.is_dir():
            with tempfile.TemporaryDirectory(prefix=".python-", dir=place.parent) as scratch:
                pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", "--ignore-installed"]
                _run([*pip, "--target", f"{scratch}/sdk", "-r", str(HERE / "python" / "requirements.txt")], environ)
                os.replace(f"{scratch}/sdk", place)
    return place


def go_sdk(environ: Mapping[str, str]) -> Path:
    """The program that runs the Go SDK."""
    root = cache_root(environ)
    sources = ("go/go.mod", "go/go.sum", "go/main.go", "go/reflection.go")
    place = root / "conformance" / f"go-{_digest(*sources)}"
    with one_at_a_time(place.with_name(f"{place.name}.lock"), lambda: None):
        if not place.is_file():
            go = _go(root, environ)
            with tempfile.TemporaryDirectory(prefix=".go-", dir=place.parent) as scratch:
                for source in sources:
                    shutil.copy(HERE / source, scratch)
                settings = {**environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -buildvcs=false", "GOWORK": "off"}
                _run([str(go), "build", "-C", scratch, "-o", "driver", "."], settings)
                os.replace(f"{scratch}/driver", place)
    return place


def _go(root: Path, environ: Mapping[str, str]) -> Path:
    found = find_go(GO_NEEDED, root, environ)
    if found is not None:
        return found
    try:
        # The lock of the engine's helpers, which fetch the same one.
        with one_at_a_time(root / "engine.lock", lambda: None), Progress("conformance") as progress:
            return find_go(GO_NEEDED, root, environ) or install_go(root, environ, progress)
    except NoEngine as error:
        raise NoSdk(str(error)) from error


def _digest(*names: str) -> str:
    return hashlib.sha256(b"\0".join((HERE / name).read_bytes() for name in names)).hexdigest()[:12]


def _run(command: list[str], environ: Mapping[str, str]) -> None:
    done = subprocess.run(command, env=dict(environ), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise NoSdk(f"{' '.join(command[:4])} failed: {last}")
