# SPDX-License-Identifier: Apache-2.0
"""Programs in Go that tests run: act, actionlint, kubeconform. Each has a folder here whose go.mod and go.sum pin it, or its source as well.

What was built is kept in `~/.cache/pulumi-opentok/programs/` and found in an instant from then on.

    python -m tools.programs act actionlint        prints the folder of each; with no name, of all
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tools.engine.build import reason
from tools.engine.errors import NoEngine
from tools.engine.go_toolchain import find_go, install_go
from tools.engine.places import cache_root, numbers
from tools.lock import one_at_a_time
from tools.progress import Progress

HERE = Path(__file__).resolve().parent
NAMES = tuple(sorted(path.parent.name for path in HERE.glob("*/go.mod")))


class NoProgram(Exception):
    """A program cannot be had here. The text is one line: why, and what would make it run."""


def ensure(name: str, environ: Mapping[str, str] | None = None) -> Path:
    """The executable, built first if it must be.

    Args:
        name: one of NAMES.
        environ: PATH, HOME, XDG_CACHE_HOME and what pip and Go read; this process's environment unless given.

    Raises:
        NoProgram: it cannot be built.
    """
    environ = os.environ if environ is None else environ
    cache = cache_root(environ)
    program = cache / "programs" / f"{name}-{_digest(name)}" / name
    if os.access(program, os.X_OK):
        return program
    try:
        with Progress(name) as progress, one_at_a_time(cache / "programs.lock", lambda: progress.say("another process builds; waiting")):
            if not os.access(program, os.X_OK):
                _build(name, program, cache, environ, progress)
            return program
    except (NoEngine, OSError) as error:
        raise NoProgram(f"no {name} here ({error}): Go and the Go module proxy make it run") from error


def _build(name: str, program: Path, cache: Path, environ: Mapping[str, str], progress: Progress) -> None:
    mod = (HERE / name / "go.mod").read_text(encoding="utf-8")
    needed = numbers(re.findall(r"^go (\S+)$", mod, re.MULTILINE)[0])
    (main,) = re.findall(r"^tool (\S+)$", mod, re.MULTILINE) or ["."]
    go = find_go(needed, cache, environ) or install_go(cache, environ, progress)
    program.parent.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".build-", dir=program.parent.parent) as scratch:
        made = Path(scratch, name)
        made.mkdir()
        caches = {"GOPATH": f"{scratch}/go", "GOMODCACHE": f"{scratch}/go/pkg/mod", "GOCACHE": f"{scratch}/cache"}
        # Without -modcacherw only root could delete what was downloaded.
        settings = {"GOFLAGS": "-mod=readonly -modcacherw", "GOTOOLCHAIN": "local", "GOWORK": "off", "CGO_ENABLED": "0"}
        progress.say("building with Go, once")
        command = [str(go), "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", str(made / name), main]
        done = subprocess.run(command, cwd=HERE / name, env={**environ, **caches, **settings}, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NoProgram(f"`go build` of {name} failed: {reason(done.stderr)}")
        shutil.rmtree(program.parent, ignore_errors=True)
        made.rename(program.parent)


def _digest(name: str) -> str:
    sources = (HERE / name / "go.sum", *sorted((HERE / name).glob("*.go")))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
