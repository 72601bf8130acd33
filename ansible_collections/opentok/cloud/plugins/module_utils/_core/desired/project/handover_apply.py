# SPDX-License-Identifier: Apache-2.0
"""Does the steps of a blue/green rotation. Each can be done again: what a killed run has done already is seen, and not done twice."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

from ...api.account import Project
from ...api.verify_credentials import verify_credentials
from ...errors import Forbidden, NotFound, OpenTokError, PlanError, join_words, quote
from ...http.auth import Signer
from ..plan import Action
from ..scope import Scope
from . import rotation
from .state import ProjectState, present

Warn = Callable[[str], None]
Sleep = Callable[[float], None]


def step(scope: Scope, action: Action, state: ProjectState, warn: Warn, sleep: Sleep = time.sleep) -> tuple[ProjectState, OpenTokError | None]:
    """The state after ``action``, and why it is not done where something of it is that must not be forgotten. Raises where nothing is."""
    if action.do == "hand_over":
        return _hand_over(scope, action, state, warn, sleep)
    if action.do == "roll_back":
        return _roll_back(scope, action, state), None
    if action.do == "set_aside":
        return dataclasses.replace(state, draining=state.newcomer, newcomer=None, known=None), None
    if action.do == "suspend_draining":
        return _suspend(scope, action, state, warn), None
    if action.do == "delete_draining":
        return _delete(scope, action, state, warn), None
    return state, None


def _hand_over(scope: Scope, action: Action, state: ProjectState, warn: Warn, sleep: Sleep) -> tuple[ProjectState, OpenTokError | None]:
    old, name, known = present(state), action.args["name"], action.args["known"]
    newcomer = _newcomer(scope, action, old)
    if newcomer is None:
        expected = None if action.args["twins"] else {old.id, *known}
        newcomer = scope.creation.create(name, expected=expected, warn=warn)
    else:
        warn(f"{newcomer} was there already: a run that was stopped has created it to take the place of {old}")
    scope.remember_secret(newcomer)
    failure = _unproven(scope, newcomer, sleep)
    if failure is not None:
        # The old one stays the active one: nobody is sent to a key that is refused.
        said = f"{newcomer} is there to take the place of {old}, but is not proven to work ({failure}): {old} stays the active one; run again"
        # Whoever else has the name is known now, so that only the newcomer is taken up, or ended, by a later run.
        others = {old.id, *known, *(project.id for project in scope.creation.namesakes(name))} - {newcomer.id}
        return dataclasses.replace(state, newcomer=newcomer, known=tuple(sorted(others))), PlanError(said)
    return ProjectState(project=newcomer, draining=old), None


def _newcomer(scope: Scope, action: Action, old: Project) -> Project | None:
    """The one that a run that was stopped has created. Raises :class:`PlanError` where it cannot be told."""
    known = {old.id, *action.args["known"]}
    others = [project for project in scope.creation.namesakes(action.args["name"]) if project.id not in known]
    if not others or (action.args["twins"] and not action.args["begun"]):
        return None
    ids = join_words(str(project) for project in others)
    what = f"{ids} of account {scope.account_key} stands beside {old} already" if len(others) == 1 else f"{ids} stand beside {old} already"
    if len(others) > 1:
        raise PlanError(f"{what}, and it cannot be told which one is to take its place: delete what is not wanted, then run again")
    if not action.args["takes"]:
        made = "a run that was stopped may have created it, or someone else has"
        how = "to have it take the place, declare adopt=True; else delete it, or declare allow_duplicate_name=True"
        raise PlanError(f"project {quote(action.args['name'])}: {what}: {made}. Nothing was changed: {how}")
    there = scope.account.projects.get(others[0].id)
    return scope.account.projects.set_status(there.id, "active") if there.status == "suspended" else there


def warn_of_left(scope: Scope, name: str, ended: Project, warn: Warn) -> None:
    """After the end of a declaration: what a run that was stopped may have created for it, and nothing remembers."""
    try:
        left = scope.creation.namesakes(name)
    except OpenTokError:
        return
    for project in left:
        if project.id != ended.id:
            made = f"a run that was stopped may have created it to take the place of {ended}"
            warn(f"{project} stays: {made}; delete it once you know that nothing uses it")


def _unproven(scope: Scope, project: Project, sleep: Sleep) -> OpenTokError | None:
    """Why the key is not proven to work, by a signed read."""
    signer, failure = Signer(project.credentials), None
    for attempt in range(rotation.VERIFY_ATTEMPTS):
        if attempt:
            sleep(rotation.PAUSE * 2 ** (attempt - 1))
        try:
            verify_credentials(scope.transport, signer)
            return None
        except Forbidden as error:
            failure = error
        except OpenTokError as error:
            return error
    return failure


def _roll_back(scope: Scope, action: Action, state: ProjectState) -> ProjectState:
    """The draining project is active again, and the other one drains."""
    projects, newer = scope.account.projects, present(state)
    back = projects.get(action.args["id"])
    if back.status == "suspended" and action.args["activate"]:
        back = projects.set_status(back.id, "active")
    scope.remember_secret(back)
    return ProjectState(project=back, draining=newer)


def _suspend(scope: Scope, action: Action, state: ProjectState, warn: Warn) -> ProjectState:
    try:
        return dataclasses.replace(state, draining=scope.account.projects.set_status(action.args["id"], "suspended"))
    except NotFound:
        return _gone(scope, action, state, warn)


def _delete(scope: Scope, action: Action, state: ProjectState, warn: Warn) -> ProjectState:
    try:
        scope.account.projects.delete(action.args["id"])
    except NotFound:
        return _gone(scope, action, state, warn)
    scope.creation.forget(action.args["id"])
    return dataclasses.replace(state, draining=None, newcomer=None, known=None, draining_gone=True)


def _gone(scope: Scope, action: Action, state: ProjectState, warn: Warn) -> ProjectState:
    warn(f"project {action.args['id']} was gone already")
    scope.creation.forget(action.args["id"])
    return dataclasses.replace(state, draining=None, newcomer=None, known=None, draining_gone=True)
