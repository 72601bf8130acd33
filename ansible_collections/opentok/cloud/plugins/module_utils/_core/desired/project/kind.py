# SPDX-License-Identifier: Apache-2.0
"""An OpenTok project as desired state.

Identity: the id (= API key), or the exact name where just one project has it. The API cannot rename a project and has no other handle.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ...api.account import STATUSES, Project, check_id, check_name
from ...errors import LIKE_A_SECRET, NOT_SHOWN, InvalidInput, NotFound, OpenTokError, Problem, one_line, quote
from ...http.connection import Connection, number_as_text
from ..inputs import INTERNAL, STATEFUL, STATELESS, Input, InputReader, one_of, text_map
from ..kind import Kind
from ..plan import Applied, Plan
from ..scope import Scope, SharedLists
from ..times import from_text, to_text
from . import plan as project_plan
from .state import HANDOVER, ON_DELETE, ON_EXTERNAL, ROTATE, ROTATION, WINDOW, ProjectRecord, ProjectSpec, ProjectState, present

if TYPE_CHECKING:
    from .handover import Handover
    from .windows import Window


def _project_id(value: Any, field: str) -> str:
    return check_id(number_as_text(value), field)


def _because(value: Any, field: str) -> str:
    return one_line(value)


def _max_age(value: Any, field: str) -> datetime.timedelta:
    # Here and below: it is rarely asked for, and Ansible compiles anew in every run what is imported.
    from ..durations import parse_duration

    return parse_duration(value, field)


def _retired(value: Any, field: str) -> frozenset[str]:
    from ..retired import parse_retired

    return parse_retired(value, field)


def _window(value: Any, field: str) -> Window:
    from .windows import parse_window

    return parse_window(value, field)


def _rotation(value: Any, field: str) -> str:
    """``in_place`` or ``blue_green``, which people write with a hyphen too."""
    return one_of(value.replace("-", "_") if isinstance(value, str) else value, field, ROTATION)


def _token_lifetime(value: Any, field: str) -> datetime.timedelta:
    from ...api.tokens import MAX_LIFETIME

    lifetime = _max_age(value, field)
    if lifetime.total_seconds() > MAX_LIFETIME:
        raise InvalidInput(Problem(field, f"must be at most 30d, the longest life of an OpenTok token, not {quote(value)}"))
    return lifetime


class ProjectKind(Kind[ProjectSpec, ProjectState, ProjectRecord]):
    """Drives one project. See :class:`Kind`."""

    name = "project"
    table = (
        Input("name", check_name, force_new=True, reports_live_value=True, generated="take_by_name"),
        Input("status", choices=STATUSES, reports_live_value=True, reconciled=True, only_present=True),
        Input("on_delete", default="delete", choices=ON_DELETE),
        Input("existing_id", _project_id, aliases=("id",), force_new=True, names_other=True),
        Input("id", _project_id, layers=INTERNAL, names_other=True),
        Input("adopt", type="bool", layers=STATEFUL),
        Input("allow_duplicate_name", type="bool", layers=STATEFUL),
        Input("take_by_name", type="bool", layers=INTERNAL),
        Input("secret_triggers", text_map, type="dict", only_present=True, needs_record=True),
        Input("secret_max_age", _max_age, type="str", only_present=True, needs_record=True),
        Input("retired_secrets", _retired, type="list", elements="raw", secret=True, only_present=True),
        Input("rotation_window", _window, type="dict", suboptions=WINDOW, only_present=True),
        Input("on_external_rotation", default="rotate", choices=ON_EXTERNAL, only_present=True),
        Input("rotation", _rotation, default="in_place", choices=(*ROTATION, "in-place", "blue-green"), aliases=("strategy",), only_present=True),
        Input("token_lifetime", _token_lifetime, default="24h", type="str", only_present=True),
        Input("soak", _max_age, default="7d", type="str", only_present=True),
        Input("handover", default="proceed", choices=HANDOVER, only_present=True),
        Input("rotate", default="never", choices=ROTATE, layers=STATELESS, only_present=True),
        Input("rotate_because", _because, layers=INTERNAL),
    )
    recorded = ("secret_fingerprint",)
    instead_of_record = "declare retired_secrets, which needs none"
    exclusive = True
    outputs = (
        "id",
        "api_key",
        "active_key",
        "draining_key",
        "drains_until",
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
    added_outputs = ("active_key",)
    secret_outputs = ("api_secret",)
    issued_outputs = ("api_secret", "secret_fingerprint", "secret_version", "secret_rotated_at", "secret_rotation_due_at")

    def authorise(self, connection: Connection) -> None:
        connection.account_credentials()

    def parse(
        self, inputs: Mapping[str, Any], *, account_key: str | None = None, api_key: str | None = None, unknown: Collection[str] = ()
    ) -> ProjectSpec:
        """Inputs as declared. With ``take_by_name`` the project of this name is ours, and so is that of ``existing_id``."""
        reader = InputReader(inputs, unknown)
        spec = ProjectSpec(account_key=account_key, **reader.table(self.table))
        if spec.take_by_name and spec.existing_id is not None:
            spec = dataclasses.replace(spec, id=spec.existing_id, existing_id=None)
        named = [field for field in ("name", "existing_id", "id") if reader.given(field)]
        if not named:
            reader.problem("name", "missing: declare a name, or the id of a project that exists")
        if spec.adopt and spec.allow_duplicate_name:
            reader.problem("adopt", "contradicts allow_duplicate_name: the first takes the project of this name over, the second makes another one")
        if reader.given("existing_id") and spec.allow_duplicate_name:
            reader.problem("existing_id", "contradicts allow_duplicate_name: the first takes a project over, the second makes another one")
        if spec.rotation == "blue_green" and spec.id is not None:
            reader.problem("rotation", "blue_green gives the name to another project with another id: declare the project by its name, not by its id")
        reader.finish()
        return spec

    def canonical(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Fingerprints in place of retired secrets: they are all that is ever saved of them."""
        if inputs.get("retired_secrets") is None:
            return dict(inputs)
        return {**inputs, "retired_secrets": sorted(_retired(inputs["retired_secrets"], "retired_secrets"))}

    def find(self, scope: Scope, spec: ProjectSpec) -> ProjectState:
        wanted = spec.id or spec.existing_id
        if wanted is not None:
            return self.read(scope, wanted)
        namesakes = scope.creation.namesakes(spec.name)
        if len(namesakes) == 1 and (spec.take_by_name or spec.adopt) and not namesakes[0].whole:
            namesakes = (scope.whole(namesakes[0]),)
        return ProjectState.of_name(spec, namesakes) if namesakes else ProjectState.without_namesake(spec, scope.creation)

    def named(self, spec: ProjectSpec) -> str | None:
        return spec.id or spec.existing_id

    def called(self, spec: ProjectSpec) -> str | None:
        return spec.name if self.named(spec) is None else None

    def needing_record(self, inputs: Mapping[str, Any]) -> list[str]:
        names = super().needing_record(inputs)
        return [*names, "rotation"] if str(inputs.get("rotation")).replace("-", "_") == "blue_green" else names

    def read(self, scope: Scope, identity: str) -> ProjectState:
        try:
            project = scope.account.projects.get(identity)
        except NotFound:
            return ProjectState(missing_id=identity)
        scope.remember_secret(project)
        return ProjectState(project=project)

    def refresh(self, scope: Scope, state: ProjectState) -> ProjectState:
        if state.draining is None and state.known is None:
            return self.read(scope, present(state).id)
        from .pair import refresh_pair

        return refresh_pair(scope, state)

    def refresh_among_many(self, scope: Scope, state: ProjectState, lists: SharedLists) -> ProjectState:
        if state.draining is not None or state.known is not None:
            return self.refresh(scope, state)
        before = present(state)
        with lists.asking_for(before.id):
            row = scope.listed(before.id, lists)
            if row is None or project_plan.facts(row) != project_plan.facts(before):
                return self.refresh(scope, state)
            return ProjectState(project=row)

    def recall(self, scope: Scope, spec: ProjectSpec, state: ProjectState, entries: Mapping[str, Mapping[str, Any]]) -> ProjectState:
        if self.called(spec) is not None and any("handover" in (entry.get("private") or ()) for entry in entries.values()):
            from .pair import recall_pair

            if (pair := recall_pair(scope, spec, state, entries)) is not None:
                return pair
        if state.project is not None or state.namesakes or spec.name is None or (spec.id or spec.existing_id):
            return state
        from .again import recall

        return recall(scope, spec, state, entries)

    def agreed(self, spec: ProjectSpec, state: ProjectState, own: ProjectRecord, shared: ProjectRecord) -> ProjectRecord:
        from .recording import agreed

        return agreed(spec, present(state), own, shared)

    def complete(self, scope: Scope, state: ProjectState, record: ProjectRecord | None) -> ProjectState:
        if record is None or record.handover is None or state.draining is not None or state.draining_gone or state.known is not None:
            return state
        from .pair import complete

        return complete(scope, state, record.handover)

    def settle(
        self, scope: Scope, spec: ProjectSpec | None, state: ProjectState, record: ProjectRecord | None, known: ProjectState | None = None
    ) -> ProjectState:
        project = state.project
        if project is None or record is None or project.secret_fingerprint != record.secret_previous:
            return state
        from .again import settle

        return settle(scope, spec, state, project, record, known)

    def exists(self, state: ProjectState) -> bool:
        return state.project is not None

    def identity(self, state: ProjectState) -> str:
        return state.known_as or present(state).id

    def known_as_itself(self, state: ProjectState) -> ProjectState:
        return dataclasses.replace(state, known_as=None) if state.known_as else state

    def plan(self, spec: ProjectSpec, state: ProjectState, record: ProjectRecord | None, now: datetime.datetime) -> Plan:
        return project_plan.plan(spec, state, record, now)

    def plan_unknown(self, spec: ProjectSpec, unknown: Collection[str], *, present: bool) -> Plan | None:
        if not {"id", "existing_id"} & set(unknown):
            return None
        # Here: it is rarely asked for, and Ansible compiles anew in every run what is imported.
        from .unknown import plan_unknown

        return plan_unknown(spec, present=present)

    def plan_absent(self, spec: ProjectSpec, state: ProjectState) -> Plan:
        return project_plan.plan_absent(spec, state)

    def look_after(self, scope: Scope) -> Mapping[str, OpenTokError]:
        return scope.twins()

    def apply(self, scope: Scope, plan: Plan, state: ProjectState) -> Applied[ProjectState]:
        # Here: a run that has nothing to do need not load it, which Ansible compiles anew in every run.
        from .apply import apply

        return apply(scope, plan, state)

    def record(self, spec: ProjectSpec, applied: Applied[ProjectState], before: ProjectRecord | None, now: datetime.datetime) -> ProjectRecord:
        from .rotation_plan import RotationRecord, triggers_to_remember

        project = present(applied.state)
        done = {action.do for action in applied.done}
        live = project.secret_fingerprint
        kept = ProjectRecord(account_key=spec.account_key, name=spec.name, on_delete=spec.on_delete, secret_max_age=spec.secret_max_age)
        kept = dataclasses.replace(kept, anchor=before.anchor if before else None)
        if before is None:
            # Where the answer has no time that can be right, it is about now.
            since = (project.created_at if "create" in done else None) or now
            seen = RotationRecord(secret=live, since=since)
        else:
            seen = before.rotation.after_seeing(live, now)
            seen = seen.not_ahead(now) if spec.secret_max_age else seen
        if "refresh_secret" in done:
            replaced = next(action.args.get("replaces") for action in applied.done if action.do == "refresh_secret")
            seen = dataclasses.replace(seen.with_triggers(spec.secret_triggers), since=now, pending=None, previous=replaced)
        elif applied.unsure:
            seen = dataclasses.replace(seen.with_triggers(spec.secret_triggers), pending=live)
        else:
            remembered = triggers_to_remember(spec.rotation_spec, before.rotation if before else None, live)
            seen = seen.with_triggers(remembered)
        if before is not None and (before.handover is not None or "hand_over" in done or applied.state.known is not None):
            from .handover import after, rotation_after

            seen = rotation_after(spec, applied, before, seen, now)
            kept = dataclasses.replace(kept, handover=after(spec, applied, before, now))
        return kept.with_rotation(seen)

    def record_before_apply(self, spec: ProjectSpec, state: ProjectState, record: ProjectRecord | None, plan: Plan) -> ProjectRecord | None:
        handing = [action for action in plan.actions if action.do == "hand_over"]
        if handing and record is not None:
            from .handover import begun

            return dataclasses.replace(record, handover=begun(spec, record, handing[0].args["known"]))
        if not any(action.do == "refresh_secret" for action in plan.actions):
            return None
        live = present(state).secret_fingerprint
        known = record or ProjectRecord(account_key=spec.account_key, on_delete=spec.on_delete, secret_fingerprint=live)
        return known.with_rotation(dataclasses.replace(known.rotation.with_triggers(spec.secret_triggers), secret=live, pending=live))

    def formerly(self, record: ProjectRecord) -> tuple[str, ...]:
        other = record.handover.other if record.handover else None
        return () if other is None else (other,)

    def record_published(self, record: ProjectRecord, now: datetime.datetime) -> ProjectRecord | None:
        handover = record.handover
        if handover is None or handover.other is None or handover.published_at is not None:
            return None
        return dataclasses.replace(record, handover=dataclasses.replace(handover, published_at=now))

    def record_unpublished(self, record: ProjectRecord) -> ProjectRecord | None:
        handover = record.handover
        if handover is None or handover.published_at is None:
            return None
        return dataclasses.replace(record, handover=dataclasses.replace(handover, published_at=None))

    def record_after_end(self, record: ProjectRecord, applied: Applied[ProjectState], now: datetime.datetime) -> ProjectRecord | None:
        if record.handover is None or applied.state.project is None:
            return None
        from .handover import after_end

        return after_end(record, applied, now)

    def credentials(self, shown: Mapping[str, Any]) -> dict[str, Any] | None:
        return {
            "platform": "opentok",
            "api_key": shown["api_key"],
            "api_secret": shown["api_secret"],
            "version": shown["secret_version"],
            "rotated_at": shown["secret_rotated_at"],
        }

    def repeats(self, spec: ProjectSpec) -> bool:
        return spec.rotate == "always"

    def refresh_record(self, state: ProjectState, record: ProjectRecord | None, now: datetime.datetime) -> ProjectRecord | None:
        if record is not None and record.handover is not None and state.project is not None:
            record = dataclasses.replace(record, handover=None if state.draining_gone else record.handover.seen(state))
        return record.after_seeing(state.project, now) if record and state.project and state.project.secret else record

    def show(self, state: ProjectState, record: ProjectRecord | None) -> dict[str, Any]:
        project = state.project
        shown: dict[str, Any] = dict.fromkeys(self.outputs)
        shown.update(project_plan.facts(project) or {})
        if project is not None:
            shown.update(active_key=project.id or None, api_secret=project.secret or None, account_key=project.account_key)
        if record is not None and record.handover is not None and record.handover.other != shown["id"]:
            shown.update(draining_key=record.handover.other, drains_until=to_text(record.handover.drains_until))
        if record is not None:
            shown.update(
                account_key=shown["account_key"] or record.account_key,
                secret_version=record.secret_version,
                secret_rotated_at=to_text(record.secret_rotated_at),
                secret_rotation_due_at=to_text(record.secret_rotation_due_at),
            )
        return shown

    def told(self, shown: Mapping[str, Any], state: ProjectState | None) -> dict[str, Any]:
        name, project = shown.get("name"), None if state is None else state.project
        if not isinstance(name, str):
            return dict(shown)
        hidden = project is not None and project.name == name and project.shown_name != name
        return {**shown, "name": NOT_SHOWN if hidden or LIKE_A_SECRET.search(name) else name}

    def declaration(self, state: ProjectState) -> dict[str, Any]:
        from .declaration import declaration

        return declaration(present(state))

    def record_to_dict(self, record: ProjectRecord) -> dict[str, Any]:
        from ..durations import duration_text

        max_age = record.secret_max_age
        return {
            "declared": {"name": record.name},
            "on_delete": record.on_delete,
            "secret_max_age": None if max_age is None else duration_text(max_age),
        }

    def remembered(self, state: ProjectState, before: ProjectRecord | None, after: ProjectRecord) -> tuple[str, ...]:
        from .recording import remembered

        return remembered(present(state), before, after)

    def not_recorded(self, spec: ProjectSpec, state: ProjectState) -> tuple[str, ...]:
        from .recording import not_recorded

        return not_recorded(spec, present(state))

    def private_state(self, record: ProjectRecord, inputs: Mapping[str, Any]) -> dict[str, Any]:
        from .rotation_plan import fingerprints

        private: dict[str, Any] = {}
        if fingerprints(record.secret_triggers) != fingerprints(InputReader(inputs).text_map("secret_triggers")):
            private["secret_triggers"] = fingerprints(record.secret_triggers)
        if record.former_triggers:
            private["former_triggers"] = dict(record.former_triggers)
        if record.secret_pending:
            private["secret_pending"] = record.secret_pending
        if record.secret_previous:
            private["secret_previous"] = record.secret_previous
        if record.handover is not None:
            from .handover import to_dict

            private["handover"] = to_dict(record.handover)
        return private

    def restore(self, identity: str, saved: Mapping[str, Any]) -> tuple[ProjectState, ProjectRecord]:
        declared, private = saved.get("declared") or {}, saved.get("private") or {}
        max_age = saved.get("secret_max_age")
        handover = _handover(private)
        project = Project(
            # A resource keeps the id that it was made with, whichever project is the active one.
            id=_text(saved, "api_key") or identity,
            name=saved.get("name") or "",
            status=saved.get("status") or "active",
            secret=saved.get("api_secret") or "",
            environment=saved.get("environment"),
            created_at=from_text(saved.get("created_at")),
        )
        record = ProjectRecord(
            account_key=_text(saved, "account_key"),
            name=_text(declared, "name"),
            on_delete=saved.get("on_delete") or "delete",
            # Read as parse reads them: a saved 3.0 is the declared '3', and another text would rotate the secret.
            secret_triggers=_triggers(private, "secret_triggers") if "secret_triggers" in private else InputReader(saved).text_map("secret_triggers"),
            former_triggers=_triggers(private, "former_triggers"),
            secret_fingerprint=_text(saved, "secret_fingerprint"),
            secret_version=int(saved.get("secret_version") or 1),
            secret_rotated_at=from_text(saved.get("secret_rotated_at")),
            secret_pending=_text(private, "secret_pending"),
            secret_previous=_text(private, "secret_previous"),
            secret_max_age=_max_age(max_age, "secret_max_age") if max_age else None,
            handover=handover,
            anchor=None if identity == project.id else identity,
        )
        if handover is None or handover.other == project.id:
            return ProjectState(project=project), record
        other = handover.other and Project(id=handover.other, name=project.name, status=handover.status, secret="")
        return ProjectState(project=project, draining=other or None, known=handover.known), record


def _text(saved: Mapping[str, Any], name: str) -> str | None:
    value = saved.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(name)
    return value


def _handover(private: Mapping[str, Any]) -> Handover | None:
    if "handover" not in private:
        return None
    from .handover import of_dict

    return of_dict(private["handover"])


def _triggers(private: Mapping[str, Any], name: str) -> dict[str, str]:
    reader = InputReader(private)
    triggers = reader.text_map(name)
    reader.finish()
    return triggers


PROJECT = ProjectKind()
