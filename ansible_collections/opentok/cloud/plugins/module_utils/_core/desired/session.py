# SPDX-License-Identifier: Apache-2.0
"""An OpenTok session as desired state.

A session is made once, never expires, and the API can neither show, change nor delete one. So its id is its identity, what the id does not
say is known from the declaration that made it, any change asks for another session, and its end is that it is forgotten.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Collection, Mapping
from typing import Any

from ..api.account import check_project
from ..api.session_ids import SessionIdentity, check_session, opentok_session
from ..api.sessions import ARCHIVE_MODES, MEDIA_MODES, RESOLUTIONS, SessionOptions, Sessions
from ..errors import InvalidInput, PlanError, Problem, join_words, quote
from ..http.connection import Connection, number_as_text
from .inputs import STATELESS, Input, InputReader, text
from .kind import DeclaredKind
from .plan import NOT_YET_KNOWN, Action, Applied, Plan, not_yet_known
from .scope import Scope
from .times import to_text

OPTIONS = tuple(field.name for field in dataclasses.fields(SessionOptions))

IMMUTABLE = ("project", *OPTIONS)
"""What a session is made with; none of it can be changed."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionSpec(SessionOptions):
    """What is declared. ``project`` is the API key of its project.

    ``existing_id`` takes over a session that exists, if it is as declared. ``name`` finds it again in a ledger.
    """

    project: str | None = None
    name: str | None = None
    existing_id: str | None = None

    @property
    def made_with(self) -> dict[str, Any]:
        """What the session is, or is to be, made with."""
        return {name: getattr(self, name) for name in IMMUTABLE}


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionState:
    """The session that there is, with what its id says; ``None``: there is none."""

    session_id: str | None = None
    identity: SessionIdentity | None = None

    @classmethod
    def of_id(cls, session_id: str) -> SessionState:
        """Raises :class:`InvalidInput` for what is no session id."""
        return cls(session_id=session_id, identity=opentok_session(session_id))


WHOSE = "declare the session's project (its id), or give the project pair (api_key, api_secret)"


