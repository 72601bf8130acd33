# SPDX-License-Identifier: Apache-2.0
"""Reading a project by the core against the same GET by bare requests."""

from __future__ import annotations

import time

import requests

from pulumi_opentok.core.auth import Signer
from tests.bench.emulator_process import EmulatorProcess
from tests.bench.row import Row
from tests.bench.timing import interleaved, of_medians

LIMIT = 1.10
ROUNDS = 1500


def rows() -> list[Row]:
    """One row."""
    with EmulatorProcess() as opentok:
        account = opentok.account()
        project = account.projects.create("Acme")
        bare, signer = requests.Session(), Signer(opentok.credentials)
        url = f"{opentok.url}/v2/project/{project.id}"

        def by_core() -> float:
            start = time.perf_counter()
            account.projects.get(project.id)
            return time.perf_counter() - start

        def by_requests() -> float:
            token = signer.token()
            start = time.perf_counter()
            bare.get(url, headers={"X-OPENTOK-AUTH": token}, timeout=30).json()
            return time.perf_counter() - start

        interleaved(50, by_core, by_requests)
        ours, theirs = interleaved(ROUNDS, by_core, by_requests)
    ratio = of_medians(ours, theirs)
    extra = 1e6 * ratio * min(theirs) - 1e6 * min(theirs)
    note = f"medians of {ROUNDS} each in turn; about {extra:.0f} us on top of {1e6 * min(theirs):.0f} us"
    return [Row("core GET of a project : bare requests.Session", f"<= {LIMIT:.2f} x", f"{ratio:.3f} x", ratio <= LIMIT, note)]
