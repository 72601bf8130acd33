# SPDX-License-Identifier: Apache-2.0
"""Schedules by number: chunk ``n`` of a seed is always the same schedules of the same layer, and is found good or has a shrunk failure."""

from __future__ import annotations

import hashlib
import traceback

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Flaky

from tests.faults.drive import drive
from tests.faults.opentok import OpenTokProcess
from tests.faults.pair import drive_pair
from tests.faults.schedule import Pair, Schedule
from tests.faults.strategies import pairs, schedules

SIZE = 20
"""Schedules in a chunk."""

TURNS = ("core", "core", "pair", "pulumi", "core", "engine", "core", "ansible", "core", "pulumi")
"""The layers of chunks 0 to 9, of 10 to 19 and so on. ``pair``: two at once; ``engine``: Pulumi on its real engine, fewer of them."""


class Disturbed(Exception):
    """Something from outside spoiled the run."""


def layer_of(number: int) -> str:
    """The layer of a chunk. Every other turn of Ansible and of the engine is the core's."""
    layer = TURNS[number % len(TURNS)]
    return "core" if layer in ("ansible", "engine") and number // len(TURNS) % 2 else layer


def failure(opentok: OpenTokProcess, base: int, layer: str, number: int, size: int = SIZE, most: int = 7, *, wide: bool = True) -> str | None:
    """Runs a chunk of ``size`` schedules of at most ``most`` steps; the smallest that breaks an invariant, and how, as text."""
    broken: list[tuple[Schedule | Pair, str]] = []

    @seed(int.from_bytes(hashlib.sha256(f"{base}/{layer}/{number}".encode()).digest()[:8], "big"))
    @settings(
        max_examples=size,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(pairs() if layer == "pair" else schedules(layer, most, wide=wide))
    def run(schedule: Schedule | Pair) -> None:
        try:
            if isinstance(schedule, Pair):
                drive_pair(opentok, schedule)
            else:
                drive(opentok, schedule)
        except BaseException:
            broken.append((schedule, traceback.format_exc()))
            raise

    try:
        run()
    except Exception as error:
        if not opentok.is_there():
            raise Disturbed("the emulator was ended by someone else: this says nothing of the schedules") from error
        if not broken:
            return traceback.format_exc()
        flaky = isinstance(error, Flaky)
        # Hypothesis runs the smallest one last; of those that fail now and then the first is the witness.
        schedule, how = broken[0] if flaky else broken[-1]
        return f"{'(not every time)' if flaky else ''}\n{schedule!r}\n{how}"
    return None
