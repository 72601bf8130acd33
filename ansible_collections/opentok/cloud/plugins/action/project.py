# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module `project` as Ansible runs any module, without the garbage collector meanwhile.

To ship a module Ansible parses each file that it imports. What the parser makes is many small objects and no garbage, but the collector looks
through all that the controller holds, again and again: a tenth of a whole run. The process that does this ends with the task.
"""

from __future__ import annotations

import gc
from typing import Any

from ansible.plugins.action.normal import ActionModule as Normal


class ActionModule(Normal):
    """All that is done is in the module."""

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            result: dict[str, Any] = super().run(tmp, task_vars)
            return result
        finally:
            if was_enabled:
                gc.enable()
