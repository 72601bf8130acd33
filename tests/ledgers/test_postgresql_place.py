# SPDX-License-Identifier: Apache-2.0
"""URLs of ledgers in PostgreSQL: what they may say, before anything is sent anywhere."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pulumi_opentok.core.desired.ledger.places import ledger_at
from pulumi_opentok.core.desired.ledger.postgresql import PostgresqlStore
from pulumi_opentok.core.desired.ledger.postgresql.place import Place
from pulumi_opentok.core.errors import InvalidInput
from tests.engine.environment import REPO

GOOD = {
    "postgresql:///ledger": {"dbname": "ledger"},
    "postgres://db/ledger": {"host": "db", "dbname": "ledger"},
    "PostgreSQL://db/ledger": {"host": "db", "dbname": "ledger"},
    "postgresql://opentok@db.example.com:5433/ledger": {"host": "db.example.com", "port": "5433", "user": "opentok", "dbname": "ledger"},
    "postgresql://a,b:5433/ledger": {"host": "a,b", "port": ",5433", "dbname": "ledger"},
    "postgresql://[::1]:5433,[fe80::1%25eth0]/ledger": {"host": "::1,fe80::1%eth0", "port": "5433,", "dbname": "ledger"},
    "postgresql:///ledger?host=/run/postgresql&port=5433&user=me": {"host": "/run/postgresql", "port": "5433", "user": "me", "dbname": "ledger"},
    "postgresql://%2Frun%2Fpostgresql/ledger": {"host": "/run/postgresql", "dbname": "ledger"},
    "postgresql://me%40server@db/my%20ledger%2F1": {"host": "db", "user": "me@server", "dbname": "my ledger/1"},
    "postgresql://db/l?sslmode=require&application_name=a%26b": {"host": "db", "dbname": "l", "sslmode": "require", "application_name": "a&b"},
    "postgresql:///ledger?service=prod": {"service": "prod", "dbname": "ledger"},
}

PASSWORD = "PGPASSWORD, PGPASSFILE (~/.pgpass) or a service file"
BAD = {
    "postgresql://": "names no database: postgresql://",
    "postgresql://db": "names no database",
    "postgresql://db/": "names no database",
    "postgresql://db?sslmode=require": "names no database",
    "postgresql://db/a/b": "has a / in the name of the database",
    "postgresql://u:geheim@db/l": PASSWORD,
    "postgresql://u:@db/l": PASSWORD,
    "postgresql://:geheim@db/l": PASSWORD,
    "postgresql://u:geheim@geheim@db/l": PASSWORD,
    "postgresql://u:geheim/geheim@db/l": PASSWORD,
    "postgresql://u:geheim?geheim@db/l": PASSWORD,
    "postgresql://u:geheim#geheim@db/l": PASSWORD,
    "postgresql://db/l?password=geheim": PASSWORD,
    "postgresql://db/l?PASSWORD=geheim": PASSWORD,
    "postgresql://db/l?sslmode=require&sslpassword=geheim": PASSWORD,
    "postgresql://u:geheim/l": "has a port that is no number from 1 to 65535",
    "postgresql://db:0/l": "has a port that is no number",
    "postgresql://db:65536/l": "has a port that is no number",
    "postgresql://::1/l": "an IPv6 address stands in brackets",
    "postgresql://[::1/l": "has a host that is none",
    "postgresql://db/l?options=-csynchronous_commit%3Doff": "has a parameter that is not known ('options'): application_name, ",
    "postgresql://db/l?Geheim=1": "has a parameter that is not known (one that is no name)",
    "postgresql://db/l?geheim%20=1": "has a parameter that is not known (one that is no name)",
    "postgresql://db/l?sslmode": "has the parameter sslmode without a value",
    "postgresql://db/l?sslmode=": "has the parameter sslmode without a value",
    "postgresql://db/l?&": "has a parameter that is not known",
    "postgresql://db/l?schema=a&schema=b": "has the schema twice",
    "postgresql://db/l?host=other": "has the host twice",
    "postgresql://u@db/l?user=other": "has the user twice",
    "postgresql://db/100%": "has a % in its database that begins no %XX: write %25",
    "postgresql://db/%00": "has a database with characters that are no text",
    "postgresql://db/%ff": "has a database with characters that are no text",
    "postgresql://db/l?schema=%0a": "has a schema with characters that are no text",
    "postgresql://db/l\n": "has a character in it that cannot be printed",
}


@pytest.mark.parametrize("url", GOOD)
def test_what_a_url_says(url: str) -> None:
    place = Place.of(url)
    assert (place.where, dict(place.settings), place.schema) == (url, GOOD[url], None)


def test_the_schema_is_no_setting_of_the_connection() -> None:
    place = Place.of("postgresql:///l?schema=Ops%20%C3%BC")
    assert (dict(place.settings), place.schema) == ({"dbname": "l"}, "Ops ü")


@pytest.mark.parametrize("url", BAD)
def test_a_bad_url_is_refused_and_nothing_of_a_password_quoted(url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        ledger_at(url)
    assert BAD[url] in str(refusal.value)
    assert "geheim" not in str(refusal.value).lower()
    assert refusal.value.problems[0].field == "ledger"


def test_where_it_is_is_said_as_it_was_given() -> None:
    assert PostgresqlStore.of("postgresql://u@db/l?schema=s").where == "postgresql://u@db/l?schema=s"


def test_without_psycopg_one_line_says_what_to_install() -> None:
    program = """
import sys
sys.modules["psycopg"] = None
from pulumi_opentok.core import MissingLibrary
from pulumi_opentok.core.desired.ledger.places import ledger_at
try:
    ledger_at("postgresql://db/ledger")
except MissingLibrary as error:
    print(error, error.extra, sep="|")
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=REPO, capture_output=True, text=True, check=True)
    needs = "ledger 'postgresql://db/ledger' needs the Python library psycopg[binary], which is missing"
    assert done.stdout == f"{needs}: install it with `pip install 'psycopg[binary]'`, or the extra pulumi-opentok[postgresql]|postgresql\n"
