# SPDX-License-Identifier: Apache-2.0
"""Mixed load from a process of its own: `mixed_load.py`, a line of JSON in (url, account pair, seconds, rate), one out.

Open loop: each of 16 clients has its arrival times before it begins (seeded, exponential gaps), sends its next request at the next of them,
or late when the one before is not answered yet, and each latency counts from the planned moment. So a slow answer is paid for by all that
had to wait for it.
"""

from __future__ import annotations

import dataclasses
import http.client
import json
import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from pulumi_opentok.core import Account, Credentials, operations
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.http.auth import Signer
from pulumi_opentok.core.operations import Operation
from pulumi_opentok.emulator.client import Control

CLIENTS = 16
Body = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Step:
    """One request; ``keeps`` names the id of its answer that later steps put into their path."""

    operation: Operation
    body: Callable[[Client], Body] | None = None
    keeps: str = ""


STEPS = (
    Step(operations.SESSION_CREATE, lambda _: {"p2p.preference": "disabled"}),
    Step(operations.ARCHIVE_START, lambda client: {"sessionId": client.ids["session_id"], "name": "lesson"}, keeps="archive_id"),
    Step(operations.STREAM_LIST),
    Step(operations.ARCHIVE_GET),
    Step(operations.SIGNAL_TO_ALL, lambda _: {"type": "chat", "data": "hello"}),
    Step(operations.ARCHIVE_LIST),
    Step(operations.CONNECTION_LIST),
    Step(operations.ARCHIVE_STOP),
    Step(operations.PROJECT_CREATE, lambda _: {"name": "tenant"}),
    Step(operations.BROADCAST_START, lambda client: {"sessionId": client.ids["session_id"], "outputs": {"hls": {}}}, keeps="broadcast_id"),
    Step(operations.BROADCAST_LIST),
    Step(operations.STREAM_SET_LAYOUT_CLASSES, lambda client: {"items": [{"id": client.ids["stream_id"], "layoutClassList": ["full"]}]}),
    Step(operations.STREAM_GET),
    Step(operations.BROADCAST_STOP),
    Step(operations.CAPTIONS_START, lambda client: {"sessionId": client.ids["session_id"], "token": client.token()}, keeps="captions_id"),
    Step(operations.SIGNAL_TO_ONE, lambda _: {"type": "chat", "data": "hello"}),
    Step(operations.CAPTIONS_STOP),
    Step(operations.PROJECT_GET),
    Step(operations.SESSION_MUTE, lambda _: {"active": False}),
)


class Client(threading.Thread):
    """A client with a connection and a session of its own; they share the project. ``arrivals`` are seconds from the start."""

    def __init__(self, url: str, pairs: Sequence[Credentials], opentok: OpenTok, arrivals: list[float]) -> None:
        super().__init__()
        self._signers = {pair.kind: Signer(pair) for pair in pairs}
        self._opentok, self._arrivals = opentok, arrivals
        self._http = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._http.connect()
        session = opentok.sessions.create(media_mode="routed").session_id
        made = Control(url).publish(session)
        published = {"stream_id": made["streamId"], "connection_id": made["connectionId"]}
        self.ids: dict[str, str] = {"api_key": opentok.api_key, "session_id": session, **published}
        self.start_at = 0.0
        self.latencies: list[tuple[float, str]] = []
        self.late: list[float] = []
        self.errors: list[str] = []

    def token(self) -> str:
        """A client token of the session."""
        return self._opentok.tokens.generate(self.ids["session_id"])

    def run(self) -> None:
        for number, arrival in enumerate(self._arrivals):
            step, planned = STEPS[number % len(STEPS)], self.start_at + arrival
            early = planned - time.perf_counter()
            if early > 0:
                time.sleep(early)
                self.late.append(time.perf_counter() - planned)
            try:
                self._send(step)
            except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
                self.errors.append(f"{step.operation.name}: {type(error).__name__}: {error}")
            self.latencies.append((time.perf_counter() - planned, step.operation.name))

    def _send(self, step: Step) -> None:
        operation = step.operation
        headers = {"X-OPENTOK-AUTH": self._signers[operation.credentials].token(), "Accept": "application/json"}
        body = None
        if step.body is not None:
            form = operation is operations.SESSION_CREATE
            body = urlencode(step.body(self)) if form else json.dumps(step.body(self))
            headers["Content-Type"] = "application/x-www-form-urlencoded" if form else "application/json"
        self._http.request(operation.method, operation.path.format(**self.ids), body, headers)
        answer = self._http.getresponse()
        said = answer.read()
        if answer.status not in operation.success:
            raise ValueError(f"HTTP {answer.status} {said[:200].decode('utf-8', 'replace')}")
        if step.keeps:
            row = json.loads(said)
            self.ids[step.keeps] = row.get("id") or row["captionsId"]


def arrivals(chance: random.Random, rate: float, seconds: float) -> list[float]:
    """The arrival times of one client: gaps are exponential, as those of many independent users are."""
    moments, moment = [], chance.expovariate(rate)
    while moment < seconds:
        moments.append(moment)
        moment += chance.expovariate(rate)
    return moments


def main() -> None:
    """Prints the latencies in milliseconds with their operations, how late this process was woken for a request, and the errors."""
    params = json.loads(sys.stdin.readline())
    url, pair = params["url"], Credentials(key=params["key"], secret=params["secret"], kind="account")
    project = Account(pair, api_url=url).projects.create("busy")
    opentok, pairs = OpenTok(project.credentials, api_url=url), (pair, project.credentials)
    chance = random.Random(params["seed"])
    clients = [Client(url, pairs, opentok, arrivals(chance, params["rate"] / CLIENTS, params["seconds"])) for _ in range(CLIENTS)]
    start = time.perf_counter() + 0.2
    for client in clients:
        client.start_at = start
        client.start()
    for client in clients:
        client.join()
    latencies = [[1000 * seconds, operation] for client in clients for seconds, operation in client.latencies]
    late = [1000 * seconds for client in clients for seconds in client.late]
    print(json.dumps({"latencies": latencies, "late": late, "errors": [error for client in clients for error in client.errors]}))


if __name__ == "__main__":
    main()
