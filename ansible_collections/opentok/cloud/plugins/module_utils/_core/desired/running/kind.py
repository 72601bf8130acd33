# SPDX-License-Identifier: Apache-2.0
"""What runs in a session as desired state: an archive, a broadcast, a render.

It is started, listed and stopped, and it ends by itself: somebody stops it, everybody leaves, it has lasted as long as it may. What has ended
cannot go on. So what is declared is not one of them, but that the session has one that runs, or has none: its identity is the session, and
what tells it from others there. An end elsewhere is shown, and ``restart`` says whether another one is started then.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Mapping
from typing import Any

from ...api.session_ids import check_session, opentok_session, session_owner
from ...errors import Forbidden, InvalidInput, NotFound, OpenTokError, PlanError, join_words, quote
from ...http.connection import Connection
from ..inputs import STATEFUL, Input, InputReader
from ..plan import NOT_YET_KNOWN, Action, Applied, Plan, not_yet_known
from ..scope import Scope
from .state import RUNNING, STATES, FoundT, RunState, oldest_first
from .traits import RunningTraits, SpecT


def run_table(*rows: Input, ends: Collection[str] = ("stop", "keep")) -> tuple[Input, ...]:
    """The table of such a kind: ``rows`` are its own, ``ends`` what ``on_delete`` may say."""
    return (
        Input("session", check_session, aliases=("session_id",), required=True, force_new=True, names_other=True, missing="declare which session"),
        *rows,
        Input("state", choices=STATES, default=RUNNING, layers=STATEFUL),
        Input("restart", type="bool", default=False),
        Input("on_delete", choices=tuple(ends), default="stop"),
    )


class RunningKind(RunningTraits[SpecT, FoundT]):
    """Drives one. See :class:`Kind`."""

    def authorise(self, connection: Connection) -> None:
        connection.require_any()

    def parse(
        self, inputs: Mapping[str, Any], *, account_key: str | None = None, api_key: str | None = None, unknown: Collection[str] = ()
    ) -> SpecT:
        reader = InputReader(inputs, unknown)
        spec = self.read_spec(reader)
        if spec.session and "session" not in reader.doubtful():
            identity = opentok_session(spec.session, "session")
            if identity.relayed:
                reader.problem("session", f"is relayed: {self.name}s need a routed session (media_mode: routed)")
            if account_key is None and api_key not in (None, identity.api_key):
                reader.problem("session", f"belongs to project {identity.api_key}, not to {api_key}, whose pair is in use")
        reader.finish()
        return spec

    def find(self, scope: Scope, spec: SpecT) -> RunState[FoundT]:
        return self.look(scope, spec.session, self.key(spec))

    def read(self, scope: Scope, identity: str) -> RunState[FoundT]:
        session, key = self._parts(identity)
        return self.look(scope, session, key)

    def look(self, scope: Scope, session: str, key: str | None) -> RunState[FoundT]:
        """What the list shows of it."""
        owner = opentok_session(session, "session").api_key
        try:
            every = scope.signed(owner, lambda signer: [*self.listed(scope, signer, session)])
        except NotFound:
            every = []  # it begins when the first client connects
        listed = [one for one in every if one.session_id == session]
        alike = oldest_first(one for one in listed if self.key_of(one) == key)
        running = [one for one in alike if one.status in self.runs]
        return RunState(
            session=session,
            key=key,
            found=running[0] if running else alike[-1] if alike else None,
            twins=tuple(running[1:]),
            beside=tuple(one for one in listed if one.status in self.runs and self.key_of(one) != key),
            seen=frozenset(one.id for one in listed),
            account_key=scope.account_key,
        )

    def refresh(self, scope: Scope, state: RunState[FoundT]) -> RunState[FoundT]:
        known = state.found
        try:
            if known is not None:
                known = self.now(scope, state.project, known)
                if known.status in self.runs:
                    return dataclasses.replace(state, found=known, account_key=scope.account_key)
            there = dataclasses.replace(self.look(scope, state.session, state.key), declared=state.declared)
        except (Forbidden, PlanError):
            # A suspended project refuses to be read, and with one that is gone all in it went.
            status = scope.status_of(state.project, state.account_key)
            if status == "gone":
                return RunState(session=state.session, key=state.key)
            if status != "suspended":
                raise
            return state
        if known is not None and (there.found is None or there.found.status not in self.runs):
            return dataclasses.replace(there, found=known)
        return there

    def now(self, scope: Scope, project: str, found: FoundT) -> FoundT:
        """``found`` as it is now."""
        try:
            now: FoundT = scope.signed(project, lambda signer: self.client(scope, signer).get(found.id))
        except NotFound:
            now = dataclasses.replace(found, status=self.gone)  # type: ignore[type-var]
        return now

    def exists(self, state: RunState[FoundT]) -> bool:
        return state.declared or state.found is not None

    def identity(self, state: RunState[FoundT]) -> str:
        return state.identity

    def named(self, spec: SpecT) -> str | None:
        return RunState[FoundT](session=spec.session, key=self.key(spec)).identity if spec.session else None

    def recall(self, scope: Scope, spec: SpecT, state: RunState[FoundT], entries: Mapping[str, Mapping[str, Any]]) -> RunState[FoundT]:
        """A ledger knows which one is meant of those that have ended, also of one that is listed no more because its file was deleted, say."""
        entry = entries.get(state.identity)
        if entry is None:
            return state
        if state.found is not None and state.found.status in self.runs:
            return dataclasses.replace(state, declared=True)
        try:
            known, _record = self.restore(state.identity, entry)
        except (ValueError, TypeError, AttributeError, KeyError):
            # Whoever takes the record out of it says so.
            return dataclasses.replace(state, declared=True)
        return self.refresh(scope, known)

    def supposed(self, spec: SpecT, state: RunState[FoundT]) -> SpecT | None:
        """One that is as declared is the one that was started as declared: so one that has ended is not started anew by each run."""
        if state.found is None or self.differs(spec, state.found):
            return None
        return dataclasses.replace(spec, state=RUNNING)

    def plan(self, spec: SpecT, state: RunState[FoundT], record: SpecT | None, now: datetime.datetime) -> Plan:
        replaces = [name for name in self.force_new if record is not None and getattr(spec, name) != getattr(record, name)]
        before = self.show(state, record) if self.exists(state) else None
        if replaces:
            reason = f"{join_words(replaces)} changed: that is another {self.name}"
            return Plan(kind=self.name, before=before, after=self._after(spec, None), replaces=tuple(replaces), reasons=(reason,))
        actions, warnings = self._steps(spec, state, record)
        restarts = any(action.do == "create" for action in actions)
        after = self._after(spec, state.account_key) if restarts else {**self.show(state, spec), **self._changed(spec, state, actions)}
        return Plan(kind=self.name, actions=actions, before=before, after=after, warnings=warnings)

    def _steps(self, spec: SpecT, state: RunState[FoundT], record: SpecT | None) -> tuple[tuple[Action, ...], tuple[str, ...]]:
        found = state.found
        create = Action(do="create", text=self.starting(spec), args={"spec": spec})
        running = found is not None and found.status in self.runs
        if spec.state != RUNNING:
            alike = [one for one in (found, *state.twins) if one is not None and one.status in self.runs]
            return tuple(self._stop(one) for one in alike), ()
        if found is None or not running:
            return self._steps_of_ended(spec, state, record, create)
        warnings = tuple(f"{self.name} {one.id} runs in session {spec.session} as well, under the same name" for one in state.twins)
        if record is None:
            if different := self.differs(spec, found):
                ways = "declare it as it is, or stop it first (state: stopped)"
                raise PlanError(f"{self.name} {found.id} runs in session {spec.session} and is not as declared: {'; '.join(different)}. {ways}")
            taken = Action(do="adopt", text=f"take over {self.name} {found.id}: it runs already", args={"id": state.identity}, touches_api=False)
            return (taken, *self.adjustments(spec, found, record)), warnings
        if changed := self.changed(spec, record):
            why = f"it cannot be changed ({join_words(changed)}), so another one is started"
            stop = self._stop(found)
            return (dataclasses.replace(stop, text=f"{stop.text}; {why}"), create, *self.adjustments(spec, None, None)), warnings
        return self.adjustments(spec, found, record), warnings

    def _steps_of_ended(
        self, spec: SpecT, state: RunState[FoundT], record: SpecT | None, create: Action
    ) -> tuple[tuple[Action, ...], tuple[str, ...]]:
        found = state.found
        declared_anew = record is None or record.state != RUNNING or record.unfinished
        declared_anew = declared_anew or (record is not None and bool(self.changed(spec, record)))
        if found is not None and not declared_anew and not spec.restart:
            if self.expected(spec, found):
                return (), ()
            return (), (f"{self.ended(found)}: nothing is started again, unless restart is true",)
        if state.beside and self.blocked(spec, state.beside):
            raise PlanError(self.taken(spec, state.beside))
        if found is not None and not declared_anew:
            create = dataclasses.replace(create, text=f"{create.text}, again: {self.ended(found)}")
        return (create, *self.adjustments(spec, None, None)), ()

    def _after(self, spec: SpecT, account_key: str | None) -> dict[str, Any]:
        said = {name: value for name, value in self.planned(spec).items() if value is not None}
        identity = self.named(spec) or NOT_YET_KNOWN
        owner = session_owner(spec.session) if spec.session else NOT_YET_KNOWN
        known = {"id": identity, "account_key": account_key, "session_id": spec.session or NOT_YET_KNOWN, "project": owner}
        after = {**dict.fromkeys(self.outputs, NOT_YET_KNOWN), **self.started, **said, **known}
        return {name: value for name, value in after.items() if name in self.outputs}

    def _changed(self, spec: SpecT, state: RunState[FoundT], actions: Collection[Action]) -> dict[str, Any]:
        """What is shown otherwise after these actions."""
        changed = {name: value for name, value in self.planned(spec).items() if name in self.reconciled and value is not None}
        if any(action.do == "stop" for action in actions):
            changed.update(dict.fromkeys(("status", "reason", "updated_at", "duration"), NOT_YET_KNOWN))
        return {name: value for name, value in changed.items() if name in self.outputs}

    def plan_unknown(self, spec: SpecT, unknown: Collection[str], *, present: bool) -> Plan | None:
        if not unknown:
            return None
        if not present or spec.state != RUNNING:
            return Plan(kind=self.name, warnings=(not_yet_known(unknown),))
        after = self._after(spec, None)
        if "session" in unknown:
            # A session that is not made yet has none.
            create = Action(do="create", text=self.starting(dataclasses.replace(spec, session="that is not known yet")), args={"spec": spec})
            return Plan(kind=self.name, actions=(create,), after=after, warnings=(not_yet_known(unknown),))
        return Plan(kind=self.name, before=after, after=after, warnings=(not_yet_known(unknown),))

    def plan_absent(self, spec: SpecT, state: RunState[FoundT]) -> Plan:
        if not self.exists(state):
            return Plan(kind=self.name)
        actions: list[Action] = []
        left: list[str] = []
        for one in (state.found, *state.twins):
            ends = () if one is None else self.end(spec, one)
            if one is not None and ends and one.status not in self.runs and not state.declared:
                # Another one may have been declared: each run would end one more of those that were there before.
                left.append(f"{self.ended(one)}; it is left as it is, for only a ledger knows whether it is the one that was declared")
            else:
                actions += ends
        return Plan(kind=self.name, actions=tuple(actions), before=self.show(state, spec), warnings=tuple(left))

    def apply(self, scope: Scope, plan: Plan, state: RunState[FoundT]) -> Applied[RunState[FoundT]]:
        done: list[Action] = []
        warnings: list[str] = []
        state = dataclasses.replace(state, declared=True)
        for action in plan.actions:
            try:
                state = self._do(scope, action, state, warnings.append)
            except OpenTokError as error:
                # Its end is not done before all of it is.
                if plan.after is None or not any(one.touches_api for one in done):
                    raise
                return Applied(state=state, done=tuple(done), warnings=tuple(warnings), unfinished=error)
            done.append(action)
            if action.do == "create" and state.twins:
                ids = join_words(one.id for one in (state.found, *state.twins) if one is not None)
                twice = PlanError(f"{self.name}s {ids} run in session {state.session} under the same name: look at them, and stop all but one")
                return Applied(state=state, done=tuple(done), warnings=tuple(warnings), unfinished=twice)
        if plan.after is None:
            state = dataclasses.replace(state, found=None, declared=False)
        return Applied(state=state, done=tuple(done), warnings=tuple(warnings))

    def _do(self, scope: Scope, action: Action, state: RunState[FoundT], warn: Any) -> RunState[FoundT]:
        if not action.touches_api:
            return state
        # Here: a run that has nothing to do need not load it, which Ansible compiles anew in every run.
        from .apply import start, stop

        if action.do == "create":
            return start(self, scope, action.args["spec"], state, warn)
        wanted = action.args.get("id")
        found = next(one for one in (state.found, *state.twins) if one is not None and wanted in (None, one.id))
        if action.do == "stop":
            now = stop(self, scope, state, found)
        else:
            now = scope.signed(state.project, lambda signer: self.adjust(scope, signer, found, action))
        return dataclasses.replace(state, found=now) if state.found is found else state

    def record(self, spec: SpecT, applied: Applied[RunState[FoundT]], before: SpecT | None, now: datetime.datetime) -> SpecT:
        found = applied.state.found
        begun = applied.unfinished is not None and spec.state == RUNNING and (found is None or found.status not in self.runs)
        return dataclasses.replace(spec, unfinished=begun)

    def record_to_dict(self, record: SpecT) -> dict[str, Any]:
        return {"declared": self.said(record)}

    def private_state(self, record: SpecT, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return {"unfinished": True} if record.unfinished else {}

    def show(self, state: RunState[FoundT], record: SpecT | None) -> dict[str, Any]:
        shown = {**dict.fromkeys(self.outputs), **({} if state.found is None else self.show_found(state.found))}
        if state.found is None or state.found.status not in self.runs:
            # What is changed in place is shown of one that runs; else a refresh would take it for changed.
            said = {} if record is None else self.said(record)
            shown.update({name: said.get(name) for name in self.reconciled})
        ids = {"id": state.identity, "account_key": state.account_key, "session_id": state.session, "project": state.project}
        return {name: value for name, value in {**shown, **ids}.items() if name in self.outputs}

    def restore(self, identity: str, saved: Mapping[str, Any]) -> tuple[RunState[FoundT], SpecT]:
        session, key = self._parts(identity)
        declared = saved.get("declared") or {}
        inputs = {name: declared[name] if name in declared else saved.get(name) for name in self.inputs if name not in self.reports_live_value}
        inputs.update({name: declared.get(name) for name in self.reports_live_value})
        spec = self.restore_spec({**inputs, "session": session})
        spec = dataclasses.replace(spec, unfinished=bool((saved.get("private") or {}).get("unfinished")))
        found = self.restore_found(saved)
        return RunState(session=session, key=key, found=found, declared=True, account_key=saved.get("account_key")), spec

    def _parts(self, identity: str) -> tuple[str, str | None]:
        """The session's id and the key. Raises :class:`PlanError`."""
        session, _slash, key = identity.partition("/")
        try:
            opentok_session(session)
        except InvalidInput:
            raise PlanError(f"{self.name} {quote(identity)}: must begin with the id of its session") from None
        return session, key or None
