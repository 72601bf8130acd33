# SPDX-License-Identifier: Apache-2.0
"""The module ``opentok.cloud.project``, each task in a process of its own, with a ledger.

Real: the module with its options, its ``AnsibleModule``, its process and what it prints. Not here but in ``tests/playbooks``: the zip that
Ansible sends to a host, and ``ansible-playbook``.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import traceback
from collections.abc import Mapping
from typing import Any

from tests.faults import processes
from tests.faults.haste import make_haste
from tests.faults.layers.base import Declaration, Layer, Outcome, Result, asking
from tests.faults.moments import at
from tests.faults.schedule import Moment, Step

MODULE = "ansible_collections.opentok.cloud.plugins.modules.project"
CORE = "ansible_collections.opentok.cloud.plugins.module_utils._core"


class AnsibleLayer(Layer):
    """Drives the module: a task each project."""

    def run(self, declared: Mapping[str, Declaration], step: Step, *, timeout: float) -> Result:
        result = Result()
        earlier = 0
        for name, declaration in declared.items():
            process, connection = processes.start(_child, self._options(declaration), self.env(timeout), step.moment, earlier)
            try:
                kind, content = self._answered(connection)
            except EOFError:
                result.killed = True
                return result
            finally:
                processes.end(process)
                connection.close()
            if kind == "failed":
                raise AssertionError(content)
            printed, sent = content
            earlier += sent
            result.texts.append(printed)
            result.outcomes[name] = _outcome(json.loads(printed))
        return result

    def _options(self, declaration: Declaration) -> dict[str, Any]:
        options: dict[str, Any] = {**declaration.inputs(), "ledger": str(self.ledger)}
        if not declaration.present:
            return {**options, "state": "absent"}
        return {**options, "publish": [f"file:{self.place(declaration.name)}"]}


def _outcome(printed: Mapping[str, Any]) -> Outcome:
    failed = bool(printed.get("failed"))
    # What failed before anything was done has no result but the error.
    return Outcome(
        ok=not failed,
        changed=bool(printed.get("changed")),
        shown=printed.get("project"),
        kept="actions" in printed,
        error=printed["msg"] if failed else "",
        warnings=tuple(map(str, printed.get("warnings") or ())),
    )


def _child(connection: processes.Connection, options: Mapping[str, Any], env: Mapping[str, str], moment: Moment | None, earlier: int) -> None:
    from ansible.module_utils.common.parameters import PASS_VARS
    from ansible.module_utils.testing import patch_module_args

    # Since 2.21 a module leaves its options out of what it prints, and no search for secrets would see them.
    invocation = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}
    os.environ.update(env)
    make_haste(CORE, blocked=lambda: asking(connection)("blocked"))
    out = io.StringIO()
    try:
        module = importlib.import_module(MODULE)
        with (
            at(moment, asking(connection), earlier) as seen,
            patch_module_args({**options, **invocation}),
            contextlib.redirect_stdout(out),
            contextlib.suppress(SystemExit),
        ):
            module.main()
    except BaseException:
        connection.send(("failed", traceback.format_exc() + out.getvalue()))
        raise
    connection.send(("done", (out.getvalue(), seen.count)))
