# SPDX-License-Identifier: Apache-2.0
"""The SQL of docs/ledger-postgresql.md sets a ledger up."""

from __future__ import annotations

import pytest

from pulumi_opentok.core.desired.ledger.places import ledger_at
from pulumi_opentok.core.errors import LedgerError
from tests.docs.snippets import ROOT, of_page
from tests.postgresql_server import PostgresqlServer, started

SNIPPETS = {snippet.words[0]: snippet.text for snippet in of_page(ROOT / "docs" / "ledger-postgresql.md") if snippet.runner == "sql"}


def statements(name: str) -> list[str]:
    return [statement for statement in SNIPPETS[name].split(";") if statement.strip()]


def test_the_sql_sets_up_what_the_page_says(postgresql_server: PostgresqlServer) -> None:
    with started(postgresql_server.installed) as server:  # its roles have the names that the page gives them
        server.sql(*statements("database"))
        own = server.url("opentok", user="opentok")
        with ledger_at(own).locked() as book:
            book.set("project/1", {"name": "x"})
        server.sql(*statements("reader"), database="opentok")
        theirs = server.url("opentok", user="opentok_reader")
        with ledger_at(theirs).read_only() as book:
            assert book.of("project") == {"1": {"name": "x"}}
        with pytest.raises(LedgerError, match="cannot be written by the role opentok_reader: GRANT UPDATE ON "), ledger_at(theirs).locked():
            pass
        server.sql("CREATE DATABASE ops")
        server.sql(*statements("schema"), database="ops")
        with ledger_at(f"{server.url('ops', user='opentok')}?schema=opentok").locked() as book:
            assert book.of("project") == {}
