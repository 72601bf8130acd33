# SPDX-License-Identifier: Apache-2.0
"""No dead minute: a client that connects ten times a second through whole blue/green rotations, whose runs are killed at each request."""

from __future__ import annotations

import contextlib
import json
import threading
import traceback
from pathlib import Path
from typing import Any

import pytest

from pulumi_opentok.core import Connection, Credentials
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.ledger.local import FileLedger
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.desired.stores import publishers
from pulumi_opentok.emulator import Emulator
from tests.faults import processes
from tests.faults.haste import make_haste
from tests.faults.moments import at
from tests.faults.schedule import Moment

EVERY = 0.1
"""Seconds between two connects."""
TOKENS_LIVE = 10 * 60
MOVING = 60
"""Seconds that a consumer may take to read the document again: part of the declared lifetime."""
DECLARED = {"name": "acme", "take_by_name": True, "rotation": "blue_green", "token_lifetime": "11m", "soak": "10m"}


def _rotate(connection: processes.Connection, env: dict[str, str], folder: str, declared: dict[str, Any], moment: Moment | None) -> None:
    """A run of its own, which may kill itself at one of its requests. Sends the actions, or what went wrong."""
    make_haste()
    try:
        with at(moment, lambda _what: None) as seen:
            scope = Scope(Connection.resolve(environ=env))
            places = publishers([f"file:{folder}/opentok.json"])
            report = Run(PROJECT, scope, ledger=FileLedger(f"{folder}/ledger.json"), publishers=places).present(declared)
        connection.send((report.actions, str(report.unfinished or ""), seen.count))
    except Exception:  # noqa: BLE001 - told to the test
        connection.send(((), traceback.format_exc(), 0))


class Client:
    """Reads the published document at each connect, and connects with a token of now and with the oldest that still lives."""

    def __init__(self, emulator: Emulator, place: Path) -> None:
        self.emulator = emulator
        self.place = place
        self.refused: list[str] = []
        self.connects = 0
        self.keys: set[str] = set()
        self.clock = threading.Lock()
        self._tokens: list[tuple[float, str, str]] = []
        self._rooms: dict[str, str] = {}
        self._stop = threading.Event()
        self._ticked = threading.Event()
        self._thread = threading.Thread(target=self._go)

    def __enter__(self) -> Client:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def a_tick(self) -> None:
        """Waits until it has connected once more."""
        self._ticked.clear()
        assert self._ticked.wait(60), self.refused

    def _go(self) -> None:
        while not self._stop.wait(EVERY):
            with self.clock:
                try:
                    self._tick()
                except Exception as error:  # noqa: BLE001 - whatever refuses a client is what is looked for
                    self.refused.append(repr(error))
            self._ticked.set()

    def _tick(self) -> None:
        document = json.loads(self.place.read_text("utf-8"))
        key, now = document["api_key"], self.emulator.now()
        self.keys.add(key)
        client = OpenTok(Credentials(key=key, secret=document["api_secret"], kind="project"), api_url=self.emulator.url)
        room = self._rooms.get(key) or self._rooms.setdefault(key, client.sessions.create().session_id)
        self._tokens.append((now + TOKENS_LIVE, room, client.tokens.generate(room, expires_in=TOKENS_LIVE, now=now)))
        self._tokens = [one for one in self._tokens if one[0] > now]
        for _ends, of_room, token in (self._tokens[0], self._tokens[-1]):
            self.emulator.disconnect(of_room, self.emulator.connect(of_room, token=token))
            self.connects += 1


class Rotations:
    """Rotations of one project, step by step, each step by a run that is killed and one that is not."""

    def __init__(self, emulator: Emulator, folder: Path, client: Client) -> None:
        self.emulator = emulator
        self.folder = folder
        self.client = client
        self.number = 1

    def run(self, moment: Moment | None = None) -> tuple[tuple[str, ...], str, int] | None:
        """``None``: it was killed."""
        declared = {**DECLARED, "secret_triggers": {"v": str(self.number)}}
        process, connection = processes.start(_rotate, self.emulator.env, str(self.folder), declared, moment)
        with contextlib.suppress(EOFError):
            return connection.recv()  # type: ignore[no-any-return]
        processes.end(process)
        return None

    def step(self, moment: Moment | None, word: str) -> int:
        """How many requests a run of this step sends; 0: it was killed, and another has gone on."""
        killed = self.run(moment)
        self.client.a_tick()
        again = self.run()
        self.client.a_tick()
        assert self.client.refused == []
        assert again is not None
        assert again[1] == ""
        done = (killed or ((), "", 0))[0]
        assert moment is not None or any(text.startswith(word) for text in done), done
        assert len(self.emulator.all_projects()) <= 2
        return killed[2] if killed else 0

    def later(self, minutes: int) -> None:
        with self.client.clock:
            self.emulator.advance(minutes * 60 + 1)

    def whole(self, moment: Moment | None) -> list[int]:
        """One rotation, with the same moment in each step."""
        self.number += 1
        counts = [self.step(moment, "create a second project")]
        self.later(11)
        counts.append(self.step(moment, "suspend"))
        self.later(10)
        counts.append(self.step(moment, "delete"))
        self.run()
        (only,) = self.emulator.all_projects()
        assert only["id"] == json.loads((self.folder / "opentok.json").read_text("utf-8"))["api_key"]
        return counts


@pytest.mark.long
def test_nobody_is_refused_and_nothing_is_left(opentok_emulator: Emulator, tmp_path: Path) -> None:
    opentok_emulator.advance(3600)  # from now on each run finds out what time it is there, and sends one request more
    process, connection = processes.start(_rotate, opentok_emulator.env, str(tmp_path), {**DECLARED, "secret_triggers": {"v": "1"}}, None)
    assert connection.recv()[1] == ""
    process.join()
    with Client(opentok_emulator, tmp_path / "opentok.json") as client:
        client.a_tick()  # with the first key, before it is rotated
        rotations = Rotations(opentok_emulator, tmp_path, client)
        most = max(rotations.whole(None))
        assert most >= 5
        for what in ("kill before", "kill after"):
            for request in range(1, most + 1):
                rotations.whole(Moment(what, request))
        rotations.client.a_tick()
    assert client.refused == []
    assert len(client.keys) == 2 + 2 * most
    assert client.connects > 10 * len(client.keys)
