# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs any kind of desired state as an Ansible module.

Check mode is the plan, diff mode is the plan's before and after. Ansible keeps no record between runs but the ledger that a task names, and
what changes only there is no change: `changed` is true exactly when `actions` is not empty.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule, _load_params, env_fallback, missing_required_lib

from ._core import errors
from ._core.desired import interrupts
from ._core.desired.inputs import STATELESS, Input
from ._core.desired.kind import Kind
from ._core.desired.run import Report, Run
from ._core.desired.scope import Scope
from ._core.http.connection import ENVIRONMENT, SECRET_SETTINGS, SWITCHES, Connection

CONNECTION_OPTIONS = {
    name: {"type": "bool" if name in SWITCHES else "str", "no_log": name in SECRET_SETTINGS, "fallback": (env_fallback, [variable])}
    for name, variable in ENVIRONMENT.items()
}

CALLED = {name: f"the option {name} (or {variable})" for name, variable in ENVIRONMENT.items()}
"""What the settings of the connection are called in a playbook."""

RETURN_SECRET = {"return_secret": {"type": "bool", "default": False, "no_log": False}}
"""Option of a module whose kind has secret outputs."""

LEDGER = {"ledger": {"type": "str"}}
"""Option of a module whose kind a record of the last run can be kept of: a path, or a URL, in which nothing is expanded."""

PUBLISH = {"publish": {"type": "list", "elements": "raw"}, "notify": {"type": "list", "elements": "raw"}}
"""Options of a module whose kind has credentials."""


@interrupts.watched()
def run_desired_state(kind: Kind, *, fixed: Mapping[str, Any] | None = None, publishing: Any = None, **rules: Any) -> None:
    """Makes what is there what the module's options declare. ``fixed`` are inputs of the kind that this module always gives.

    ``publishing`` makes of the option ``publish`` what publishes there (``publishers``), and of ``notify`` what hears of it (``hooks``).
    """
    ledger, publish = LEDGER if kind.needs_record or kind.remembers else {}, PUBLISH if publishing else {}
    module = _module(kind, {**_state(kind.states), **options_of(kind.table), **ledger, **publish}, rules)
    _show_fingerprints(module, kind)
    _finish(module, kind, lambda: _run(module, kind, {**_inputs(module, kind.table), **(fixed or {})}, publishing))


@interrupts.watched()
def run_action(action: Any, *, read: Mapping[str, Callable[[Any], Any]] | None = None, **rules: Any) -> None:
    """Does what the module's options say: something of which no desired state is kept up.

    ``action.act(scope, inputs, check=..., unknown=..., ...)`` gives the report. It gets ``present`` where it ends things too, ``ledger`` where it
    remembers any. ``read``: what makes an input of the option of that name, where that is not the option itself.
    """
    ends, remembers = _state(action.states) if action.states else {}, LEDGER if action.remembers else {}
    options = {**CONNECTION_OPTIONS, **options_of(action.table), **ends, **remembers}
    module = AnsibleModule(argument_spec=options, supports_check_mode=True, **rules)

    def report() -> Report:
        # In a check, what an earlier step makes may not be known yet.
        _refuse_nothing(_load_params(), [row for row in action.table if not (module.check_mode and row.names_other)])
        present = {"present": module.params["state"] == action.states[0]} if ends else {}
        ledger = {"ledger": _ledger(module.params["ledger"])} if remembers else {}
        scope, unknown = _scope(module, action.table)
        inputs = _inputs(module, action.table)
        inputs.update({name: make(inputs[name]) for name, make in (read or {}).items()})
        return action.act(scope, inputs, check=module.check_mode, unknown=unknown, **present, **ledger)

    _finish(module, action, report)


def options_of(table: Iterable[Input]) -> dict[str, dict[str, Any]]:
    """What Ansible makes of the rows of a table: its options."""
    return {row.name: _option(row) for row in table if row.layers in (None, STATELESS)}


def _option(row: Input) -> dict[str, Any]:
    # Said of each: of a name like that of a secret Ansible asks.
    option: dict[str, Any] = {"type": row.type, "no_log": row.secret}
    if row.default is not None:
        option["default"] = list(row.default) if isinstance(row.default, tuple) else row.default
    more = {"required": row.required, "choices": list(row.choices), "elements": row.elements, "aliases": list(row.aliases)}
    return {**option, **{name: value for name, value in more.items() if value}, **_suboptions(row)}


