# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run of a fleet came to, as a module returns it: by project, as a whole, and what someone should read without `-v`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ._core.desired import interrupts
from ._core.desired.fleet.report import FleetReport, Outcome
from ._core.desired.plan import Action
from ._core.desired.project.kind import PROJECT
from ._core.errors import OpenTokError, join_words, one_line, quote
from ._diff import readable_diff
from ._module import _failure

MOST_WARNED = 20
"""Lines of one kind of warning; the rest is counted. Two hundred of them would be read by nobody."""

MOST_NAMED = 5
"""Failures that the message tells of; the result has all."""

LONGEST = 300
"""Characters of each of them."""


def item(outcome: Outcome) -> dict[str, Any]:
    """What became of one project: always the same keys, `None` for what is not known."""
    known = {"id": outcome.id, "api_key": outcome.id, "name": outcome.name}
    shown = known if outcome.report is None else outcome.report.shown or {}
    recorded = list(outcome.report.recorded) if outcome.report else []
    return {"key": outcome.label, **dict.fromkeys(PROJECT.outputs), **shown, **came_to(outcome), "recorded": recorded}


def came_to(outcome: Outcome) -> dict[str, Any]:
    failure = outcome.failure
    return {
        "changed": outcome.changed,
        "actions": list(outcome.report.actions) if outcome.report else [],
        "failed": failure is not None,
        "msg": None if failure is None else str(failure),
        "warnings": list(outcome.report.warnings) if outcome.report else [],
    }


def result(report: FleetReport) -> dict[str, Any]:
    """All of a run but the digest of its plan."""
    return {
        "changed": report.changes,
        "projects": [item(outcome) for outcome in report.outcomes],
        "undeclared": list(_undeclared(report)),
        "purged": [_ended(outcome) for outcome in report.purged if outcome.changed and outcome.failure is None],
        "actions": [text for outcome in report.everything if outcome.report for text in outcome.report.actions],
        "summary": {
            "declared": len(report.outcomes),
            "changed": report.changed,
            "failed": report.failed,
            "due": len(report.due),
            "undeclared": len(report.undeclared),
            "purged": report.ended,
        },
        "diff": diff(report.everything),
    }


def without_undeclared(result: dict[str, Any]) -> dict[str, Any]:
    """The result of a check that cannot know what is undeclared: an entry may mean any of it."""
    nothing = dict.fromkeys(("undeclared", "purged"))
    return {**result, **nothing, "summary": {**result["summary"], **nothing}}


def _undeclared(report: FleetReport) -> Iterator[dict[str, Any]]:
    """Those that stay, with why one does that was to end."""
    failed = {outcome.id: came_to(outcome) for outcome in report.purged}
    for one in report.undeclared:
        kept = [f"not purged: {one.kept}"] if one.kept else []
        untouched = {"changed": False, "actions": [], "failed": False, "msg": None, "warnings": kept}
        yield {"id": one.id, "name": one.name, "status": one.status, **failed.get(one.id, untouched)}


def _ended(outcome: Outcome) -> dict[str, Any]:
    """What was ended, as it was before."""
    before = (outcome.report.plan.before if outcome.report else None) or {}
    return {"id": outcome.id, "name": before.get("name"), "status": before.get("status"), **came_to(outcome)}


def diff(outcomes: Iterable[Outcome]) -> list[dict[str, str]]:
    """The lines of all plans first, those that cut someone off before the others, then what changes of each project."""
    changed = [(outcome, outcome.report) for outcome in outcomes if outcome.report is not None and outcome.changed]
    if not changed:
        return []
    first = [action.text for action in disruptive(outcome for outcome, _report in changed)]
    cut = set(first)
    rest = [text for _outcome, report in changed for text in report.actions if text not in cut]
    found: list[dict[str, str]] = [{"prepared": "".join(f"{line}\n" for line in (*first, *rest))}]
    for outcome, report in changed:
        _lines, values = readable_diff((), report.plan.before or {}, report.plan.after or {})
        found.append({"before_header": outcome.label, "after_header": outcome.label, **values})
    return found


def disruptive(outcomes: Iterable[Outcome]) -> list[Action]:
    """The actions after which something stops working for someone, what ends for good first."""
    found = [
        action
        for outcome in outcomes
        if outcome.report is not None
        for action in outcome.report.plan.actions
        if action.disrupts and action.text in outcome.report.actions
    ]
    return sorted(found, key=lambda action: action.do != "delete")


def warnings(report: FleetReport, *, check: bool, shows_diff: bool) -> Iterator[str]:
    """What is seen without `-v`. What diff mode shows is not said twice."""
    if not shows_diff:
        when = "planned" if check else "done"
        lines = [f"{when}: {action.text}" for action in disruptive(report.everything)]
        yield from _bounded(lines, f"{when}: {{}} more after which something stops working for someone: 'actions' in the result, or --diff, has all")
    said = [f"{one.label}: {text}" for one in report.everything if one.report is not None for text in one.report.warnings]
    said += [f"project {one.id} {quote(one.name)}: not purged: {one.kept}" for one in report.undeclared if one.kept]
    yield from _bounded(said, "{} more warnings: 'warnings' of each project in the result has all")


def not_declared(report: FleetReport) -> Iterator[str]:
    """A line about the projects that nobody declares."""
    names = [quote(one.name) if one.name else str(one.id) for one in report.undeclared]
    if names:
        more = [f"{len(names) - MOST_NAMED} more, see 'undeclared' in the result"] if len(names) > MOST_NAMED else []
        some, verb = ("1 project", "is") if len(names) == 1 else (f"{len(names)} projects", "are")
        yield f"{some} of account {report.plan.account_key} {verb} not declared: {join_words([*names[:MOST_NAMED], *more])}"


def _bounded(lines: Sequence[str], rest: str) -> Iterator[str]:
    """So many lines as are read, and how many more there are."""
    yield from lines[:MOST_WARNED]
    if len(lines) > MOST_WARNED:
        yield rest.format(len(lines) - MOST_WARNED)


def failure(report: FleetReport) -> dict[str, Any] | None:
    """How the task fails: `msg` and `failure`; `None` if it does not."""
    failed = [(one.label, one.failure) for one in report.everything if one.failure is not None and not one.not_begun]
    left = sum(one.not_begun for one in report.everything)
    stopped = interrupts.finished_first()
    if stopped is not None:
        text = f"{stopped}; {left} of {len(report.everything)} projects are left for the next run" if left else str(stopped)
        return {"msg": text, "failure": _failure(stopped)}
    if not failed:
        return None
    named = [f"{label}: {one_line(str(error), LONGEST)}" for label, error in failed[:MOST_NAMED]]
    if len(failed) > MOST_NAMED:
        named.append(f"and {len(failed) - MOST_NAMED} more, see 'projects' in the result")
    if left:
        named.append(f"{left} {'was' if left == 1 else 'were'} not begun (continue_on_error: false)")
    msg = f"{len(failed)} of {len(report.everything)} projects failed: {'; '.join(named)}"
    return {"msg": msg, "failure": _together(failed)}


def _together(failed: Sequence[tuple[str, OpenTokError]]) -> dict[str, Any]:
    """The parts of the failure of several: what they have in common, and a problem for each."""
    parts = [_failure(error) for _label, error in failed]
    common = {name: parts[0][name] if all(part[name] == parts[0][name] for part in parts) else None for name in parts[0]}
    return {
        **common,
        "type": common["type"] or OpenTokError.__name__,
        "outcome_unknown": any(part["outcome_unknown"] for part in parts),
        "problems": [{"field": label, "message": str(error)} for label, error in failed],
    }
