# SPDX-License-Identifier: Apache-2.0
"""Where a project has an event posted, as desired state.

What is registered can be listed and removed, not changed, and the API takes the same registration twice and then posts each event twice. So a
callback is its project, event and URL: one that is registered is taken, any more of the same are duplicates and removed.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ...api.account import check_project
from ...api.callbacks import KNOWN, callback_problems, same_url
from ...checks import unencrypted_to_public
from ...errors import Forbidden, InvalidInput, OpenTokError, PlanError, Problem, join_words, quote
from ...http.connection import Connection, number_as_text
from ..inputs import STATELESS, Input, InputReader
from ..kind import DeclaredKind
from ..plan import NOT_YET_KNOWN, Action, Applied, Plan, not_yet_known
from ..scope import Scope, SharedLists
from ..times import from_text, to_text
from .state import CallbackSpec, CallbackState, every, find, parts, read

GROUPS = tuple(dict.fromkeys(group for group, _event in KNOWN))
EVENTS = tuple(dict.fromkeys(event for _group, event in KNOWN))
WHOSE = "declare the callback's project (its id), or give the project pair (api_key, api_secret)"
PATTERN = "must be a URL with its whole host, in which * stands for any characters after the host, such as 'https://hooks.example.com/*'"


def _pattern(value: Any, field: str) -> str:
    host, slash, _path = value.partition("://")[2].partition("/") if isinstance(value, str) else ("", "", "")
    if not slash or "*" in host or list(_wrong_url(value)):
        raise InvalidInput(Problem(field, PATTERN))
    return str(value)


class CallbackKind(DeclaredKind[CallbackSpec, CallbackState]):
    """Drives one callback. See :class:`Kind`."""

    name = "callback"
    table = (
        Input("project", check_project, force_new=True, reports_live_value=True, names_other=True, missing=WHOSE),
        Input("group", choices=GROUPS, required=True, force_new=True),
        Input("event", choices=EVENTS, required=True, force_new=True),
        Input("url", required=True, quoted=False, force_new=True),
        Input("prune", _pattern, layers=STATELESS, quoted=False, only_present=True),
    )
    exclusive = True
    outputs = ("id", "callback_id", "account_key", "project", "group", "event", "url", "created_at", "duplicates")

    def authorise(self, connection: Connection) -> None:
        connection.require_any()

    def parse(
        self, inputs: Mapping[str, Any], *, account_key: str | None = None, api_key: str | None = None, unknown: Collection[str] = ()
    ) -> CallbackSpec:
        reader = InputReader(inputs, unknown)
        spec = CallbackSpec(**reader.table(self.table, project=api_key))
        if not {"group", "event"} & reader.doubtful():
            reader.read("event", lambda event: _event_of(event, spec.group))
        reader.add(_wrong_url(spec.url))
        reader.finish()
        return spec

    def canonical(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The project's id as text: YAML and Pulumi make a number of it."""
        return {name: number_as_text(value) if name == "project" else value for name, value in inputs.items()}

    def find(self, scope: Scope, spec: CallbackSpec) -> CallbackState:
        return find(scope, spec)

    def read(self, scope: Scope, identity: str) -> CallbackState:
        return read(scope, identity)

    def refresh(self, scope: Scope, state: CallbackState) -> CallbackState:
        project = str(state.spec.project)
        try:
            found = read(scope, self.identity(state))
        except (Forbidden, PlanError):
            # A suspended project refuses to be read, and with one that is gone all its callbacks went.
            status = scope.status_of(project, state.account_key)
            if status == "gone":
                return CallbackState(spec=state.spec)
            if status != "suspended":
                raise
            return state
        return found

    def refresh_among_many(self, scope: Scope, state: CallbackState, lists: SharedLists) -> CallbackState:
        project, before = str(state.spec.project), self.show(state, state.spec)
        with lists.asking_for(project):
            if state.account_key == scope.account_key:
                # Its secret comes with the list, or by its id as ever.
                scope.listed(project, lists)
            shown = lists.get(f"callbacks of {project}", lambda: every(scope, project)) or ()
            found = next((one for one in shown if self.show(one, state.spec) == before), None)
            return self.refresh(scope, state) if found is None else found

    def exists(self, state: CallbackState) -> bool:
        return state.id is not None

    def identity(self, state: CallbackState) -> str:
        if state.id is None:
            raise PlanError("there is no such callback")
        return f"{state.spec.project}/{state.id}"

    def plan(self, spec: CallbackSpec, state: CallbackState, record: CallbackSpec | None, now: datetime.datetime) -> Plan:
        if state.id is None:
            return _create(spec, state)
        before = self.show(state, record)
        changed = [name for name in self.force_new if getattr(spec, name) != getattr(state.spec, name)]
        if "url" in changed and same_url(spec.url, state.spec.url):
            changed.remove("url")
        if changed:
            reason = f"a callback cannot be changed ({join_words(changed)}): another one is registered, then callback {state.id} is removed"
            return Plan(kind="callback", before=before, after=_create(spec, state).after, replaces=tuple(changed), reasons=(reason,))
        taken: tuple[Action, ...] = ()
        if record is None:
            text = f"take over callback {state.id} of project {spec.project}: it is registered already"
            taken = (Action(do="adopt", text=text, args={"id": self.identity(state)}, touches_api=False),)
        warnings = () if taken == () else _warnings(spec)
        after = {**before, "url": spec.url, "duplicates": []}
        return Plan(kind="callback", actions=(*taken, *_removals(state)), before=before, after=after, warnings=warnings)

    def plan_unknown(self, spec: CallbackSpec, unknown: Collection[str], *, present: bool) -> Plan | None:
        if "project" not in unknown and spec.project != NOT_YET_KNOWN:
            return _unseen(spec, unknown, present) if unknown else None
        spec = dataclasses.replace(spec, project=NOT_YET_KNOWN)
        # A project that is not made yet has none.
        return _create(spec, CallbackState(spec=spec)) if present else Plan(kind="callback")

    def plan_absent(self, spec: CallbackSpec, state: CallbackState) -> Plan:
        if state.id is None:
            return Plan(kind="callback")
        text = f"remove callback {state.id} of project {state.spec.project}: no more {state.spec.what}"
        remove = Action(do="delete", text=text, args={"id": state.id}, disrupts=True)
        return Plan(kind="callback", actions=(remove, *_removals(state)), before=self.show(state, spec))

    def apply(self, scope: Scope, plan: Plan, state: CallbackState) -> Applied[CallbackState]:
        done: list[Action] = []
        warnings: list[str] = []
        for action in plan.actions:
            if action.touches_api:
                # Here: a run that has nothing to do need not load it, which Ansible compiles anew in every run.
                from .apply import register, remove

                try:
                    if action.do == "create":
                        state = register(scope, action.args["spec"], warnings.append)
                    else:
                        state = remove(scope, state, action.args["id"])
                except OpenTokError as error:
                    if not any(one.touches_api for one in done):
                        raise
                    return Applied(state=state, done=tuple(done), warnings=tuple(warnings), unfinished=error)
            done.append(action)
        return Applied(state=state, done=tuple(done), warnings=tuple(warnings))

    def show(self, state: CallbackState, record: CallbackSpec | None) -> dict[str, Any]:
        if state.id is None:
            return dict.fromkeys(self.outputs)
        # Another way to write the same URL is no drift: it is shown as it was declared.
        spec = state.spec if record is None or not same_url(record.url, state.spec.url) else dataclasses.replace(state.spec, url=record.url)
        ids = {"id": self.identity(state), "callback_id": state.id, "account_key": state.account_key}
        return {**ids, **_facts(spec), "created_at": to_text(state.created_at), "duplicates": list(state.duplicates)}

    def restore(self, identity: str, saved: Mapping[str, Any]) -> tuple[CallbackState, CallbackSpec]:
        project, one = parts(identity)
        # Whose it is, its id says, whatever was edited beside it.
        spec = CallbackSpec(project=project, group=saved.get("group"), event=saved.get("event"), url=saved.get("url"))
        duplicates = tuple(str(other) for other in saved.get("duplicates") or ())
        made_at = from_text(saved.get("created_at"))
        return CallbackState(spec=spec, id=one, account_key=saved.get("account_key"), created_at=made_at, duplicates=duplicates), spec


