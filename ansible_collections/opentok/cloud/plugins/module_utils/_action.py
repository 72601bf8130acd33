# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs an action as an Ansible module: something that is done, where no kind of desired state is kept up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from ._core.desired.interrupts import finished_first, not_begun, watched
from ._core.desired.run import Report
from ._core.errors import Interrupted, OpenTokError
from ._module import CONNECTION_OPTIONS, LEDGER, _fail, _hide_wrong, _ledger, _result, _scope, _warn_of

NO_INPUTS = ("state", *LEDGER)


@watched()
def run_action(name: str, options: Mapping[str, Any], act: Callable[..., Report], *, ids: Sequence[str], **rules: Any) -> None:
    """Does what the module's options say, and returns it under ``name``. ``act(scope, inputs, check=..., unknown=..., ...)`` gives the report.

    It gets ``present`` where the module has ``state``, and ``ledger`` where it has that. ``ids``: options that an earlier task may have to give.
    """
    module = AnsibleModule(argument_spec={**CONNECTION_OPTIONS, **options}, supports_check_mode=True, **rules)
    try:
        report = _report(module, options, act, ids)
    except Interrupted as stopped:
        _fail(module, not_begun(stopped))
    except OpenTokError as error:
        _hide_wrong(module, error, options)
        _fail(module, error)
    _warn_of(module, report)
    result = {name: report.shown, **_result(report)}
    unfinished = report.unfinished or finished_first()
    if unfinished is not None:
        _fail(module, unfinished, **result)
    module.exit_json(**result)


def _report(module: AnsibleModule, options: Mapping[str, Any], act: Callable[..., Report], ids: Sequence[str]) -> Report:
    more: dict[str, Any] = {}
    if "state" in options:
        more["present"] = module.params["state"] == "present"
    if "ledger" in options:
        more["ledger"] = _ledger(module.params["ledger"])
    scope, unknown = _scope(module, ids)
    inputs = {name: module.params[name] for name in options if name not in NO_INPUTS}
    return act(scope, inputs, check=module.check_mode, unknown=unknown, **more)
