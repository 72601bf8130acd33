# Copyright: (c) 2026, The pulumi-opentok authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks as an Ansible module whether many projects are as declared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.basic import AnsibleModule

from . import _fleet_input
from ._core import errors
from ._core.desired import interrupts
from ._core.desired.drift import files, markdown
from ._core.desired.drift.document import KEYS, Document
from ._core.desired.drift.look import UNDECLARED, look
from ._core.desired.fleet.entries import declarations_of
from ._core.desired.fleet.fleet import Fleet
from ._core.desired.inputs import Input
from ._core.desired.kind import Described
from ._core.desired.project.kind import PROJECT
from ._core.desired.scope import Scope
from ._core.http.connection import Connection
from ._module import CALLED, CONNECTION_OPTIONS, LEDGER, _fail, _ledger, options_of


class DriftModule(Described):
    """The options of the module besides those of the connection, and the document that it returns."""

    name = "projects_drift"
    table = (
        # A retired secret may stand in them, see `_fleet_input.hide_secrets`.
        Input("projects", required=True, secret=True),
        Input("defaults", type="dict", secret=True),
        Input("undeclared", default=UNDECLARED[0], choices=UNDECLARED),
        Input("since", type="path"),
        *(Input(name, type="path") for name in files.OUTPUTS),
        Input("marker", default=markdown.MARKER, type="str"),
    )
    outputs = KEYS


PROJECTS_DRIFT = DriftModule()


@interrupts.watched()
def run_drift() -> None:
    """Looks, writes what the task's options name, returns the document."""
    module = AnsibleModule(argument_spec={**CONNECTION_OPTIONS, **LEDGER, **options_of(PROJECTS_DRIFT.table)}, supports_check_mode=True)
    given = _fleet_input.hide_secrets(module)
    try:
        document = _look(module, given)
        text = markdown.of_document(document, marker=given["marker"])
        if not module.check_mode:
            files.write({name: given[name] for name in files.OUTPUTS}, document, given["marker"])
    except errors.Interrupted as stopped:
        _fail(module, interrupts.not_begun(stopped))
    except errors.OpenTokError as error:
        if isinstance(error, errors.InvalidInput):
            _fleet_input.hide_all(module)
        _fail(module, error)
    module.exit_json(changed=False, document=document, markdown=text)


def _look(module: AnsibleModule, given: Mapping[str, Any]) -> Document:
    markdown.checked_marker(given["marker"])
    files.check({name: given[name] for name in files.OUTPUTS}, files.with_lock(given["ledger"]))
    previous = files.previous(given["since"])
    declared = declarations_of(given["projects"], given["defaults"])
    scope = Scope(Connection.resolve(module.params, called=CALLED), warn=module.warn)
    PROJECT.authorise(scope.connection)
    fleet = Fleet(scope, ledger=_ledger(given["ledger"]))
    return look(
        fleet, declared, source="opentok.cloud.projects_drift", account_key=scope.account_key, undeclared=given["undeclared"], previous=previous
    )
