# SPDX-License-Identifier: Apache-2.0
"""A call through a SIP trunk into a session, and its end.

A procedure, not a kind: nobody keeps a call up. What is looked at is whether the connection of an earlier call, known by its id or from a
ledger, is still in the session: then nothing is dialled.
"""

from __future__ import annotations

import dataclasses
import functools
import os
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ..api.session_ids import opentok_session
from ..api.sip.calls import Sip
from ..api.tokens import Tokens
from ..checks import check_an_id, ids_problems, raise_if_any
from ..errors import InvalidInput, Problem
from ..secrecy import equal_as_a_whole
from .inputs import Input, InputReader
from .joining import JoinRun, check_recorded, which_one
from .memory import Memory, remembered
from .plan import NOT_YET_KNOWN, Action, Plan, not_yet_known
from .procedure import InSession, Procedure, session_input
from .report import Report
from .scope import Scope
from .sip_trunk.document import dial_options, read_trunk
from .sip_trunk.file import load_document

if TYPE_CHECKING:
    from .ledger.ledger import Ledger

TOKEN_DATA = "sip=true"
"""Connection data of a token that is made here, so that clients can tell the call from a person."""
TOKEN_LIFETIME = 3600
"""Seconds. It is used at once; a call outlives it."""

ENDING = ("session", "connection_id", "name")
"""What says which call is to end."""

DIALLING = (*ENDING, "token", "streams")

