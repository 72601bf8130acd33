# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module `projects` as the module `project` is run, and with `-v` says meanwhile how far it is.

A module cannot print while it runs. On this machine it can write a line to a file, which is read here; of another machine nothing is seen before
it has ended, for that would need a second connection.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from collections.abc import Iterator
from typing import Any

from ansible import constants
from ansible.utils.display import Display
from ansible_collections.opentok.cloud.plugins.action.project import ActionModule as OfOne

PAUSE = 0.5
"""Seconds between two looks."""


class ActionModule(OfOne):
    """All that is done is in the module."""

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        if not Display().verbosity or self._connection.transport != "local" or self._task.async_val:
            return super().run(tmp, task_vars)
        with _told((task_vars or {}).get("inventory_hostname", "")) as path:
            given = self._task.environment or []
            self._task.environment = [*(given if isinstance(given, list) else [given]), {"OPENTOK_PROGRESS_FILE": path}]
            return super().run(tmp, task_vars)


@contextlib.contextmanager
def _told(host: str) -> Iterator[str]:
    """A file; a line that is written to it is shown, with the name of the host."""
    number, path = tempfile.mkstemp(prefix="opentok-progress-", dir=constants.DEFAULT_LOCAL_TMP)
    over = threading.Event()

    def tell() -> None:
        said, ended = "", False
        while not ended:
            ended = over.wait(PAUSE)
            os.lseek(number, 0, os.SEEK_SET)
            line = os.read(number, 200).decode(errors="replace").partition("\n")[0]
            if line and line != said:
                said = line
                Display().display(f"[{host}] {line}")

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield path
    finally:
        over.set()
        teller.join()
        os.close(number)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