def _event_of(event: str, group: str | None) -> str:
    events = [f"'{known}'" for one, known in KNOWN if one == group]
    if (group, event) not in KNOWN:
        raise InvalidInput(Problem("event", f"must be {' or '.join(events)} with group '{group}', not '{event}'"))
    return event


def _wrong_url(url: Any) -> Iterator[Problem]:
    found = [problem for problem in callback_problems(*KNOWN[0], url) if problem.field == "url"]
    yield from found
    if not found and "@" in url.partition("://")[2].partition("/")[0].partition("?")[0]:
        yield Problem("url", "must not contain a user name or password: whoever lists the callbacks reads it")


def _facts(spec: CallbackSpec) -> dict[str, Any]:
    return {name: getattr(spec, name) for name in ("project", "group", "event", "url")}


def _create(spec: CallbackSpec, state: CallbackState) -> Plan:
    where = "a project that is not known yet" if spec.project == NOT_YET_KNOWN else f"project {spec.project}"
    create = Action(do="create", text=f"register a callback in {where}: {spec.what}", args={"spec": spec})
    unknown = dict.fromkeys(("id", "callback_id", "account_key", "created_at"), NOT_YET_KNOWN)
    after = {**unknown, **_facts(spec), "duplicates": []}
    return Plan(kind="callback", actions=(create, *_removals(state)), after=after, warnings=_warnings(spec))


def _unseen(spec: CallbackSpec, unknown: Collection[str], present: bool) -> Plan:
    """Of a project that is there, whose pair an earlier step would give: what is registered cannot be looked at."""
    after = {**dict.fromkeys(("id", "callback_id", "account_key", "created_at", "duplicates"), NOT_YET_KNOWN), **_facts(spec)}
    return Plan(kind="callback", before=after if present else None, after=after if present else None, warnings=(not_yet_known(unknown),))


def _removals(state: CallbackState) -> tuple[Action, ...]:
    """Of what is registered once too often, and of what is pruned."""
    start = f"of project {state.spec.project}"
    again = f"it is the same as callback {state.id}, so each event is posted more than once"
    same = [Action(do="prune", text=f"remove callback {one} {start}: {again}", args={"id": one}) for one in state.duplicates]
    ends = {one.id: f"remove callback {one.id} {start}: no more {one.group}/{one.event} to {quote(one.url, 200)}" for one in state.pruned}
    return (*same, *(Action(do="prune", text=text, args={"id": one}, disrupts=True) for one, text in ends.items()))


def _warnings(spec: CallbackSpec) -> tuple[str, ...]:
    if not unencrypted_to_public(spec.url or ""):
        return ()
    # Its host is not named: Pulumi hides a secret URL in a text, but no part of it.
    return ("url: http:// posts each event unencrypted across the internet: use https://",)


CALLBACK = CallbackKind()
