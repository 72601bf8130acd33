# SPDX-License-Identifier: Apache-2.0
"""Projects in the database, and the project object as the API shows it.

Source of the object: the six documented fields of the account management guide, and the fields that opentok-go-sdk observed.
"""

from __future__ import annotations

import sqlite3
from typing import Any, cast

FIRST_ID = 46_000_001
STANDARD_ENVIRONMENT = 1
STATUSES = ("VALID", "ACTIVE", "SUSPENDED")


def find(db: sqlite3.Connection, project_id: str) -> sqlite3.Row | None:
    """The project of that id, or None; a deleted one is None."""
    return cast("sqlite3.Row | None", db.execute("SELECT * FROM projects WHERE id = ? AND deleted = 0", (project_id,)).fetchone())


def is_known(db: sqlite3.Connection, project_id: str) -> bool:
    """Whether the id was ever used, also by a project that is deleted."""
    return db.execute("SELECT 1 FROM projects WHERE id = ?", (project_id,)).fetchone() is not None


def listed(db: sqlite3.Connection, account: str | None = None) -> list[sqlite3.Row]:
    """The projects of an account (None: of all), in the order of their creation."""
    where, values = ("", ()) if account is None else ("AND account = ?", (account,))
    return db.execute(f"SELECT * FROM projects WHERE deleted = 0 {where} ORDER BY position", values).fetchall()


def new_id(db: sqlite3.Connection) -> str:
    """An id that no project or account has or ever had. Call it within the transaction that uses it."""
    row = db.execute("SELECT value FROM meta WHERE name = 'next_project'").fetchone()
    number = FIRST_ID if row is None else int(row["value"])
    while is_known(db, str(number)) or db.execute("SELECT 1 FROM accounts WHERE key = ?", (str(number),)).fetchone():
        number += 1
    db.execute("INSERT OR REPLACE INTO meta VALUES ('next_project', ?)", (number + 1,))
    return str(number)


def insert(
    db: sqlite3.Connection, project_id: str, account: str, secret: str, name: str, now: int, environment: int = STANDARD_ENVIRONMENT
) -> None:
    """Add a project; ``now`` in milliseconds. Raises ValueError if the id is an account's key."""
    if db.execute("SELECT 1 FROM accounts WHERE key = ?", (project_id,)).fetchone():
        raise ValueError(f"the key {project_id} belongs to an account")
    db.execute(
        "INSERT INTO projects (id, account, secret, name, status, environment_id, created_at, updated_at) VALUES (?,?,?,?,'VALID',?,?,?)",
        (project_id, account, secret, name, environment, now, now),
    )


def update(db: sqlite3.Connection, project_id: str, now: int, **columns: str | int) -> None:
    """Change columns of a project; their names are the callers' own, never a client's."""
    assignments = ", ".join(f"{column} = ?" for column in columns)
    db.execute(
        f"UPDATE projects SET {assignments}, updated_at = ? WHERE id = ?",
        (*columns.values(), now, project_id),
    )


def as_json(row: sqlite3.Row) -> dict[str, Any]:
    """The project object, with the documented and the observed fields."""
    standard = row["environment_id"] == STANDARD_ENVIRONMENT
    return {
        "id": row["id"],
        "apiKey": row["id"],
        "secret": row["secret"],
        "status": row["status"],
        "userId": int(row["account"]),
        "userStatus": "ACTIVE",
        "contactEmail": f"account-{row['account']}@example.com",
        "name": row["name"],
        "createdAt": row["created_at"],
        "updatedAt": row["updated_at"],
        "environment": "standard" if standard else "enterprise",
        "environmentId": row["environment_id"],
        "environmentName": "default" if standard else "enterprise",
        "environmentDescription": "Standard Environment" if standard else "Enterprise Environment",
    }
