# SPDX-License-Identifier: Apache-2.0
"""The tables of a ledger in PostgreSQL, how they are made, and whether those that are there are a ledger's.

opentok_ledger            one row: what this is, its versions, what stands in it if it moves
opentok_ledger_entries    an entry by its key, as the JSON that was written, and the digests of its names
opentok_ledger_runners    runs that have it open for writing
opentok_ledger_leases     what they hold; a row of a runner that is dead is what it left unfinished
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from ....errors import LedgerError, quote
from ..ledger import FORMAT, VERSION, ledger_error, newer
from .connection import Connection, identifier

MIGRATIONS: tuple[str, ...] = (
    """
CREATE TABLE {ledger} (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    format text NOT NULL, version integer NOT NULL, tables integer NOT NULL, mark json, revision uuid);
CREATE TABLE {entries} (key text COLLATE "C" PRIMARY KEY, entry json NOT NULL, names text[] NOT NULL, revision uuid NOT NULL);
CREATE INDEX opentok_ledger_entries_names ON {entries} USING gin (names);
CREATE TABLE {runners} (runner bigint PRIMARY KEY, holder text NOT NULL);
CREATE TABLE {leases} (name text COLLATE "C" PRIMARY KEY, runner bigint, clean boolean NOT NULL);
INSERT INTO {ledger} (format, version, tables) VALUES ('opentok-ledger', 1, 1);
COMMENT ON TABLE {ledger} IS 'What pulumi-opentok and opentok.cloud remember of OpenTok projects: fingerprints, no secrets';
""",
)
"""What brings the tables from each version to the next. The first makes them, and the one row with it."""

TABLES: Mapping[str, tuple[str, ...]] = {
    "opentok_ledger": ("format", "version", "tables", "mark", "revision"),
    "opentok_ledger_entries": ("key", "entry", "names", "revision"),
    "opentok_ledger_runners": ("runner", "holder"),
    "opentok_ledger_leases": ("name", "runner", "clean"),
}
"""Their columns."""

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "opentok_ledger": ("SELECT", "UPDATE"),
    "opentok_ledger_entries": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "opentok_ledger_runners": ("SELECT", "INSERT", "UPDATE", "DELETE"),
    "opentok_ledger_leases": ("SELECT", "INSERT", "UPDATE", "DELETE"),
}
"""What a role needs that writes."""

_LOCK = 0x6F70746B  # "optk"

_FIND = """
SELECT coalesce((SELECT p.name FROM unnest(current_schemas(false)) WITH ORDINALITY AS p (name, place)
                 WHERE EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                               WHERE n.nspname = p.name AND c.relname = 'opentok_ledger')
                 ORDER BY p.place LIMIT 1), current_schema())::text
