# SPDX-License-Identifier: Apache-2.0
"""Functions that look up projects without managing them: ``get_project`` and ``get_projects``."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pulumi

from ._errors import one_line_errors
from ._operation import operation
from ._scopes import scope_of
from ._secret_inputs import SECRET, awaitable_twice, secret_names
from ._settings import STACK_CONFIG, connect
from .core import InvalidInput, NotFound, PlanError, Problem, Project
from .core.desired import Scope
from .core.desired.project.kind import PROJECT
from .core.desired.project.state import ProjectState
from .provider import Provider


@dataclasses.dataclass(frozen=True, kw_only=True)
class GetProjectResult:
    """A project as it is now; ``api_secret`` is a secret output."""

    id: str
    api_key: str
    api_secret: pulumi.Output[str] = dataclasses.field(repr=False)
    secret_fingerprint: str
    name: str
    status: str
    environment: str | None
    created_at: str | None
    account_key: str


def get_project(*, id: str | None = None, name: str | None = None, provider: Provider | None = None) -> GetProjectResult:  # noqa: A002
    """The project with this ``id``, or the only one with exactly this ``name``.

    Credentials are those of ``provider`` (whose arguments must be plain values; else use :func:`get_project_output`), of the stack's
    config, or of the environment. One request. Raises an error if there is none, or more than one with this name.
    """
    with one_line_errors():
        return _find(_scope(_plain(provider)), id, name)


def get_projects(*, provider: Provider | None = None) -> list[GetProjectResult]:
    """All projects of the account, in one request; credentials as in :func:`get_project`."""
    with one_line_errors():
        return _all(_scope(_plain(provider)))


def get_project_output(
    *,
    id: pulumi.Input[str] | None = None,  # noqa: A002
    name: pulumi.Input[str] | None = None,
    provider: Provider | None = None,
) -> pulumi.Output[GetProjectResult]:
    """As :func:`get_project`, for arguments that are outputs."""
    named = awaitable_twice({"id": id, "name": name})
    wanted = pulumi.Output.all(**named, settings=provider.settings if provider else {}, secret=secret_names(named))

    def find(args: dict[str, Any]) -> GetProjectResult:
        with operation({**args, SECRET: args["secret"]}):
            return _find_one_line(args["settings"], args["id"], args["name"])

    return wanted.apply(find)


def get_projects_output(*, provider: Provider | None = None) -> pulumi.Output[list[GetProjectResult]]:
    """As :func:`get_projects`, for a provider whose arguments are outputs."""
    settings: pulumi.Output[dict[str, Any]] = pulumi.Output.from_input(dict(provider.settings) if provider else {})
    return settings.apply(_all_one_line)


def _find_one_line(settings: Mapping[str, Any], project_id: str | None, name: str | None) -> GetProjectResult:
    with one_line_errors():
        return _find(_scope(settings), project_id, name)


def _all_one_line(settings: Mapping[str, Any]) -> list[GetProjectResult]:
    with one_line_errors():
        return _all(_scope(settings))


def _plain(provider: Provider | None) -> Mapping[str, Any]:
    settings = provider.settings if provider else {}
    for name, value in settings.items():
        if isinstance(value, pulumi.Output):
            raise InvalidInput(Problem(name, "this argument of the provider is an output, whose value is not known yet: use get_project_output"))
    return settings


def _scope(settings: Mapping[str, Any]) -> Scope:
    config = pulumi.Config("opentok")
    stack = {name: config.get(key.partition(":")[2]) for name, key in STACK_CONFIG.items()}
    return scope_of(connect(settings, stack))


def _find(scope: Scope, project_id: str | None, name: str | None) -> GetProjectResult:
    if (project_id is None) == (name is None):
        raise InvalidInput(Problem("id", "pass either id or name"))
    if project_id is not None:
        try:
            return _result(scope.account.projects.get(project_id))
        except NotFound:
            raise PlanError(f"there is no project {project_id} in account {scope.account_key}") from None
    matches = [project for project in scope.account.projects.list() if project.name == name]
    if not matches:
        raise PlanError(f"no project of account {scope.account_key} is named '{name}'")
    if len(matches) > 1:
        ids = ", ".join(project.id for project in matches)
        raise PlanError(f"{len(matches)} projects of account {scope.account_key} are named '{name}': pass the id of one of them ({ids})")
    return _result(scope.whole(matches[0]))


def _all(scope: Scope) -> list[GetProjectResult]:
    return [_result(scope.whole(project)) for project in scope.account.projects.list() if project.id]


def _result(project: Project) -> GetProjectResult:
    shown = PROJECT.show(ProjectState(project=project), None)
    fields = {field.name for field in dataclasses.fields(GetProjectResult)}
    values = {name: value for name, value in shown.items() if name in fields}
    return GetProjectResult(**{**values, "api_secret": pulumi.Output.secret(project.secret)})
