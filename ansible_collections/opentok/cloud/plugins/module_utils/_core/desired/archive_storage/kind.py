# SPDX-License-Identifier: Apache-2.0
"""Where a project's archives are uploaded, as desired state.

OpenTok sets and removes an archive storage and shows none, so what is there is what was last set: the record. A project has one, and setting it
replaces all that was set, by whomever.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Mapping
from typing import Any

from ...checks import unencrypted_to_public
from ...errors import PlanError, join_words
from ...http.connection import Connection, number_as_text
from ..inputs import InputReader, text_map
from ..kind import Kind
from ..plan import NOT_YET_KNOWN, Action, Applied, Plan, not_yet_known
from ..scope import Scope
from ..times import from_text, to_text
from .state import (
    SECRETS,
    SETTINGS,
    SHOWN,
    ArchiveStorageRecord,
    ArchiveStorageSpec,
    ArchiveStorageState,
    changed,
    fingerprints,
    salted,
    well_formed,
)
from .table import TABLE, problems

KEPT = "archives that start from now on stay in OpenTok's cloud for 72 hours"
LOST = "fallback: an archive that cannot be uploaded is lost ('none'); with 'opentok' it stays in OpenTok's cloud for 72 hours"
OLD_KEY = "as far as is known, an archive that is under way is uploaded as was set when it started: keep the old key valid until it has ended"


class ArchiveStorageKind(Kind[ArchiveStorageSpec, ArchiveStorageState, ArchiveStorageRecord]):
    """Drives the archive storage of one project. See :class:`Kind`."""

    name = "archive_storage"
    table = TABLE
    needed_to_end = ("project",)
    exclusive = True
    named_by = ("project",)
    recorded = ("id", "fallback")
    after_lost_end = "if you declare it again instead, change its triggers, so that it is set again"
    instead_of_record = "leave it out: without one every run sets the storage again"
    outputs = ("id", "account_key", "project", *SETTINGS, "set_at")
    secret_outputs = SECRETS

    def authorise(self, connection: Connection) -> None:
        connection.require_any()

    def parse(
        self, inputs: Mapping[str, Any], *, account_key: str | None = None, api_key: str | None = None, unknown: Collection[str] = ()
    ) -> ArchiveStorageSpec:
        reader = InputReader(inputs, unknown)
        spec = ArchiveStorageSpec(**reader.table(self.table, project=api_key))
        reader.add(problems(reader, bucket=spec.bucket, endpoint=spec.endpoint, verify=spec.verify))
        reader.finish()
        return spec

    def canonical(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The project's id as text, and what can be written in more than one way as it is sent."""
        checks = {row.name: row.check for row in self.table if row.name in ("endpoint", "certificate")}
        found = {name: checks[name](value) if name in checks else value for name, value in inputs.items()}
        if "project" in found:
            found["project"] = number_as_text(found["project"])
        if "triggers" in found:
            found["triggers"] = text_map(found["triggers"], "triggers")
        return found

    def find(self, scope: Scope, spec: ArchiveStorageSpec) -> ArchiveStorageState:
        return ArchiveStorageState()

    def read(self, scope: Scope, identity: str) -> ArchiveStorageState:
        raise PlanError(f"{self.name} {identity} cannot be looked up: OpenTok shows none, only the declaration that set it knows it")

    def refresh(self, scope: Scope, state: ArchiveStorageState) -> ArchiveStorageState:
        return state

    def settle(
        self,
        scope: Scope,
        spec: ArchiveStorageSpec | None,
        state: ArchiveStorageState,
        record: ArchiveStorageRecord | None,
        known: ArchiveStorageState | None = None,
    ) -> ArchiveStorageState:
        """OpenTok shows no storage, but by the account pair the project it is set for, if there is one: a check has nothing else to go by."""
        if spec is None or known is not None:
            return state
        project = str(spec.project)
        status = scope.status_of(project, scope.account_key)
        if status == "gone":
            raise scope.no_such(project)
        return dataclasses.replace(state, suspended=status == "suspended")

    def named(self, spec: ArchiveStorageSpec) -> str | None:
        return spec.project

    def ledger_key(self, spec: ArchiveStorageSpec) -> str | None:
        return spec.project

    def exists(self, state: ArchiveStorageState) -> bool:
        return state.spec is not None

    def identity(self, state: ArchiveStorageState) -> str:
        if state.spec is None:
            raise PlanError("there is no such archive storage")
        return str(state.spec.project)

    def plan(self, spec: ArchiveStorageSpec, state: ArchiveStorageState, record: ArchiveStorageRecord | None, now: datetime.datetime) -> Plan:
        plan = self._plan(spec, state, record)
        if state.suspended and plan.changes_api:
            raise PlanError(f"project {spec.project} is suspended: activate the project to set its archive storage; nothing was set")
        return plan

    def _plan(self, spec: ArchiveStorageSpec, state: ArchiveStorageState, record: ArchiveStorageRecord | None) -> Plan:
        if record is None:
            return _create(spec)
        before = self._shown(state, record)
        if spec.project != record.spec.project:
            reason = f"each project has an archive storage of its own: that of project {record.spec.project} is removed"
            return Plan(kind=self.name, before=before, after=_create(spec).after, replaces=("project",), reasons=(reason,))
        names = changed(spec, record)
        reasons = [*([f"{join_words(names)} changed"] if names else [])]
        if fingerprints(spec.triggers) != record.triggers:
            reasons.append("triggers changed")
        if record.unsettled:
            reasons.append("no answer to the last request said whether it is set")
        after = {**before, **_facts(spec)}
        if reasons:
            return _change(spec, record, names, Plan(kind=self.name, before=before, after={**after, "set_at": NOT_YET_KNOWN}, reasons=tuple(reasons)))
        if spec.verify and not record.spec.verify:
            verify = Action(do="verify", text=f"write a probe object to {spec.place} and delete it", args={"spec": spec}, touches_api=False)
            return Plan(kind=self.name, actions=(verify,), before=before, after=after)
        return Plan(kind=self.name, before=before, after=after)

    def plan_unknown(self, spec: ArchiveStorageSpec, unknown: Collection[str], *, present: bool) -> Plan | None:
        coming = {name for name in unknown if name in self.names_other}
        if not coming and spec.project != NOT_YET_KNOWN:
            return None
        if not present:
            # A project that is not made yet has none.
            return Plan(kind=self.name)
        not_known: dict[str, Any] = dict.fromkeys(coming, NOT_YET_KNOWN)
        spec = dataclasses.replace(spec, **not_known)
        plan = _create(spec)
        if spec.project == NOT_YET_KNOWN:
            return plan
        return Plan(kind=self.name, before=plan.after, after=plan.after, warnings=(not_yet_known(coming),))

    def plan_absent(self, spec: ArchiveStorageSpec, state: ArchiveStorageState) -> Plan:
        there = state.spec
        project = spec.project if there is None else there.project
        before = None if there is None else {**_facts(there), "id": project, "account_key": state.account_key}
        if spec.on_delete == "retain":
            text = f"forget the archive storage of project {project}, which stays set: OpenTok keeps its credentials and goes on uploading archives"
            forget = Action(do="forget", text=text, touches_api=False)
            return Plan(kind=self.name, actions=(forget,) if there else (), before=before)
        text = f"remove the archive storage of project {project}, if one is set: {KEPT}"
        if there is not None:
            text = f"remove the archive storage of project {project}: {KEPT} instead of being uploaded to {there.place}"
        return Plan(kind=self.name, actions=(Action(do="remove", text=text, args={"project": project}, disrupts=True),), before=before)

    def apply(self, scope: Scope, plan: Plan, state: ArchiveStorageState) -> Applied[ArchiveStorageState]:
        if not plan.actions:
            return Applied(state=state)
        # Here: a run that has nothing to do need not load it, which Ansible compiles anew in every run.
        from .apply import carry_out

        (action,) = plan.actions
        return carry_out(scope, action, state)

    def record_before_apply(
        self, spec: ArchiveStorageSpec, state: ArchiveStorageState, record: ArchiveStorageRecord | None, plan: Plan
    ) -> ArchiveStorageRecord | None:
        """That it may be set by then: a run that is killed knows no more."""
        if not plan.changes_api:
            return None
        return ArchiveStorageRecord(spec=spec, triggers=fingerprints(spec.triggers), set_at=record.set_at if record else None, unsettled=True)

    def record_before_end(self, record: ArchiveStorageRecord, plan: Plan) -> ArchiveStorageRecord | None:
        return dataclasses.replace(record, unsettled=True) if plan.changes_api else None

    def record(
        self, spec: ArchiveStorageSpec, applied: Applied[ArchiveStorageState], before: ArchiveStorageRecord | None, now: datetime.datetime
    ) -> ArchiveStorageRecord:
        triggers = fingerprints(spec.triggers)
        if applied.unsure:
            return ArchiveStorageRecord(spec=spec, triggers=triggers, set_at=before.set_at if before else None, unsettled=True)
        if any(action.touches_api for action in applied.done) or before is None:
            return ArchiveStorageRecord(spec=spec, triggers=triggers, set_at=now)
        return dataclasses.replace(before, spec=spec, triggers=triggers)

    def record_without_ledger(self, spec: ArchiveStorageSpec) -> ArchiveStorageRecord | None:
        return ArchiveStorageRecord(spec=spec, triggers=fingerprints(spec.triggers))

    def refresh_record(
        self, state: ArchiveStorageState, record: ArchiveStorageRecord | None, now: datetime.datetime
    ) -> ArchiveStorageRecord | None:
        return record

    def record_to_dict(self, record: ArchiveStorageRecord) -> dict[str, Any]:
        return {"verify": record.spec.verify}

    def private_state(self, record: ArchiveStorageRecord, inputs: Mapping[str, Any]) -> dict[str, Any]:
        private: dict[str, Any] = {"unsettled": True} if record.unsettled else {}
        if not set(SECRETS) & inputs.keys():
            # A ledger holds no secret.
            secret = record.spec.secret
            fingerprint = record.fingerprint if record.fingerprint or secret is None else salted(secret)
            private |= {"fingerprint": fingerprint, "triggers": dict(record.triggers)}
        return private

    def show(self, state: ArchiveStorageState, record: ArchiveStorageRecord | None) -> dict[str, Any]:
        spec = state.spec if record is None else record.spec
        if spec is None:
            return dict.fromkeys(self.outputs)
        return {**self._shown(state, record, spec), **{name: getattr(spec, name) for name in SECRETS}}

    def _shown(self, state: ArchiveStorageState, record: ArchiveStorageRecord | None, spec: ArchiveStorageSpec | None = None) -> dict[str, Any]:
        spec = spec or (record.spec if record else ArchiveStorageSpec())
        return {"id": spec.project, "account_key": state.account_key, **_facts(spec), "set_at": to_text(record.set_at) if record else None}

    def restore(self, identity: str, saved: Mapping[str, Any]) -> tuple[ArchiveStorageState, ArchiveStorageRecord]:
        private = saved.get("private") or {}
        settings: dict[str, Any] = {name: saved.get(name) for name in SETTINGS}
        spec = ArchiveStorageSpec(
            project=identity,
            **{**settings, "fallback": settings["fallback"] or "opentok"},
            verify=saved.get("verify") is True,
            on_delete=saved.get("on_delete") or "delete",
        )
        fingerprint = None if private.get("fingerprint") is None else well_formed(private["fingerprint"])
        triggers = dict(private["triggers"]) if "triggers" in private else fingerprints(InputReader(saved).text_map("triggers"))
        record = ArchiveStorageRecord(
            spec=spec,
            triggers=triggers,
            fingerprint=fingerprint,
            set_at=from_text(saved.get("set_at")),
            unsettled=private.get("unsettled") is True,
        )
        return ArchiveStorageState(spec=spec, account_key=saved.get("account_key")), record


