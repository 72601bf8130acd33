# SPDX-License-Identifier: Apache-2.0
"""An OpenTok project as desired state. Private to opentok.cloud and pulumi_opentok.

Identity: the id (= API key), or the exact name where just one project has it. The API cannot rename a project and has no other handle.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any

from ..account import STATUSES, Project, check_id, check_name
from ..connection import number_as_text
from ..errors import NotFound, OpenTokError, PlanError
from . import project_plan, rotation
from .inputs import InputReader
from .kind import Kind
from .plan import Action, Applied, Plan
from .project_state import ON_DELETE, ProjectRecord, ProjectSpec, ProjectState, from_text, to_text
from .scope import Scope


class ProjectKind(Kind[ProjectSpec, ProjectState, ProjectRecord]):
    """Drives one project. See :class:`Kind`."""

    name = "project"
    inputs = ("name", "status", "on_delete", "existing_id", "adopt", "allow_duplicate_name", "secret_triggers")
    observed = ("name", "status")
    corrected = ("status",)
    force_new = ("name", "existing_id")
    hidden_inputs = ("take_by_name",)
    outputs = (
        "id",
        "api_key",
        "api_secret",
        "secret_fingerprint",
        "secret_version",
        "secret_rotated_at",
        "secret_rotation_due_at",
        "status",
        "name",
        "environment",
        "created_at",
        "account_key",
    )
    secret_outputs = ("api_secret",)

    def parse(self, inputs: Mapping[str, Any], *, account_key: str | None = None, unknown: Collection[str] = ()) -> ProjectSpec:
        """Inputs as declared, plus ``id`` (this very project, Ansible) and ``take_by_name`` (the one project of this name is ours)."""
        reader = InputReader(inputs, unknown)
        spec = ProjectSpec(
            account_key=account_key,
            name=reader.read("name", check_name),
            status=reader.choice("status", STATUSES),
            on_delete=reader.choice("on_delete", ON_DELETE, default="delete") or "delete",
            existing_id=reader.read("existing_id", lambda value: check_id(number_as_text(value), "existing_id")),
            id=reader.read("id", lambda value: check_id(number_as_text(value))),
            adopt=reader.flag("adopt"),
            allow_duplicate_name=reader.flag("allow_duplicate_name"),
            take_by_name=reader.flag("take_by_name"),
            secret_triggers=reader.text_map("secret_triggers"),
        )
        named = [field for field in ("name", "existing_id", "id") if reader.given(field)]
        if not named:
            reader.problem("name", "missing: declare a name, or the id of a project that exists")
        if spec.adopt and spec.allow_duplicate_name:
            reader.problem("adopt", "contradicts allow_duplicate_name: the first takes the project of this name over, the second makes another one")
        if reader.given("existing_id") and spec.allow_duplicate_name:
            reader.problem("existing_id", "contradicts allow_duplicate_name: the first takes a project over, the second makes another one")
        reader.finish()
        return spec

    def find(self, scope: Scope, spec: ProjectSpec) -> ProjectState:
        wanted = spec.id or spec.existing_id
        if wanted is not None:
            return self.read(scope, wanted)
        namesakes = scope.creation.namesakes(spec.name)
        own = namesakes[0] if spec.take_by_name and len(namesakes) == 1 else None
        return ProjectState(project=own, namesakes=namesakes)

    def read(self, scope: Scope, identity: str) -> ProjectState:
        try:
            return ProjectState(project=scope.account.projects.get(identity))
        except NotFound:
            return ProjectState(missing_id=identity)

    def exists(self, state: ProjectState) -> bool:
        return state.project is not None

    def identity(self, state: ProjectState) -> str:
        return _present(state).id

    def plan(self, spec: ProjectSpec, state: ProjectState, record: ProjectRecord | None, now: datetime.datetime) -> Plan:
        return project_plan.plan(spec, state, record, now)

    def plan_absent(self, spec: ProjectSpec, state: ProjectState) -> Plan:
        return project_plan.plan_absent(spec, state)

    def apply(self, scope: Scope, plan: Plan, state: ProjectState) -> Applied[ProjectState]:
        done: list[Action] = []
        warnings: list[str] = []
        unfinished: OpenTokError | None = None
        for action in plan.actions:
            try:
                state = ProjectState(project=_do(scope, action, state, warnings))
            except OpenTokError as error:
                if not any(step.touches_api for step in done):
                    raise
                unfinished = error
                break
            done.append(action)
        rotated = any(action.do == "refresh_secret" for action in done)
        if rotated and state.project is not None and state.project.status == "active":
            rotation.prove(scope.transport, state.project, warnings.append)
        return Applied(state=state, done=tuple(done), warnings=tuple(warnings), unfinished=unfinished)

    def record(
        self, spec: ProjectSpec, applied: Applied[ProjectState], before: ProjectRecord | None, now: datetime.datetime
    ) -> ProjectRecord:
        project = _present(applied.state)
        done = {action.do for action in applied.done}
        seen = self.recognise(applied.state, before, now) if before else None
        rotated_at = seen.secret_rotated_at if seen else project.created_at if "create" in done else now
        return ProjectRecord(
            account_key=spec.account_key,
            name=spec.name,
            on_delete=spec.on_delete,
            # A rotation that was stopped on its way stays wanted.
            secret_triggers=before.secret_triggers if before and applied.unfinished and "refresh_secret" not in done else spec.secret_triggers,
            secret_fingerprint=project.secret_fingerprint,
            secret_version=seen.secret_version if seen else 1,
            secret_rotated_at=now if "refresh_secret" in done else rotated_at,
        )

    def recognise(self, state: ProjectState, record: ProjectRecord | None, now: datetime.datetime) -> ProjectRecord | None:
        return record.after_seeing(state.project, now) if record and state.project else record

    def show(self, state: ProjectState, record: ProjectRecord | None) -> dict[str, Any]:
        project = state.project
        shown: dict[str, Any] = dict.fromkeys(self.outputs)
        shown.update(project_plan.facts(project) or {})
        if project is not None:
            shown["api_secret"] = project.secret
        if record is not None:
            shown.update(
                account_key=record.account_key,
                secret_version=record.secret_version,
                secret_rotated_at=to_text(record.secret_rotated_at),
            )
        return shown

    def restore(self, identity: str, saved: Mapping[str, Any]) -> tuple[ProjectState, ProjectRecord]:
        declared = saved.get("declared") or {}
        project = Project(
            id=identity,
            name=saved.get("name") or "",
            status=saved.get("status") or "active",
            secret=saved.get("api_secret") or "",
            environment=saved.get("environment"),
            created_at=from_text(saved.get("created_at")),
        )
        record = ProjectRecord(
            account_key=saved.get("account_key"),
            name=declared.get("name"),
            on_delete=saved.get("on_delete") or "delete",
            # Read as parse reads them: a saved 3.0 is the declared '3', and another text would rotate the secret.
            secret_triggers=InputReader(saved).text_map("secret_triggers"),
            secret_fingerprint=saved.get("secret_fingerprint"),
            secret_version=int(saved.get("secret_version") or 1),
            secret_rotated_at=from_text(saved.get("secret_rotated_at")),
        )
        return ProjectState(project=project), record


def _do(scope: Scope, action: Action, state: ProjectState, warnings: list[str]) -> Project | None:
    """Does one action and returns the project as it is afterwards (``None``: gone)."""
    projects = scope.account.projects
    if action.do == "create":
        return scope.creation.create(action.args["name"], expected=action.args["expected"], warn=warnings.append)
    if action.do == "adopt":
        return next(project for project in (state.project, *state.namesakes) if project and project.id == action.args["id"])
    if action.do in ("remember", "forget"):
        return state.project
    project = _present(state)
    if action.do == "refresh_secret":
        return rotation.rotate(projects, project, warnings.append)
    try:
        if action.do == "set_status":
            return projects.set_status(project.id, action.args["status"])
        projects.delete(project.id)
    except NotFound:
        if not action.args.get("gone_is_done"):
            raise
        warnings.append(f"{project} was gone already")
    scope.creation.forget(project.id)
    return None


def _present(state: ProjectState) -> Project:
    if state.project is None:
        raise PlanError("there is no such project")
    return state.project


PROJECT = ProjectKind()
