# SPDX-License-Identifier: Apache-2.0
"""What happens to SIP calls: by themselves, and by the hand of who steers them from the control plane."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from ..service import Service
from ..sessions import clients
from ..sessions import rows as sessions
from . import rows, state

POSSIBLE = {
    "ring": ("DIALING",),
    "answer": ("DIALING", "RINGING"),
    "hold": ("ACTIVE",),
    "resume": ("ACTIVE", "ON_HOLD"),
    "silence": ("ACTIVE",),
    "hangup": ("DIALING", "RINGING", "ACTIVE", "ON_HOLD"),
    "fail": ("DIALING", "RINGING", "ACTIVE", "ON_HOLD"),
}
"""What can happen to a call in which states."""


def steer(service: Service, row: sqlite3.Row, event: str, code: int | None, message: str | None) -> None:
    """Let something happen to a call, which from now on goes by no plan. Raises ValueError if it cannot in the call's state."""
    if row["state"] not in POSSIBLE[event]:
        raise ValueError(f"the call is {row['state']}: {event} is possible while it is {' or '.join(POSSIBLE[event])}")
    _happen(service, row, event, code, message, plan="{}")


def advance(service: Service, row: sqlite3.Row) -> None:
    """Let happen what is due."""
    step = state.next_step(dict(row))
    if step is None or step[0] > service.clock.milliseconds():
        state.change(service, row)
    elif step[1] == "forget":
        rows.delete(service.db, row["id"])
    else:
        _happen(service, row, step[1], step[2], None)


def _happen(service: Service, row: sqlite3.Row, event: str, code: int | None, message: str | None, **more: Any) -> None:
    now = service.clock.milliseconds()
    if event == "ring":
        state.change(service, row, state="RINGING", **more)
    elif event == "answer":
        silent = now if json.loads(row["plan"]).get("silent") else None
        state.change(service, row, state="ACTIVE", answered_at=now, silent_since=silent, **more)
    elif event == "hold":
        state.change(service, row, state="ON_HOLD", silent_since=None, **more)
    elif event == "resume":
        state.change(service, row, state="ACTIVE", silent_since=None, **more)
    elif event == "silence":
        state.change(service, row, silent_since=now, **more)
    else:
        _end(service, row, code or _default_code(row, event), message)


def _default_code(row: sqlite3.Row, event: str) -> int:
    if event == "hangup":
        return state.NORMAL
    return 480 if row["answered_at"] is None else state.UNEXPECTED


def _end(service: Service, row: sqlite3.Row, code: int, message: str | None) -> None:
    state.end(service, row, code, message)
    session = sessions.find(service.db, row["session"])
    if session is not None:
        clients.leave(service, session, row["connection"], clients.CLIENT_DISCONNECTED)
