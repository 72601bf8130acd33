# SPDX-License-Identifier: Apache-2.0
"""Schedules by number: chunk ``n`` of a seed is always the same schedules of the same layer, and is found good or has a shrunk failure."""

from __future__ import annotations

import hashlib
import traceback
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from tests.faults.crowd import drive_crowd
from tests.faults.drive import drive
from tests.faults.opentok import OpenTokProcess
from tests.faults.pair import drive_pair
from tests.faults.schedule import Crowd, Pair, Schedule
from tests.faults.strategies import crowds, pairs, schedules

SIZE = 20
"""Schedules in a chunk."""

TURNS = ("core", "core", "pair", "pulumi", "native", "engine", "core", "ansible", "crowd", "native")
"""The layers of chunks 0 to 9, of 10 to 19 and so on. ``pair``: two at once; ``crowd``: up to eight, one ledger; ``engine``:
Pulumi on its real engine, fewer of them."""


class Disturbed(Exception):
    """Something from outside spoiled the run."""


def layer_of(number: int) -> str:
    """The layer of a chunk. Every other turn of Ansible and of the engine is the core's."""
    layer = TURNS[number % len(TURNS)]
    return "core" if layer in ("ansible", "engine") and number // len(TURNS) % 2 else layer


def first_failure(opentok: OpenTokProcess, base: int, layer: str, most: int) -> tuple[int, str, str]:
    """Runs up to ``most`` schedules until one breaks an invariant: how many were run, which it was (``""``: none), and how. Nothing is shrunk."""
    tried = 0

    @seed(_number(base, layer, 0))
    @settings(max_examples=most, database=None, deadline=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck), print_blob=False)
    @given(_strategy(layer, 4))
    def run(schedule: Any) -> None:
        nonlocal tried
        tried += 1
        try:
            run_one(opentok, schedule)
        except Exception as error:  # the generator has to be stopped, not the search for a smaller one begun
            raise _Stop(repr(schedule), f"{type(error).__name__}: {error}") from error

    try:
        run()
    except _Stop as stop:
        return tried, stop.schedule, stop.how
    return tried, "", ""


class _Stop(BaseException):
    """Ends a search. No exception that Hypothesis would look into."""

    def __init__(self, schedule: str, how: str) -> None:
        super().__init__(schedule, how)
        self.schedule = schedule
        self.how = how


def _strategy(layer: str, most: int, *, wide: bool = True) -> st.SearchStrategy[Any]:
    return {"pair": pairs, "crowd": crowds}[layer]() if layer in ("pair", "crowd") else schedules(layer, most, wide=wide)


def run_one(opentok: OpenTokProcess, schedule: Schedule | Pair | Crowd) -> None:
    """Raises :class:`Broken`."""
    if isinstance(schedule, Crowd):
        drive_crowd(opentok, schedule)
    elif isinstance(schedule, Pair):
        drive_pair(opentok, schedule)
    else:
        drive(opentok, schedule)


def _number(base: int, layer: str, number: int) -> int:
    return int.from_bytes(hashlib.sha256(f"{base}/{layer}/{number}".encode()).digest()[:8], "big")


def failure(opentok: OpenTokProcess, base: int, layer: str, number: int, size: int = SIZE, most: int = 7, *, wide: bool = True) -> str | None:
    """Runs a chunk of ``size`` schedules of at most ``most`` steps; the smallest that breaks an invariant, and how, as text."""
    broken: list[tuple[Any, str]] = []

    @seed(_number(base, layer, number))
    @settings(
        max_examples=size,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(_strategy(layer, most, wide=wide))
    def run(schedule: Any) -> None:
        try:
            run_one(opentok, schedule)
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
