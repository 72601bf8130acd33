# SPDX-License-Identifier: Apache-2.0
"""The document of a fleet that was planned."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from ...errors import OpenTokError, OtherAccount, PlanError
from ..fleet.entries import Entry
from ..fleet.report import Due, FleetReport, Outcome
from ..report import Report
from ..times import to_text
from .document import AS_DECLARED, COULD_NOT_LOOK, DRIFT, PUBLISH, ROTATE, Document, document, item, undeclared

_DOES = {"refresh_secret": ROTATE}


def of_report(report: FleetReport, *, source: str, looked_at: datetime.datetime, account_key: str | None) -> Document:
    """The document of a report of :meth:`Fleet.plan`. What nobody declares has drifted, where the report names it."""
    others = [undeclared(one.id, one.name, one.status) for one in report.undeclared]
    return document((of_outcome(one) for one in report.outcomes), source=source, looked_at=looked_at, account_key=account_key, undeclared=others)


def of_failure(error: OpenTokError, entries: Sequence[Entry], *, source: str, looked_at: datetime.datetime, account_key: str | None) -> Document:
    """The document of a run that could not look at anything: why, and of whom nothing is known."""
    items = (item(entry.label, result=COULD_NOT_LOOK, id_=_text(entry, "id"), name=_text(entry, "name"), error=str(error)) for entry in entries)
    return document(items, source=source, looked_at=looked_at, account_key=account_key, errors=[str(error)])


def of_outcome(outcome: Outcome) -> Document:
    """What is known of one declared project."""
    report = outcome.report
    # Of one that is to end, what was there.
    shown = (report.shown or report.plan.before if report else None) or {}
    before = (report.plan.before if report else None) or {}
    found = {difference.property: difference.found for difference in outcome.differs}
    return item(
        outcome.label,
        result=_result(outcome),
        id_=shown.get("id") or outcome.id,
        name=found.get("name") or shown.get("name") or outcome.name,
        status=before.get("status"),
        secret_fingerprint=before.get("secret_fingerprint"),
        differs=[difference.as_dict() for difference in outcome.differs],
        actions=report.actions if report else (),
        does=_does(report) if report else (),
        disruptive=report.disruptive if report else (),
        recorded=report.recorded if report else (),
        reasons=report.plan.reasons if report else (),
        warnings=report.warnings if report else (),
        error=None if outcome.failure is None else str(outcome.failure),
        due=_due(outcome.due),
        secret_rotated_at=shown.get("secret_rotated_at"),
        secret_rotation_due_at=shown.get("secret_rotation_due_at"),
    )


def _does(report: Report) -> list[str]:
    """What is no action of the plan of the project itself is a publication."""
    known = {action.text: _DOES.get(action.do, action.do) for action in report.plan.actions}
    return [known.get(text, PUBLISH) for text in report.actions]


def _result(outcome: Outcome) -> str:
    """A declaration that cannot be reached has drifted; after any other failure nothing is known."""
    if outcome.failure is not None:
        reachable = isinstance(outcome.failure, PlanError) and not isinstance(outcome.failure, OtherAccount)
        return DRIFT if reachable else COULD_NOT_LOOK
    lost = any(difference.property == "active_key" for difference in outcome.differs)
    return DRIFT if outcome.changed or lost else AS_DECLARED


def _due(due: Due | None) -> Document | None:
    return None if due is None else {"reasons": list(due.reasons), "since": to_text(due.since), "opens": to_text(due.opens)}


def _text(entry: Entry, name: str) -> str | None:
    value = entry.inputs.get(name)
    return None if value is None else str(value)
