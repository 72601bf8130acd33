# SPDX-License-Identifier: Apache-2.0
"""How soon the emulator answers, and how many requests a second it answers on one core."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from bench.emulator_process import EmulatorProcess
from bench.load import answers
from bench.row import Row
from pulumi_opentok.core.http.auth import Signer

START_LIMIT, STARTS = 1.0, 7
RATE_LIMIT, WINDOWS, WINDOW, CONNECTIONS = 1500, 8, 1.0, 8


def rows() -> list[Row]:
    """Two rows."""
    return [start(), rate()]


def start() -> Row:
    """From the start of the process to the answer of an authenticated request."""
    taken = []
    for _ in range(STARTS):
        begin = time.perf_counter()
        with EmulatorProcess() as opentok:
            opentok.account().projects.list()
            taken.append(time.perf_counter() - begin)
    median = statistics.median(taken)
    note = f"process start to an authenticated answer, median of {STARTS}; best {min(taken):.2f} s"
    return Row("emulator: start to first answer", f"<= {START_LIMIT:.0f} s", f"{median:.2f} s", median <= START_LIMIT, note)


def rate() -> Row:
    """The server has one core, the load comes from another (where there is one)."""
    cpus = sorted(os.sched_getaffinity(0))
    with EmulatorProcess(cpus={cpus[0]}) as opentok, on_cpu(cpus[-1]):
        project = opentok.account().projects.create("Acme")
        address = urlsplit(opentok.url)
        request = (
            f"GET /v2/project/{project.id} HTTP/1.1\r\nHost: {address.netloc}\r\nAccept: application/json\r\n"
            f"X-OPENTOK-AUTH: {Signer(opentok.credentials).token()}\r\n\r\n"
        ).encode("ascii")
        target = (str(address.hostname), int(address.port or 80))
        answers(target, request, WINDOW / 2, CONNECTIONS)
        used, begin = opentok.cpu_seconds(), time.perf_counter()
        rates = [answers(target, request, WINDOW, CONNECTIONS) for _ in range(WINDOWS)]
        share = (opentok.cpu_seconds() - used) / (time.perf_counter() - begin)
    note = (
        f"GET of a project, signature checked, {CONNECTIONS} connections, median of {WINDOWS} x {WINDOW:.0f} s; best {max(rates):.0f};"
        f" the server had {share:.0%} of its core, so {statistics.mean(rates) / share:.0f} a second of CPU"
    )
    median = statistics.median(rates)
    return Row("emulator: authenticated requests on one core", f">= {RATE_LIMIT} /s", f"{median:.0f} /s", median >= RATE_LIMIT, note)


@contextmanager
def on_cpu(cpu: int) -> Iterator[None]:
    """Keeps this thread on one CPU."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cpu})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
