# SPDX-License-Identifier: Apache-2.0
"""What became of each project, as lines on stderr and as an exit status."""

from __future__ import annotations

from ..core.desired.fleet.report import FleetReport, Outcome
from . import terminal
from .errors import FAILED, NOT_FINISHED, OK


def complain(report: FleetReport) -> int:
    """Says what failed, a line each. Returns the exit status of all."""
    for outcome in report.everything:
        if outcome.failure is not None and not outcome.not_begun:
            terminal.complain(f"{outcome.label}: {outcome.failure}")
    found = {status_of(outcome) for outcome in report.everything}
    return next((status for status in (NOT_FINISHED, FAILED) if status in found), OK)


def status_of(outcome: Outcome) -> int:
    """The exit status of one."""
    if outcome.failure is None:
        return OK
    return NOT_FINISHED if outcome.not_finished else FAILED
