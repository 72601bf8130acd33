# SPDX-License-Identifier: Apache-2.0
"""Up to eight parties at once that share one ledger, each a process: a file, or a store on a real server or on its stand-in.

What is promised to all who share a ledger is unconditional: one project of a name, one rotation for one intent, nothing dead published, nobody
held up for ever by one that is killed or stands still, and in the end the ledger has the live secrets.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import logging
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pulumi_opentok.core import fingerprint
from pulumi_opentok.core.desired.ledger.cell_store import CellStore
from pulumi_opentok.core.desired.ledger.places import ledger_at
from tests.faults import processes
from tests.faults.layers.core import CoreLayer
from tests.faults.model import Broken
from tests.faults.opentok import OpenTokProcess
from tests.faults.pair import Several
from tests.faults.schedule import Crowd, Together
from tests.faults.turns import Turns

if TYPE_CHECKING:
    from tests.ledgers.stores import Place

LIFETIME = 1.0
"""Seconds after which a party without a sign of life is dead to the others."""


def drive_crowd(opentok: OpenTokProcess, crowd: Crowd) -> None:
    """Raises :class:`Broken` for an invariant that does not hold."""
    from tests.ledgers.stores import STORES

    opentok.reset()
    opentok.requests()
    lifetime, CellStore.lifetime = CellStore.lifetime, LIFETIME
    try:
        with processes.folder() as folder, STORES[crowd.ledger](_Servers(Path(folder))) as place, _environment(place):  # type: ignore[arg-type]
            layers = [_layer(opentok, Path(folder), party, place) for party in range(crowd.parties)]
            try:
                _Everyone(opentok, layers, crowd, place).run()
            finally:
                for layer in layers:
                    layer.end()
    finally:
        CellStore.lifetime = lifetime


def _layer(opentok: OpenTokProcess, folder: Path, party: int, place: Place) -> CoreLayer:
    own = folder / str(party)
    own.mkdir()
    layer = CoreLayer(opentok, own, party=party, ledger=folder / "ledger.json")
    layer.at, layer.lifetime, layer.of_ledger = place.url, LIFETIME, place.environ
    return layer


class _Everyone(Several):
    _patience = 0.1

    def __init__(self, opentok: OpenTokProcess, layers: list[Any], crowd: Crowd, place: Place) -> None:
        super().__init__(opentok, layers, crowd)
        self._place = place

    def _freeze(self, process: int, party: int, turns: Turns) -> None:
        os.kill(process, signal.SIGSTOP)
        self._place.cut_off(process)
        turns.away(party)
        os.kill(process, signal.SIGCONT)

    @contextlib.contextmanager
    def _store_of(self, step: Together) -> Iterator[None]:
        from tests.gateway import LOST, Answer

        gate, lock, seen = self._place.gate, threading.Lock(), {"lost": 0, "down": 0}
        if gate is None or not step.store:
            yield
            return

        def hit(kind: str) -> bool:
            with lock:
                seen[kind] += 1
                return any(one.kind == kind and one.after < seen[kind] <= one.after + one.times for one in step.store)

        before = gate.instead, gate.changed
        gate.instead = lambda _method, _path: Answer(503, b"", {}) if hit("down") else None
        gate.changed = lambda _method, _path, answer: LOST if hit("lost") else answer
        try:
            yield
        finally:
            gate.instead, gate.changed = before

    def _in_the_end(self) -> None:
        with ledger_at(self._place.url).read_only() as book:
            entries = dict(book.of("project"))
        self._texts.append(repr(entries))
        super()._in_the_end()
        for project, row in self._rows.items():
            if row["name"] not in self._declared or not self._declared[row["name"]].present:
                continue
            if entries.get(project, {}).get("secret_fingerprint") != fingerprint(row["secret"]):
                raise Broken(f"the ledger has not the live secret of {row['name']}: {entries.get(project)}")


@contextlib.contextmanager
def _environment(place: Place) -> Iterator[None]:
    """For runs in this process; others are forked with it."""
    before = {name: os.environ.get(name) for name in place.environ}
    os.environ.update(place.environ)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _Servers:
    """What a store asks pytest for, for a worker that runs without it: each server is started once, and ends with this process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def getfixturevalue(self, name: str) -> Any:
        if name == "tmp_path":
            return Path(tempfile.mkdtemp(dir=self._folder))
        return {"moto_server": _moto, "postgresql_server": _postgresql}[name]()


@functools.cache
def _moto() -> str:
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    atexit.register(server.stop)
    host, port = server.get_host_and_port()
    return f"http://{host}:{port}"


@functools.cache
def _postgresql() -> Any:
    from tests.postgresql_server import started
    from tools.postgresql import ensure_postgresql

    opened = contextlib.ExitStack()
    atexit.register(opened.close)
    return opened.enter_context(started(ensure_postgresql()))