def _suboptions(row: Input) -> dict[str, Any]:
    return {"options": {one.name: _option(one) for one in row.suboptions}} if row.suboptions else {}


def _state(states: Sequence[str]) -> dict[str, dict[str, Any]]:
    return {"state": {"type": "str", "choices": list(states), "default": states[0]}}


def _finish(module: AnsibleModule, kind: Any, run: Callable[[], Report]) -> None:
    """Returns what ``run`` reports, under the kind's name."""
    try:
        report = run()
    except errors.Interrupted as stopped:
        _fail(module, interrupts.not_begun(stopped))
    except errors.OpenTokError as error:
        _hide_wrong(module, error, kind.secret_inputs)
        _fail(module, error)
    _warn_of(module, report)
    result = {kind.name: report.shown and {**report.shown, **kind.derived(report.shown)}, **_result(report)}
    unfinished = report.unfinished or interrupts.finished_first()
    if unfinished is not None:
        _mask(module, kind, kind.name, result)
        _fail(module, unfinished, **result)
    _exit(module, kind, kind.name, result)


def _module(kind: Kind, options: Mapping[str, Any], rules: Mapping[str, Any]) -> AnsibleModule:
    # A secret that the task gives need not be returned to it.
    secret = RETURN_SECRET if set(kind.secret_outputs) - set(kind.secret_inputs) else {}
    return AnsibleModule(argument_spec={**CONNECTION_OPTIONS, **secret, **options}, supports_check_mode=True, **rules)


def _inputs(module: AnsibleModule, table: Iterable[Input]) -> dict[str, Any]:
    return {row.name: module.params[row.name] for row in table if row.layers in (None, STATELESS)}


def _run(module: AnsibleModule, kind: Kind, inputs: Mapping[str, Any], publishing: Any) -> Report:
    state = module.params["state"]
    if state == "absent":
        _refuse_beside_absent(module, kind.only_present)
    if kind.states != Kind.states:
        # What is to be absent need not be declared as one that is to be there.
        inputs = {**inputs, "state": kind.states[-2] if state == "absent" else state}
    ledger = _ledger(module.params.get("ledger"))
    places = publishing.publishers(module.params["publish"]) if publishing else ()
    scope, unknown = _scope(module, kind.table)
    hooks = _hooks(module, publishing, scope) if publishing else ()
    kind.authorise(scope.connection)
    run = Run(kind, scope, ledger=ledger, publishers=places, hooks=hooks, check=module.check_mode, unknown=unknown)
    return run.absent(inputs) if state == "absent" else run.present(inputs)


def _hooks(module: AnsibleModule, publishing: Any, scope: Scope) -> Any:
    """What is notified. Raises :class:`InvalidInput`, also where nothing is published."""
    notify = module.params["notify"]
    if notify and not module.params["publish"]:
        nothing = "nothing is published, so nobody would ever be notified: give publish as well, or leave it out"
        raise errors.InvalidInput(errors.Problem("notify", nothing))
    return publishing.hooks(notify, allow_http=scope.connection.allow_http)


def _refuse_beside_absent(module: AnsibleModule, only_present: Sequence[str]) -> None:
    """Raises :class:`InvalidInput` for each option that would be passed over in silence."""
    usual = {name: option.get("default") for name, option in module.argument_spec.items()}
    wrong = [name for name in (*only_present, "publish", "notify") if module.params.get(name) not in (None, [], {}, usual.get(name))]
    if wrong:
        how = " (on_delete says how it ends)" if "on_delete" in usual else ""
        raise errors.InvalidInput([errors.Problem(name, f"contradicts state: absent{how}: leave it out") for name in wrong])


def _refuse_nothing(asked: Mapping[str, Any], table: Iterable[Input]) -> None:
    """Raises :class:`InvalidInput` for each bound that the task has (``asked``) as null: a template of nothing must not take it away."""
    what = "is given, but has no value (null): give it one, or leave it out (omit)"
    nothing = [row.name for row in table if row.bounds and any(asked.get(name, "") is None for name in (row.name, *row.aliases))]
    wrong = [errors.Problem(name, what) for name in nothing]
    if wrong:
        raise errors.InvalidInput(wrong)


def _ledger(place: str | None) -> Any:
    if place is None:
        return None
    from ._core.desired.ledger.places import is_file, ledger_at

    return ledger_at(os.path.expandvars(place) if is_file(place) else place)


