# SPDX-License-Identifier: Apache-2.0
"""Accounts: the owners of projects. OpenTok has no API to make one, so they come from the command line or the control plane."""

from __future__ import annotations

import sqlite3
from typing import Any, cast


def find(db: sqlite3.Connection, key: str) -> sqlite3.Row | None:
    """The account of that key, or None."""
    return cast("sqlite3.Row | None", db.execute("SELECT key, secret FROM accounts WHERE key = ?", (key,)).fetchone())


def listed(db: sqlite3.Connection, *, given_only: bool = False) -> list[tuple[str, str]]:
    """All accounts as (key, secret), the primary one first."""
    rows = db.execute("SELECT key, secret FROM accounts WHERE given >= ? ORDER BY given DESC, position", (int(given_only),))
    return [(row["key"], row["secret"]) for row in rows]


def add(db: sqlite3.Connection, key: str, secret: str, *, given: bool) -> None:
    """Add an account. ``given``: it belongs to the start state, a reset keeps it. Raises ValueError if the key is taken."""
    if db.execute("SELECT 1 FROM accounts WHERE key = ? UNION ALL SELECT 1 FROM projects WHERE id = ?", (key, key)).fetchone():
        raise ValueError(f"the key {key} is already taken")
    db.execute("INSERT INTO accounts (key, secret, given) VALUES (?, ?, ?)", (key, secret, int(given)))


def as_json(key: str, secret: str) -> dict[str, Any]:
    """An account as the control plane shows it."""
    return {"key": key, "secret": secret}
