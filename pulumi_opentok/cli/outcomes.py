# SPDX-License-Identifier: Apache-2.0
"""What became of each project, as lines on stderr and as an exit status."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.desired.fleet.report import FleetReport, Outcome
from ..core.errors import join_words
from . import terminal
from .errors import FAILED, NOT_FINISHED, OK

ALIKE = 3
"""Of more failures that say the same, the first is told whole."""

NAMED = 5
"""And so many of the others are named."""


def complain(report: FleetReport) -> int:
    """Says what failed. Returns the exit status of all."""
    complain_each((outcome.label, str(outcome.failure)) for outcome in report.everything if outcome.failure is not None and not outcome.not_begun)
    found = {status_of(outcome) for outcome in report.everything}
    return next((status for status in (NOT_FINISHED, FAILED) if status in found), OK)


def complain_each(failures: Iterable[tuple[str, str]]) -> None:
    """A line for each label and what is wrong with it; two for many with which the same is: that has one cause, such as a lost connection."""
    by_text: dict[str, list[str]] = {}
    for label, text in failures:
        by_text.setdefault(text, []).append(label)
    for text, labels in by_text.items():
        whole, more = (labels, []) if len(labels) <= ALIKE else (labels[:1], labels[1:])
        for label in whole:
            terminal.complain(f"{label}: {text}")
        if more:
            named = more if len(more) <= NAMED else [*more[:NAMED], f"{len(more) - NAMED} others"]
            terminal.complain(f"and {len(more)} more for the same reason: {join_words(named)}")


def status_of(outcome: Outcome) -> int:
    """The exit status of one."""
    if outcome.failure is None:
        return OK
    return NOT_FINISHED if outcome.not_finished else FAILED
