# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the module `projects_drift` as the module `project` is run."""

from __future__ import annotations

from ansible_collections.opentok.cloud.plugins.action.project import ActionModule as OfOne


class ActionModule(OfOne):
    """All that is done is in the module."""
