# SPDX-License-Identifier: Apache-2.0
"""The store of a shared ledger in PostgreSQL. See :class:`..shared.Store`.

A run is its session: it holds an advisory lock of a random number, which is in every row that is its own, and which the server frees however the
session ends. So whether a run lives is asked of the server, not of a clock; and each statement that writes has the server look whether the lock
is this session's, so that neither a pooler nor an ended session can let two runs take themselves for one.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import uuid
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ....errors import LedgerError
from ...files.lock import this_process
from ..ledger import Entry, Odd, digest, ledger_error, moved_by_another, names_of, not_a_map, written_since
from ..shared import Glance, Held, Taken, Versioned
from .connection import POOLED, Connection, need_psycopg
from .place import Place
from .schema import look

# A lock of one bigint is shown in two halves; objsubid tells it from one of two integers.
_MINE = """EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND granted AND mode = 'ExclusiveLock'
    AND classid = (%(me)s::bigint >> 32)::oid AND objid = (%(me)s::bigint & 4294967295)::oid AND objsubid = 1)"""
_DEAD = "(CASE WHEN runner = %(me)s::bigint THEN false ELSE pg_try_advisory_xact_lock_shared(runner) END)"
"""Shared, so that two that ask at once both hear it. To be asked of a row that is locked already: a runner has its lock before any row."""

_OTHERS_HERE = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
_ENTER = f"""
DELETE FROM {{runners}} WHERE {_DEAD};
INSERT INTO {{runners}} (runner, holder) VALUES (%(me)s::bigint, %(holder)s);
SELECT {_MINE}, mark, revision FROM {{ledger}}
"""
_LEAVE = """
DELETE FROM {runners} WHERE runner = %(me)s::bigint;
SELECT pg_advisory_unlock(%(me)s::bigint)
"""
_TAKE = f"""
INSERT INTO {{leases}} (name, clean) SELECT name, true FROM unnest(%(names)s::text[]) AS n (name) ORDER BY name ON CONFLICT DO NOTHING;
WITH locked AS MATERIALIZED (
    SELECT name, runner, clean FROM {{leases}} WHERE name = ANY (%(names)s::text[]) ORDER BY name FOR UPDATE SKIP LOCKED
), judged AS MATERIALIZED (
    SELECT name, runner, clean AND runner IS NULL AS clean, CASE WHEN runner IS NULL THEN true ELSE {_DEAD} END AS free FROM locked
), taken AS (
    UPDATE {{leases}} AS l SET runner = %(me)s::bigint, clean = false FROM judged j
    WHERE l.name = j.name AND {_MINE} AND (SELECT count(*) = %(count)s AND bool_and(free) FROM judged) RETURNING l.name
)
SELECT (SELECT count(*) FROM taken), (SELECT bool_and(clean) FROM judged),
       (SELECT min(r.holder) FROM judged j JOIN {{runners}} r ON r.runner = j.runner WHERE NOT j.free)