OUTPUTS = ("session_id", "connection_id", "stream_id", "call_id", "in_session", "uri")
"""What a report shows, always all of it, ``None`` where unknown."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class CallSpec:
    """A checked call. ``dial`` are the keyword arguments of ``Sip.dial``, ``None`` where it is only to be ended; ``api_key`` owns the session."""

    session_id: str
    api_key: str
    connection_id: str | None = None
    name: str | None = None
    token: str | None = dataclasses.field(default=None, repr=False)
    dial: Mapping[str, Any] | None = dataclasses.field(default=None, repr=False)

    __eq__ = equal_as_a_whole

    @property
    def ledger_key(self) -> str:
        """Under what a ledger remembers the call."""
        return f"sip_call/{self.session_id}/{self.name}"


def _streams(value: Any, field: str) -> tuple[str, ...]:
    raise_if_any(ids_problems(field, value))
    return tuple(value)


def _token(value: Any, field: str) -> str:
    # Its value is never shown.
    if not isinstance(value, str) or not value or not value.isascii() or not value.isprintable():
        raise InvalidInput(Problem(field, "must be a client token of the session"))
    return value


WHERE = "declare the session that is called out of"


class SipCallProcedure(Procedure):
    """A call through a SIP trunk."""

    name = "sip_call"
    states = ("present", "absent")
    remembers = True
    # The password or a token may stand in any of them by mistake, so none is quoted.
    table = (
        session_input(WHERE),
        Input("trunk", type="dict", quoted=False),
        Input("trunk_file", type="path", quoted=False),
        Input("password", secret=True),
        Input("token", _token, secret=True, names_other=True),
        Input("streams", _streams, type="list", elements="raw", quoted=False, names_other=True),
        Input("connection_id", check_an_id, quoted=False, names_other=True),
        Input("name", quoted=False, needs_record=True),
    )
    outputs = OUTPUTS
    instead_of_record = "connection_id, the id of that call"

    def parse(self, inputs: Mapping[str, Any], *, present: bool, unknown: Collection[str] = ()) -> CallSpec:
        """The call that ``inputs`` declare, or with ``present`` false the one to end. Raises :class:`InvalidInput` with every problem.

        ``session``: a routed session. ``trunk`` (a document) or ``trunk_file`` (its path), with ``password`` if the trunk has a user name.
        ``token``: a client token of the session; made when it is needed if not given. ``streams``: ids. ``connection_id`` of an earlier call,
        or ``name``, under which a ledger remembers it.
        """
        reader = InputReader(inputs, unknown)
        read = reader.table(row for row in self.table if row.name in (DIALLING if present else ENDING))
        session = opentok_session(read["session"]) if "session" in read else None
        if session is not None and session.relayed:
            reader.problem("session", "is a relayed session: SIP needs one with media_mode 'routed'")
        which_one(reader, present=present, what="call")
        dial = _dial(reader, inputs, read.get("streams", ())) if present else None
        reader.finish()
        return CallSpec(
            session_id=read.get("session") or NOT_YET_KNOWN,
            api_key="" if session is None else session.api_key,
            connection_id=read.get("connection_id"),
            name=read.get("name"),
            token=read.get("token"),
            dial=dial,
        )

    def act(
        self,
        scope: Scope,
        inputs: Mapping[str, Any],
        *,
        present: bool = True,
        ledger: Ledger | None = None,
        check: bool = False,
        unknown: Collection[str] = (),
    ) -> Report:
        """Makes the call, or ends it."""
        if check and _not_there(inputs):
            unknown = {*unknown, "trunk_file"}
        spec = self.parse(inputs, present=present, unknown=unknown)
        check_recorded(spec.name, recorded=ledger is not None, instead=self.instead_of_record)
        if set(unknown) - {"trunk_file", "token", "streams"}:
            return _plan_unknown(spec, unknown, present=present)
        room = InSession.of(scope, spec.session_id)
        with remembered(ledger if spec.name is not None else None, spec.ledger_key, scope, check=check) as memory:
            run = CallRun(room, spec, memory, check=check)
            report = run.present() if present else run.absent()
            return dataclasses.replace(report, warnings=(not_yet_known(unknown),)) if unknown else report


class CallRun(JoinRun):
    """One run of a call."""

    kind = "sip_call"
    what = "a SIP call into"
    outputs = OUTPUTS
    kept = ("connection_id", "stream_id", "call_id", "uri")

    def __init__(self, room: InSession, spec: CallSpec, memory: Memory, *, check: bool) -> None:
        self._spec = spec
        super().__init__(room, memory, connection_id=spec.connection_id, check=check)

    def starting(self) -> Action:
        return Action(do="dial", text=f"call {_called(self._spec)} into {self.room}")

    def ending(self, connection: str) -> Action:
        return Action(do="hang_up", text=f"hang up connection {connection} of {self.room}", disrupts=True)

    def foretold(self) -> dict[str, Any]:
        return {"uri": (self._spec.dial or {}).get("uri")}

    def sent(self) -> dict[str, Any]:
        # Empty while the trunk is not known yet.
        dial = self._spec.dial
        if not dial:
            return {}
        given = {name: dial[name] for name in ("sender", "headers", "secure", "video", "observe_force_mute", "streams")}
        return {**given, "streams": list(given["streams"]), "username": dial["auth"].username if dial["auth"] else None}

    def start(self, signer: Any) -> dict[str, Any]:
        session, tokens = self.room.id, Tokens(signer.credentials, clock=self.room.scope.transport.clock)
        generate = functools.partial(tokens.generate, session, role="publisher", expires_in=TOKEN_LIFETIME, data=TOKEN_DATA)
        call = Sip(self.room.scope.transport, signer).dial(session, self._spec.token or generate, **(self._spec.dial or {}))
        return {"connection_id": call.connection_id, "stream_id": call.stream_id, "call_id": call.id}


def _not_there(inputs: Mapping[str, Any]) -> bool:
    """Whether the file of the trunk is one that an earlier step would publish."""
    path = inputs.get("trunk_file")
    return isinstance(path, str) and not os.path.exists(os.path.expanduser(path))


def _plan_unknown(spec: CallSpec, unknown: Collection[str], *, present: bool) -> Report:
    """The report where nothing can be looked up: a call that an earlier step makes is under way then, in a session that it makes none is."""
    warnings = (not_yet_known(unknown),)
    known = {**dict.fromkeys(OUTPUTS), "session_id": None if "session" in unknown else spec.session_id}
    where = "a session that is not known yet" if "session" in unknown else f"session {spec.session_id}"
    made = "connection_id" in unknown
    actions: tuple[Action, ...] = ()
    if present and not made:
        actions = (Action(do="dial", text=f"call {_called(spec)} into {where}"),)
    elif not present and (made or spec.connection_id):
        call = "a connection that is not known yet" if made else f"connection {spec.connection_id}"
        actions = (Action(do="hang_up", text=f"hang up {call} of {where}", disrupts=True),)
    shown = {**known, "in_session": True, "uri": (spec.dial or {}).get("uri")} if present else None
    plan = Plan(kind="sip_call", actions=actions, before=None if present else known, after=shown, warnings=warnings)
    return Report(plan=plan, actions=plan.texts, shown=shown, warnings=warnings)


def _called(spec: CallSpec) -> str:
    return str(spec.dial["uri"]) if spec.dial else "through a trunk that is not published yet"


def _dial(reader: InputReader, inputs: Mapping[str, Any], streams: tuple[str, ...]) -> dict[str, Any] | None:
    if reader.given("trunk") == reader.given("trunk_file"):
        reader.problem("trunk", "or trunk_file must be given, and not both: the document of the trunk to call through, or the path of its file")
        return None
    where = "trunk" if reader.given("trunk") else "trunk_file"
    document = reader.read(where, lambda value: _document(value, where))
    if document is None:
        return None
    try:
        return {**dial_options(document, inputs.get("password")), "streams": streams}
    except InvalidInput as error:
        reader.problems += [_at(where, problem) if problem.field == "enabled" else problem for problem in error.problems]
        return None


def _document(value: Any, where: str) -> Any:
    document = load_document(value, where) if where == "trunk_file" else value
    try:
        read_trunk(document)
    except InvalidInput as error:
        raise InvalidInput([_at(where, problem) for problem in error.problems]) from None
    return document


def _at(where: str, problem: Problem) -> Problem:
    return Problem(f"{where}.{problem.field}", problem.message)


SIP_CALL = SipCallProcedure()
