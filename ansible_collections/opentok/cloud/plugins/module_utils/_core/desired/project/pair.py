# SPDX-License-Identifier: Apache-2.0
"""The two projects of a declaration while one takes the place of the other, as they are there."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ...api.account import Project
from ...errors import NotFound
from ..scope import Scope
from .handover import Handover, of_entry
from .state import ProjectSpec, ProjectState, present


def recall_pair(scope: Scope, spec: ProjectSpec, state: ProjectState, entries: Mapping[str, Mapping[str, Any]]) -> ProjectState | None:
    """What the ledger's ``entries`` show ``state`` to be. ``None``: none of them has a handover for what ``spec`` means."""
    ours = {key: entry for key, entry in entries.items() if entry.get("account_key") in (None, spec.account_key)}
    found = {key: handover for key, entry in ours.items() if (handover := of_entry(entry)) is not None}
    # A run that was stopped while it wrote down that another project is the active one leaves the entry of the former.
    if not found:
        return None
    key, handover = max(found.items(), key=lambda one: one[1].turn)
    if found.keys() - {key, handover.other}:
        return None
    seen = {project.id: project for project in (state.project, *state.namesakes) if project is not None}
    active = _there(scope, key, seen)
    if handover.other is None:
        others = [project for project in state.namesakes if project.id != key and project.id not in entries]
        return _begun(scope, state, key, active, handover, others)
    draining = _there(scope, handover.other, seen)
    strangers = tuple(project for project in state.namesakes if project.id not in (key, handover.other))
    if active is None:
        # What is left of the two is what is declared.
        left = ProjectState(project=draining, known_as=key, strangers=strangers)
        return left if draining is not None else dataclasses.replace(state, project=None)
    return ProjectState(project=active, draining=draining, draining_gone=draining is None, strangers=strangers)


def _begun(scope: Scope, state: ProjectState, key: str, active: Project | None, handover: Handover, others: list[Project]) -> ProjectState | None:
    known = handover.known or ()
    new = [project for project in others if project.id not in known]
    if active is None:
        return ProjectState(project=scope.whole(new[0]), known_as=key) if len(new) == 1 else None
    strangers = tuple(project for project in others if project.id in known or len(new) > 1)
    newcomer = scope.whole(new[0]) if len(new) == 1 else None
    return ProjectState(project=active, newcomer=newcomer, known=known, strangers=strangers, namesakes=state.namesakes)


def complete(scope: Scope, state: ProjectState, handover: Handover) -> ProjectState:
    """``state``, whose project was looked at by itself, with the other one."""
    project = present(state)
    if handover.other == project.id:
        return state
    if handover.other is None:
        return refresh_pair(scope, dataclasses.replace(state, known=handover.known))
    draining = _there(scope, handover.other, {})
    return dataclasses.replace(state, draining=draining, draining_gone=draining is None)


def refresh_pair(scope: Scope, state: ProjectState) -> ProjectState:
    """Both, read anew by their ids."""
    active = read(scope, present(state).id)
    if state.draining is not None:
        draining = read(scope, state.draining.id)
        if active is None:
            return ProjectState(project=draining, known_as=state.known_as, missing_id=None if draining else present(state).id)
        return ProjectState(project=active, draining=draining, draining_gone=draining is None)
    if active is None:
        return ProjectState(missing_id=present(state).id)
    known = {active.id, *(state.known or ())}
    # It may have been renamed since: what an earlier run has created has the name of before.
    names = dict.fromkeys((present(state).name, active.name))
    new = [project for name in names for project in scope.creation.namesakes(name) if project.id not in known]
    return ProjectState(project=active, newcomer=scope.whole(new[0]) if len(new) == 1 else None, known=state.known)


def read(scope: Scope, id_: str) -> Project | None:
    """A project by its id; its secret is remembered. ``None``: it is gone."""
    try:
        project = scope.account.projects.get(id_)
    except NotFound:
        return None
    scope.remember_secret(project)
    return project


def _there(scope: Scope, id_: str, seen: Mapping[str, Project]) -> Project | None:
    project = seen.get(id_) or scope.creation.of_id(id_)
    return read(scope, id_) if project is None else scope.whole(project)
