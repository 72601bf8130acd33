# SPDX-License-Identifier: Apache-2.0
"""Schedules by number: chunk ``n`` of a seed is always the same schedules of the same layer, and is found good or has a shrunk failure."""

from __future__ import annotations

import hashlib
import traceback

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.faults.drive import drive
from tests.faults.opentok import OpenTokProcess
from tests.faults.schedule import Schedule
from tests.faults.strategies import schedules

SIZE = 20
"""Schedules in a chunk."""

TURNS = ("core", "core", "core", "pulumi", "core", "core", "core", "ansible", "core", "core")
"""The layers of chunks 0 to 9, of 10 to 19 and so on."""


def layer_of(number: int) -> str:
    """The layer of a chunk. Every other turn of Ansible is Pulumi's."""
    layer = TURNS[number % len(TURNS)]
    return "pulumi" if layer == "ansible" and number // len(TURNS) % 2 else layer


def failure(opentok: OpenTokProcess, base: int, layer: str, number: int, size: int = SIZE, most: int = 7) -> str | None:
    """Runs a chunk of ``size`` schedules of at most ``most`` steps; the smallest that breaks an invariant, and how, as text."""
    last: list[Schedule] = []
    broken: list[tuple[Schedule, str]] = []

    @seed(int.from_bytes(hashlib.sha256(f"{base}/{layer}/{number}".encode()).digest()[:8], "big"))
    @settings(
        max_examples=size,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(schedules(layer, most))
    def run(schedule: Schedule) -> None:
        last[:] = [schedule]
        try:
            drive(opentok, schedule)
        except BaseException:
            broken.append((schedule, traceback.format_exc()))
            raise

    try:
        run()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
        if not broken:
            return f"{last}\n{traceback.format_exc()}"
        smallest, how = min(broken, key=lambda found: len(repr(found[0])))
        flaky = "" if type(error).__name__ not in ("Flaky", "FlakyFailure") else "(not every time)\n"
        return f"{flaky}{smallest!r}\n{how}"
    return None
