# SPDX-License-Identifier: Apache-2.0
"""The state as it was some changes or seconds ago, for reads that lag behind.

While it is kept, SQLite writes down how each change of a row is undone. Looking back undoes them within a transaction, which is undone
in its turn. What was before it began is not known: looking back ends there.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

from .clock import Clock
from .store import STATE_TABLES, Store

LONGEST = 10_000
"""Changes that are remembered."""

_NOT_READ = ("meta", "accounts", "deliveries")
"""Tables that no call of the API reads from, and accounts: who signs is looked up now."""


class History:
    """What the store's rows were before."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._number = 0
        self._is_kept = False
        store.db.create_function("change_number", 0, lambda: self._number)
        store.db.create_function("change_moment", 0, clock.milliseconds)

    def next_change(self) -> None:
        """What is written from now on belongs together: it is one change."""
        self._number += 1
        if self._is_kept and self._number % LONGEST == 0:
            self._store.db.execute("DELETE FROM temp.undo WHERE change <= ?", (self._number - LONGEST,))

    def keep(self) -> None:
        """Begin to write down changes, unless that is done already."""
        if self._is_kept:
            return
        db = self._store.db
        db.execute("PRAGMA recursive_triggers = ON")  # else a row that another one replaces would be gone unseen
        db.execute("CREATE TEMP TABLE undo (change INTEGER NOT NULL, moment INTEGER NOT NULL, statement TEXT NOT NULL)")
        for table in STATE_TABLES:
            if table not in _NOT_READ:
                for statement in _triggers(db, table):
                    db.execute(statement)
        self._is_kept = True

    def forget(self) -> None:
        """Write down no more."""
        if self._is_kept:
            db = self._store.db
            for row in db.execute("SELECT name FROM temp.sqlite_master WHERE type = 'trigger'").fetchall():
                db.execute(f"DROP TRIGGER temp.{row['name']}")
            db.execute("DROP TABLE temp.undo")
            self._is_kept = False

    @contextlib.contextmanager
    def as_of(self, changes: int, seconds: float) -> Iterator[None]:
        """The state before the last ``changes``, and before what happened in the last ``seconds``. Only for reading."""
        if not self._is_kept:
            yield
            return
        db = self._store.db
        moment = self._clock.milliseconds() - int(seconds * 1000)
        newest = db.execute("SELECT DISTINCT change FROM temp.undo ORDER BY change DESC LIMIT ?", (changes,)).fetchall()
        first = newest[-1]["change"] if newest else self._number + 1
        db.execute("BEGIN")
        try:
            for row in db.execute(
                "SELECT statement FROM temp.undo WHERE change >= ? OR (moment > ? AND ?) ORDER BY rowid DESC", (first, moment, seconds > 0)
            ).fetchall():
                db.execute(row["statement"])
            yield
        finally:
            db.execute("ROLLBACK")


def _triggers(db: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = db.execute(f"PRAGMA table_info({table})").fetchall()
    names = [column["name"] for column in columns]
    keys = [column["name"] for column in columns if column["pk"]]
    this_row = " || ' AND ' || ".join(f"'{key} = ' || quote(new.{key})" for key in keys)
    was = " || ', ' || ".join(f"'{name} = ' || quote(old.{name})" for name in names)
    values = " || ', ' || ".join(f"quote(old.{name})" for name in names)
    undo = {
        "INSERT": f"'DELETE FROM main.{table} WHERE ' || {this_row}",
        "UPDATE": f"'UPDATE main.{table} SET ' || {was} || ' WHERE ' || {this_row}",
        "DELETE": f"'INSERT INTO main.{table} ({', '.join(names)}) VALUES (' || {values} || ')'",
    }
    for event, statement in undo.items():
        yield (
            f"CREATE TEMP TRIGGER undo_{event.lower()}_{table} AFTER {event} ON main.{table}"
            f" BEGIN INSERT INTO undo VALUES (change_number(), change_moment(), {statement}); END"
        )
