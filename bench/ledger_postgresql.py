# SPDX-License-Identifier: Apache-2.0
"""What a ledger in PostgreSQL takes: round trips and time of a commit, and of one among many entries."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from bench.row import Row
from bench.timing import interleaved, of_medians, of_minima
from pulumi_opentok.core.desired.ledger.postgresql import PostgresqlStore
from tests.postgresql_server import PostgresqlServer, started
from tests.tcp_proxy import TcpProxy
from tools.postgresql import ensure_postgresql

ENTRY = {
    "account_key": "45000001",
    "name": "ACME GmbH",
    "declared": {"name": "ACME GmbH"},
    "secret_fingerprint": "sha256:" + "0" * 16,
    "secret_version": 3,
    "secret_rotated_at": "2026-11-29T02:00:00Z",
}
TRIPS = 3
RATIO = 3.0
MANY = 100_000
SECONDS = 0.3
ROUNDS = 300


def rows() -> list[Row]:
    """Three rows."""
    with started(ensure_postgresql()) as server:
        return [trips(server), commit(server), among_many(server)]


def trips(server: PostgresqlServer) -> Row:
    with TcpProxy(server.port).running() as proxy, opened(server.url(server.database(), host=f"127.0.0.1:{proxy.port}")) as store:
        counted = {}
        steps: dict[str, Callable[[], object]] = {
            "hold": lambda: store.acquire(["project/1"]),
            "commit": lambda: store.put("project/1", ENTRY, None),
            "before a request": store.hold,
            "release": lambda: store.release(["project/1"], clean=True),
        }
        for what, do in steps.items():
            before = proxy.trips
            do()
            counted[what] = proxy.trips - before
    note = ", ".join(f"{what} {number}" for what, number in counted.items())
    return Row("PostgreSQL ledger: round trips of a commit", f"<= {TRIPS}", str(counted["commit"]), counted["commit"] <= TRIPS, note)


def commit(server: PostgresqlServer) -> Row:
    url = server.url(server.database())
    with opened(url) as store, psycopg.connect(url, autocommit=True) as session:
        session.execute("CREATE TABLE bare (key text PRIMARY KEY, entry json)")

        def ours() -> float:
            start = time.perf_counter()
            store.put(f"project/{uuid.uuid4()}", ENTRY, None)
            return time.perf_counter() - start

        def bare() -> float:
            start = time.perf_counter()
            session.execute("INSERT INTO bare VALUES (%s, %s)", (f"project/{uuid.uuid4()}", json.dumps(ENTRY)))
            return time.perf_counter() - start

        both = interleaved(ROUNDS, ours, bare)
    ratio = of_medians(*both)
    note = f"{min(both[0]) * 1000:.2f} and {min(both[1]) * 1000:.2f} ms at best; medians of {ROUNDS} each in turn; of minima {of_minima(*both):.2f} x"
    return Row("PostgreSQL ledger: a commit : a bare INSERT", f"<= {RATIO:.1f} x", f"{ratio:.2f} x", ratio <= RATIO, note)


def among_many(server: PostgresqlServer) -> Row:
    database = server.database()
    url = server.url(database)
    with opened(url):
        pass
    names = "ARRAY [left(encode(sha256(('tenant-' || n)::bytea), 'hex'), 32)]"
    server.sql(
        f"INSERT INTO opentok_ledger_entries SELECT 'project/' || n, json_build_object('name', 'tenant-' || n), {names}, gen_random_uuid() "
        f"FROM generate_series(1, {MANY}) AS n",
        "ANALYZE",
        database=database,
    )
    taken = []
    for turn in range(7):
        start = time.perf_counter()
        with opened(url) as store:
            (found,) = store.named([f"tenant-{turn + 1}"]).values()
            store.acquire([f"project/{turn + 1}"])
            store.put(f"project/{turn + 1}", ENTRY, found.revision)
            taken.append(time.perf_counter() - start)
    note = f"open, look up by name, hold, commit; best of {len(taken)}, worst {max(taken):.3f} s; a database with fsync off"
    return Row(f"PostgreSQL ledger of {MANY:,} entries: open, one commit", f"<= {SECONDS} s", f"{min(taken):.3f} s", min(taken) <= SECONDS, note)


@contextmanager
def opened(url: str) -> Iterator[PostgresqlStore]:
    """Open for writing."""
    store = PostgresqlStore.of(url)
    try:
        store.open(write=True)
        yield store
    finally:
        store.close()
