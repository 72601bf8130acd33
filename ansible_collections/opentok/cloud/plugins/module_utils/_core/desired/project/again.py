# SPDX-License-Identifier: Apache-2.0
"""A project that is not seen as it is: written in another way, or by a server that lags."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ...api.account import Project
from ..scope import Scope
from .pair import read
from .rotation import read_anew
from .state import ProjectRecord, ProjectSpec, ProjectState


def recall(scope: Scope, spec: ProjectSpec, state: ProjectState, entries: Mapping[str, Mapping[str, Any]]) -> ProjectState:
    """The project that was once created for this declaration, where OpenTok has written its name in another way, or its list does not show it."""
    written = {
        str(entry.get("id")): entry.get("name")
        for entry in entries.values()
        if entry.get("declared") == {"name": spec.name} and entry.get("account_key") == spec.account_key
    }
    there = (scope.creation.of_id(id_) or read(scope, id_) for id_ in written)
    found = [project for project in there if project is not None and written[project.id] in (project.name, project.shown_name)]
    # With a ledger it is known who made what is there: nothing that only looks like it is taken for it.
    if len(found) != 1:
        return dataclasses.replace(state, rewritten=())
    # A declaration that does not take what it finds is shown what stands in its way.
    return ProjectState(project=found[0]) if spec.take_by_name else ProjectState(namesakes=(found[0],))


def settle(
    scope: Scope, spec: ProjectSpec | None, state: ProjectState, project: Project, record: ProjectRecord, known: ProjectState | None
) -> ProjectState:
    """``state`` with its ``project``, read with a secret that a rotation has replaced, as it is: from what is ``known`` of it, else read anew."""
    if known is not None and known.project is not None and known.project.secret_fingerprint == record.secret_fingerprint:
        return dataclasses.replace(state, project=dataclasses.replace(project, secret=known.project.secret))
    if spec is not None and spec.rotate == "always":
        return state
    return dataclasses.replace(state, project=read_anew(scope.account.projects, project))
