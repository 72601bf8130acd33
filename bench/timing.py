# SPDX-License-Identifier: Apache-2.0
"""Two things timed side by side, so that whatever else the machine does falls on both."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

Measure = Callable[[], float]


def interleaved(rounds: int, first: Measure, second: Measure) -> tuple[list[float], list[float]]:
    """The results of both, taken in turn; every other round starts with the second."""
    results: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        for which in (0, 1) if turn % 2 == 0 else (1, 0):
            results[which].append((first, second)[which]())
    return results


def of_minima(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How many times as long as ``theirs`` is ``ours``, each at its best: noise only ever adds."""
    return min(ours) / min(theirs)


def of_medians(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The same of medians: for many short ones, where the best is a matter of luck."""
    return statistics.median(ours) / statistics.median(theirs)
