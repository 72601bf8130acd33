# SPDX-License-Identifier: Apache-2.0
"""The sessions that runs have at the tests' PostgreSQL, seen from the server."""

from __future__ import annotations

from tests.postgresql_server import PostgresqlServer

_LOCK = """SELECT pid FROM pg_locks JOIN opentok_ledger_runners r ON classid = (runner >> 32)::oid AND objid = (runner & 4294967295)::oid
WHERE locktype = 'advisory' AND holder LIKE 'process {process} on %'"""

TERMINATE = """SELECT pg_terminate_backend(pid, 60000) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
AND classid = (%(runner)s::bigint >> 32)::oid AND objid = (%(runner)s::bigint & 4294967295)::oid"""
"""Ends the session of a runner, by its number."""


def session(server: PostgresqlServer, database: str, process: int) -> int:
    """The server's process for the run of a process."""
    ((backend,),) = server.sql(_LOCK.format(process=process), database=database)
    return int(backend)


def terminate(server: PostgresqlServer, database: str, process: int) -> None:
    """Ends the session of a run, as the server does when the network is cut. Returns when it has ended."""
    server.sql(f"SELECT pg_terminate_backend({session(server, database, process)}, 60000)", database=database)