"""
_LOOK = """
SELECT n.oid IS NOT NULL, has_schema_privilege(n.oid, 'USAGE'), has_schema_privilege(n.oid, 'CREATE'), quote_ident(current_user)
FROM (SELECT) AS one LEFT JOIN pg_namespace n ON n.nspname = %(schema)s
"""
_TABLES = """
SELECT c.relname::text, c.relkind IN ('r', 'p'), array_agg(a.attname::text),
       ARRAY (SELECT p FROM unnest(ARRAY ['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS p WHERE has_table_privilege(c.oid, p))
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE n.nspname = %(schema)s AND c.relname = ANY (%(tables)s) GROUP BY c.oid, c.relname, c.relkind
"""


@dataclasses.dataclass(frozen=True)
class Tables:
    """The tables of a ledger in a ``schema``, ``version`` 0 where there are none. ``role``: who looks at them, quoted for SQL."""

    connection: Connection
    schema: str
    version: int
    role: str
    may_make: bool
    missing: Mapping[str, tuple[str, ...]]

    @property
    def up_to_date(self) -> bool:
        """Whether no migration is left to be made."""
        return self.version == len(MIGRATIONS)

    @property
    def names(self) -> dict[str, str]:
        """How they are called in SQL."""
        return _names(self.schema)

    def made(self) -> Tables:
        """Makes what is missing, unless another run does so at the same time: then waits for that. Raises ``LedgerError``."""
        if not self.up_to_date:
            if self.version == 0 and not self.may_make:
                raise self._lacks(f"CREATE ON SCHEMA {identifier(self.schema)}")
            with self.connection.transaction():
                self.connection.rows("SELECT pg_advisory_xact_lock(%(lock)s, hashtext(%(schema)s))", lock=_LOCK, schema=self.schema)
                now = look(self.connection, self.schema)
                for number in range(now.version, len(MIGRATIONS)):
                    self.connection.script(MIGRATIONS[number].format(**self.names))
                self.connection.rows("UPDATE {ledger} SET tables = %(tables)s".format(**self.names), tables=len(MIGRATIONS))
            return look(self.connection, self.schema).made()
        if self.missing:
            raise self._lacks(*(f"{', '.join(privileges)} ON {identifier(self.schema)}.{table}" for table, privileges in self.missing.items()))
        return self

    def _lacks(self, *privileges: str) -> LedgerError:
        grants = "; ".join(f"GRANT {privilege} TO {self.role}" for privilege in privileges)
        return ledger_error(self.connection.where, f"cannot be written by the role {self.role}: {grants}")


def look(connection: Connection, schema: str | None) -> Tables:
    """The tables that are there. Raises ``LedgerError`` for those of somebody else, of a newer version, and what cannot be read."""
    where = connection.where
    if schema is None:
        schema = connection.rows(_FIND)[0][0]
        if schema is None:
            raise ledger_error(where, "has no schema that the role could use: name one with ?schema=NAME")
    there, may_use, may_make, role = connection.rows(_LOOK, schema=schema)[0]
    if not there:
        raise ledger_error(where, f"has no schema {quote(schema)}: CREATE SCHEMA {identifier(schema)} AUTHORIZATION {role}")
    if not may_use:
        raise ledger_error(where, f"cannot be read by the role {role}: GRANT USAGE ON SCHEMA {identifier(schema)} TO {role}")
    found = {name: row for name, *row in connection.rows(_TABLES, schema=schema, tables=list(TABLES))}
    version = _version(connection, schema, role, found) if found else 0
    missing = {table: tuple(one for one in needed if one not in found[table][2]) for table, needed in _NEEDED.items() if table in found}
    return Tables(connection, schema, version, role, bool(may_make), {table: lacks for table, lacks in missing.items() if lacks})


def _version(connection: Connection, schema: str, role: str, found: Mapping[str, Any]) -> int:
    """The version of the tables that were ``found``."""
    where = connection.where
    if "opentok_ledger" not in found or not _is_ours("opentok_ledger", found):
        raise _foreign(where, schema, min(found))
    unread = [table for table in TABLES if table in found and "SELECT" not in found[table][2]]
    if unread:
        tables = ", ".join(f"{identifier(schema)}.{table}" for table in unread)
        raise ledger_error(where, f"cannot be read by the role {role}: GRANT SELECT ON {tables} TO {role}")
    rows = connection.rows("SELECT format, version, tables FROM {ledger}".format(**_names(schema)))
    if len(rows) != 1 or rows[0][0] != FORMAT:
        raise _foreign(where, schema, "opentok_ledger")
    _format, version, tables = rows[0]
    if version > VERSION:
        raise ledger_error(where, newer(version))
    if tables > len(MIGRATIONS):
        raise ledger_error(where, newer(tables, len(MIGRATIONS)))
    damaged = [table for table in TABLES if table not in found or not _is_ours(table, found)] if tables == len(MIGRATIONS) else []
    if damaged or version < 1 or tables < 1:
        what = f"the table {damaged[0]} is missing, or not as it was made" if damaged else "its version is none"
        raise ledger_error(where, f"is damaged: {what}; restore it, or give another schema (?schema=NAME)")
    return int(tables)


def _is_ours(table: str, found: Mapping[str, Any]) -> bool:
    is_table, columns, _privileges = found[table]
    return is_table and set(TABLES[table]) <= set(columns)


def _foreign(where: str, schema: str, table: str) -> LedgerError:
    what = f"has a table {identifier(schema)}.{table} that is somebody else's: it does not say that it is a ledger"
    return ledger_error(where, f"{what}; give another schema (?schema=NAME)")


def _names(schema: str) -> dict[str, str]:
    # psycopg takes a % for the start of a parameter.
    return {name.removeprefix("opentok_").removeprefix("ledger_"): f"{identifier(schema)}.{name}".replace("%", "%%") for name in TABLES}
