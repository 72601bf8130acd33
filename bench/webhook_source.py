# SPDX-License-Identifier: Apache-2.0
"""The event source under 500 signed deliveries a second: how long each waits for its answer, and whether any is lost."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import resource
import subprocess
import sys
import time

from bench.emulator_latency import at
from bench.emulator_process import ROOT
from bench.mixed_load import CLIENTS, arrivals
from bench.row import Row
from pulumi_opentok.emulator.callbacks import signature
from tests.eda.source import SECRET

LIMIT = 50.0
RATE, SECONDS, SEED = 500, 20, 20261129
PROJECT = "46000001"


def rows() -> list[Row]:
    """One row."""
    command = [sys.executable, "-m", "bench.webhook_process"]
    before = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        load = Load(port)
        asyncio.run(load.run())
        out, _ = process.communicate()
    came = json.loads(out)
    used = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before
    milliseconds = sorted(load.latencies)
    p99, lost = at(milliseconds, 0.99), load.acknowledged - came["different"]
    note = (
        f"{len(milliseconds):,} deliveries of {CLIENTS} connections in {SECONDS} s, open loop; median {at(milliseconds, 0.5):.1f} ms,"
        f" worst {milliseconds[-1]:.0f} ms; the machine alone woke the generator late by {at(sorted(load.late), 0.99):.1f} ms (p99);"
        f" the source used {used:.1f} s of a core; {came['events'] - came['different']} events twice; load {os.getloadavg()[0]:.1f}"
    )
    note += "".join(f"; {one}" for one in load.errors[:3])
    ok = p99 <= LIMIT and lost == 0 and not load.errors and came["events"] == came["different"]
    measured = f"{p99:.1f} ms, {lost}, {len(load.errors)}"
    return [Row(f"webhook source: p99 at {RATE} events/s, lost, refused", f"<= {LIMIT:.0f} ms, 0, 0", measured, ok, note)]


class Load:
    """Open loop, as in mixed_load.py: latencies in milliseconds, each from its planned moment. All requests are made before the first is sent."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.latencies: list[float] = []
        self.late: list[float] = []
        self.errors: list[str] = []
        self.acknowledged = 0
        chance = random.Random(SEED)
        moments = [arrivals(chance, RATE / CLIENTS, SECONDS) for _ in range(CLIENTS)]
        numbers = itertools.count()
        self._plans = [[(moment, self._request(next(numbers))) for moment in each] for each in moments]

    def _request(self, number: int) -> bytes:
        connection = {"id": f"connection-{number}", "createdAt": number, "data": "name=Ada"}
        event = {"sessionId": "1_MX40NjAwMDAwMX5-MTIzNDU2Nzg5MH4", "projectId": PROJECT, "event": "connectionCreated", "timestamp": number}
        body = json.dumps({**event, "connection": connection}).encode()
        head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        return f"{head}Authorization: {signature.header(SECRET, PROJECT, body, time.time())}\r\n\r\n".encode() + body

    async def run(self) -> None:
        """Sends all of it."""
        start = time.perf_counter() + 0.2
        await asyncio.gather(*(self._client(start, plan) for plan in self._plans))

    async def _client(self, start: float, plan: list[tuple[float, bytes]]) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        for moment, request in plan:
            planned = start + moment
            if (early := planned - time.perf_counter()) > 0:
                await asyncio.sleep(early)
                self.late.append(1000 * (time.perf_counter() - planned))
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]))
            self.latencies.append(1000 * (time.perf_counter() - planned))
            if head.startswith(b"HTTP/1.1 200 "):
                self.acknowledged += 1
            else:
                self.errors.append(head.partition(b"\r\n")[0].decode())
        writer.close()
