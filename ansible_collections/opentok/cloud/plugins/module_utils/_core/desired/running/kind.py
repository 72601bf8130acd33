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

from ...api.session_ids import check_session, opentok_session
from ...errors import Forbidden, InvalidInput, NotFound, OpenTokError, PlanError, join_words, quote
from ...http.connection import Connection
from ..inputs import STATEFUL, Input, InputReader
from ..plan import Action, Applied, Plan
from ..scope import Scope
from .known import as_known, begun_now, others_of, restored, saved_as
from .plans import RunningPlans
from .state import RUNNING, STATES, FoundT, RunState, oldest_first
from .traits import SpecT


def run_table(*rows: Input, ends: Collection[str] = ("stop", "keep")) -> tuple[Input, ...]:
    """The table of such a kind: ``rows`` are its own, ``ends`` what ``on_delete`` may say."""
    return (
        Input("session", check_session, aliases=("session_id",), required=True, force_new=True, names_other=True, missing="declare which session"),
        *rows,
        Input("state", choices=STATES, default=RUNNING, layers=STATEFUL),
        Input("restart", type="bool", default=False),
        Input("on_delete", choices=tuple(ends), default="stop"),
    )


class RunningKind(RunningPlans[SpecT, FoundT]):
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
            at=scope.now(),
            account_key=scope.account_key,
        )

    def refresh(self, scope: Scope, state: RunState[FoundT]) -> RunState[FoundT]:
        known = state.found
        try:
            if known is not None:
                known = self.now(scope, state.project, known)
                if known.status in self.runs:
                    return dataclasses.replace(state, found=known, account_key=scope.account_key)
            known_now = dataclasses.replace(state, found=known)
            return as_known(scope, known_now, self.look(scope, state.session, state.key), self.runs, keyless=self._keyless(state))
        except (Forbidden, PlanError):
            # A suspended project refuses to be read, and with one that is gone all in it went.
            status = scope.status_of(state.project, state.account_key)
            if status == "gone":
                return RunState(session=state.session, key=state.key)
            if status != "suspended":
                raise
            return state

    def _keyless(self, state: RunState[FoundT]) -> bool:
        return self.keyless and state.key is not None

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
        """A ledger knows which one is meant, also of one that is listed no more because its file was deleted, say."""
        entry = entries.get(state.identity)
        listed = {one.id: one for one in (state.found, *state.twins) if one is not None and one.status in self.runs}
        if entry is None:
            # What has ended was not declared here.
            return state if listed else dataclasses.replace(state, found=None)
        try:
            known, _record = self.restore(state.identity, entry)
        except (ValueError, TypeError, AttributeError, KeyError):
            # Whoever takes the record out of it says so.
            return dataclasses.replace(state, declared=True)
        if known.found is not None:
            known = dataclasses.replace(known, found=listed.get(known.found.id) or self.now(scope, state.project, known.found))
        others = others_of(entries, state.identity, f"{self.name}_id")
        return as_known(scope, known, state, self.runs, others=others, keyless=self._keyless(state))

    def look_before_change(self, scope: Scope, spec: SpecT, state: RunState[FoundT], plan: Plan) -> RunState[FoundT]:
        """What runs may have ended by itself, and another one may run since."""
        ended = state.found is not None and state.found.status not in self.runs and spec.state == RUNNING
        if plan.replaces or not (ended or plan.changes_api):
            return state
        now = self.refresh(scope, state)
        return now if self.exists(now) else state

    def supposed(self, spec: SpecT, state: RunState[FoundT]) -> SpecT | None:
        """One that is as declared is the one that was started as declared: so one that has ended is not started anew by each run."""
        if state.found is None or self.differs(spec, state.found):
            return None
        return dataclasses.replace(spec, state=RUNNING)

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
            return self._taking(state, action.args["takes"])
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
        lost = begun and applied.unfinished is not None and applied.unfinished.outcome_unknown
        return dataclasses.replace(spec, unfinished=begun, begun=begun_now(applied.state, self.runs, now) if lost else None)

    def record_before_apply(self, spec: SpecT, state: RunState[FoundT], record: SpecT | None, plan: Plan) -> SpecT | None:
        """What was declared of the one that is known, and that another one is started."""
        if not any(action.do == "create" for action in plan.actions):
            return None
        return dataclasses.replace(record or spec, begun=begun_now(state, self.runs, state.at))

    def record_to_dict(self, record: SpecT) -> dict[str, Any]:
        return {"declared": self.said(record)}

    def private_state(self, record: SpecT, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return {**({"unfinished": True} if record.unfinished else {}), **({"begun": saved_as(record.begun)} if record.begun else {})}

    def show(self, state: RunState[FoundT], record: SpecT | None) -> dict[str, Any]:
        shown = {**dict.fromkeys(self.outputs), **({} if state.found is None else self.show_found(state.found))}
        if state.found is None or state.found.status not in self.runs:
            # What is changed in place is shown of one that runs; else a refresh would take it for changed.
            said = {} if record is None else self.said(record)
            shown.update({name: said.get(name) for name in self.reconciled})
        ids = {"id": state.identity, "account_key": state.account_key, "session_id": state.session, "project": state.project}
        return {name: value for name, value in {**shown, **ids}.items() if name in self.outputs}

    def declaration(self, state: RunState[FoundT]) -> dict[str, Any]:
        runs = state.found is not None and state.found.status in self.runs
        # What is encrypted is shown without its secret part, with which nothing could be declared.
        declared = {name: value for name, value in super().declaration(state).items() if name not in self.encrypted_inputs}
        return {**declared, "session": state.session, **({} if runs else {"state": self.states[1]})}

    def restore(self, identity: str, saved: Mapping[str, Any]) -> tuple[RunState[FoundT], SpecT]:
        session, key = self._parts(identity)
        declared = saved.get("declared") or {}
        inputs = {name: declared[name] if name in declared else saved.get(name) for name in self.inputs if name not in self.reports_live_value}
        inputs.update({name: declared.get(name) for name in self.reports_live_value})
        spec = self.restore_spec({**inputs, "session": session})
        private = saved.get("private") or {}
        begun = restored(private.get("begun"))
        spec = dataclasses.replace(spec, unfinished=bool(private.get("unfinished")), begun=begun)
        found = self.restore_found(saved)
        return RunState(session=session, key=key, found=found, begun=begun, declared=True, account_key=saved.get("account_key")), spec

    def _parts(self, identity: str) -> tuple[str, str | None]:
        """The session's id and the key. Raises :class:`PlanError`."""
        session, _slash, key = identity.partition("/")
        try:
            opentok_session(session)
        except InvalidInput:
            raise PlanError(f"{self.name} {quote(identity)}: must begin with the id of its session") from None
        return session, key or None
