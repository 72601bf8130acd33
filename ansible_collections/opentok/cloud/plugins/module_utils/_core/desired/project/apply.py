# SPDX-License-Identifier: Apache-2.0
"""Does what a project's plan says, step by step, and keeps what was done."""

from __future__ import annotations

import dataclasses

from ...api.account import Project
from ...errors import NotFound, OpenTokError, PlanError, RotationUnknown, quote
from ..plan import Action, Applied, Plan
from ..scope import Scope
from .state import ProjectState, present

HANDOVER = ("hand_over", "roll_back", "set_aside", "note_suspended", "forget_draining", "suspend_draining", "delete_draining")
"""What is done by ``handover_apply``, which is not loaded for anything else."""


def apply(scope: Scope, plan: Plan, state: ProjectState) -> Applied[ProjectState]:
    """Does the plan's actions in order. See ``Kind.apply``."""
    done: list[Action] = []
    warnings: list[str] = []
    unfinished: OpenTokError | None = None
    old: Project | None = None
    for action in plan.actions:
        before = state.project
        if action.do in HANDOVER:
            from .handover_apply import step

            try:
                state, unfinished = step(scope, action, state, warnings.append)
            except OpenTokError as error:
                if not any(one.touches_api for one in done):
                    raise
                unfinished = error
            if unfinished is not None:
                break
            done.append(action)
            continue
        try:
            project = _do(scope, action, state, warnings)
        except OpenTokError as error:
            if not any(step.touches_api for step in done) and not isinstance(error, RotationUnknown):
                raise
            unfinished = error
            break
        done.append(action)
        if action.do == "refresh_secret":
            old = before
        elif project is not None and before is not None and old is not None and project.secret == old.secret:
            # A server that has not heard of the rotation answered.
            project = dataclasses.replace(project, secret=before.secret)
        elif action.do == "create" and project is not None:
            unfinished = _rewritten(action.args["name"], project)
        state = state.with_project(project)
    if old is not None and state.project is not None:
        project, failure = _proven(scope, state.project, old, done, warnings)
        state = state.with_project(project)
        unfinished = failure if isinstance(failure, RotationUnknown) else unfinished or failure
    if state.project is not None:
        scope.remember_secret(state.project)
    unsure = isinstance(unfinished, RotationUnknown)
    return Applied(state=state, done=tuple(done), warnings=tuple(warnings), unfinished=unfinished, unsure=unsure)


def _do(scope: Scope, action: Action, state: ProjectState, warnings: list[str]) -> Project | None:
    """Does one action and returns the project as it is afterwards (``None``: gone)."""
    projects = scope.account.projects
    if action.do == "create":
        return scope.creation.create(action.args["name"], expected=action.args["expected"], warn=warnings.append)
    if action.do == "adopt":
        return next(project for project in (state.project, *state.namesakes) if project and project.id == action.args["id"])
    if action.do in ("remember", "forget"):
        return state.project
    project = present(state)
    if action.do == "refresh_secret":
        from .rotation import rotate

        return rotate(projects, project, warnings.append, dead=action.args["dead"])
    try:
        if action.do == "set_status":
            return projects.set_status(project.id, action.args["status"])
        projects.delete(project.id)
    except NotFound as error:
        if not action.args.get("gone_is_done"):
            raise
        lost = error.answer_lost and action.do == "delete"
        warnings.append(f"the answer to deleting {project} was lost; it is gone" if lost else f"{project} was gone already")
    scope.creation.forget(project.id)
    if name := action.args.get("alone"):
        from .handover_apply import warn_of_left

        warn_of_left(scope, name, project, warnings.append)
    return None


def _proven(scope: Scope, project: Project, old: Project, done: list[Action], warnings: list[str]) -> tuple[Project, OpenTokError | None]:
    """The project whose secret was rotated, with the one that is live, and what is wrong with that. Takes out of ``done`` what had no effect."""
    rotated = next(action for action in done if action.do == "refresh_secret")
    from .rotation import verify_new_secret

    try:
        project, failure = verify_new_secret(scope.account.projects, scope.transport, project, old, warnings.append, dead=rotated.args["dead"])
    except RotationUnknown as error:
        done.remove(rotated)
        return dataclasses.replace(project, secret=old.secret), error
    if project.secret_fingerprint in rotated.args["retired"]:
        failure = PlanError(f"the new secret of {project} is itself one of retired_secrets: take it out of the list, or run again")
    return project, failure


def _rewritten(name: str | None, project: Project) -> OpenTokError | None:
    """That a server writes the name of its new project in its own way, so that the next run could not find it."""
    if project.name == (name or ""):
        return None
    from ..names import difference

    return PlanError(
        f"project {project.id} was created, but OpenTok writes its name {quote(project.name, 300)} where {quote(name, 300)} was sent: they differ"
        f" {difference(name or '', project.name)}. Declare it as OpenTok writes it, or by its id"
    )
