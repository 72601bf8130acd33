# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs an action as an Ansible module: something that is done, where no kind of desired state is kept up. Private to opentok.cloud."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ._core.desired.interrupts import finished_first, not_begun, watched
from ._core.desired.run import Report
from ._core.desired.scope import Scope
from ._core.errors import Interrupted, OpenTokError
from ._module import CONNECTION_OPTIONS, LEDGER, _fail, _hide_wrong, _ledger, _scope

NO_INPUTS = ("state", *LEDGER)


@watched()
def run_action(name: str, options: Mapping[str, Any], act: Callable[..., Report]) -> None:
    """Does what the module's options say, and returns it under ``name``. ``act(scope, inputs, check=..., ...)`` gives the report.

    It gets ``present`` where the module has ``state``, and ``ledger`` where it has that.
    """
    module = AnsibleModule(argument_spec={**CONNECTION_OPTIONS, **options}, supports_check_mode=True)
    try:
        report = _report(module, options, act)
    except Interrupted as stopped:
        _fail(module, not_begun(stopped))
    except OpenTokError as error:
        _hide_wrong(module, error, options)
        _fail(module, error)
    diff = {"before": dict(report.plan.before or {}), "after": dict(report.plan.after or {})}
    result = {"changed": report.changed, name: report.shown, "actions": list(report.actions), "diff": diff}
    unfinished = report.unfinished or finished_first()
    if unfinished is not None:
        _fail(module, unfinished, **result)
    module.exit_json(**result)


def _report(module: AnsibleModule, options: Mapping[str, Any], act: Callable[..., Report]) -> Report:
    more: dict[str, Any] = {}
    if "state" in options:
        more["present"] = module.params["state"] == "present"
    if "ledger" in options:
        more["ledger"] = _ledger(module.params["ledger"])
    scope: Scope = _scope(module)
    inputs = {name: module.params[name] for name in options if name not in NO_INPUTS}
    return act(scope, inputs, check=module.check_mode, **more)
