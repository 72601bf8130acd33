# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs each module of the collection, not only `project`, as Ansible runs any module, but packs it once: `meta/runtime.yml` leads all here."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action.normal import ActionModule as Normal

from ..plugin_utils.packed import packed_once


class ActionModule(Normal):
    """All that is done is in the module."""

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        with packed_once(self._task.action.rpartition(".")[2]):
            result: dict[str, Any] = super().run(tmp, task_vars)
            return result
