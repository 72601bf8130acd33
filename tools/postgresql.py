# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL's programs: those of Debian's packages, installed once where this is root and there is apt-get.

python tools/postgresql.py        prints the folder of the programs
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

if __package__ in (None, ""):
    # Run as a script: the package's root takes the place of this folder, whose module names are no top-level ones.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from tools import debian
from tools.engine.places import cache_root
from tools.lock import one_at_a_time
from tools.progress import Progress

PROGRAMS = ("initdb", "postgres", "pg_dump", "pg_restore")
PACKAGES = ("postgresql",)
DEBIAN = Path("/usr/lib/postgresql")
WAY_OUT = f"put `{'`, `'.join(PROGRAMS)}` on PATH (Debian: apt-get install {' '.join(PACKAGES)}, whose own are found)"


class NoPostgresql(Exception):
    """No server can be had here. The text is one line: why, and what would make one run."""


def ensure_postgresql(environ: Mapping[str, str] | None = None, debian_folder: Path = DEBIAN) -> Path:
    """The folder of the server's programs, installed first if it must be.

    Args:
        environ: PATH, HOME, XDG_CACHE_HOME and what apt-get reads; this process's environment unless given.
        debian_folder: where Debian has them, a folder for each major version.

    Raises:
        NoPostgresql: there is none and none can be installed.
    """
    environ = os.environ if environ is None else environ
    found = installed(environ, debian_folder)
    if found:
        return found
    cache = cache_root(environ)
    try:
        with one_at_a_time(cache / "postgresql.lock", lambda: None):
            return installed(environ, debian_folder) or _install(environ, debian_folder)
    except OSError as error:
        raise NoPostgresql(f"no PostgreSQL here, and {cache} cannot be written ({error}): {WAY_OUT}, or set XDG_CACHE_HOME") from error


def installed(environ: Mapping[str, str], debian_folder: Path = DEBIAN) -> Path | None:
    """The folder that has all of the programs: the newest of Debian's, else one of PATH."""
    versions = sorted((path for path in debian_folder.glob("*/bin") if path.parent.name.isdigit()), key=lambda path: -int(path.parent.name))
    folders = [*versions, *(Path(folder) for folder in environ.get("PATH", "").split(os.pathsep) if folder)]
    return next((folder for folder in folders if all(os.access(folder / program, os.X_OK) for program in PROGRAMS)), None)


def _install(environ: Mapping[str, str], debian_folder: Path) -> Path:
    try:
        with Progress("postgresql") as progress:
            return debian.install(PACKAGES, lambda: installed(environ, debian_folder), environ, progress)
    except debian.NotInstalled as error:
        raise NoPostgresql(f"no PostgreSQL: {error}; {WAY_OUT}") from error


def main() -> int:
    """Prints the programs' folder; with none, one line on standard error and 1."""
    try:
        print(ensure_postgresql())
    except NoPostgresql as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
