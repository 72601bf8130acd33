# SPDX-License-Identifier: Apache-2.0
"""The audio of a session to a WebSocket, and its end.

A procedure, not a kind: OpenTok cannot show where audio is sent, only that the connection is among those of the session.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ..api.audio_connector import TRANSPORTS, AudioConnector, AudioTransport, websocket_problems
from ..api.session_ids import opentok_session
from ..api.tokens import Tokens
from ..checks import check_an_id
from ..errors import InvalidInput, Problem
from .inputs import Input, InputReader
from .joining import JoinRun, check_recorded, which_one
from .memory import Memory, remembered
from .plan import Action, Plan, not_yet_known
from .procedure import InSession, Procedure, session_input
from .report import Report
from .scope import Scope

if TYPE_CHECKING:
    from .ledger.ledger import Ledger

TOKEN_DATA = "audio_connector=true"
"""Connection data of the token, so that clients can tell the connection from a person."""
TOKEN_LIFETIME = 3600
"""Seconds. It is used at once; the connection outlives it."""

ENDING = ("session", "connection_id", "name")
"""What says which connection is to end."""

OUTPUTS = ("session_id", "connection_id", "id", "in_session")


def _as_it_is(value: Any, field: str) -> Any:
    return value  # judged together, by `websocket_problems`


def _transport(value: Any, field: str) -> AudioTransport:
    names = [one.name for one in dataclasses.fields(AudioTransport)]
    if not isinstance(value, Mapping) or set(value) - set(names):
        raise InvalidInput(Problem(field, f"must be a map with {', '.join(names)}"))
    fields = value.get("static_fields")
    if fields is not None and not (isinstance(fields, Mapping) and all(isinstance(text, str) for pair in fields.items() for text in pair)):
        raise InvalidInput(Problem(f"{field}.static_fields", "must map names to strings"))
    return AudioTransport(**{name: part for name, part in value.items() if part is not None})


class AudioConnectorProcedure(Procedure):
    """Sends the audio of a session to a WebSocket."""

    name = "audio_connector"
    states = ("started", "stopped")
    remembers = True
    table = (
        session_input("declare the session whose audio is sent"),
        Input("uri", _as_it_is, secret=True),
        Input("headers", _as_it_is, type="dict", secret=True),
        Input("streams", _as_it_is, type="list", elements="raw", quoted=False, names_other=True),
        Input("audio_rate", _as_it_is, type="int"),
        Input("bidirectional", _as_it_is, type="bool"),
        Input(
            "audio_transport",
            _transport,
            type="dict",
            quoted=False,
            suboptions=(
                Input("transport", choices=TRANSPORTS),
                Input("encoding", choices=("base64",)),
                Input("audio_field", type="str"),
                Input("receive_audio_field", type="str"),
                Input("static_fields", type="dict", secret=True),
            ),
        ),
        Input("connection_id", check_an_id, quoted=False, names_other=True),
        Input("name", quoted=False, needs_record=True),
    )
    outputs = OUTPUTS
    instead_of_record = "connection_id, the id of that connection"

    def parse(self, inputs: Mapping[str, Any], *, present: bool, unknown: Collection[str] = ()) -> dict[str, Any]:
        """What ``inputs`` declare, or with ``present`` false which connection is to end. Raises :class:`InvalidInput` with every problem."""
        reader = InputReader(inputs, unknown)
        said = reader.table(row for row in self.table if present or row.name in ENDING)
        if "session" in said and opentok_session(said["session"]).relayed:
            reader.problem("session", "is a relayed session: the Audio Connector needs one with media_mode 'routed'")
        which_one(reader, present=present, what="connection")
        if present:
            if not reader.given("uri"):
                reader.problem("uri", "missing: declare the WebSocket that the audio is sent to")
            streams = said.get("streams", ())
            more = (said.get(name) for name in ("headers", "audio_rate", "bidirectional", "audio_transport"))
            reader.add(websocket_problems(said.get("uri"), streams, *more))
        reader.finish()
        return said

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
        """Connects the session, or ends the connection."""
        said = self.parse(inputs, present=present, unknown=unknown)
        name = said.get("name")
        check_recorded(name, recorded=ledger is not None, instead=self.instead_of_record)
        room = InSession.of(scope, said.get("session"), unknown)
        if set(unknown) - {"streams"}:
            return _plan_unknown(room, said, unknown, present=present)
        with remembered(ledger if name is not None else None, f"audio_connector/{room.id}/{name}", scope, check=check) as memory:
            run = ConnectorRun(room, said, memory, check=check)
            report = run.present() if present else run.absent()
            return dataclasses.replace(report, warnings=(not_yet_known(unknown),)) if unknown else report


class ConnectorRun(JoinRun):
    """One run of a connection."""

    kind = "audio_connector"
    what = "an audio connection of"
    outputs = OUTPUTS
    kept = ("connection_id", "id")

    def __init__(self, room: InSession, said: Mapping[str, Any], memory: Memory, *, check: bool) -> None:
        self._said = said
        super().__init__(room, memory, connection_id=said.get("connection_id"), check=check)

    def starting(self) -> Action:
        return _start(self.room, self._said)

    def ending(self, connection: str) -> Action:
        return _end(self.room, f"connection {connection}")

    def sent(self) -> dict[str, Any]:
        given = {name: self._said[name] for name in ("audio_rate", "bidirectional") if name in self._said}
        return {"streams": list(self._said.get("streams", ())), **given}

    def start(self, signer: Any) -> dict[str, Any]:
        said, transport = self._said, self.room.scope.transport
        token = Tokens(signer.credentials, clock=transport.clock).generate(self.room.id, role="publisher", expires_in=TOKEN_LIFETIME, data=TOKEN_DATA)
        options = {name: said[name] for name in ("streams", "headers", "audio_rate", "bidirectional", "audio_transport") if name in said}
        made = AudioConnector(transport, signer).start(self.room.id, token, said["uri"], **options)
        return {"connection_id": made.connection_id, "id": made.id}


def _start(room: InSession, said: Mapping[str, Any]) -> Action:
    number = len(said.get("streams", ()))
    whose = f"of {number} stream{'' if number == 1 else 's'} of {room}" if number else f"of {room}"
    return Action(do="start", text=f"send the audio {whose} to a WebSocket")


def _end(room: InSession, connection: str) -> Action:
    return Action(do="stop", text=f"end {connection} of {room}: its WebSocket gets no audio any more", disrupts=True)


def _plan_unknown(room: InSession, said: Mapping[str, Any], unknown: Collection[str], *, present: bool) -> Report:
    """The report where nothing can be looked up: a connection that an earlier step makes is there then."""
    warnings = (not_yet_known(unknown),)
    made, connection = "connection_id" in unknown, said.get("connection_id")
    actions: tuple[Action, ...] = ()
    if present and not made:
        actions = (_start(room, said),)
    elif not present and (made or connection):
        actions = (_end(room, "a connection that is not known yet" if made else f"connection {connection}"),)
    shown = {**dict.fromkeys(OUTPUTS), "session_id": room.id or None, "in_session": True} if present else None
    plan = Plan(kind="audio_connector", actions=actions, after=shown, warnings=warnings)
    return Report(plan=plan, actions=plan.texts, shown=shown, warnings=warnings)


AUDIO_CONNECTOR = AudioConnectorProcedure()
