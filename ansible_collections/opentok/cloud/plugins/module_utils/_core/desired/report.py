# SPDX-License-Identifier: Apache-2.0
"""What a run came to."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from ..errors import OpenTokError
from .plan import Action, Applied, Plan


@dataclasses.dataclass(frozen=True, kw_only=True)
class Report:
    """What a run came to, or in a check would come to.

    ``actions``: what was done (or would be), publications and hooks included, a line each. ``shown``: the kind's outputs, secrets in clear and
    ``None`` for what is not known yet; ``None`` when the thing is not there (any more). ``unfinished``: the error that stopped it on its way,
    after ``actions`` had been done; what is left is done by the next run. ``remembered``: of a check, what else the ledger would have anew.
    """

    plan: Plan
    actions: tuple[str, ...]
    shown: dict[str, Any] | None
    warnings: tuple[str, ...] = ()
    unfinished: OpenTokError | None = None
    remembered: tuple[str, ...] = ()

    @property
    def recorded(self) -> tuple[str, ...]:
        """What would only be remembered, or was, a line each."""
        return (*(action.text for action in self.plan.actions if not action.touches_api), *self.remembered)

    @property
    def changed(self) -> bool:
        """Whether anything was (or would be) changed outside of the ledger."""
        return bool(self.actions)

    @property
    def disruptive(self) -> tuple[str, ...]:
        """Those of ``actions`` by which something stops working for someone."""
        ending = {action.text for action in self.plan.actions if action.disrupts}
        return tuple(text for text in self.actions if text in ending)


def report_of(plan: Plan, applied: Applied[Any], shown: dict[str, Any] | None) -> Report:
    warnings = (*plan.warnings, *applied.warnings)
    return Report(plan=plan, actions=texts_of(applied.done), shown=shown, warnings=warnings, unfinished=applied.unfinished)


def texts_of(actions: Sequence[Action]) -> tuple[str, ...]:
    return tuple(action.text for action in actions if action.touches_api)
