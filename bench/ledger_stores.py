# SPDX-License-Identifier: Apache-2.0
"""Ledgers in stores that runs share: how often a commit goes to the store and back, and what 100,000 entries add."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from bench.row import Row
from pulumi_opentok.core.desired.ledger.cell import segment
from pulumi_opentok.core.desired.ledger.ledger import Subject
from pulumi_opentok.core.desired.ledger.places import ledger_at
from tests.ledgers.stores import STORES, Place

CELLS = ("s3", "vault", "kubernetes")
TRIPS = 3
ENTRIES = 100_000
LIMIT = 0.3
ROUNDS = 5
ENTRY = {"name": "ACME GmbH", "declared": {"name": "ACME"}, "secret_version": 3, "account_key": "45000001"}


class Fixtures:
    """What a place asks its test for."""

    def __init__(self, moto: str, folder: Path) -> None:
        self._values: dict[str, Any] = {"moto_server": moto, "tmp_path": folder}

    def getfixturevalue(self, name: str) -> Any:
        return self._values[name]


def rows() -> list[Row]:
    """Two for each store of cells, and one for S3."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        with tempfile.TemporaryDirectory() as folder:
            fixtures = Fixtures(f"http://{host}:{port}", Path(folder))
            counted = [row for name in CELLS for row in round_trips(name, fixtures)]
            return [*counted, many_entries(fixtures)]
    finally:
        server.stop()


def round_trips(name: str, fixtures: Fixtures) -> Iterator[Row]:
    """Of a new entry with two names, and of a change of it."""
    with place_of(name, fixtures) as place, ledger_at(place.url).locked() as book:
        assert place.gate is not None
        asked = place.gate.asked
        with book.lease(Subject("project", key="46000001", called="ACME", account="45000001")):
            for what, entry in (("a new one, with two names", ENTRY), ("a change", {**ENTRY, "secret_version": 4})):
                before = len(asked)
                book.set("project/46000001", entry)
                trips = len(asked) - before
                yield Row(f"{name} ledger: round trips of a commit, {what}", f"<= {TRIPS}", str(trips), trips <= TRIPS)


def many_entries(fixtures: Fixtures) -> Row:
    """Opens, commits one entry among many and is done with it. The rest of the run, closing it, waits for nobody."""
    with place_of("s3", fixtures) as place:
        with ledger_at(place.url).locked():
            pass
        fill(place.url.removeprefix("s3://").partition("/")[0])
        url = place.url.partition("?")[0] + f"?endpoint={fixtures.getfixturevalue('moto_server')}"
        taken = []
        for number in range(ROUNDS):
            start = time.perf_counter()
            with ledger_at(url).locked() as book:
                book.set(f"project/{47_000_000 + number}", ENTRY)
                taken.append(time.perf_counter() - start)
    note = f"{', '.join(f'{one:.2f}' for one in taken)} s, of which the first loads boto3; moto in the same process"
    return Row(f"S3 ledger of {ENTRIES:,} entries: open, one commit", f"<= {LIMIT:g} s", f"{min(taken):.2f} s", min(taken) <= LIMIT, note)


def fill(bucket: str) -> None:
    """Past HTTP, which would take minutes."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends

    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    for number in range(ENTRIES):
        key = f"project/{46_000_000 + number}"
        value = json.dumps({"key": key, "entry": {"name": f"tenant {number}"}, "write": "x"}).encode()
        backend.put_object(bucket, f"opentok/ledger/entries/{segment(key)}", value)


@contextlib.contextmanager
def place_of(name: str, fixtures: Fixtures) -> Iterator[Place]:
    """One that this process has the environment of."""
    with STORES[name](fixtures) as place, mock.patch.dict(os.environ, place.environ):  # type: ignore[arg-type]
        yield place
