# SPDX-License-Identifier: Apache-2.0
"""What a team does to its `tenants.yaml`, what is said of it, and what becomes of the account."""

from __future__ import annotations

from pulumi_opentok.emulator import Emulator

ACME_SUSPENDED = {"name: ACME GmbH": "name: ACME GmbH\n    status: suspended"}
GLOBEX_SUSPENDED = {"name: Globex": "name: Globex\n    status: suspended"}
ROTATE = {'rotation: "2026-11"': 'rotation: "2026-12"'}
PROMPTLY = {"applies_to: all": "applies_to: age"}
"""What a trigger asks for waits for no window."""

CUT_OFF = "'ACME GmbH': its key and every session made with it stop working"
TOKENS_DIE = "every client token signed with the old secret stops working"

_CHANGING = ("project.create", "project.set_status", "project.refresh_secret", "project.delete")


def statuses(opentok: Emulator) -> dict[str, str]:
    """Name -> status of every project."""
    return {project["name"]: project["status"] for project in opentok.all_projects()}


def writes(opentok: Emulator) -> list[str]:
    """What was changed so far, by operation."""
    return [entry["operation"] for entry in opentok.journal() if entry["operation"] in _CHANGING]
