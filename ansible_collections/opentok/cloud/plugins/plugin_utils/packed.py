# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keeps what Ansible packs of a module, for the next run.

To ship a module Ansible parses each file that it imports, and packs them in its temporary folder, anew in each run. The file is kept as it is,
below Ansible's home and under a name made of all that it was packed from; where any of that has changed, Ansible packs again.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from ansible import constants
from ansible.module_utils.ansible_release import __version__
from ansible.plugins.loader import module_utils_loader

COLLECTION = Path(__file__).resolve().parents[2]
MODULES = ".".join(("ansible_collections", *COLLECTION.parts[-2:], "plugins", "modules"))
UNFINISHED = (".lock", "-part")
"""How the names of files end that Ansible has beside those it has packed."""

STATES = 4
"""So many states of each module are kept: those used last."""


@contextlib.contextmanager
def packed_once(module: str) -> Iterator[None]:
    """While ``module`` (``archive``) runs: what was kept of it is there for Ansible, and what Ansible packs is kept."""
    here, name = Path(constants.DEFAULT_LOCAL_TMP, "ansiballz_cache"), f"{MODULES}.{module}-"
    if any(_finished(here, name)):
        yield
        return
    kept = Path(constants.ANSIBLE_HOME, "opentok_cloud", f"{name}{_made_of(module)}")
    with contextlib.suppress(OSError):
        _copy_all(_trusted(kept), here, name)
    if any(_finished(here, name)):
        yield
        return
    with _no_garbage():
        yield
    with contextlib.suppress(OSError):
        _copy_all(here, kept, name)
        _forget_old(kept.parent, name)


def _finished(folder: Path, name: str) -> Iterator[Path]:
    return (path for path in folder.glob(f"{name}*") if not path.name.endswith(UNFINISHED))


def _copy_all(source: Path, target: Path, name: str) -> None:
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in _finished(source, name):
        # Whoever looks finds a whole file or none.
        handle, unfinished = tempfile.mkstemp(dir=target)
        with open(path, "rb") as of, open(handle, "wb") as to:
            shutil.copyfileobj(of, to)
        os.replace(unfinished, target / path.name)


def _trusted(kept: Path) -> Path:
    """``kept``, which is run on the hosts: only if nobody else can have put anything there. Raises ``OSError``."""
    for path in (kept.parent, kept, *kept.iterdir()):
        there = path.lstat()
        if stat.S_ISLNK(there.st_mode) or there.st_uid != os.geteuid() or there.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise PermissionError(f"{path} may be of another user")
    os.utime(kept)
    return kept


def _forget_old(folder: Path, name: str) -> None:
    states = sorted(folder.glob(f"{name}*"), key=lambda path: path.stat().st_mtime)
    for path in states[:-STATES]:
        shutil.rmtree(path, ignore_errors=True)


def _made_of(module: str) -> str:
    """What tells one state of all that is packed from another. The time of a change of the file itself cannot be set, as that of its text can."""
    shared = [path for path in module_utils_loader.print_paths().split(os.pathsep) if path]
    folders = [str(COLLECTION / "plugins" / "module_utils"), *shared]
    ours = [str(COLLECTION / "plugins" / "modules" / f"{module}.py"), str(COLLECTION / "meta" / "runtime.yml")]
    files = sorted({*ours, *(path for folder in folders for path in _sources(folder))})
    states = [(path, found.st_ino, found.st_size, found.st_ctime_ns) for path in files for found in (os.stat(path),)]
    return hashlib.sha256(repr((__version__, folders, states)).encode()).hexdigest()[:32]


def _sources(folder: str) -> Iterable[str]:
    for root, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from (os.path.join(root, name) for name in files if name.endswith(".py"))


@contextlib.contextmanager
def _no_garbage() -> Iterator[None]:
    """What the parser makes is many small objects and no garbage, but the collector looks through all that the controller holds, again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