class SessionKind(DeclaredKind[SessionSpec, SessionState]):
    """Drives one session. See :class:`Kind`."""

    name = "session"
    table = (
        Input("project", check_project, force_new=True, reports_live_value=True, names_other=True, missing=WHOSE),
        Input("media_mode", choices=MEDIA_MODES, force_new=True, reports_live_value=True),
        Input("archive_mode", choices=ARCHIVE_MODES, force_new=True, reports_live_value=True),
        Input("archive_name", force_new=True),
        Input("archive_resolution", text, choices=RESOLUTIONS, force_new=True),
        Input("location", type="str", force_new=True),
        Input("e2ee", type="bool", force_new=True, reports_live_value=True),
        Input("name", layers=STATELESS, needs_record=True),
        Input("existing_id", check_session, aliases=("session_id",), force_new=True, names_other=True),
    )
    instead_of_record = "declare existing_id, the id of a session that exists"
    outputs = ("id", "session_id", "api_key", "created_at", *IMMUTABLE)

    def authorise(self, connection: Connection) -> None:
        connection.require_any()

    def parse(
        self, inputs: Mapping[str, Any], *, account_key: str | None = None, api_key: str | None = None, unknown: Collection[str] = ()
    ) -> SessionSpec:
        reader = InputReader(inputs, unknown)
        declared = reader.table(self.table, project=api_key)
        existing = opentok_session(declared["existing_id"]) if "existing_id" in declared else None
        if existing is not None and existing.media_mode is not None:
            # One that is taken over is as it is where nothing else is declared.
            declared.setdefault("media_mode", existing.media_mode)
        spec = SessionSpec(**declared)
        if reader.given("name") and reader.given("existing_id"):
            reader.problem("name", "contradicts existing_id: a name finds the session in the ledger, existing_id says which one it is")
        doubtful = reader.doubtful()
        reader.add(_fitting(spec, reader, unknown).problems())
        if existing is not None:
            differences = _differences(spec, existing, doubtful)
            if differences:
                reader.problem("existing_id", f"is not as declared: {'; '.join(differences)}. A session cannot be changed: declare it as it is")
        reader.finish()
        return spec

    def canonical(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The project's id as text: YAML and Pulumi make a number of it."""
        return {name: number_as_text(value) if name == "project" else value for name, value in inputs.items()}

    def find(self, scope: Scope, spec: SessionSpec) -> SessionState:
        return SessionState() if spec.existing_id is None else SessionState.of_id(spec.existing_id)

    def read(self, scope: Scope, identity: str) -> SessionState:
        state = SessionState.of_id(identity)
        owner = opentok_session(identity).api_key
        if scope.account_key is None and scope.connection.api_key not in (None, owner):
            raise PlanError(f"session {identity} belongs to project {owner}, not to {scope.connection.api_key}, whose pair is in use")
        return state

    def exists(self, state: SessionState) -> bool:
        return state.session_id is not None

    def identity(self, state: SessionState) -> str:
        if state.session_id is None:
            raise PlanError("there is no such session")
        return state.session_id

    def ledger_key(self, spec: SessionSpec) -> str | None:
        return None if spec.name is None else f"{spec.project}/{spec.name}"

    def plan(self, spec: SessionSpec, state: SessionState, record: SessionSpec | None, now: datetime.datetime) -> Plan:
        if state.identity is None:
            return _create(spec)
        if record is None:
            return _take_over(spec, state, state.identity)
        return _compare(spec, state, record)

    def plan_replacement(self, spec: SessionSpec, state: SessionState, plan: Plan) -> Plan | None:
        """A new one: what went before needs no end."""
        if spec.existing_id is not None:
            return None
        (create,) = _create(spec).actions
        text = f"{create.text} in place of {state.session_id}: {'; '.join(plan.reasons)}"
        return dataclasses.replace(plan, replaces=(), actions=(dataclasses.replace(create, text=text),))

    def plan_unknown(self, spec: SessionSpec, unknown: Collection[str], *, present: bool) -> Plan | None:
        if "existing_id" in unknown:
            return _unseen(spec, present)
        if "project" not in unknown and spec.project != NOT_YET_KNOWN:
            return None
        # A project that is not made yet has no session in any ledger.
        return _create(dataclasses.replace(spec, project=NOT_YET_KNOWN)) if present else Plan(kind="session")

    def plan_absent(self, spec: SessionSpec, state: SessionState) -> Plan:
        if state.session_id is None:
            if spec.name is None:
                raise InvalidInput(Problem("name", "missing: say which session, by the name that a ledger has it under, or by existing_id"))
            return Plan(kind="session")
        lives_on = f"session {state.session_id}: the API cannot delete one, so whoever has its id and a client token can still use it"
        action = Action(do="forget", text=f"forget {lives_on}", touches_api=False)
        # What is declared of one that is to be absent need not be what it was made with.
        return Plan(kind="session", actions=(action,), before=_facts(state, None), after=None, warnings=(f"forgotten, not deleted: {lives_on}",))

    def apply(self, scope: Scope, plan: Plan, state: SessionState) -> Applied[SessionState]:
        for action in plan.actions:
            if action.do == "create":
                state = _make(scope, **action.args)
            elif action.do == "forget":
                state = SessionState()
        return Applied(state=state, done=plan.actions)

    def show(self, state: SessionState, record: SessionSpec | None) -> dict[str, Any]:
        return {**dict.fromkeys(self.outputs), **_facts(state, record)}

    def restore(self, identity: str, saved: Mapping[str, Any]) -> tuple[SessionState, SessionSpec]:
        decoded = opentok_session(identity)
        # Whose it is, its id says, whatever was edited beside it.
        made_with = {**{name: saved.get(name) for name in IMMUTABLE}, "project": decoded.api_key}
        return SessionState(session_id=identity, identity=decoded), self.parse(made_with)


def _differences(spec: SessionSpec, identity: SessionIdentity, unjudged: Collection[str]) -> list[str]:
    """Where the session is otherwise than declared, as far as its id shows."""
    actual = {"project": identity.api_key, "media_mode": identity.media_mode, "location": identity.location}
    judged = {name: (value, getattr(spec, name)) for name, value in actual.items() if name not in unjudged}
    wrong = {name: pair for name, pair in judged.items() if None not in pair and pair[0] != pair[1]}
    return [f"its {name} is {quote(is_)}, declared is {quote(declared)}" for name, (is_, declared) in wrong.items()]


def _make(scope: Scope, project: str, **options: Any) -> SessionState:
    session = scope.signed(project, lambda signer: Sessions(scope.transport, signer).create(SessionOptions(**options)))
    return SessionState.of_id(session.session_id)


def _fitting(spec: SessionSpec, reader: InputReader, unknown: Collection[str]) -> SessionOptions:
    """The values that go together or not; what is not known yet is taken to be what fits."""
    options: SessionOptions = spec
    if "media_mode" in unknown or (not reader.given("media_mode") and "existing_id" in unknown):
        options = dataclasses.replace(options, media_mode="routed")
    if "archive_mode" in unknown and not spec.e2ee:
        mode = "always" if reader.given("archive_name") or reader.given("archive_resolution") else "manual"
        options = dataclasses.replace(options, archive_mode=mode)
    return options


def _create(spec: SessionSpec) -> Plan:
    modes = [spec.media_mode]
    if spec.archive_mode == "always":
        modes.append("archived from its start")
    if spec.e2ee:
        modes.append("end-to-end encrypted")
    called = f" {quote(spec.name)}" if spec.name else ""
    where = "a project that is not known yet" if spec.project == NOT_YET_KNOWN else f"project {spec.project}"
    text = f"create a session{called} in {where} ({', '.join(modes)})"
    action = Action(do="create", text=text, args=spec.made_with)
    unknown = dict.fromkeys(("id", "session_id", "created_at"), NOT_YET_KNOWN)
    return Plan(kind="session", actions=(action,), after={**unknown, "api_key": spec.project, **spec.made_with})


def _unseen(spec: SessionSpec, present: bool) -> Plan:
    """Of one that is not made yet, and whose id will then say what is only declared here."""
    warnings = (not_yet_known(["existing_id"]),)
    if not present:
        return Plan(kind="session", warnings=warnings)
    usual = SessionSpec()
    declared = {name: value if value != getattr(usual, name) else NOT_YET_KNOWN for name, value in spec.made_with.items()}
    unknown = dict.fromkeys(("id", "session_id", "created_at"), NOT_YET_KNOWN)
    after = {**declared, **unknown, "api_key": declared["project"]}
    return Plan(kind="session", before=after, after=after, warnings=warnings)


def _take_over(spec: SessionSpec, state: SessionState, identity: SessionIdentity) -> Plan:
    """Takes the session over: what its id shows was compared with the declaration when that was read."""
    text = f"take over session {state.session_id} of project {identity.api_key} as it is"
    shown = _facts(state, None)
    hidden = [name for name in IMMUTABLE if shown[name] is None and getattr(spec, name) != getattr(SessionSpec(), name)]
    doubt = f"an id does not show {join_words(hidden)}: session {state.session_id} is believed to be as declared"
    return Plan(
        kind="session",
        actions=(Action(do="adopt", text=text, touches_api=False),),
        before=_facts(state, None),
        after=_facts(state, spec),
        warnings=(doubt,) if hidden else (),
    )


def _compare(spec: SessionSpec, state: SessionState, record: SessionSpec) -> Plan:
    before = _facts(state, record)
    replaces = [name for name, value in spec.made_with.items() if value != record.made_with[name]]
    if spec.existing_id not in (None, state.session_id):
        replaces.append("existing_id")
    if not replaces:
        return Plan(kind="session", before=before, after=before)
    named = [f"{name} {quote(before.get(name))} to {quote(getattr(spec, name))}" for name in replaces]
    return Plan(
        kind="session",
        before=before,
        after=_create(spec).after,
        replaces=tuple(replaces),
        reasons=(f"a session cannot be changed ({join_words(named)})",),
        warnings=(f"session {state.session_id} is replaced by another one with another id; it lives on for whoever has its id and a client token",),
    )


def _facts(state: SessionState, spec: SessionSpec | None) -> dict[str, Any]:
    """The session as it is shown: what its id says, and what is known from ``spec``, which made it."""
    identity = state.identity
    if identity is None:
        return {}
    made_with: dict[str, Any] = dict.fromkeys(IMMUTABLE)
    if spec is None:
        made_with.update(media_mode=identity.media_mode, location=identity.location)
    else:
        made_with.update(spec.made_with)
    ids = {"id": state.session_id, "session_id": state.session_id, "api_key": identity.api_key, "created_at": to_text(identity.created_at)}
    return {**ids, **made_with, "project": identity.api_key}


SESSION = SessionKind()
