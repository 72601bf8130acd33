# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs many projects at once as an Ansible module: one list of the account, and only the writes that are needed."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule, _load_params

from . import _fleet_input, _fleet_result
from ._core import errors
from ._core.desired import interrupts
from ._core.desired.fleet.account import Notifying
from ._core.desired.fleet.entries import Entry
from ._core.desired.fleet.fleet import OPTIONS, Fleet
from ._core.desired.fleet.places import hooks_of, places_of
from ._core.desired.fleet.planned import StalePlan
from ._core.desired.fleet.report import FleetReport, Outcome
from ._core.desired.fleet.undeclared import Undeclared
from ._core.desired.inputs import Input, InputReader
from ._core.desired.kind import Described
from ._core.desired.project.kind import PROJECT
from ._core.desired.run import Run
from ._core.desired.scope import Scope
from ._module import CONNECTION_OPTIONS, LEDGER, RETURN_SECRET, _exit, _fail, _ledger, _mask, _refuse_nothing, _scope, _warn, options_of
from ._progress import progress
from ._publish import hooks, publishers
from ._unknown import is_nothing

DIGEST_LENGTH = len("sha256:") + 64


def _digest(value: Any, field: str) -> str:
    if isinstance(value, str) and value.startswith("sha256:") and len(value) == DIGEST_LENGTH:
        return value
    raise errors.InvalidInput(errors.Problem(field, "must be the 'plan' that an earlier run in check mode returned: sha256: and 64 hex digits"))


class ProjectsModule(Described):
    """The options of the module besides those of the connection, and what it returns of each project."""

    name = "projects"
    table = (
        # A retired secret may stand in them, see `_fleet_input.hide_secrets`.
        Input("projects", required=True, secret=True),
        Input("defaults", type="dict", secret=True),
        *OPTIONS,
        Input("purge", type="bool", default=False, bounds=True),
        Input("plan", _digest, bounds=True),
    )
    outputs = ("key", "changed", "actions", "failed", "msg", "warnings", "recorded", *PROJECT.outputs)
    secret_outputs = PROJECT.secret_outputs


PROJECTS = ProjectsModule()


@interrupts.watched()
def run_fleet() -> None:
    """Makes each project of the task's options what is declared of it."""
    options = {**CONNECTION_OPTIONS, **LEDGER, **RETURN_SECRET, **options_of(PROJECTS.table)}
    module = AnsibleModule(argument_spec=options, supports_check_mode=True)
    given = _fleet_input.hide_secrets(module)
    try:
        declared = _fleet_input.declared(given, check=module.check_mode)
        report = _run(module, given, declared)
    except errors.Interrupted as stopped:
        _fail(module, interrupts.not_begun(stopped))
    except errors.OpenTokError as error:
        if isinstance(error, errors.InvalidInput):
            _fleet_input.hide_all(module)
        _fail(module, error)
    _warn(module, _fleet_result.warnings(report, check=module.check_mode, shows_diff=module._diff))
    if given["undeclared"] == "report":
        _warn(module, _fleet_result.not_declared(report))
    result = {**_fleet_result.result(report), "plan": report.digest}
    if declared.unknown:
        looks = given["purge"] or given["undeclared"] != "ignore"
        result = {**_fleet_result.without_undeclared(result), "plan": None} if looks else {**result, "plan": None}
    failure = _fleet_result.failure(report)
    if failure is not None:
        _mask(module, PROJECT, PROJECTS.name, result)
        module.fail_json(**failure, **result)
    _exit(module, PROJECT, PROJECTS.name, result)


def _run(module: AnsibleModule, given: Mapping[str, Any], declared: _fleet_input.Declared) -> FleetReport:
    asked = _asked(module)
    given = {**given, **({} if "plan" in asked else {"plan": None})}
    reader = InputReader(given)
    said = reader.table(row for row in PROJECTS.table if row.name in ("max_parallel", "continue_on_error", "plan"))
    reader.add(_contradictions(given, asked.keys()))
    _refuse_nothing(asked, PROJECTS.table)
    reader.finish()
    undeclared = Undeclared.read({**given, "undeclared": "purge" if given["purge"] else given["undeclared"]})
    if undeclared.looks and declared.unknown:
        # One of those that seem undeclared may be meant by an id that is not known yet.
        what = "what would be purged" if undeclared.purges else "what is not declared"
        undeclared = Undeclared()
        module.warn(f"{what} is not known before an earlier step is done: only the run can tell")
    expected = said.pop("plan", None)
    scope, _unknown = _scope(module, ())
    PROJECT.authorise(scope.connection)
    fleet = Fleet(scope, ledger=_ledger(given["ledger"]), publish=_places, notify=_notifying(scope), progress=progress(), **said)
    if not module.check_mode:
        return fleet.apply(declared.whole, undeclared=undeclared, expected_digest=expected)
    report = fleet.plan(declared.known, undeclared=undeclared)
    if expected is not None and expected != report.digest:
        raise StalePlan(report.plan)
    return _with_unknown(report, declared, scope, given["ledger"])


def _asked(module: AnsibleModule) -> Mapping[str, Any]:
    """The options that the task has, but in a check for a plan that is not known yet, because what makes it was only checked as well."""
    asked: Mapping[str, Any] = _load_params()
    if not module.check_mode or not is_nothing(asked.get("plan", "given")):
        return asked
    module.warn("the plan to expect is not known before an earlier step is done: only the run can tell whether it is the one that was approved")
    return {name: value for name, value in asked.items() if name != "plan"}


def _contradictions(given: Mapping[str, Any], asked: Collection[str]) -> list[errors.Problem]:
    """What the options say of undeclared projects, and what they say beside it. ``asked``: the options that the task has."""
    undeclared, purge = given["undeclared"], given["purge"]
    if {"undeclared", "purge"} <= set(asked) and purge != (undeclared == "purge"):
        return [errors.Problem("purge", f"contradicts undeclared: {undeclared}: give one of them, purge: true is short for undeclared: purge")]
    if purge or undeclared == "purge":
        return []
    bounds = [name for name in ("purge_limit", "purge_pattern") if name in asked and given[name] is not None]
    return [errors.Problem(name, "bounds a purge, and nothing is purged: say purge: true, or leave it out") for name in bounds]


def _places(entry: Entry) -> Any:
    return publishers(places_of(entry))


def _notifying(scope: Scope) -> Notifying:
    return lambda entry: hooks(hooks_of(entry), allow_http=scope.connection.allow_http)


def _with_unknown(report: FleetReport, declared: _fleet_input.Declared, scope: Scope, ledger: str | None) -> FleetReport:
    """With those in their places of which only the run can tell more, because an earlier task that would give their id was only checked."""
    if not declared.unknown:
        return report
    known = iter(report.outcomes)
    outcomes = [_planned(entry, scope, ledger) if place in declared.unknown else next(known) for place, entry in enumerate(declared.whole.entries)]
    return dataclasses.replace(report, outcomes=tuple(outcomes))


def _planned(entry: Entry, scope: Scope, ledger: str | None) -> Outcome:
    run = Run(PROJECT, scope, ledger=_ledger(ledger), publishers=_places(entry), hooks=_notifying(scope)(entry), check=True, unknown={"existing_id"})
    inputs = {**_fleet_input.without_id(entry), "take_by_name": True}
    return Outcome(label=entry.label, report=run.absent(inputs) if entry.state == "absent" else run.present(inputs))