def _facts(spec: ArchiveStorageSpec) -> dict[str, Any]:
    return {"project": spec.project, **{name: getattr(spec, name) for name in SHOWN}}


def _create(spec: ArchiveStorageSpec) -> Plan:
    where = "a project that is not known yet" if spec.project == NOT_YET_KNOWN else f"project {spec.project}"
    uploaded = f"archives that start from now on are uploaded to {spec.place}"
    text = f"set the archive storage of {where}: {uploaded}, whatever was set before, which OpenTok does not show"
    action = Action(do="set", text=text, args={"spec": spec})
    unknown = dict.fromkeys(("account_key", "set_at"), NOT_YET_KNOWN)
    after = {"id": spec.project, **_facts(spec), **unknown}
    return Plan(kind="archive_storage", actions=(action,), after=after, warnings=_warnings(spec))


def _change(spec: ArchiveStorageSpec, record: ArchiveStorageRecord, names: list[str], plan: Plan) -> Plan:
    moved = spec.place != record.spec.place
    uploaded = f": archives that start from now on are uploaded to {spec.place} instead of {record.spec.place}" if moved else ""
    text = f"set the archive storage of project {spec.project} again ({'; '.join(plan.reasons)}){uploaded}"
    action = Action(do="set", text=text, args={"spec": spec}, disrupts=moved)
    warnings = _warnings(spec)
    keys = [name for name in names if name.endswith("_key") and getattr(spec, name) is not None]
    if keys:
        warnings = (*warnings, f"{join_words(keys)}: {OLD_KEY}")
    return dataclasses.replace(plan, actions=(action,), warnings=warnings)


def _warnings(spec: ArchiveStorageSpec) -> tuple[str, ...]:
    found = [LOST] if spec.fallback == "none" else []
    if spec.endpoint is not None and unencrypted_to_public(spec.endpoint):
        found.append("endpoint: http:// sends archives unencrypted across the internet: use https://")
    return tuple(found)


ARCHIVE_STORAGE = ArchiveStorageKind()
