# SPDX-License-Identifier: Apache-2.0
"""The dead minute of a rotation: from the request that refreshes the secret until the target holds the new one."""

from __future__ import annotations

import contextlib
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

import urllib3.connectionpool

from bench.emulator_process import EmulatorProcess
from bench.row import Row
from bench.timing import of_medians
from pulumi_opentok.core import Connection
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.desired.stores import publishers
from tests.moto_server import moto_server
from tests.stores.places import PUT_SECRET
from tests.stores.vault_stand_in import ROOT, VaultStandIn

ROUNDS = 15
REFRESH = "/refreshSecret"


@contextlib.contextmanager
def in_a_folder(target: str) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield target.format(folder=folder)


@contextlib.contextmanager
def in_aws() -> Iterator[str]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = moto_server.__wrapped__()
    settings = {"AWS_DEFAULT_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "not-real"}
    with mock.patch.dict(os.environ, {**settings, "AWS_ENDPOINT_URL": next(server)}):
        yield "aws-secretsmanager:acme/opentok"
    next(server, None)


@contextlib.contextmanager
def in_vault() -> Iterator[str]:
    server = VaultStandIn()
    with mock.patch.dict(os.environ, {"VAULT_ADDR": server.url, "VAULT_TOKEN": ROOT}):
        yield "vault:secret/acme/opentok"
    server.close()


TARGETS: Mapping[str, tuple[Callable[[], AbstractContextManager[str]], int, str]] = {
    "file": (lambda: in_a_folder("file:{folder}/acme.json"), 2, "a real disk"),
    "aws-secretsmanager": (in_aws, 4, "moto"),
    "vault": (in_vault, 4, "a contract server"),
    "exec": (lambda: in_a_folder(f"exec:{PUT_SECRET} {{folder}}/acme.json"), 3, "a shell script, started twice"),
}
"""By scheme: what gives a target, how many round trips there may be, of which two are the refresh and its proof, and what it is measured against."""


def rows() -> list[Row]:
    """A row for each target."""
    with EmulatorProcess() as opentok:
        opentok.account().projects.create("Acme")
        return [measured(opentok, scheme) for scheme in TARGETS]


def measured(opentok: EmulatorProcess, scheme: str) -> Row:
    """The gap of one target, and a bare read of the project on a connection that is open, in turn."""
    make, limit, against = TARGETS[scheme]
    projects = opentok.account().projects
    (project,) = projects.list()
    gaps, reads = [], []
    with make() as target:
        gap(opentok, target)
        for _round in range(ROUNDS):
            gaps.append(gap(opentok, target))
            start = time.perf_counter()
            projects.get(project.id)
            reads.append(time.perf_counter() - start)
    trips, ratio = max(count for _seconds, count in gaps), of_medians([seconds for seconds, _count in gaps], reads)
    milliseconds = [1000 * statistics.median(some) for some in ([seconds for seconds, _count in gaps], reads)]
    note = f"{milliseconds[0]:.1f} ms, a read of the project {milliseconds[1]:.1f} ms; medians of {ROUNDS} in turn; against {against}"
    return Row(f"from the refresh to the {scheme} target : a read", f"<= {limit} round trips", f"{trips}, {ratio:.1f} x", trips <= limit, note)


def gap(opentok: EmulatorProcess, target: str) -> tuple[float, int]:
    """Seconds from the refresh until the target is written, and how many requests were sent in them, to whomever."""
    sent: list[tuple[float, str]] = []
    published: list[float] = []
    pool: Any = urllib3.connectionpool.HTTPConnectionPool
    send = pool.urlopen

    def heard(self: Any, method: str, url: str, *rest: Any, **named: Any) -> Any:
        sent.append((time.perf_counter(), url))
        return send(self, method, url, *rest, **named)

    (publisher,) = publishers([target])
    write = publisher.write

    def written(document: Any) -> None:
        write(document)
        published.append(time.perf_counter())

    run = Run(PROJECT, Scope(Connection.resolve(environ=opentok.env)), publishers=[publisher])
    with mock.patch.object(pool, "urlopen", heard), mock.patch.object(publisher, "write", written):
        report = run.present({"name": "Acme", "take_by_name": True, "rotate": "always"})
    if report.unfinished is not None:
        raise report.unfinished
    (begin,) = [when for when, url in sent if REFRESH in url]
    (end,) = published
    return end - begin, sum(begin <= when <= end for when, _url in sent)
