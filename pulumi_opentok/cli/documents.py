# SPDX-License-Identifier: Apache-2.0
"""The documents of ``--json``: always all keys, ``null`` where unknown. docs/opentok-projects.md is their reference."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..core.desired.drift.files import as_text
from ..core.desired.drift.of_fleet import of_outcome
from ..core.desired.fleet.report import FleetReport, Outcome
from ..core.desired.project.kind import PROJECT
from ..core.desired.times import to_text
from . import terminal
from .importing.imported import Imported

Document = dict[str, Any]


def write(document: Mapping[str, Any]) -> None:
    """Prints it."""
    ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    terminal.write([as_text(document, ascii_only=ascii_only)])


__all__ = ["as_text", "of_due", "of_import", "of_list", "of_rotate", "of_run", "of_show", "outcome", "project", "write"]


def project(shown: Mapping[str, Any], *, show_secret: bool = False) -> Document:
    """The outputs of one project; ``api_secret`` is ``null`` unless requested."""
    hidden = {} if show_secret else dict.fromkeys(PROJECT.secret_outputs)
    return {**dict.fromkeys(PROJECT.outputs), **shown, **hidden}


def of_list(account_key: str | None, shown: Sequence[Mapping[str, Any]]) -> Document:
    """``list``."""
    return {"account_key": account_key, "projects": [project(one) for one in shown]}


def of_show(account_key: str | None, shown: Mapping[str, Any], *, show_secret: bool) -> Document:
    """``show``."""
    return {"account_key": account_key, "project": project(shown, show_secret=show_secret)}


def of_run(account_key: str | None, report: FleetReport, *, applied: bool) -> Document:
    """``plan``, ``apply``."""
    return {
        "account_key": account_key,
        "applied": applied,
        "projects": [outcome(one) if applied else {**outcome(one), **_planned(one)} for one in report.outcomes],
        "purged": [outcome(one) if applied else {**outcome(one), **_planned(one, _OF_WHAT_ENDS)} for one in report.purged],
        "undeclared": [one.as_dict() for one in report.undeclared],
        "digest": report.digest,
        "summary": _summary(report),
    }


def of_switch(account_key: str | None, report: FleetReport, *, applied: bool, reason: str | None, skipped: Sequence[str]) -> Document:
    """``suspend``, ``activate``."""
    return {
        "account_key": account_key,
        "applied": applied,
        "reason": reason,
        "projects": [outcome(one) for one in report.outcomes],
        "skipped": list(skipped),
        "summary": _summary(report),
    }


def of_due(account_key: str | None, report: FleetReport) -> Document:
    """``due``: only what is due or cannot be determined."""
    found = [outcome(one) for one in report.outcomes if one.due is not None or one.failure is not None]
    return {"account_key": account_key, "projects": found, "summary": _summary(report)}


def of_import(
    account_key: str | None, projects: Sequence[Imported], files: Mapping[str, str], *, output: str | None, then: Sequence[str]
) -> Document:
    """``import``. ``output``: the folder that the files are in, ``None`` where they were not written."""
    rows = [{"key": one.key, "id": one.id, "name": one.inputs.get("name"), "status": one.inputs.get("status")} for one in projects]
    return {"account_key": account_key, "output": output, "files": dict(files), "projects": rows, "next": list(then)}


def of_rotate(account_key: str | None, done: Outcome) -> Document:
    """``rotate``."""
    return {"account_key": account_key, "project": outcome(done)}


def outcome(one: Outcome) -> Document:
    """What happened to one project, or would happen."""
    report = one.report
    shown = report.shown if report else None
    due = one.due
    return {
        "key": one.label,
        "id": (shown or {}).get("id") or one.id,
        "name": (shown or {}).get("name") or one.name,
        "changed": one.changed,
        "actions": list(report.actions) if report else [],
        "reasons": list(report.plan.reasons) if report else [],
        "warnings": list(report.warnings) if report else [],
        "error": None if one.failure is None else str(one.failure),
        "due": None if due is None else {"reasons": list(due.reasons), "since": to_text(due.since), "opens": to_text(due.opens)},
        "project": None if shown is None else project(shown),
    }


_OF_WHAT_ENDS = ("does", "recorded", "status", "secret_fingerprint")


def _planned(one: Outcome, names: Sequence[str] = ("result", "differs", "disruptive", *_OF_WHAT_ENDS)) -> Document:
    """What only a plan says of a project: the same as in a document of drift."""
    found = of_outcome(one)
    return {name: found[name] for name in names}


def _summary(report: FleetReport) -> Document:
    return {
        "declared": len(report.outcomes),
        "changed": report.changed,
        "failed": report.failed,
        "due": len(report.due),
        "purged": report.ended,
        "undeclared": len(report.undeclared),
    }
