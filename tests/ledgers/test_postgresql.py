# SPDX-License-Identifier: Apache-2.0
"""What is PostgreSQL's own of a ledger in it, on a real server: sessions, tables, standbys, answers that are lost."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from pulumi_opentok.core.desired.ledger.ledger import Conflict, Subject
from pulumi_opentok.core.desired.ledger.postgresql import PostgresqlStore, schema
from pulumi_opentok.core.desired.ledger.shared import Held, SharedBook, Taken
from pulumi_opentok.core.errors import LedgerError
from tests.ledgers.runs import Refused, runs
from tests.ledgers.sessions import session
from tests.postgresql_server import PostgresqlServer, started
from tests.tcp_proxy import TcpProxy

KEY = "project/46000001"
SUBJECT = {"kind": "project", "key": "46000001"}


@pytest.fixture
def database(postgresql_server: PostgresqlServer) -> str:
    return postgresql_server.database()


@pytest.fixture
def url(postgresql_server: PostgresqlServer, database: str) -> str:
    return postgresql_server.url(database)


@contextlib.contextmanager
def opened(*urls: str, write: bool = True) -> Iterator[Sequence[PostgresqlStore]]:
    """A store of each URL."""
    with contextlib.ExitStack() as stack:
        stores = []
        for one in urls:
            stores.append(PostgresqlStore.of(one))
            stack.callback(stores[-1].close)
            stores[-1].open(write=write)
        yield stores


def at_once(number: int, do: Callable[[int], Any]) -> list[Any]:
    """What came of each, begun at the same time."""
    start = threading.Barrier(number)

    def one(which: int) -> Any:
        start.wait()
        return do(which)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def test_eight_processes_lose_no_increment(url: str) -> None:
    with runs(url, {}, 8) as started:
        for run in started:
            run.begin("increment", KEY, 3)
        for run in started:
            run.answer()
        assert started[0].of("project") == {"46000001": {"number": 24}}


def test_names_are_held_all_or_none_and_by_one_alone(url: str) -> None:
    names, owner, lock = [f"project/{number}" for number in range(5)], {}, threading.Lock()

    def work(which: int) -> tuple[int, int]:
        chance, held, failed = random.Random(which), 0, 0
        with opened(url) as (store,):
            while held < 25:
                wanted = chance.sample(names, 2)
                if isinstance(store.acquire(wanted), Taken):
                    failed += 1
                    continue
                held += 1
                with lock:
                    assert not owner.keys() & set(wanted)
                    owner.update(dict.fromkeys(wanted, which))
                store.hold()
                with lock:
                    assert [owner.pop(name) for name in wanted] == [which, which]
                store.release(wanted, clean=chance.random() < 0.5)
        return held, failed

    assert [held for held, _failed in at_once(6, work)] == [25] * 6


def test_a_look_ahead_finds_what_others_are_about_and_hides_nothing(url: str) -> None:
    def subject(key: str | None, called: str | None = None) -> Subject:
        return Subject("project", key=key, called=called, account="45")

    same, held, written, removed = (subject(key, f"n{key}") for key in ("1", "2", "3", "4"))
    free, taken, created, renamed = (subject(None, name) for name in ("Grüße", "held \0", "% created", "to be"))
    unseen, everything = subject("9", "unseen"), subject(None)
    known = (same, held, written, removed, free, taken, created, renamed)
    with opened(url, url) as (mine, theirs):
        me, they = SharedBook(mine), SharedBook(theirs)
        for key in ("1", "2", "3", "4", "5"):
            they.set(f"project/{key}", {"name": f"n{key}"})
        me.expect([one.entry for one in known if one.entry], [one.called for one in known if one.called])
        assert list(me.claimed((*known, unseen, everything))) == []
        they.set("project/3", {"name": "n3", "number": 2})
        they.forget("project/4")
        they.set("project/6", {"name": "% created"})
        they.set("project/5", {"name": "n5", "declared": {"name": "to be"}})
        with they.lease(held), they.lease(taken), me.lease(free):
            expected = {held, written, removed, taken, created, renamed}
            assert set(me.claimed((*known, unseen, everything))) == expected
            assert set(me.claimed([same, written])) == {written}
        assert set(me.claimed(known)) == expected - {held, taken}
        changed = []
        for one in known:
            with me.lease(one) as lease:
                changed += [one] * lease.changed
        assert changed == [written, removed, created, renamed]
        assert list(me.claimed(known)) == []


def test_a_killed_runs_leases_are_free_when_its_connection_is(postgresql_server: PostgresqlServer, database: str, url: str) -> None:
    with runs(url, {}, 2) as (one, two):
        one.take(SUBJECT)
        backend = session(postgresql_server, database, one.process.pid)
        one.kill()
        while postgresql_server.sql(f"SELECT 1 FROM pg_stat_activity WHERE pid = {backend}"):
            pass
        assert two.take(SUBJECT, False) == {"alone": False, "changed": True, "clean": False}


def test_a_stopped_run_keeps_what_it_holds(url: str) -> None:
    with runs(url, {}, 2) as (one, two):
        one.take(SUBJECT)
        one.stop()
        with pytest.raises(Refused, match="Busy"):
            two.take(SUBJECT, False)
        one.go_on()
        one.set(KEY, {"name": "x"})


def test_leases_of_a_restored_backup_are_free_and_not_clean(postgresql_server: PostgresqlServer, database: str, url: str) -> None:
    other = postgresql_server.database()
    with opened(url) as (store,):
        store.acquire(["project/1"])
        store.put(KEY, {"name": "as it was"}, None)
        kept = postgresql_server.run("pg_dump", "--format=custom", url)
        postgresql_server.run("pg_restore", "--dbname", postgresql_server.url(other), given=kept)
        # Its runner lives, but has nothing in the copy.
        with opened(postgresql_server.url(other)) as (copy,):
            assert copy.others() is None
            assert copy.acquire(["project/1"]) == Held(clean=False)
            assert {key: one.entry for key, one in copy.all()} == {KEY: {"name": "as it was"}}
        store.hold()


def test_what_a_run_knew_of_before_a_restore_is_not_written_over(postgresql_server: PostgresqlServer, url: str) -> None:
    with opened(url) as (store,):
        first = store.put(KEY, {"number": 1}, None)
        kept = postgresql_server.run("pg_dump", "--format=custom", url)
        second = store.put(KEY, {"number": 2}, first)
        postgresql_server.run("pg_restore", "--clean", "--if-exists", "--dbname", url, given=kept)
        with pytest.raises(Conflict):
            store.put(KEY, {"number": 3}, second)
        store.put(KEY, {"number": 3}, first)


def test_a_session_that_ends_is_never_made_anew(postgresql_server: PostgresqlServer, database: str, url: str) -> None:
    with opened(url, url) as (one, two):
        one.acquire(["project/1"])
        postgresql_server.sql("SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = '" + database + "'")
        for do in (lambda: one.put(KEY, {}, None), one.hold, lambda: one.get([KEY]), lambda: one.acquire(["project/2"]), lambda: dict(one.all())):
            with pytest.raises(
                LedgerError, match=r"is lost to this run.*: terminating connection due to administrator command; nothing more was begun"
            ):
                do()
        one.release(["project/1"], clean=True)
        two.close()
    with opened(url) as (next_one,):
        assert next_one.acquire(["project/1"]) == Held(clean=False)
        assert dict(next_one.all()) == {}


def test_many_migrate_once(postgresql_server: PostgresqlServer, database: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def enter(_which: int) -> None:
        with opened(url) as (store,):
            store.hold()

    at_once(8, enter)
    assert postgresql_server.sql("SELECT format, version, tables FROM opentok_ledger", database=database) == [("opentok-ledger", 1, 1)]
    later = ("CREATE TABLE steps (step int); INSERT INTO steps VALUES (2)", "INSERT INTO steps VALUES (3)")
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, *later))
    with (
        pytest.raises(LedgerError, match="made by an older opentok, and is brought up to date by the next run that writes to it"),
        opened(url, write=False),
    ):
        pass
    at_once(8, enter)
    assert postgresql_server.sql("SELECT step FROM steps", database=database) == [(2,), (3,)]
    assert postgresql_server.sql("SELECT tables FROM opentok_ledger", database=database) == [(3,)]
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "DROP TABLE steps", "DROP TABLE nothing"))
    with pytest.raises(LedgerError, match='cannot be written: table "nothing" does not exist'):
        enter(0)
    assert postgresql_server.sql("SELECT count(*) FROM steps", database=database) == [(2,)]
    monkeypatch.undo()
    for write in (True, False):
        with pytest.raises(LedgerError, match=r"newer opentok \(version 3 of the format, this one knows 1\)"), opened(url, write=write):
            pass


def test_an_answer_that_is_lost_is_not_told_as_done(postgresql_server: PostgresqlServer, database: str, url: str) -> None:
    with TcpProxy(postgresql_server.port).running() as proxy, opened(url.replace(f":{postgresql_server.port}", f":{proxy.port}")) as (store,):
        store.acquire(["project/46000001"])
        proxy.lose_answers()
        with pytest.raises(LedgerError, match=r"gave no answer to a write, so it is not known whether it was done: .*; run again"):
            store.put(KEY, {"name": "written"}, None)
        with pytest.raises(LedgerError, match="is lost to this run"):
            store.hold()
    with opened(url) as (store,):
        assert store.get([KEY])[KEY].entry == {"name": "written"}
        assert store.acquire(["project/46000001"]) == Held(clean=False)


def test_a_commit_is_one_round_trip(postgresql_server: PostgresqlServer, url: str) -> None:
    with TcpProxy(postgresql_server.port).running() as proxy, opened(url.replace(f":{postgresql_server.port}", f":{proxy.port}")) as (store,):
        took = {}
        for what, do in {
            "acquire": lambda: store.acquire([KEY, "name"]),
            "put": lambda: store.put(KEY, {"name": "x"}, None),
            "hold": store.hold,
            "named": lambda: store.named(["x", "y"]),
            "release": lambda: store.release([KEY, "name"], clean=True),
        }.items():
            before = proxy.trips
            do()
            took[what] = proxy.trips - before
        assert took == {"acquire": 1, "put": 1, "hold": 1, "named": 1, "release": 1}


def test_a_commit_that_no_standby_has_confirmed_is_not_told_as_done(postgresql_server: PostgresqlServer, database: str, url: str) -> None:
    waiting = f"SELECT pid FROM pg_stat_activity WHERE datname = '{database}' AND wait_event = 'SyncRep'"
    with opened(url) as (store,), ThreadPoolExecutor() as pool, postgresql_server.setting("synchronous_standby_names", "nobody"):
        put = pool.submit(store.put, KEY, {"name": "x"}, None)
        while not (found := postgresql_server.sql(waiting)):
            assert not put.done(), put.result()
        postgresql_server.sql(f"SELECT pg_cancel_backend({found[0][0]})")
        with pytest.raises(LedgerError, match="not known whether it was done for certain: canceling wait for synchronous replication"):
            put.result()


def test_what_is_told_as_done_is_on_the_disk(postgresql_server: PostgresqlServer, database: str, url: str) -> None:
    postgresql_server.sql(f"ALTER DATABASE {database} SET synchronous_commit = off")
    with opened(url) as (store,):
        assert store._connection.rows("SHOW synchronous_commit") == [("on",)]


def test_entries_come_back_as_they_were(url: str) -> None:
    entry = {"b": 1.0, "a": [1e300, 0.1, None, True, {"ü": "Grüße 🎥", "z": ""}], "\0": "NUL \0, half \ud83c", "n": 10**30}
    with opened(url) as (store,):
        revision = store.put("odd/\\u0041\0\ud800", entry, None)
        there = dict(store.all())["odd/\\u0041\0\ud800"]
        assert (there.entry, list(there.entry), there.revision) == (entry, list(entry), revision)
        assert store.get(["odd/A\0\ud800"]) == {}
        assert store.acquire(["\0"]) == store.acquire(["\\u0000"]) == Held(clean=True)
        assert sorted(store.holders()) == ["\0", "\\u0000"]


def test_threads_share_a_store(url: str) -> None:
    with opened(url) as (store,):
        revisions = at_once(8, lambda which: [store.put(f"project/{which}.{turn}", {"name": str(which)}, None) for turn in range(10)])
        assert len({revision for some in revisions for revision in some}) == 80
        answers = at_once(8, lambda which: store.acquire(["project/1"]))
        assert (answers.count(Held(clean=True)), sum(isinstance(answer, Taken) for answer in answers)) == (1, 7)


def test_who_only_reads_makes_nothing_and_waits_for_nobody(postgresql_server: PostgresqlServer, database: str, url: str) -> None:
    with opened(url, write=False) as (reader,):
        assert (reader.get([KEY]), reader.named(["x"]), dict(reader.all()), reader.holders(), reader.mark()) == ({}, {}, {}, {}, None)
    assert postgresql_server.sql("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'opentok%'", database=database) == [(0,)]
    with opened(url) as (writer,):
        writer.acquire([KEY])
        writer.put(KEY, {"name": "x"}, None)
        with opened(url, write=False) as (reader,):
            assert (reader.named(["x"])[KEY].entry, list(reader.holders())) == ({"name": "x"}, [KEY])
            for do in (lambda: reader.put(KEY, {}, None), reader.hold, lambda: reader.acquire([KEY]), lambda: reader.put_mark(None)):
                with pytest.raises(LedgerError, match="is open for reading only"):
                    do()


def test_a_mark_is_put_on_top_of_the_one_that_was_read(url: str) -> None:
    with opened(url, url) as (one, two):
        assert (one.mark(), bool(one.others())) == (None, True)
        one.put_mark({"state": "moving"})
        with pytest.raises(Conflict, match="is being moved by another run: nothing was done"):
            two.put_mark({"state": "moving"})
        two.close()
        assert one.others() is None
        with opened(url) as (three,):
            assert three.mark() == {"state": "moving"}
            three.put_mark(None)
    with opened(url) as (four,):
        assert four.mark() is None


def test_the_grants_that_are_missing_are_those_that_are_said(postgresql_server: PostgresqlServer, database: str, url: str) -> None:
    role = postgresql_server.role()
    granted: list[str] = []
    postgresql_server.sql('CREATE SCHEMA "Odd %s{""}"', database=database)
    owners, theirs = f"{url}?schema=Odd%20%25s{{%22}}", f"{postgresql_server.url(database, user=role)}?schema=Odd%20%25s{{%22}}"

    def until_it_works(write: bool) -> list[str]:
        """What is said to be missing, and then granted, one after the other."""
        while True:
            try:
                with opened(theirs, write=write) as (store,):
                    if write:
                        store.acquire([KEY])
                        store.put(KEY, {"name": role}, None)
                    return granted
            except LedgerError as error:
                way, _, grants = str(error).partition(": GRANT ")
                assert way == f"ledger '{theirs}' cannot be {'written' if 'INSERT' in grants or 'CREATE' in grants else 'read'} by the role {role}"
                postgresql_server.sql(*(f"GRANT {grant}" for grant in grants.split("; GRANT ")), database=database)
                granted.append(grants.replace(role, "x").replace('"Odd %s{""}"', "y"))

    assert until_it_works(False) == ["USAGE ON SCHEMA y TO x"]
    assert until_it_works(True)[1:] == ["CREATE ON SCHEMA y TO x"]
    postgresql_server.sql('DROP SCHEMA "Odd %s{""}" CASCADE', 'CREATE SCHEMA "Odd %s{""}"', database=database)
    granted.clear()
    with opened(owners):
        pass
    tables = ("y.opentok_ledger_entries", "y.opentok_ledger_runners", "y.opentok_ledger_leases")
    assert until_it_works(False) == ["USAGE ON SCHEMA y TO x", f"SELECT ON {', '.join(('y.opentok_ledger', *tables))} TO x"]
    writes = "; GRANT ".join(f"INSERT, UPDATE, DELETE ON {table} TO x" for table in tables)
    assert until_it_works(True)[2:] == [f"UPDATE ON y.opentok_ledger TO x; GRANT {writes}"]


def test_a_standby_can_be_read(postgresql_server: PostgresqlServer) -> None:
    with started(postgresql_server.installed) as primary, opened(primary.url("postgres")) as (store,):
        store.put(KEY, {"name": "x"}, None)
        with primary.standby() as other:
            with opened(other.url("postgres"), write=False) as (reader,):
                assert reader.named(["x"])[KEY].entry == {"name": "x"}
            refusal = "is on a standby, which is read-only: give the primary, or all of its hosts"
            with pytest.raises(LedgerError, match=refusal), opened(other.url("postgres")):
                pass
            both = primary.url("postgres", host=f"127.0.0.1:{other.port},127.0.0.1:{primary.port}")
            with opened(both) as (writer,):
                writer.hold()


def test_a_pooler_that_changes_sessions_is_refused(postgresql_server: PostgresqlServer, database: str) -> None:
    with postgresql_server.pooler("transaction") as pooled, contextlib.closing(PostgresqlStore.of(pooled(database))) as one:
        one.open(write=True)
        one.acquire([KEY])
        one.put(KEY, {"by": "one"}, None)
        with (
            pytest.raises(LedgerError, match=r"through a pooler .*: give the address of the server itself, or use session pooling"),
            opened(pooled(database)),
        ):
            pass
        # While another client has its session, it gets another one.
        with psycopg.connect(pooled(database)) as other:
            other.execute("SELECT 1")
            with pytest.raises(LedgerError, match="through a pooler"):
                one.put("project/2", {"by": "one"}, None)
        with pytest.raises(LedgerError, match="through a pooler"):
            one.hold()
    assert postgresql_server.sql("SELECT key FROM opentok_ledger_entries", database=database) == [(KEY,)]


def test_a_pooler_is_seen_by_statements_that_another_session_has_not(postgresql_server: PostgresqlServer, database: str) -> None:
    with postgresql_server.pooler("transaction") as pooled, contextlib.closing(PostgresqlStore.of(pooled(database))) as one:
        one.open(write=True)
        for number in range(10):  # psycopg prepares what comes often
            one.put(f"project/{number}", {}, None)
        with psycopg.connect(pooled(database)) as other:
            other.execute("SELECT 1")
            with pytest.raises(LedgerError, match="through a pooler"):
                one.put(KEY, {}, None)
    assert postgresql_server.sql("SELECT count(*) FROM opentok_ledger_entries", database=database) == [(10,)]


def test_what_was_told_as_done_outlives_a_crash_of_the_server(postgresql_server: PostgresqlServer) -> None:
    with started(postgresql_server.installed) as server, opened(server.url("postgres")) as (store,):
        store.acquire([KEY])
        revision = store.put(KEY, {"name": "x"}, None)
        server.stop()
        with pytest.raises(LedgerError, match=r"is lost to this run.*nothing more was begun; run again"):
            store.hold()
        server.start()
        with opened(server.url("postgres")) as (next_one,):
            assert next_one.get([KEY])[KEY].revision == revision
            assert next_one.acquire([KEY]) == Held(clean=False)


def test_a_pooler_that_keeps_sessions_is_as_good_as_none(postgresql_server: PostgresqlServer, database: str) -> None:
    with postgresql_server.pooler("session") as pooled, runs(pooled(database), {}, 2) as (one, two):
        one.take(SUBJECT)
        one.set(KEY, {"by": "one"})
        with pytest.raises(Refused, match="Busy"):
            two.take(SUBJECT, False)
        one.kill()
        assert not two.take(SUBJECT)["clean"]
        two.set(KEY, {"by": "two"})
        two.close()
    with opened(postgresql_server.url(database)) as (store,):
        assert store.get([KEY])[KEY].entry == {"by": "two"}
