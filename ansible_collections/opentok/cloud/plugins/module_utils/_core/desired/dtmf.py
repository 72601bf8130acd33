# SPDX-License-Identifier: Apache-2.0
"""DTMF tones to the SIP calls of a session.

A procedure, not a kind: tones leave nothing behind that could be compared. The digits are in no text, because they may be a PIN.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from ..api.sip.calls import Sip, digit_problems
from ..checks import check_an_id, raise_if_any
from .inputs import Input, InputReader
from .plan import Action, Plan
from .procedure import InSession, Procedure, connection_text, session_input
from .report import Report
from .scope import Scope

if TYPE_CHECKING:
    from .ledger.ledger import Ledger


def _digits(value: Any, field: str) -> str:
    raise_if_any(digit_problems(value))
    return str(value)


class Dtmf(Procedure):
    """Plays ``digits`` to every SIP call of a session, or to its ``connection_id`` alone."""

    name = "dtmf"
    table = (
        session_input("declare the call's session"),
        Input("connection_id", check_an_id, quoted=False, names_other=True),
        Input("digits", _digits, required=True, missing="declare what to play", quoted=False),
    )
    outputs = ("session_id", "connection_id", "tones")

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
        connection, digits = said.get("connection_id"), said["digits"]
        room = InSession.of(scope, said.get("session"), unknown)
        whom = connection_text(connection, unknown, "every SIP call")
        action = Action(do="play", text=f"play {len(digits)} DTMF tones to {whom} of {room}")
        shown = {"session_id": room.id or None, "connection_id": connection, "tones": len(digits)}
        report = Report(plan=Plan(kind="dtmf", actions=(action,), after=shown), actions=(action.text,), shown=shown)
        if check:
            return report

        def play(signer: Any) -> None:
            sip = Sip(scope.transport, signer)
            if connection is None:
                sip.dtmf_to_all(room.id, digits)
            else:
                sip.dtmf_to_one(room.id, connection, digits)

        room.signed(play)
        return report


DTMF = Dtmf()
