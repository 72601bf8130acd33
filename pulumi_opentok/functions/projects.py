# SPDX-License-Identifier: Apache-2.0
"""``get_project`` and ``get_projects``: projects of the account."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pulumi

from ..core import InvalidInput, NotFound, PlanError, Problem, Project
from ..core.desired import Scope
from ..core.desired.project.kind import PROJECT
from ..core.desired.project.state import ProjectState
from ..provider import Provider
from .calling import Function


@dataclasses.dataclass(frozen=True, kw_only=True)
class GetProjectResult:
    """A project as it is now."""

    id: str
    """Its id; the same as ``api_key``."""
    api_key: str
    """The key of the project pair."""
    api_secret: pulumi.Output[str] = dataclasses.field(repr=False)
    """The secret of the project pair. A secret output."""
    secret_fingerprint: str
    """Stands for the secret: equal for equal secrets."""
    name: str
    """Its name."""
    status: str
    """``active`` or ``suspended``."""
    environment: str | None
    """``standard`` or ``enterprise``."""
    created_at: str | None
    """When it was created, RFC 3339 in UTC."""
    account_key: str
    """The key of its account."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class GetProjectSecretResult:
    """The secret of the project with this ``id``, or of the only one with exactly this ``name``."""

    api_secret: pulumi.Output[str] = dataclasses.field(repr=False)
    """The secret of the project pair. A secret output."""


def get_project(*, id: str | None = None, name: str | None = None, provider: Provider | None = None) -> GetProjectResult:  # noqa: A002
    """The project with this ``id``, or the only one with exactly this ``name``.

    :param id: The project's id, which is its API key.
    :param name: Its name. Pass either this or ``id``.
    :param provider: Whose credentials are used, else those of the stack's config or the environment. Its arguments must be plain values.

    One request. Raises ``pulumi.RunError`` if there is none, or more than one with this name.
    """
    return _PROJECT.one(provider, id=id, name=name)


def get_project_output(
    *,
    id: pulumi.Input[str] | None = None,  # noqa: A002
    name: pulumi.Input[str] | None = None,
    provider: Provider | None = None,
) -> pulumi.Output[GetProjectResult]:
    """As :func:`get_project`, for arguments that are outputs."""
    return _PROJECT.one_output(provider, id=id, name=name)


def get_projects(*, provider: Provider | None = None) -> list[GetProjectResult]:
    """All projects of the account, in one request. Credentials as in :func:`get_project`."""
    return _PROJECTS.many(provider)


def get_projects_output(*, provider: Provider | None = None) -> pulumi.Output[list[GetProjectResult]]:
    """As :func:`get_projects`, for a provider whose arguments are outputs."""
    return _PROJECTS.many_output(provider)


def _find(scope: Scope, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    project_id, name = asked.get("id"), asked.get("name")
    if (project_id is None) == (name is None):
        raise InvalidInput(Problem("id", "pass either id or name"))
    if project_id is not None:
        try:
            return [_shown(scope.account.projects.get(project_id))]
        except NotFound:
            raise PlanError(f"there is no project {project_id} in account {scope.account_key}") from None
    matches = [project for project in scope.account.projects.list() if project.name == name]
    if not matches:
        raise PlanError(f"no project of account {scope.account_key} is named '{name}'")
    if len(matches) > 1:
        ids = ", ".join(project.id for project in matches)
        raise PlanError(f"{len(matches)} projects of account {scope.account_key} are named '{name}': pass the id of one of them ({ids})")
    return [_shown(scope.whole(matches[0]))]


def _all(scope: Scope, _asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_shown(scope.whole(project)) for project in scope.account.projects.list() if project.id]


def _shown(project: Project) -> dict[str, Any]:
    state = ProjectState(project=project)
    return PROJECT.told(PROJECT.show(state, None), state)


_PROJECT = Function(name="get_project", result=GetProjectResult, ask=_find)
# Python has the secret in the result of `get_project`. The other languages would make that whole result secret for it.
_PROJECT_SECRET = Function(name="get_project_secret", result=GetProjectSecretResult, ask=_find)
_PROJECTS = Function(name="get_projects", result=GetProjectResult, ask=_all, answered="projects")
