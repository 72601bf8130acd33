# SPDX-License-Identifier: Apache-2.0
"""How a project that exists is declared as it is."""

from __future__ import annotations

from ...api.account import STATUSES, Project, check_name
from ...errors import NOT_SHOWN, InvalidInput


def declaration(project: Project) -> dict[str, str]:
    """The inputs that declare ``project``. By its id where its name cannot be declared: it is blank, holds a secret or a control character, say."""
    inputs = {"name": project.name} if _can_be_declared(project) else {"existing_id": project.id}
    # A status that cannot be declared stays as it is.
    return {**inputs, "status": project.status} if project.status in STATUSES else inputs


def _can_be_declared(project: Project) -> bool:
    try:
        check_name(project.name)
    except InvalidInput:
        return False
    return project.shown_name != NOT_SHOWN
