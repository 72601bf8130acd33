# SPDX-License-Identifier: Apache-2.0
"""What people read: tables and lines."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from ..core.desired.drift.document import AS_DECLARED, DRIFT
from ..core.desired.drift.words import explained, heading, title
from ..core.desired.fleet.report import FleetReport, Outcome
from ..core.errors import quote
from .tables import clean, pad, table, width
from .terminal import coloured, columns

LABELS = {
    "id": "id (API key)",
    "name": "name",
    "status": "status",
    "environment": "environment",
    "created_at": "created",
    "secret_fingerprint": "secret fingerprint",
    "secret_version": "secret version",
    "secret_rotated_at": "secret rotated",
    "secret_rotation_due_at": "rotation due",
    "active_key": "active key",
    "draining_key": "draining key",
    "drains_until": "drains until",
    "account_key": "account",
}
WIDEST_LABEL = 24
"""Columns up to which the names before the lines of a plan are aligned."""


def of_list(shown: Sequence[Mapping[str, Any]], *, ledger: bool) -> list[str]:
    """A table of all projects; with a ledger, also what it records."""
    fields = {"ID": "id", "STATUS": "status", "CREATED": "created_at"}
    if ledger:
        fields |= {"ROTATED": "secret_rotated_at", "DUE": "secret_rotation_due_at"}
    fields["NAME"] = "name"
    shown = [{**one, "status": f"{one['status']}, drains"} if one["draining_key"] == one["id"] else one for one in shown]
    rows = [[_cell(one.get(field), day=heading in ("CREATED", "ROTATED", "DUE")) for heading, field in fields.items()] for one in shown]
    return [*table(list(fields), rows, columns()), _count(len(shown), "project")]


def of_show(shown: Mapping[str, Any], *, show_secret: bool) -> list[str]:
    """One line per fact about a project."""
    facts = {label: _cell(shown.get(field)) for field, label in LABELS.items()}
    facts["secret"] = str(shown.get("api_secret")) if show_secret else "(hidden: --show-secret)"
    room = max(map(len, facts))
    return [f"{label:<{room}}  {clean(text)}" for label, text in facts.items()]


def of_run(report: FleetReport, *, applied: bool) -> list[str]:
    """What was or would be done: one line per action and warning, and a summary."""
    named = [(outcome, _lines(outcome)) for outcome in report.everything]
    room = min(max((width(clean(outcome.label)) for outcome, lines in named if lines), default=0), WIDEST_LABEL)
    found = [coloured(f"{mark} {pad(clean(outcome.label), room)}  {clean(text)}", mark) for outcome, lines in named for mark, text in lines]
    return [*found, *_undeclared(report), _summary(report, applied=applied)]


def _undeclared(report: FleetReport) -> list[str]:
    """A line for each project that nobody declares and that stays."""
    found = ((one, f"; not purged: {one.kept}" if one.kept else "") for one in report.undeclared)
    return [clean(f"? not declared: project {one.id or '(no id)'} {quote(one.name)}, {one.status or 'of unknown status'}{why}") for one, why in found]


def of_due(report: FleetReport, *, checked: int) -> list[str]:
    """A table of what is due: the project, since when, when its window opens, why."""
    due = [(outcome, outcome.due) for outcome in report.due if outcome.due]
    rows = [[outcome.label, _id(outcome), _moment(each.since) or "-", _moment(each.opens) or "now", "; ".join(each.reasons)] for outcome, each in due]
    found = table(["PROJECT", "ID", "DUE SINCE", "WINDOW", "WHY"], rows, None) if rows else []
    waiting = sum(each.opens is not None for _outcome, each in due)
    waits = f", {waiting} of them {'waits' if waiting == 1 else 'wait'} for the rotation_window" if waiting else ""
    return [*found, f"{len(due)} of {_count(checked, 'project')} due{waits}"]


def of_drift(document: Mapping[str, Any]) -> list[str]:
    """What is not as declared, a line each, and the result."""
    named = [(title(one), _drifted(one)) for one in (*document["items"], *document["undeclared"])]
    room = min(max((width(clean(name)) for name, lines in named if lines), default=0), WIDEST_LABEL)
    found = [coloured(f"{mark} {pad(clean(name), room)}  {clean(text)}", mark) for name, lines in named for mark, text in lines]
    return [*found, heading(document)]


def _drifted(one: Mapping[str, Any]) -> list[tuple[str, str]]:
    since = f" (first seen {one['first_seen']})" if one["first_seen"] and one["result"] != AS_DECLARED else ""
    said = [(_mark(text), f"{text}{since}") for text in one["actions"]]
    if one["error"] and one["result"] == DRIFT:
        said.append(("!", f"{one['error']}{since}"))
    if not said:
        said += [("!", f"{text}{since}") for text in explained(one)]
    return [*said, *(("!", f"warning: {text}") for text in one["warnings"])]


def of_rotate(outcome: Outcome) -> list[str]:
    """What was done."""
    return [coloured(f"{mark} {clean(text)}", mark) for mark, text in _lines(outcome)]


def of_switch(report: FleetReport, status: str, *, applied: bool) -> str:
    """How many were or would be set to this status."""
    total, failed = len(report.outcomes), sum(one.failure is not None and not one.not_begun for one in report.outcomes)
    changed, not_begun = sum(one.changed for one in report.outcomes), sum(one.not_begun for one in report.outcomes)
    parts = [f"{changed} {status if applied else f'would be {status}'}", f"{total - changed - failed - not_begun} {status} already"]
    parts += _failures(report, failed)
    parts += [f"{not_begun} not done"] if not_begun else []
    return f"{_count(total, 'project')}: {', '.join(parts)}"


def _lines(outcome: Outcome) -> list[tuple[str, str]]:
    if outcome.report is None:
        return []
    actions = [(_mark(text), text) for text in outcome.report.actions]
    return [*actions, *(("!", f"warning: {text}") for text in outcome.report.warnings)]


def _mark(text: str) -> str:
    return {"create": "+", "delete": "-"}.get(text.split(" ", 1)[0], "~")


def _summary(report: FleetReport, *, applied: bool) -> str:
    total = len(report.outcomes)
    changed = report.changed
    not_begun = sum(outcome.not_begun for outcome in report.outcomes)
    failed = sum(outcome.failure is not None for outcome in report.outcomes) - not_begun
    both = sum(outcome.changed and outcome.failure is not None for outcome in report.outcomes)
    kept = sum(outcome.failure is not None for outcome in report.purged)
    parts = [f"{changed} {'changed' if applied else 'would change'}", f"{total - changed - failed + both - not_begun} as declared"]
    parts += _failures(report, failed)
    if not_begun:
        parts.append(f"{not_begun} not done")
    if report.ended:
        parts.append(f"{report.ended} undeclared {'ended' if applied else 'would end'}")
    if kept:
        parts.append(f"{kept} undeclared not ended")
    if left := len(_undeclared(report)):
        parts.append(f"{left} not declared")
    return f"{_count(total, 'project')}: {', '.join(parts)}"


def _failures(report: FleetReport, failed: int) -> list[str]:
    """How many of the ``failed`` were not done, and of how many that is not known."""
    unknown = sum(one.not_known for one in report.outcomes)
    after = sum(one.changed and one.failure is not None and not one.not_known for one in report.outcomes)
    counted = {f"failed{f' ({after} of them after a change)' if after else ''}": failed - unknown, "not known": unknown}
    return [f"{number} {what}" for what, number in counted.items() if number]


def _id(outcome: Outcome) -> str:
    return str((outcome.report.shown or {}).get("id") or outcome.id or "-") if outcome.report else outcome.id or "-"


def _cell(value: Any, *, day: bool = False) -> str:
    if value is None or value == "":
        return "-"
    return str(value)[:10] if day else str(value)


def _moment(value: datetime.datetime | None) -> str:
    return "" if value is None else value.isoformat(sep=" ", timespec="minutes")


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
