# SPDX-License-Identifier: Apache-2.0
"""PostgreSQLs that a ledger cannot be in: each is refused in one line, before anything else is done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from pulumi_opentok.core.desired.ledger.places import ledger_at
from pulumi_opentok.core.errors import LedgerError
from tests.postgresql_server import PostgresqlServer, free_port

PASSWORD = "geheim-4711"
Case = Callable[[PostgresqlServer, pytest.MonkeyPatch], AbstractContextManager[str]]


@contextlib.contextmanager
def down(server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    yield f"postgresql://127.0.0.1:{free_port()},[::1]:{free_port()}/ledger"


@contextlib.contextmanager
def no_database(server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    yield server.url("nothing")


@contextlib.contextmanager
def no_password(server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    role = server.role(f"LOGIN PASSWORD '{PASSWORD}'")
    with server.rules(f"host all {role} 127.0.0.1/32 scram-sha-256"):
        yield server.url(server.database(f"OWNER {role}"), user=role)


@contextlib.contextmanager
def wrong_password(server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("PGPASSWORD", f"{PASSWORD}-not")
    with no_password(server, monkeypatch) as url:
        yield url


@contextlib.contextmanager
def tls_required(server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    role = server.role()
    with server.rules(f"hostssl all {role} 127.0.0.1/32 trust", f"host all {role} 127.0.0.1/32 reject"):
        yield server.url(server.database(), user=role)


@contextlib.contextmanager
def no_tls(server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    yield f"{server.url(server.database())}?sslmode=verify-full&sslrootcert=system"


@contextlib.contextmanager
def other_encoding(server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    yield server.url(server.database("ENCODING 'LATIN1' TEMPLATE template0"))


@contextlib.contextmanager
def read_only(server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    database = server.database()
    server.sql(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    yield server.url(database)


@contextlib.contextmanager
def no_schema(server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    yield f"{server.url(server.database())}?schema=nothing"


@contextlib.contextmanager
def no_service(server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    yield "postgresql:///ledger?service=nothing"


def after(*statements: str, made: bool = True) -> Case:
    """Of a ledger, or an empty database, to which this has been done."""

    @contextlib.contextmanager
    def case(server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
        database = server.database()
        if made:
            with ledger_at(server.url(database)).locked():
                pass
        server.sql(*statements, database=database)
        yield server.url(database)

    return case


FOREIGN = r'has a table "public"\.{} that is somebody else\'s: it does not say that it is a ledger; give another schema \(\?schema=NAME\)'
CASES: dict[str, tuple[Case, str]] = {
    "down": (down, "cannot be reached: .*Connection refused"),
    "no database": (no_database, 'cannot be reached: .*database "nothing" does not exist'),
    "no password": (
        no_password,
        r"cannot be reached: .*no password supplied; it is taken from PGPASSWORD, PGPASSFILE \(~/.pgpass\) or a service file",
    ),
    "wrong password": (wrong_password, "cannot be reached: .*password authentication failed"),
    "TLS required": (tls_required, "cannot be reached: .*no encryption"),
    "no TLS": (no_tls, "cannot be reached: .*SSL"),
    "no service": (no_service, 'cannot be reached: .*"nothing" not found'),
    "other encoding": (other_encoding, "in a database of the encoding LATIN1, which has not every name: CREATE DATABASE"),
    "read-only": (read_only, "is read-only: default_transaction_read_only is on, for the server, its database or the role postgres"),
    "no schema": (no_schema, """has no schema 'nothing': CREATE SCHEMA "nothing" AUTHORIZATION postgres"""),
    "another table": (after("CREATE TABLE opentok_ledger (format text)", made=False), FOREIGN.format("opentok_ledger")),
    "a view": (after("CREATE VIEW opentok_ledger_entries AS SELECT 1", made=False), FOREIGN.format("opentok_ledger_entries")),
    "no row": (after("DELETE FROM opentok_ledger"), FOREIGN.format("opentok_ledger")),
    "another format": (after("UPDATE opentok_ledger SET format = 'theirs'"), FOREIGN.format("opentok_ledger")),
    "newer version": (after("UPDATE opentok_ledger SET version = 2"), r"newer opentok \(version 2 of the format, this one knows 1\): update"),
    "newer tables": (after("UPDATE opentok_ledger SET tables = 9"), r"newer opentok \(version 9 of the format, this one knows 1\): update"),
    "no version": (after("UPDATE opentok_ledger SET version = 0"), "is damaged: its version is none"),
    "a table is missing": (after("DROP TABLE opentok_ledger_leases"), "is damaged: the table opentok_ledger_leases is missing"),
    "a column is missing": (
        after("ALTER TABLE opentok_ledger_entries DROP names"),
        "is damaged: the table opentok_ledger_entries is missing, or not as",
    ),
}
READABLE = ("read-only",)


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_before_anything_is_done(postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    case, text = CASES[name]
    with case(postgresql_server, monkeypatch) as url:
        for open_it in (ledger_at(url).locked, ledger_at(url).read_only):
            if open_it.__name__ == "read_only" and name in READABLE:
                continue
            with pytest.raises(LedgerError, match=text) as refusal, open_it():
                pass
            message = str(refusal.value)
            assert message.startswith(f"ledger '{url}' ")
            assert (PASSWORD in message, "\n" in message) == (False, False)


@pytest.mark.parametrize("way", ["PGPASSWORD", "PGPASSFILE", "~/.pgpass", "service"])
def test_a_password_comes_from_where_postgresqls_own_commands_have_it(
    postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, way: str
) -> None:
    with no_password(postgresql_server, monkeypatch) as url:
        if way == "PGPASSWORD":
            monkeypatch.setenv("PGPASSWORD", PASSWORD)
        elif way == "service":
            kept(tmp_path / "services", f"[ledger]\npassword={PASSWORD}\n")
            monkeypatch.setenv("PGSERVICEFILE", str(tmp_path / "services"))
            url += "?service=ledger"
        else:
            file = tmp_path / ("passwords" if way == "PGPASSFILE" else ".pgpass")
            kept(file, f"*:*:*:*:{PASSWORD}\n")
            monkeypatch.setenv("PGPASSFILE" if way == "PGPASSFILE" else "HOME", str(file if way == "PGPASSFILE" else tmp_path))
        with ledger_at(url).locked() as book:
            book.set("project/1", {"name": "x"})
            assert PASSWORD not in repr(vars(book))


def kept(path: Path, text: str) -> None:
    path.touch(0o600)
    path.write_text(text, encoding="utf-8")


def test_a_server_that_is_older_than_what_is_needed(postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pulumi_opentok.core.desired.ledger.postgresql.connection.OLDEST", 99)
    with (
        pytest.raises(LedgerError, match=r"is PostgreSQL \d+: 99 or newer is needed"),
        ledger_at(postgresql_server.url(postgresql_server.database())).locked(),
    ):
        pass
