# SPDX-License-Identifier: Apache-2.0
"""SIP calls and the rules for the far end in the database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, cast

_LIVE = "state <> 'HANGUP'"


def insert(db: sqlite3.Connection, columns: Mapping[str, Any]) -> None:
    """Add a call."""
    db.execute(f"INSERT INTO sip_calls ({', '.join(columns)}) VALUES ({','.join('?' * len(columns))})", tuple(columns.values()))


def update(db: sqlite3.Connection, call_id: str, columns: Mapping[str, Any]) -> None:
    """Change columns; their names are the callers' own, never a client's."""
    assignments = ", ".join(f"{column} = ?" for column in columns)
    db.execute(f"UPDATE sip_calls SET {assignments} WHERE id = ?", (*columns.values(), call_id))


def delete(db: sqlite3.Connection, call_id: str) -> None:
    """Forget a call."""
    db.execute("DELETE FROM sip_calls WHERE id = ?", (call_id,))


def find(db: sqlite3.Connection, call_id: str) -> sqlite3.Row | None:
    """The call of that id, also one that has ended, or None."""
    return cast("sqlite3.Row | None", db.execute("SELECT * FROM sip_calls WHERE id = ?", (call_id,)).fetchone())


def of_connection(db: sqlite3.Connection, connection_id: str) -> sqlite3.Row | None:
    """The call that is on as that client of a session, or None."""
    found = db.execute(f"SELECT * FROM sip_calls WHERE connection = ? AND {_LIVE}", (connection_id,)).fetchone()
    return cast("sqlite3.Row | None", found)


def of_session(db: sqlite3.Connection, session_id: str) -> list[sqlite3.Row]:
    """The calls that are on in a session, in the order in which they were dialled."""
    return db.execute(f"SELECT * FROM sip_calls WHERE session = ? AND {_LIVE} ORDER BY position", (session_id,)).fetchall()


def listed(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """All calls, in the order in which they were dialled."""
    return db.execute("SELECT * FROM sip_calls ORDER BY position").fetchall()


def add_dtmf(db: sqlite3.Connection, row: sqlite3.Row, digits: str, now: int) -> None:
    """Note the tones that were sent to a call."""
    sent = [*json.loads(row["dtmf"]), {"digits": digits, "time": now / 1000, "state": row["state"]}]
    update(db, row["id"], {"dtmf": json.dumps(sent)})


def as_json(row: sqlite3.Row) -> dict[str, Any]:
    """A call as the control plane shows it; of token, headers and password it knows nothing."""
    return {
        "callId": row["id"],
        "projectId": row["project"],
        "sessionId": row["session"],
        "connectionId": row["connection"],
        "streamId": row["stream"],
        "state": row["state"],
        "createdAt": row["created_at"],
        "answeredAt": row["answered_at"],
        "endedAt": row["since"] if row["state"] == "HANGUP" else None,
        "reason_code": None if row["reason_code"] is None else str(row["reason_code"]),
        "reason_message": row["reason_message"],
        "dtmf": json.loads(row["dtmf"]),
        **json.loads(row["params"]),
    }


def policies(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """The rules for the far end, the latest first."""
    return [json.loads(row["rule"]) for row in db.execute("SELECT rule FROM sip_policies ORDER BY position DESC")]


def set_policy(db: sqlite3.Connection, rule: Mapping[str, Any]) -> None:
    """Add a rule, in place of one with the same ``match``."""
    db.execute("DELETE FROM sip_policies WHERE pattern = ?", (rule["match"],))
    db.execute("INSERT INTO sip_policies (pattern, rule) VALUES (?,?)", (rule["match"], json.dumps(rule)))


def clear_policies(db: sqlite3.Connection) -> None:
    """Forget all rules."""
    db.execute("DELETE FROM sip_policies")
