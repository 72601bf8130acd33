# SPDX-License-Identifier: Apache-2.0
"""The state of a SIP call: what changes it, what comes next by itself, and what the project is told of it.

Source of states, reasons and limits: SIP guide, see sip/provenance.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from ..callbacks import events
from ..service import Service
from . import rows

NORMAL, UNEXPECTED, MEDIA_TIMEOUT, MAX_DURATION, MAX_INACTIVE = 700, 703, 704, 705, 706
MESSAGES = {
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    407: "Proxy Authentication Required",
    408: "Request Timeout",
    480: "Temporarily Unavailable",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    500: "Server Internal Error",
    503: "Service Unavailable",
    600: "Busy Everywhere",
    603: "Decline",
    NORMAL: "Normal Clearing",
    UNEXPECTED: "Unexpected Clearing",
    MEDIA_TIMEOUT: "Media Timeout",
    MAX_DURATION: "Max Duration",
    MAX_INACTIVE: "Max Inactive",
}
INACTIVE = 5 * 60_000  # milliseconds
LONGEST = 6 * 3600_000
KEPT = 24 * 3600_000
"""How long the control plane shows a call that has ended."""

Step = tuple[int, str, "int | None"]


def next_step(call: Mapping[str, Any]) -> Step | None:
    """When something happens to a call by itself, what, and with which reason code."""
    plan, state, steps = json.loads(call["plan"]), call["state"], list[Step]()
    if state == "HANGUP":
        return call["since"] + KEPT, "forget", None
    if state == "DIALING" and plan.get("ring") is not None:
        steps.append((plan["ring"], "ring", None))
    if state in ("DIALING", "RINGING") and plan:
        steps.append((plan["outcome"], "fail" if plan["code"] else "answer", plan["code"]))
    if call["answered_at"] is not None:
        steps.append((call["answered_at"] + LONGEST, "hangup", MAX_DURATION))
        if plan.get("talks") is not None:
            steps.append((call["answered_at"] + plan["talks"], "hangup", NORMAL))
    if call["silent_since"] is not None:
        steps.append((call["silent_since"] + INACTIVE, "hangup", MEDIA_TIMEOUT))
    if state == "ON_HOLD":
        steps.append((call["since"] + INACTIVE, "hangup", MAX_INACTIVE))
    return min(steps, key=lambda step: step[0], default=None)


def begin(service: Service, call: Mapping[str, Any]) -> None:
    """A call that is dialled; ``call`` are its columns, but state and later times."""
    every = {**call, "since": call["created_at"], "state": "DIALING", "answered_at": None, "silent_since": None}
    rows.insert(service.db, {**every, "due_at": _due(every)})
    _tell(service, every, "callCreated")
    _tell(service, every, "callUpdated", state="DIALING")


def change(service: Service, row: sqlite3.Row, **columns: Any) -> None:
    """Change a call. The one place where its state changes: it says what comes next, and tells the project."""
    call = {**dict(row), **columns}
    if call["state"] != row["state"]:
        call["since"] = service.clock.milliseconds()
    rows.update(service.db, row["id"], {**columns, "since": call["since"], "due_at": _due(call)})
    if call["state"] != row["state"]:
        _tell(service, call, "callUpdated", state=call["state"])
    if call["state"] == "HANGUP":
        _tell(service, call, "callDestroyed", reason_code=str(call["reason_code"]), reason_message=call["reason_message"])


def end(service: Service, row: sqlite3.Row, code: int, message: str | None = None) -> None:
    """End a call; its client is still in the session."""
    change(service, row, state="HANGUP", reason_code=code, reason_message=message or MESSAGES.get(code, ""), silent_since=None)


def connection_left(service: Service, connection_id: str, *, network: bool) -> None:
    """A client has left its session: if it was a call, that is over."""
    row = rows.of_connection(service.db, connection_id)
    if row is not None:
        end(service, row, UNEXPECTED if network else NORMAL)


def mute_forced(service: Service, connection_id: str) -> None:
    """A client was muted: a call that observes it is told."""
    row = rows.of_connection(service.db, connection_id)
    if row is not None and json.loads(row["params"])["observeForceMute"]:
        _tell(service, row, "muteForced")


def _due(call: Mapping[str, Any]) -> int | None:
    step = next_step(call)
    return None if step is None else step[0]


def _tell(service: Service, call: Mapping[str, Any] | sqlite3.Row, event: str, **more: Any) -> None:
    body = {
        "sessionId": call["session"],
        "projectId": call["project"],
        "event": event,
        **more,
        "timestamp": service.clock.milliseconds(),
        "call": {"id": call["id"], "connectionId": call["connection"], "createdAt": call["created_at"]},
    }
    events.emit(service, call["project"], "sip", event, call["session"], body)