"""
_FREE = "DELETE FROM {leases} WHERE runner = %(me)s::bigint AND name = ANY (%(names)s::text[]) RETURNING name"
_FREE_IN_DOUBT = "UPDATE {leases} SET runner = NULL, clean = false WHERE runner = %(me)s::bigint AND name = ANY (%(names)s::text[]) RETURNING name"

_HELD = "SELECT name FROM {leases} WHERE name = ANY (%(names)s::text[]) AND runner <> %(me)s::bigint"
_GLANCE_AT_KEYS = "SELECT key, revision, names FROM {entries} WHERE key = ANY (%(keys)s::text[])"
_GLANCE = f"{_GLANCE_AT_KEYS} OR names && %(names)s::text[]"

_SELECT = "SELECT key, entry, revision FROM {entries}"
_INSERT = f"""INSERT INTO {{entries}} (key, entry, names, revision) SELECT %(key)s, %(entry)s::json, %(names)s::text[], %(revision)s::uuid
WHERE {_MINE} ON CONFLICT DO NOTHING RETURNING key"""
_UPDATE = f"""UPDATE {{entries}} SET entry = %(entry)s::json, names = %(names)s::text[], revision = %(revision)s::uuid
WHERE key = %(key)s AND revision = %(expected)s::uuid AND {_MINE} RETURNING key"""
_DELETE = f"DELETE FROM {{entries}} WHERE key = %(key)s AND revision = %(expected)s::uuid AND {_MINE} RETURNING key"
_MARK = f"""UPDATE {{ledger}} SET mark = %(mark)s::json, revision = %(revision)s::uuid
WHERE revision IS NOT DISTINCT FROM %(expected)s::uuid AND {_MINE} RETURNING format"""

_ODD = re.compile("[\\\\\0\ud800-\udfff]")
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")


class PostgresqlStore:
    """One ledger: a set of tables in a schema."""

    def __init__(self, place: Place) -> None:
        self.where = place.where
        self.odd: Odd | None = None
        self._place = place
        self._connection = Connection(place)
        self._names: dict[str, str] | None = None
        self._me = 0
        self._mark: tuple[Any, Any] = (None, None)

    @classmethod
    def of(cls, place: str) -> PostgresqlStore:
        """The store at a URL; connects to nothing. Raises ``InvalidInput``, ``MissingLibrary``."""
        parsed = Place.of(place)
        need_psycopg(parsed.where)
        return cls(parsed)

    def open(self, *, write: bool) -> None:
        self._connection.open(write=write)
        tables = look(self._connection, self._place.schema)
        if write:
            tables = tables.made()
        elif tables.version == 0:
            return
        elif not tables.up_to_date:
            raise ledger_error(self.where, "was made by an older opentok, and is brought up to date by the next run that writes to it")
        self._names = tables.names
        if write:
            self._enter()
        else:
            self._mark = self._rows("SELECT mark, revision FROM {ledger}")[0]

    def close(self) -> None:
        if self._me:
            # Else the server does it when it sees that the session is gone.
            with contextlib.suppress(LedgerError):
                self._script(_LEAVE, me=self._me)
        self._connection.close()

    def get(self, keys: Collection[str]) -> Mapping[str, Versioned]:
        return dict(self._found(f"{_SELECT} WHERE key = ANY (%(keys)s::text[])", keys=list(map(_stored, keys)))) if keys else {}

    def named(self, names: Collection[str]) -> Mapping[str, Versioned]:
        wanted = set(names)
        found = self._found(f"{_SELECT} WHERE names && %(names)s::text[]", names=sorted(map(digest, wanted))) if wanted else ()
        return {key: one for key, one in found if names_of(one.entry) & wanted}

    def all(self) -> Iterator[tuple[str, Versioned]]:
        yield from self._found(_SELECT)

    def glance(self, keys: Collection[str], called: Collection[str], held: Collection[str]) -> Glance:
        digests = {digest(name): name for name in called}
        found = self._rows(_GLANCE if digests else _GLANCE_AT_KEYS, keys=list(map(_stored, keys)), names=list(digests))
        by_name: dict[str, set[str]] = {name: set() for name in called}
        for key, _revision, names in found:
            for one in digests.keys() & set(names):
                by_name[digests[one]].add(_read(key))
        holds = self._rows(_HELD, me=self._runner(), names=list(map(_stored, held)))
        return Glance(
            {_read(key): revision for key, revision, _names in found},
            {name: frozenset(some) for name, some in by_name.items()},
            {_read(name) for (name,) in holds},
        )

    def put(self, key: str, entry: Entry | None, expected: Any) -> Any:
        values: dict[str, Any] = {"key": _stored(key), "me": self._runner()}
        if expected is not None:
            values["expected"] = expected
        if entry is None:
            query = _DELETE
        else:
            query = _INSERT if expected is None else _UPDATE
            values |= {"entry": json.dumps(entry), "names": sorted(map(digest, names_of(entry))), "revision": uuid.uuid4()}
        if not self._connection.write(self._query(query), **values):
            self.hold()
            raise written_since(self.where, key)
        return values.get("revision")

    def acquire(self, names: Collection[str]) -> Held | Taken:
        count, clean, holder = self._script(_TAKE, me=self._runner(), names=list(map(_stored, names)), count=len(names))[0]
        if count == len(names):
            return Held(bool(clean))
        self.hold()
        return Taken(holder or "")

    def release(self, names: Collection[str], *, clean: bool) -> None:
        # Else whoever finds them held by a runner that is gone takes them, and looks.
        with contextlib.suppress(LedgerError):
            self._rows(_FREE if clean else _FREE_IN_DOUBT, me=self._runner(), names=list(map(_stored, names)))

    def hold(self) -> None:
        if not self._connection.rows(f"SELECT {_MINE}", me=self._runner())[0][0]:
            raise self._connection.lose(POOLED)

    def mark(self) -> Any:
        return self._mark[0]

    def put_mark(self, mark: Mapping[str, Any] | None) -> None:
        revision = uuid.uuid4()
        text = None if mark is None else json.dumps(mark)
        if not self._connection.write(self._query(_MARK), mark=text, revision=revision, expected=self._mark[1], me=self._runner()):
            self.hold()
            raise moved_by_another(self.where)
        self._mark = (mark, revision)

    @property
    def runner(self) -> str:
        return str(self._me or "")

    def knows(self, runner: str) -> bool:
        return bool(self._rows("SELECT 1 FROM {runners} WHERE runner::text = %(runner)s", runner=runner))

    def others(self) -> str | None:
        rows = self._rows(f"SELECT holder FROM {{runners}} WHERE runner <> %(me)s::bigint AND NOT {_DEAD} LIMIT 1", me=self._runner())
        return rows[0][0] if rows else None

    def holders(self) -> dict[str, str]:
        held = f"SELECT name, coalesce(holder, '') FROM {{leases}} LEFT JOIN {{runners}} USING (runner) WHERE runner IS NOT NULL AND NOT {_DEAD}"
        return {_read(name): holder for name, holder in self._rows(held, me=self._me)} if self._names else {}

    def _enter(self) -> None:
        """Takes the lock, shows that it is this session's alone, and makes it known to others."""
        if self._rows(_OTHERS_HERE)[0][0]:
            raise self._connection.lose(POOLED)
        me = secrets.randbelow(2**63 - 1) + 1
        self._rows("SELECT pg_advisory_lock(%(me)s::bigint)", me=me)
        self._me = me
        mine, *mark = self._script(_ENTER, me=me, holder=this_process())[0]
        if not mine:
            raise self._connection.lose(POOLED)
        self._mark = (mark[0], mark[1])

    def _found(self, query: str, **values: Any) -> Iterator[tuple[str, Versioned]]:
        for key, entry, revision in self._rows(query, **values) if self._names else ():
            if not isinstance(entry, Mapping):
                not_a_map(self.where, _read(key), self.odd)
                continue
            yield _read(key), Versioned(entry, revision)

    def _rows(self, query: str, **values: Any) -> list[Any]:
        return self._connection.rows(self._query(query), **values)

    def _script(self, query: str, **values: Any) -> list[Any]:
        return self._connection.script(self._query(query), **values)

    def _query(self, query: str) -> str:
        if self._names is None:
            raise ledger_error(self.where, "is open for reading only")
        return query.format(**self._names)

    def _runner(self) -> int:
        if not self._me:
            raise ledger_error(self.where, "is open for reading only")
        return self._me


def _stored(text: str) -> str:
    """``text`` without what PostgreSQL's has not: NUL and halves of surrogate pairs."""
    return _ODD.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _read(stored: str) -> str:
    """What :func:`_stored` was given."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), stored)
