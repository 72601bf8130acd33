# SPDX-License-Identifier: Apache-2.0
"""OpenTok for schedules: an emulator in a process of its own, with a data file, that can be killed and comes back on its port."""

from __future__ import annotations

import contextlib
import functools
import random
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi_opentok.emulator import Control, Emulator
from tests.faults import processes
from tests.faults.gateway import Gateway

WORK_IS_DONE = ("delay", "drop_after", "truncate", "garble", "html")
"""Kinds of faults that let the work be done."""


def _free_port() -> int:
    """None of those that the system gives to whoever connects: one of them could be taken while OpenTok is away."""
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as attempt, contextlib.suppress(OSError):
            attempt.bind(("127.0.0.1", port))
            return port


def _serve(connection: processes.Connection, port: int, data: str) -> None:
    with Emulator(port=port, data=data) as emulator:
        connection.send((emulator.url, emulator.env))
        with contextlib.suppress(EOFError):
            connection.recv()


class OpenTokProcess(Control):
    """Starts at once. ``env`` leads a client to it."""

    env: Mapping[str, str]

    def __init__(self) -> None:
        super().__init__("")
        self._folder = processes.folder()
        self._earlier: list[dict[str, Any]] = []
        self._told = 0
        """The number of the last request of the journal that was handed on."""
        self._start(_free_port())

    def _start(self, port: int) -> None:
        self._process, self._connection = processes.start(_serve, port, str(Path(self._folder.name, "opentok.db")))
        self.url, self.env = self._connection.recv()

    @functools.cached_property
    def gateway(self) -> Gateway:
        """What misbehaves between clients and this."""
        return Gateway(self.port, self.all_projects)

    @property
    def port(self) -> int:
        """The same after a restart."""
        return int(self.url.rpartition(":")[2])

    def die(self) -> None:
        """``kill -9``."""
        self._earlier += self.journal(self._told)
        self._told = 0
        self._kill()

    def _kill(self) -> None:
        self.close()
        self._connection.close()
        processes.end(self._process)

    def is_there(self) -> bool:
        """Whether it runs: nothing but a schedule may stop it."""
        return self._process.is_alive()

    def come_back(self) -> None:
        """On the same port, with the same data."""
        self._start(self.port)

    def restart(self) -> None:
        self.die()
        self.come_back()

    def requests(self) -> list[dict[str, Any]]:
        """The journal since the last call, also of before a restart."""
        new = self.journal(self._told)
        found, self._earlier = [*self._earlier, *new], []
        self._told = new[-1]["seq"] if new else self._told
        return found

    def end(self) -> None:
        if "gateway" in self.__dict__:
            self.gateway.close()
        self._kill()
        self._folder.cleanup()


def executed(journal: list[dict[str, Any]], operation: str) -> list[dict[str, Any]]:
    """The requests of ``operation`` whose work was done, whatever became of the answer."""
    ours = [entry for entry in journal if entry["operation"] == operation]
    return [entry for entry in ours if entry["fault"] in WORK_IS_DONE or entry["status"] in (200, 204)]


def project_id(entry: dict[str, Any]) -> str:
    """The id in the path of a request."""
    return str(entry["path"].split("?")[0].split("/v2/project/")[1].split("/")[0])
