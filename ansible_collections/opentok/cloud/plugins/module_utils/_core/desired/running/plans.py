# SPDX-License-Identifier: Apache-2.0
"""What leads from what runs in a session to what is declared of it. Pure."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection
from typing import Any

from ...api.session_ids import session_owner
from ...errors import PlanError, join_words
from ..plan import NOT_YET_KNOWN, Action, Plan, not_yet_known
from .known import refuse_to_end, unanswered
from .state import RUNNING, FoundT, RunState
from .traits import RunningTraits, SpecT


class RunningPlans(RunningTraits[SpecT, FoundT]):
    """The plans of a :class:`RunningKind`."""

    def plan(self, spec: SpecT, state: RunState[FoundT], record: SpecT | None, now: datetime.datetime) -> Plan:
        replaces = [name for name in self.force_new if record is not None and getattr(spec, name) != getattr(record, name)]
        before = self.show(state, record) if self.exists(state) else None
        if replaces:
            reason = f"{join_words(replaces)} changed: that is another {self.name}"
            return Plan(kind=self.name, before=before, after=self._after(spec, None), replaces=tuple(replaces), reasons=(reason,))
        if spec.state == RUNNING and state.unsure and not self._runs(state.found):
            raise PlanError(unanswered(self.name, state))
        judged = self._judged(spec, state)
        actions, warnings = self._steps(spec, judged, record if judged is state else None)
        if judged is not state and state.found is not None and judged.found is not None:
            warnings = (f"{self.ended(state.found)}; {self.name} {judged.found.id} runs in its place, so that is taken over", *warnings)
        restarts = any(action.do == "create" for action in actions)
        after = self._after(spec, state.account_key) if restarts else {**self.show(judged, spec), **self._changed(spec, judged, actions)}
        return Plan(kind=self.name, actions=actions, before=before, after=after, warnings=warnings)

    def _runs(self, found: FoundT | None) -> bool:
        return found is not None and found.status in self.runs

    def _judged(self, spec: SpecT, state: RunState[FoundT]) -> RunState[FoundT]:
        """``state``, where the one that is known has ended and another one runs under its key with that: it is judged as where no record is."""
        rivals = (*state.twins, *state.foreign)
        if spec.state != RUNNING or self._runs(state.found) or not rivals:
            return state
        return self._taking(state, rivals[0].id)

    def _taking(self, state: RunState[FoundT], one_id: str) -> RunState[FoundT]:
        """``state`` with the one of this id for the one that is known."""
        found = next((one for one in (state.found, *state.twins, *state.foreign) if one is not None and one.id == one_id), state.found)
        return dataclasses.replace(state, found=found, twins=tuple(one for one in state.twins if one is not found))

    def _left(self, state: RunState[FoundT]) -> tuple[str, ...]:
        """The warnings of what is not stopped, since no run of this declaration has started it."""
        known = "" if state.found is None else f", and this declaration is about {state.found.id}"
        return tuple(f"{self.name} {one.id} runs in session {state.session} under the same name{known}: it is left running" for one in state.foreign)

    def _steps(self, spec: SpecT, state: RunState[FoundT], record: SpecT | None) -> tuple[tuple[Action, ...], tuple[str, ...]]:
        found = state.found
        create = Action(do="create", text=self.starting(spec), args={"spec": spec})
        running = found is not None and found.status in self.runs
        if spec.state != RUNNING:
            refuse_to_end(self.name, state)
            alike = [one for one in (found, *state.twins) if one is not None and one.status in self.runs]
            return tuple(self._stop(one) for one in alike), self._left(state)
        if found is None or not running:
            return self._steps_of_ended(spec, state, record, create)
        rivals = [one for one in (*state.twins, *state.foreign) if one.id != found.id]
        warnings = tuple(f"{self.name} {one.id} runs in session {spec.session} as well, under the same name" for one in rivals)
        if record is None:
            if different := self.differs(spec, found):
                end = "have it stopped by whoever has started it" if found in state.foreign else "stop it first (state: stopped)"
                ways = f"declare it as it is, or {end}"
                raise PlanError(f"{self.name} {found.id} runs in session {spec.session} and is not as declared: {'; '.join(different)}. {ways}")
            args = {"id": state.identity, "takes": found.id}
            taken = Action(do="adopt", text=f"take over {self.name} {found.id}: it runs already", args=args, touches_api=False)
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
        declared_anew = record is None or record.state != RUNNING or record.unfinished or record.begun is not None
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
        if spec.on_delete != "keep":
            refuse_to_end(self.name, state)
        actions: list[Action] = []
        left: list[str] = [] if spec.on_delete == "keep" else [*self._left(state)]
        for one in (state.found, *state.twins):
            ends = () if one is None else self.end(spec, one)
            if one is not None and ends and one.status not in self.runs and not state.declared:
                # Another one may have been declared: each run would end one more of those that were there before.
                left.append(f"{self.ended(one)}; it is left as it is, for only a ledger knows whether it is the one that was declared")
            else:
                actions += ends
        return Plan(kind=self.name, actions=tuple(actions), before=self.show(state, spec), warnings=tuple(left))
