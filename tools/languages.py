# SPDX-License-Identifier: Apache-2.0
"""What programs in YAML, TypeScript and Go run on: YAML's language host, the npm packages with the SDK of `sdk/nodejs`, and Go's executables.

All is kept in `~/.cache/pulumi-opentok/` and found in an instant from then on.

    python -m tools.languages        makes all that the examples need
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from tools import node, programs
from tools.engine.build import reason
from tools.engine.errors import NoEngine
from tools.engine.go_toolchain import find_go, install_go
from tools.engine.places import cache_root
from tools.lock import one_at_a_time
from tools.progress import Progress

REPO = Path(__file__).resolve().parents[1]
SDKS = REPO / "sdk"
EXAMPLES = REPO / "examples" / "pulumi" / "languages"
YAML_HOST = "pulumi-language-yaml"
GO_NEEDED = (1, 25)


class NoLanguage(Exception):
    """Programs of a language cannot run here. The text is one line: why, and what would make them run."""


def yaml_host(environ: Mapping[str, str] | None = None) -> Path:
    """The language host of YAML.

    Raises:
        NoLanguage: it cannot be built.
    """
    try:
        return programs.ensure(YAML_HOST, environ)
    except programs.NoProgram as error:
        raise NoLanguage(str(error)) from error


def link_node_modules(folder: Path, environ: Mapping[str, str] | None = None) -> None:
    """Gives the folder of a program in TypeScript what `npm install` would: its `node_modules`, of links.

    Raises:
        NoLanguage: npm's packages cannot be installed, or the SDK not be compiled.
    """
    try:
        packages = node.ensure("pulumi", environ)
    except node.NoProgram as error:
        raise NoLanguage(str(error)) from error
    sdk = _compiled_sdk(packages, os.environ if environ is None else environ)
    name = json.loads((sdk / "package.json").read_text(encoding="utf-8"))["name"]
    for package, place in {"@pulumi": packages / "@pulumi", "@types": packages / "@types", "typescript": packages / "typescript", name: sdk}.items():
        link = folder / "node_modules" / package
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(place)


def go_program(folder: Path, environ: Mapping[str, str] | None = None) -> Path:
    """The executable of the Go program in `folder`, with the SDK of `sdk/go`; a copy of the folder, which no longer finds the SDK, has the same.

    Raises:
        NoLanguage: it cannot be built.
    """
    environ = os.environ if environ is None else environ
    root = cache_root(environ)
    program = root / "go-programs" / _digest((*folder.glob("*.go"), *folder.glob("go.*")), (SDKS / "go").rglob("*"))
    try:
        with Progress("go") as progress, one_at_a_time(root / "go-programs.lock", lambda: progress.say("another process builds; waiting")):
            if not program.is_file():
                _build(folder, program, root, environ, progress)
    except (NoEngine, OSError) as error:
        raise NoLanguage(f"no program in Go here ({error}): Go and the Go module proxy make it run") from error
    return program


def go_environment(root: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Of Go with caches in `root`. What is compiled stays: all of it is Pulumi's SDK, which changes with none of the programs."""
    caches = {"GOPATH": f"{root}/go-path", "GOMODCACHE": f"{root}/go-path/mod", "GOCACHE": f"{root}/go-path/build"}
    settings = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly -modcacherw -buildvcs=false", "GOWORK": "off"}
    return {**environ, **caches, **settings}


def _build(folder: Path, program: Path, root: Path, environ: Mapping[str, str], progress: Progress) -> None:
    go = find_go(GO_NEEDED, root, environ) or install_go(root, environ, progress)
    program.parent.mkdir(parents=True, exist_ok=True)
    progress.say("building a program with Go (once a minute, from then on in seconds)")
    with tempfile.TemporaryDirectory(prefix=".build-", dir=program.parent) as scratch:
        command = [str(go), "build", "-o", f"{scratch}/program", "."]
        done = subprocess.run(command, cwd=folder, env=go_environment(root, environ), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NoLanguage(f"`go build` in {folder} failed: {reason(done.stderr)}")
        os.replace(f"{scratch}/program", program)


def _compiled_sdk(packages: Path, environ: Mapping[str, str]) -> Path:
    """The SDK as npm would install it, with `package.json` beside what `tsc` wrote; the `node_modules` that it imports from are beside it."""
    sources = SDKS / "nodejs"
    made_here = {"node_modules", "bin"}
    place = packages.parent / f"opentok-{_digest(path for path in sources.rglob('*') if not made_here & {*path.parts})}"
    with Progress("typescript") as progress, one_at_a_time(packages.parent / "lock", lambda: progress.say("another process compiles; waiting")):
        if not place.is_dir():
            progress.say("compiling the SDK, once")
            with tempfile.TemporaryDirectory(prefix=".sdk-", dir=packages.parent) as scratch:
                made = Path(shutil.copytree(sources, Path(scratch, "sdk"), ignore=shutil.ignore_patterns(*made_here)))
                done = subprocess.run([str(packages / ".bin" / "tsc")], cwd=made, env=dict(environ), capture_output=True, text=True, check=False)
                if done.returncode != 0:
                    raise NoLanguage(f"`tsc` in {sources} failed: {(done.stdout.splitlines() or ['it said nothing'])[0]}")
                shutil.copy(made / "package.json", made / "bin")
                (made / "bin").rename(place)
    return place


def _digest(*sources: Iterable[Path]) -> str:
    made = hashlib.sha256()
    for group in sources:
        for path in sorted(path for path in group if path.is_file()):
            made.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return made.hexdigest()[:12]


def main() -> int:
    """Makes all; where something cannot be had, one line on standard error and 1."""
    try:
        yaml_host()
        with tempfile.TemporaryDirectory() as scratch:
            link_node_modules(Path(scratch))
        go_program(EXAMPLES / "go")
    except NoLanguage as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