def _result(report: Report) -> dict[str, Any]:
    before, after = dict(report.plan.before or {}), dict(report.plan.after or {})
    result = {"changed": report.changed, "actions": list(report.actions), "before": before, "after": after, "diff": []}
    if report.actions:
        from ._diff import readable_diff

        result["diff"] = readable_diff(report.actions, before, after)
    return result


def _warn_of(module: AnsibleModule, report: Report) -> None:
    """What someone should know, and unless diff mode shows it what stops working for someone: all else is seen from -v on only."""
    _warn(module, report.warnings)
    if not module._diff:
        when = "planned" if module.check_mode else "done"
        _warn(module, [f"{when}: {action.text}" for action in report.plan.actions if action.disrupts and action.text in report.actions])


def _scope(module: AnsibleModule, table: Iterable[Input]) -> tuple[Scope, Collection[str]]:
    """Where the task acts, and which of its ids and credentials an earlier task would give that was only checked as well."""
    if module.check_mode:
        # Here and below: what is not asked for need not be compiled, which Ansible does anew in every run.
        from ._unknown import given_as_nothing, known_connection

        nothing = given_as_nothing(_load_params())
        connection, unknown = known_connection(module.params, nothing, CALLED)
        ids = {row.name for row in table if row.names_other and nothing & {row.name, *row.aliases}}
        return Scope(connection, warn=module.warn), unknown | ids
    return Scope(Connection.resolve(module.params, called=CALLED), warn=module.warn), frozenset()


def _warn(module: AnsibleModule, warnings: Iterable[str]) -> None:
    for warning in warnings:
        module.warn(warning)


def _exit(module: AnsibleModule, kind: Kind, key: str, result: dict[str, Any]) -> None:
    _mask(module, kind, key, result)
    module.exit_json(**result)


def _mask(module: AnsibleModule, kind: Kind, key: str, result: Mapping[str, Any]) -> None:
    """Takes the secrets out of what is returned, unless they were asked for."""
    shown = result[key] if isinstance(result[key], list) else [result[key]]
    for one in filter(None, shown):
        for name in kind.secret_outputs:
            if module.params.get("return_secret"):
                _let_through(module, kind, one[name])
            else:
                one[name] = None


def _let_through(module: AnsibleModule, kind: Kind, secret: str | None) -> None:
    """A secret that was asked for must not be masked because it was given as an option as well."""
    module.no_log_values.discard(secret)
    for name in (*SECRET_SETTINGS, *kind.secret_inputs):
        given = module.params.get(name)
        if secret == given or (isinstance(given, list) and secret in given):
            module.params[name] = None


def _show_fingerprints(module: AnsibleModule, kind: Kind) -> None:
    """A fingerprint that is given in place of a secret is none: masked, it would be missing in the diff as well."""
    given = module.no_log_values
    if not any(module.params.get(name) for name in kind.secret_inputs) and all(value == value.strip() for value in given):
        return
    from ._core.desired.retired import is_fingerprint

    # A secret is meant without the line break that it may be given with.
    forms = {form for value in given for form in (value, value.strip()) if form}
    module.no_log_values = {value for value in forms if not is_fingerprint(value)}


def _hide_wrong(module: AnsibleModule, error: errors.OpenTokError, names: Iterable[str]) -> None:
    """Of ``names``, the options that ``error`` says are wrong: a secret may stand there by mistake, and Ansible shows options at -vvv."""
    for problem in getattr(error, "problems", ()):
        option = problem.field.partition(".")[0].partition("[")[0]
        if option in names:
            module.params.update(dict.fromkeys((option, *module.argument_spec[option].get("aliases", ()))))


def _fail(module: AnsibleModule, error: errors.OpenTokError, **result: Any) -> None:
    """One line, and the same in parts for those who want to act on it."""
    text = missing_required_lib(error.library) if isinstance(error, errors.MissingLibrary) else str(error)
    module.fail_json(msg=text, failure=_failure(error), **result)


def _failure(error: errors.OpenTokError) -> dict[str, Any]:
    return {
        "type": type(error).__name__,
        "operation": error.operation,
        "status": getattr(error, "status", None),
        "code": getattr(error, "code", None),
        "outcome_unknown": error.outcome_unknown,
        "problems": [{"field": problem.field, "message": problem.message} for problem in getattr(error, "problems", ())],
    }
