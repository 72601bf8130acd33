# SPDX-License-Identifier: Apache-2.0
"""A signal to the clients of a session.

A procedure, not a kind: a signal leaves nothing behind that could be compared. Its data are in no text, because they may be private.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ..api.signals import Signals, signal_problems
from ..checks import check_an_id
from ..errors import InvalidInput, NotFound, Problem, unquoted
from . import interrupts
from .inputs import Input, InputReader
from .plan import Action, Plan, not_yet_known
from .procedure import InSession, Procedure, connection_text, session_input
from .report import Report
from .scope import Scope

if TYPE_CHECKING:
    from .ledger.ledger import Ledger


def _data(value: Any, field: str) -> str:
    return _checked(value, field, signal_problems(value, None))


def _type(value: Any, field: str) -> str:
    return _checked(value, field, signal_problems("", value))


def _checked(value: Any, field: str, problems: Collection[Problem]) -> str:
    if problems:
        raise InvalidInput([Problem(field, f"{problem.message}{unquoted(value)}") for problem in problems])
    return str(value)


class Signal(Procedure):
    """Sends ``data`` to every client of a session, or to its ``connection_id`` alone. Where nobody is connected, nothing is sent."""

    name = "signal"
    table = (
        session_input("declare the session that is signalled to"),
        Input("connection_id", check_an_id, quoted=False, names_other=True),
        Input("signal_type", _type, aliases=("type",)),
        Input("data", _data, required=True, missing="declare what to send", quoted=False),
    )
    outputs = ("session_id", "connection_id", "signal_type", "bytes", "sent")

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
        reader.finish()
        connection, kind, data = said.get("connection_id"), said.get("signal_type"), said["data"]
        room, size = InSession.of(scope, said.get("session"), unknown), len(data.encode())
        whom = connection_text(connection, unknown, "every client")
        action = Action(do="signal", text=f"send a signal{f' {kind!r}' if kind else ''} ({size} byte{'' if size == 1 else 's'}) to {whom} of {room}")
        shown = {"session_id": room.id or None, "connection_id": connection, "signal_type": kind, "bytes": size, "sent": True}
        plan = Plan(kind="signal", actions=(action,), after=shown)
        report = Report(plan=plan, actions=plan.texts, shown=shown, warnings=(not_yet_known(unknown),) if unknown else ())
        if unknown:
            return report
        if check:
            there = room.connections()
            reached = connection in there if connection else bool(there)
            return report if reached else _nobody(whom, room, shown)

        def send(signer: Any) -> None:
            signals = Signals(scope.transport, signer)
            if connection is None:
                signals.to_all(room.id, data, signal_type=kind)
            else:
                signals.to_one(room.id, connection, data, signal_type=kind)

        interrupts.begin()
        try:
            room.signed(send)
        except NotFound:
            return _nobody(whom, room, shown)
        return report


def _nobody(whom: str, room: InSession, shown: Mapping[str, Any]) -> Report:
    who = "nobody is connected to" if whom == "every client" else f"{whom} is not in"
    told = {**shown, "sent": False}
    plan = Plan(kind="signal", before=told, after=told)
    return Report(plan=plan, actions=(), shown=told, warnings=(f"{who} {room}: no signal is sent",))


SIGNAL = Signal()
