# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL and its pooler PgBouncer: those of Debian's packages, installed once where this is root and there is apt-get.

python tools/postgresql.py        prints the folder of the server's programs, and the pooler
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

if __package__ in (None, ""):
    # Run as a script: the package's root takes the place of this folder, whose module names are no top-level ones.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from tools import debian
from tools.engine.places import cache_root
from tools.lock import one_at_a_time
from tools.progress import Progress

PROGRAMS = ("initdb", "postgres", "pg_basebackup", "pg_dump", "pg_restore")
POOLER = "pgbouncer"
PACKAGES = ("postgresql", "pgbouncer")
DEBIAN = Path("/usr/lib/postgresql")
DAEMONS = "/usr/sbin"
"""Debian has the pooler there, which is not on everybody's PATH."""

WAY_OUT = f"put `{'`, `'.join((*PROGRAMS, POOLER))}` on PATH (Debian: apt-get install {' '.join(PACKAGES)})"


class NoPostgresql(Exception):
    """No server can be had here. The text is one line: why, and what would make one run."""


@dataclass(frozen=True)
class Postgresql:
    """The folder of the server's ``programs``, and the ``pooler``."""

    programs: Path
    pooler: Path


def ensure_postgresql(environ: Mapping[str, str] | None = None, debian_folder: Path = DEBIAN, daemons: str = DAEMONS) -> Postgresql:
    """Both, installed first if they must be.

    Args:
        environ: PATH, HOME, XDG_CACHE_HOME and what apt-get reads; this process's environment unless given.
        debian_folder: where Debian has the server, a folder for each major version.
        daemons: where Debian has the pooler.

    Raises:
        NoPostgresql: one is missing and cannot be installed.
    """
    environ = os.environ if environ is None else environ

    def there() -> Postgresql | None:
        return installed(environ, debian_folder, daemons)

    found = there()
    if found:
        return found
    cache = cache_root(environ)
    try:
        with one_at_a_time(cache / "postgresql.lock", lambda: None), Progress("postgresql") as progress:
            return there() or debian.install(PACKAGES, there, environ, progress)
    except debian.NotInstalled as error:
        raise NoPostgresql(f"no PostgreSQL with PgBouncer: {error}; {WAY_OUT}") from error
    except OSError as error:
        raise NoPostgresql(f"no PostgreSQL with PgBouncer, and {cache} cannot be written ({error}): {WAY_OUT}, or set XDG_CACHE_HOME") from error


def installed(environ: Mapping[str, str], debian_folder: Path = DEBIAN, daemons: str = DAEMONS) -> Postgresql | None:
    """The newest of Debian's servers, else one of PATH; and the pooler. ``None`` unless both are there."""
    path = environ.get("PATH", "")
    versions = sorted((folder for folder in debian_folder.glob("*/bin") if folder.parent.name.isdigit()), key=lambda folder: -int(folder.parent.name))
    folders = [*versions, *(Path(folder) for folder in path.split(os.pathsep) if folder)]
    programs = next((folder for folder in folders if all(os.access(folder / program, os.X_OK) for program in PROGRAMS)), None)
    pooler = shutil.which(POOLER, path=os.pathsep.join((path, daemons)))
    return Postgresql(programs, Path(pooler)) if programs and pooler else None


def main() -> int:
    """Prints where both are; with one missing, one line on standard error and 1."""
    try:
        found = ensure_postgresql()
    except NoPostgresql as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(found.programs, found.pooler, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
