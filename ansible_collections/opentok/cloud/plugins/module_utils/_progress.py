# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a module is, for the action plugin that has started it on the same machine (`plugins/action/projects.py`)."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from typing import Any

PAUSE = 0.25
"""Seconds between two lines."""


def progress() -> Callable[[int, int, Any], None] | None:
    """What hears of each project that is done: how many are, of how many, and what became of this one. `None` where nobody listens."""
    path = os.environ.get("OPENTOK_PROGRESS_FILE")
    if not path:
        return None
    failed, told = 0, time.monotonic()

    def tell(done: int, total: int, outcome: Any) -> None:
        nonlocal failed, told
        failed += outcome.failure is not None
        if time.monotonic() - told < PAUSE:
            return
        told = time.monotonic()
        line = f"{done} of {total} projects{f', {failed} failed' if failed else ''}\n".ljust(80)
        # Somebody else's file, as with become, or one that is gone: it is only for show.
        with contextlib.suppress(OSError), open(path, "r+", encoding="ascii") as file:
            file.write(line)

    return tell
