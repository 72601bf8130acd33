# SPDX-License-Identifier: Apache-2.0
"""Runs one schedule, then cleanly once more and once again, and checks the invariants after each run."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi_opentok.core import Connection, Credentials, fingerprint
from pulumi_opentok.core.opentok import OpenTok
from pulumi_opentok.core.transport import Transport
from tests.faults.layers.ansible import AnsibleLayer
from tests.faults.layers.base import Declaration, Layer, Result
from tests.faults.layers.core import CoreLayer
from tests.faults.layers.pulumi import PulumiLayer
from tests.faults.model import Broken, Model
from tests.faults.opentok import OpenTokProcess
from tests.faults.schedule import Schedule, Step

LAYERS: Mapping[str, type[Layer]] = {"core": CoreLayer, "pulumi": PulumiLayer, "ansible": AnsibleLayer}

PATIENT = 60.0
"""Seconds that a client waits for an answer that surely comes: a loaded machine must look like no fault."""

SHORT = 0.15
"""Seconds after which it gives up where answers are late."""

LATE = 3000.0


def drive(opentok: OpenTokProcess, schedule: Schedule) -> None:
    """Raises :class:`Broken` for an invariant that does not hold."""
    opentok.reset()
    opentok.requests()
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        layer = LAYERS[schedule.layer](opentok, Path(folder))
        try:
            _Drive(opentok, layer).run(schedule)
        finally:
            layer.end()


class _Drive:
    def __init__(self, opentok: OpenTokProcess, layer: Layer) -> None:
        self._opentok = opentok
        self._layer = layer
        self._model = Model(layer)
        self._secrets = {opentok.env["OPENTOK_ACCOUNT_SECRET"]}
        self._texts: list[str] = []
        self._rows: dict[str, dict[str, Any]] = {}
        """The projects at OpenTok, as they were after the last run or change."""

    def run(self, schedule: Schedule) -> None:
        for step in schedule.steps:
            self._step(step)
        first = self._run(Step(refresh=True))
        failed = {name: outcome.error for name, outcome in first.outcomes.items() if not outcome.ok}
        if failed or first.outcomes.keys() != self._model.declared.keys():
            raise Broken(f"the clean run did not succeed: {failed or first.texts}")
        self._all_work()
        self._quiet()
        self._no_secret_shown()

    def _see(self) -> None:
        self._rows = {row["id"]: row for row in self._opentok.all_projects()}
        self._secrets.update(row["secret"] for row in self._rows.values())

    def _step(self, step: Step) -> None:
        for name, what in step.changes:
            self._change(name, what)
        if step.fresh:
            self._opentok.restart()
        for fault in step.faults:
            fields: dict[str, Any] = {"seconds": LATE} if fault.kind == "delay" else {}
            if fault.kind == "status":
                fields = {"status": fault.status, "retry_after": fault.retry_after}
            self._opentok.fault(fault.operation, fault.kind, times=fault.times, after=fault.after, **fields)
        self._run(step)

    def _run(self, step: Step) -> Result:
        before = self._rows
        late = any(fault.kind == "delay" for fault in step.faults)
        result = self._layer.run(self._model.declared, timeout=SHORT if late else PATIENT, moment=step.moment, refresh=step.refresh)
        if step.faults or step.moment:
            self._opentok.clear_faults()
        journal = self._opentok.requests()
        self._see()
        self._texts += [*result.texts, self._layer.saved(), repr(journal)]
        looked = step.refresh or not isinstance(self._layer, PulumiLayer)
        self._model.after(result, before, self._rows, journal, looked)
        return result

    def _change(self, name: str, what: str) -> None:
        if what.startswith("outside"):
            if name in self._model.known:
                self._outside(name, what, self._rows[self._model.known[name].id])
                self._see()
                self._model.meet(self._rows)
            return
        declaration = self._model.declared.setdefault(name, Declaration(name))
        declaration.present = what != "delete"
        if what in ("suspend", "activate"):
            declaration.status = {"suspend": "suspended", "activate": "active"}[what]
        elif what == "trigger":
            declaration.trigger += 1
            self._model.bump(name)
        elif what == "retire" and name in self._model.known:
            live = self._rows[self._model.known[name].id]["secret"]
            declaration.retired.append(live if name == "acme" else fingerprint(live))

    def _outside(self, name: str, what: str, row: Mapping[str, Any]) -> None:
        model = self._model
        model.known[name].stale = True
        if what == "outside status":
            self._opentok.edit_project(row["id"], status="ACTIVE" if row["status"] == "SUSPENDED" else "SUSPENDED")
        elif what == "outside secret":
            model.rotated_outside(name)
            self._opentok.edit_project(row["id"], secret=secrets.token_hex(20))
        elif what == "outside delete":
            self._opentok.delete_project(row["id"])
        elif what == "outside rename":
            self._opentok.edit_project(row["id"], name=f"renamed {row['id']}")
            if self._layer.identity(name) is None:
                model.set_aside[row["id"]] = self._opentok.project(row["id"]) or {}

    def _all_work(self) -> None:
        """Each secret that a caller has works."""
        url = Connection.resolve(environ=self._opentok.env).api_url
        transport = Transport(url, timeout=PATIENT)
        for known in self._model.known.values():
            row = self._rows[known.id]
            if row["status"] != "SUSPENDED":
                OpenTok(Credentials(key=row["id"], secret=row["secret"], kind="project"), transport=transport).prove()

    def _quiet(self) -> None:
        """The second clean run changes nothing."""
        before = self._rows
        again = self._run(Step(refresh=True))
        changed = [name for name, outcome in again.outcomes.items() if outcome.changed or not outcome.ok]
        if changed or self._rows != before:
            raise Broken(f"the second clean run changed {changed or 'the account'}")

    def _no_secret_shown(self) -> None:
        for text in self._texts:
            for secret in self._secrets:
                if secret in text:
                    raise Broken(f"a secret is shown in: {text.replace(secret, '<SECRET>')[:2000]}")
