# SPDX-License-Identifier: Apache-2.0
"""Disconnecting and muting clients of a session.

A procedure, not a kind: OpenTok cannot show who is muted. What is looked at is whether the client that is to be disconnected, or the stream
that is to be muted, is still there; that a whole session is muted, a ledger remembers.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ..api.moderation import Moderation
from ..api.streams import Streams
from ..checks import check_an_id, ids_problems, raise_if_any
from ..errors import NotFound, PlanError, join_words
from . import interrupts
from .inputs import Input, InputReader
from .memory import Memory, remembered
from .plan import Action, Plan, not_yet_known
from .procedure import InSession, Procedure, connection_text, session_input
from .report import Report
from .scope import Scope

if TYPE_CHECKING:
    from .ledger.ledger import Ledger

ACTIONS = ("disconnect", "mute", "unmute")

BELONGS_TO = {"connection_id": "disconnect", "stream_id": "mute", "excluded_streams": "mute"}
"""Inputs that only one action has."""

UNMUTES = ", for only a client itself can unmute its stream; what can be ended is the mute of a whole session"


def _ids(value: Any, field: str) -> list[str]:
    raise_if_any(ids_problems(field, value))
    return sorted(set(value))


class ModerationProcedure(Procedure):
    """Disconnects a client, mutes a stream or a whole session, or ends the mute of a session."""

    name = "moderation"
    remembers = True
    table = (
        session_input("declare the session that is moderated"),
        Input("action", choices=ACTIONS, required=True, missing="declare what to do"),
        Input("connection_id", check_an_id, quoted=False, names_other=True),
        Input("stream_id", check_an_id, quoted=False, names_other=True),
        Input("excluded_streams", _ids, type="list", elements="raw", quoted=False, names_other=True),
    )
    outputs = ("session_id", "action", "connection_id", "stream_id", "excluded_streams")

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
        reader = InputReader(inputs, unknown)
        said = reader.table(self.table)
        if "action" in said:
            _contradictions(reader, said["action"], remembered=ledger is not None)
        reader.finish()
        room = InSession.of(scope, said.get("session"), unknown)
        run = _Run(room, said, unknown, check=check)
        if unknown:
            return run.unseen()
        if said["action"] == "disconnect":
            return run.disconnect()
        if said.get("stream_id"):
            return run.mute_stream()
        with remembered(ledger, f"moderation/{room.id}", scope, check=check) as memory:
            return run.mute_session(memory)


def _contradictions(reader: InputReader, action: str, *, remembered: bool) -> None:
    for field, belongs_to in BELONGS_TO.items():
        if reader.given(field) and action != belongs_to:
            why = UNMUTES if (action, field) == ("unmute", "stream_id") else ""
            reader.problem(field, f"contradicts action {action!r}: leave it out{why}")
    if action == "disconnect" and not reader.given("connection_id"):
        reader.problem("connection_id", "missing: declare who is to be disconnected")
    if action == "mute" and reader.given("stream_id") and reader.given("excluded_streams"):
        reader.problem("excluded_streams", "contradicts stream_id: only the mute of a whole session leaves streams out")
    if remembered and (action == "disconnect" or reader.given("stream_id")):
        reader.problem("ledger", "remembers only the mute of a whole session: leave it out")


class _Run:
    """One run. With ``check`` nothing is changed, only looked at."""

    def __init__(self, room: InSession, said: Mapping[str, Any], unknown: Collection[str], *, check: bool) -> None:
        self._room = room
        self._said = said
        self._check = check
        self._unknown = unknown
        self._shown = {**{name: said.get(name) for name in ModerationProcedure.outputs}, "session_id": room.id or None}

    def unseen(self) -> Report:
        """The report where nothing can be looked up."""
        plan = Plan(kind="moderation", actions=(self._action(),), after=self._shown)
        return dataclasses.replace(self._report(plan), warnings=(not_yet_known(self._unknown),))

    def disconnect(self) -> Report:
        connection = self._said["connection_id"]
        if connection not in self._room.connections():
            return self._report(Plan(kind="moderation"))
        before = {"connection_id": connection, "in_session": True}
        plan = Plan(kind="moderation", actions=(self._action(),), before=before, after={**before, "in_session": False})
        if not self._check:
            interrupts.begin()
            # It was there a moment ago: gone is done, by a first attempt whose answer was lost, say.
            with contextlib.suppress(NotFound):
                self._room.signed(lambda signer: self._moderation(signer).disconnect(self._room.id, connection))
        return self._report(plan)

    def mute_stream(self) -> Report:
        stream = self._said["stream_id"]
        try:
            if self._check:
                self._room.signed(lambda signer: Streams(self._room.scope.transport, signer).get(self._room.id, stream))
            else:
                interrupts.begin()
                self._room.signed(lambda signer: self._moderation(signer).mute_stream(self._room.id, stream))
        except NotFound:
            # Nobody hears it any more.
            return self._report(Plan(kind="moderation"))
        return self._report(Plan(kind="moderation", actions=(self._action(),), after=self._shown))

    def mute_session(self, memory: Memory) -> Report:
        """Mutes it or ends its mute, unless the ledger remembers that it is so."""
        wanted: dict[str, Any] = {"muted": self._said["action"] == "mute", "excluded_streams": self._said.get("excluded_streams", [])}
        entry = memory.entry(muted=bool, excluded_streams=list)
        known = entry and {name: entry[name] for name in wanted}
        if known == wanted:
            return self._report(Plan(kind="moderation", before=known, after=wanted))
        report = self._report(Plan(kind="moderation", actions=(self._action(),), before=known, after=wanted))
        if self._check:
            if not self._room.connections():
                raise self._nobody()
            return report
        interrupts.begin()
        # If the answer is lost, nothing is known any more.
        memory.begin(None)
        try:
            self._room.signed(self._send)
        except NotFound:
            raise self._nobody() from None
        return dataclasses.replace(report, unfinished=memory.note(wanted))

    def _send(self, signer: Any) -> None:
        if self._said["action"] == "mute":
            self._moderation(signer).mute_session(self._room.id, excluded_stream_ids=self._said.get("excluded_streams", []))
        else:
            self._moderation(signer).lift_mute(self._room.id)

    def _nobody(self) -> PlanError:
        do = self._said["action"]
        return PlanError(f"nobody is connected to {self._room}, and OpenTok can {do} a session only while it has clients: nothing was done")

    def _action(self) -> Action:
        """The step, as it is said to people."""
        do, room, said = self._said["action"], self._room, self._said
        if do == "disconnect":
            text = f"disconnect {connection_text(said.get('connection_id'), self._unknown, '')} of {room}"
        elif do == "unmute":
            text = f"end the mute of {room}: streams that are published from now on are not muted, the others stay muted until their clients unmute"
        elif "stream_id" in self._unknown or "stream_id" in said:
            stream = "a stream that is not known yet" if "stream_id" in self._unknown else f"stream {said['stream_id']}"
            text = f"mute {stream} of {room}"
        else:
            excluded = said.get("excluded_streams", ())
            but = f" except {join_words(excluded)}" if excluded else ""
            text = f"mute every stream of {room}{but}, and those that are published later"
        return Action(do=do, text=text, disrupts=do != "unmute")

    def _moderation(self, signer: Any) -> Moderation:
        return Moderation(self._room.scope.transport, signer)

    def _report(self, plan: Plan) -> Report:
        return Report(plan=plan, actions=plan.texts, shown=self._shown)


MODERATION = ModerationProcedure()
