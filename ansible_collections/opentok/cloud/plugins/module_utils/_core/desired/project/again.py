# SPDX-License-Identifier: Apache-2.0
"""A project that is not seen as it is: written in another way, or by a server that lags. Private to opentok.cloud and pulumi_opentok."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ...api.account import Project
from ..scope import Scope
from .rotation import read_anew
from .state import ProjectRecord, ProjectSpec, ProjectState


def recall(scope: Scope, spec: ProjectSpec, state: ProjectState, entries: Mapping[str, Mapping[str, Any]]) -> ProjectState:
    """The project that was once created for this declaration, where OpenTok has written its name in another way."""
    written = {
        str(entry.get("id")): entry.get("name")
        for entry in entries.values()
        if entry.get("declared") == {"name": spec.name} and entry.get("name") != spec.name and entry.get("account_key") == spec.account_key
    }
    found = [project for project in scope.creation.listing() if project.name == written.get(project.id, "")] if written else []
    # With a ledger it is known who made what is there: nothing that only looks like it is taken for it.
    return ProjectState(project=found[0]) if len(found) == 1 else dataclasses.replace(state, rewritten=())


def settle(scope: Scope, spec: ProjectSpec | None, project: Project, record: ProjectRecord, known: ProjectState | None) -> ProjectState:
    """``project``, read with a secret that a rotation has replaced, as it is: from what is ``known`` of it, else read anew."""
    if known is not None and known.project is not None and known.project.secret_fingerprint == record.secret_fingerprint:
        return ProjectState(project=dataclasses.replace(project, secret=known.project.secret))
    if spec is not None and spec.rotate == "always":
        return ProjectState(project=project)
    return ProjectState(project=read_anew(scope.account.projects, project))
