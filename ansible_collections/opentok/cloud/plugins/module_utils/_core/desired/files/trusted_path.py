# SPDX-License-Identifier: Apache-2.0
"""Whether a path leads to where its user means, whatever other users of the machine do: as ssh's StrictModes."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection

try:
    import grp
    import pwd

    HAS_USERS = True
except ImportError:  # Windows
    HAS_USERS = False

MAX_LINKS = 40
"""As many as Linux follows."""


def distrust(path: str, *, own: bool = False) -> str | None:
    """Why other users could lead the absolute ``path`` elsewhere, or had a file ready there; ``None`` where they cannot.

    Each folder, file and link on the way belongs to root or to the user that runs this. The user whose folder the file lies in, or to whom it
    was given in a folder of theirs, is trusted with folders and file as well, but not with links, nor where others can put something: in a
    folder that group or others may write to, and without the sticky bit also in all below it. ``own``: nobody else is trusted with anything, as
    with a program that is to be run. Raises ``OSError``.
    """
    if not HAS_USERS:
        return None
    # Who owns / can do anything; in a container that may be another user than root.
    trusted = {0, os.geteuid(), os.lstat("/").st_uid}
    given_to = set() if own else {os.stat(os.path.dirname(path)).st_uid}
    if not own and given_to <= trusted and os.path.lexists(path):
        given_to = {os.lstat(path).st_uid}
    folder, shared, loose, links = "/", False, False, 0
    parts = _parts(path)
    while parts:
        entry = os.path.join(folder, parts.pop(0))
        try:
            there = os.lstat(entry)
        except FileNotFoundError:
            if not parts:
                return None
            raise
        is_link = stat.S_ISLNK(there.st_mode)
        if there.st_uid not in (trusted if shared or loose or is_link else trusted | given_to):
            return _whose(entry, there, shared=shared or loose)
        if is_link and parts:
            links += 1
            if links > MAX_LINKS:
                return None
            target = os.readlink(entry)
            parts = [*_parts(target), *parts]
            if target.startswith("/"):
                folder, shared = "/", False
        elif parts:
            folder, shared = os.path.normpath(entry), _others_write(there, trusted)
            loose = loose or (shared and not there.st_mode & stat.S_ISVTX)
    return None


def open_to_others(path: str) -> str | None:
    """Why what the file at ``path`` says may not be what its owner wrote, if other users may write to it. Raises ``OSError``."""
    if not HAS_USERS or not os.path.exists(path):
        return None
    there = os.stat(path)
    return f"others may write to it: run chmod go-w {path}" if _others_write(there, {0, os.geteuid(), there.st_uid}) else None


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def _whose(entry: str, there: os.stat_result, *, shared: bool) -> str:
    owner = f"{entry} belongs to user {there.st_uid}"
    if stat.S_ISLNK(there.st_mode):
        return f"{owner}, who can lead that link anywhere: name the folder that is meant"
    if shared:
        return f"{owner}, who may have had it ready in a folder that other users can write to: name a place in a folder of its own"
    return f"{owner}, a third one beside who runs this and whose folder it is for: name a place in a folder of its own"


def _others_write(there: os.stat_result, trusted: Collection[int]) -> bool:
    if there.st_mode & stat.S_IWOTH:
        return True
    return bool(there.st_mode & stat.S_IWGRP) and not _of_one_user(there.st_gid, trusted)


def _of_one_user(group: int, trusted: Collection[int]) -> bool:
    """Whether it is the private group of a trusted user, as many systems make one for each: of that name, with nobody else in it."""
    try:
        known = grp.getgrgid(group)
        owner = pwd.getpwnam(known.gr_name)
    except KeyError:
        return False
    return owner.pw_uid in trusted and owner.pw_gid == group and set(known.gr_mem) <= {known.gr_name}
