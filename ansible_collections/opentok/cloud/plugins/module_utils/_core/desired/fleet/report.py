# SPDX-License-Identifier: Apache-2.0
"""What became of many projects: plain data."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

from ...errors import NotBegun, OpenTokError, RotationUnknown, RunInterrupted
from ..report import Report
from .planned import FleetPlan
from .undeclared import UndeclaredProject


@dataclasses.dataclass(frozen=True, kw_only=True)
class Due:
    """A rotation that is due, or a step of one. ``since`` when, where it is by age or a step; ``opens``: when the window opens that it waits for."""

    reasons: tuple[str, ...]
    since: datetime.datetime | None = None
    opens: datetime.datetime | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Difference:
    """A ``property`` of a project that was ``found`` to be other than ``expected``: declared, or for the secret recorded by the last run."""

    property: str
    expected: Any
    found: Any

    def as_dict(self) -> dict[str, Any]:
        """Its fields."""
        return dataclasses.asdict(self)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run of one declaration came to: a ``report``, or the ``error`` that stopped it, with what is known of its ``id`` and ``name``.

    ``differs``: what was other than declared when the run looked, also where nothing can be done about it.
    """

    label: str
    report: Report | None = None
    error: OpenTokError | None = None
    due: Due | None = None
    id: str | None = None
    name: str | None = None
    differs: tuple[Difference, ...] = ()

    @property
    def failure(self) -> OpenTokError | None:
        """The error that stopped it, be it after something had been done."""
        return self.error or (self.report.unfinished if self.report else None)

    @property
    def not_finished(self) -> bool:
        """Whether it failed after something had been done, by this run or an earlier one, or where it is not known whether it was."""
        on_its_way = self.report is not None and self.report.unfinished is not None
        return self.failure is not None and (on_its_way or self.changed or self.not_known)

    @property
    def not_known(self) -> bool:
        """Whether it failed and may be done all the same: only another look can tell."""
        failure = self.failure
        return failure is not None and (failure.outcome_unknown or isinstance(failure, RotationUnknown))

    @property
    def not_begun(self) -> bool:
        """Whether the run ended, by a signal or at the failure of another, before anything of this was begun."""
        return isinstance(self.error, (NotBegun, RunInterrupted))

    @property
    def changed(self) -> bool:
        """Whether anything was (or would be) changed."""
        return self.report is not None and self.report.changed


@dataclasses.dataclass(frozen=True, kw_only=True)
class FleetReport:
    """An outcome for each declaration, in their order, and for each project that is not declared and ends (``purged``).

    ``undeclared``: what else the account has that is not declared, and stays; empty where nobody wants to know. ``plan``: what was planned before
    anything was done.
    """

    outcomes: tuple[Outcome, ...]
    plan: FleetPlan
    purged: tuple[Outcome, ...] = ()
    undeclared: tuple[UndeclaredProject, ...] = ()

    @property
    def digest(self) -> str:
        """See :attr:`FleetPlan.digest`: what an apply may expect that must do what this plan says, and nothing else."""
        return self.plan.digest

    @property
    def everything(self) -> tuple[Outcome, ...]:
        """All outcomes."""
        return (*self.outcomes, *self.purged)

    @property
    def changes(self) -> bool:
        """Whether anything at all was (or would be) changed."""
        return any(outcome.changed for outcome in self.everything)

    @property
    def changed(self) -> int:
        """How many declared ones were (or would be) changed, with those of them that failed after that."""
        return sum(outcome.changed for outcome in self.outcomes)

    @property
    def ended(self) -> int:
        """How many others were (or would be) ended."""
        return sum(outcome.changed for outcome in self.purged)

    @property
    def failed(self) -> int:
        """How many failed, of the declared ones and of those that were to end."""
        return sum(outcome.failure is not None for outcome in self.everything)

    @property
    def due(self) -> tuple[Outcome, ...]:
        """Those whose rotation is due."""
        return tuple(outcome for outcome in self.outcomes if outcome.due is not None)
