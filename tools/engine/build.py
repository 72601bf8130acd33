# SPDX-License-Identifier: Apache-2.0
"""Builds a pinned engine with Go: to a temporary folder beside its place, renamed into it when it is whole.

Go's caches are in there too, so the 3 GB that a build takes are gone with it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.engine.errors import NoEngine
from tools.engine.launcher import write_launcher
from tools.engine.places import PULUMI_MODULE, Pin
from tools.progress import Progress

SDK_VERSION = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"


def build_engine(go: Path, pin: Pin, target: Path, environ: Mapping[str, str], progress: Progress) -> None:
    """Makes the folder `target`. The caller holds the lock, so whatever a killed build left there may go.

    Raises:
        NoEngine: Go failed; one line with its reason and where its whole output is.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in (target, *target.parent.glob(".build-*")):
        shutil.rmtree(leftover, ignore_errors=True)
    scratch = Path(tempfile.mkdtemp(prefix=".build-", dir=target.parent))
    try:
        engine = scratch / "engine"
        engine.mkdir(mode=0o755)
        caches = {"GOPATH": f"{scratch}/go", "GOMODCACHE": f"{scratch}/go/pkg/mod", "GOCACHE": f"{scratch}/cache"}
        compile_pulumi(go, pin, engine / "pulumi", target.parent / "build.log", {**environ, **caches}, progress)
        write_launcher(engine)
        engine.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def compile_pulumi(go: Path, pin: Pin, binary: Path, log: Path, environ: Mapping[str, str], progress: Progress) -> None:
    """`go build` with the versions of go.mod and go.sum as they are, its output in `log`."""
    # Without the version in it, `pulumi version` prints nothing and the Automation API refuses the binary.
    flags = f"-s -w -X {SDK_VERSION}={pin.version}"
    command = [str(go), "build", "-v", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", str(binary), f"{PULUMI_MODULE}/cmd/pulumi"]
    # Without -modcacherw only root could delete what was downloaded.
    env = {**environ, "GOFLAGS": "-mod=readonly -modcacherw", "GOTOOLCHAIN": "local", "GOWORK": "off", "CGO_ENABLED": "0"}
    progress.say(f"building Pulumi {pin.version} with Go (once; some minutes)")
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(command, cwd=pin.folder, env=env, stderr=subprocess.PIPE, text=True)
        with process:
            try:
                follow(process, file.write, pin, progress)
            except BaseException:
                process.kill()
                raise
    if process.returncode != 0 or not os.access(binary, os.X_OK):
        raise NoEngine(f"`go build` of Pulumi {pin.version} failed: {reason(log.read_text(encoding='utf-8'))}; its output is in {log}")


def follow(process: subprocess.Popen[str], keep: Callable[[str], object], pin: Pin, progress: Progress) -> None:
    """Counts what Go says it has downloaded and compiled."""
    downloaded = compiled = 0
    for line in process.stderr or ():
        keep(line)
        if line.startswith("go: downloading"):
            downloaded += 1
        elif not line.startswith("go:"):
            compiled += 1
        doing = f"{compiled} packages compiled" if compiled else f"{downloaded} modules downloaded"
        progress.say(f"building Pulumi {pin.version} with Go, once: {doing}", at_once=False)


def reason(output: str) -> str:
    """The line of Go's output that says most: the first that the compiler says of a file, else the last that names an error, else the last.

    A line of one word is the name of a package (`github.com/pkg/errors`) and no reason.
    """
    lines = [line.strip() for line in output.splitlines()]
    said = [line for line in lines if " " in line and not line.startswith(("# ", "go: downloading "))]
    of_files = [line for line in said if re.match(r"\S+\.go:\d+", line)]
    telling = [line for line in said if re.search(r"error|fail|cannot|missing|dial tcp|no space|signal:", line, re.IGNORECASE)]
    return (of_files[:1] or telling or said or ["it said nothing"])[-1]
