# SPDX-License-Identifier: Apache-2.0
"""DTMF tones to the SIP calls of a session.

An action, not a kind: tones leave nothing behind that could be compared. The digits are in no text, because they may be a PIN.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ..api.session_ids import opentok_session
from ..api.sip.calls import Sip, digit_problems
from ..checks import id_problems
from ..errors import InvalidInput
from .inputs import InputReader
from .plan import Action, Plan
from .run import Report
from .scope import Scope

IDS = ("session_id", "connection_id")
"""Inputs that an earlier step may have to give: in a check of both they are not known yet."""


def run_dtmf(scope: Scope, inputs: Mapping[str, Any], *, check: bool = False, unknown: Collection[str] = ()) -> Report:
    """Plays ``digits`` to every SIP call of the session ``session_id``, or to its ``connection_id`` alone. With ``check`` nothing is sent.

    ``unknown``, in a check only: inputs and credentials that an earlier step would give.

    Raises :class:`InvalidInput` and :class:`CredentialsError` before any request, and what ``Sip.dtmf_to_one`` raises.
    """
    reader = InputReader(inputs, unknown)
    session = reader.read("session_id", opentok_session)
    reader.read("digits", lambda value: _refused(digit_problems(value)))
    reader.read("connection_id", lambda value: _refused(id_problems("connection_id", value)))
    for name, what in (("session_id", "the session of the call"), ("digits", "what to play")):
        if not reader.given(name):
            reader.problem(name, f"missing: declare {what}")
    reader.finish()
    session_id, connection_id, digits = inputs["session_id"], inputs.get("connection_id"), inputs["digits"]
    if scope.account_key is None and not unknown:
        scope.connection.pair_of(session.api_key if session else "")
    whom = f"connection {connection_id}" if connection_id else "every SIP call"
    if "connection_id" in unknown:
        whom = "a connection that is not known yet"
    where = "a session that is not known yet" if "session_id" in unknown else f"session {session_id}"
    action = Action(do="play", text=f"play {len(digits)} DTMF tones to {whom} of {where}")
    shown = {"session_id": session_id or None, "connection_id": connection_id or None, "tones": len(digits)}
    report = Report(plan=Plan(kind="dtmf", actions=(action,), after=shown), actions=(action.text,), shown=shown)
    if check:
        return report

    def play(signer: Any) -> None:
        sip = Sip(scope.transport, signer)
        if connection_id is None:
            sip.dtmf_to_all(session_id, digits)
        else:
            sip.dtmf_to_one(session_id, connection_id, digits)

    scope.signed(session.api_key if session else "", play)
    return report


def _refused(problems: Any) -> bool:
    if problems:
        raise InvalidInput(problems)
    return True
