# SPDX-License-Identifier: Apache-2.0
"""Runs one schedule, then cleanly once more and once again, and checks the invariants after each run."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pulumi_opentok.core import Account, Connection, Credentials, fingerprint
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.http.transport import Transport
from tests.faults import processes
from tests.faults.doubt import Doubt
from tests.faults.layers.ansible import AnsibleLayer
from tests.faults.layers.base import Declaration, Layer, Result
from tests.faults.layers.core import CoreLayer
from tests.faults.layers.engine import EngineLayer
from tests.faults.layers.native import NativeLayer
from tests.faults.layers.pulumi import PulumiLayer
from tests.faults.model import Broken, Known, Model
from tests.faults.opentok import OpenTokProcess
from tests.faults.published import Published
from tests.faults.schedule import MOVES, Schedule, Step

LAYERS: Mapping[str, type[Layer]] = {
    "core": CoreLayer,
    "pulumi": PulumiLayer,
    "native": NativeLayer,
    "ansible": AnsibleLayer,
    "engine": EngineLayer,
}

PATIENT = 60.0
"""Seconds that a client waits for an answer that surely comes: a loaded machine must look like no fault."""

SHORT = 0.15
"""Seconds after which it gives up where answers are late."""

LATE = 3000.0


BYSTANDER = "bystander"
"""A project of the account that nobody declares."""


def drive(opentok: OpenTokProcess, schedule: Schedule) -> None:
    """Raises :class:`Broken` for an invariant that does not hold."""
    opentok.reset()
    opentok.requests()
    with processes.folder() as folder:
        layer = LAYERS[schedule.layer](opentok, Path(folder))
        if isinstance(layer, PulumiLayer):
            layer.stack.generated = schedule.generated
        try:
            _Drive(opentok, layer).run(schedule)
        finally:
            layer.end()


class _Drive:
    def __init__(self, opentok: OpenTokProcess, layer: Layer) -> None:
        self._opentok = opentok
        self._layer = layer
        self._model = Model(layer)
        self._published = Published(layer)
        self._secrets = {opentok.env["OPENTOK_ACCOUNT_SECRET"]}
        self._texts: list[str] = []
        self._rows: dict[str, dict[str, Any]] = {}
        """The projects at OpenTok, as they were after the last run or change."""
        self._earlier: dict[str, dict[str, Any]] = {}
        """And as they were before the last run; what was done to them behind everybody's back is among it."""
        self._swept = False

    def run(self, schedule: Schedule) -> None:
        if any(step.rude for step in schedule.steps):
            self._bystander()
        for step in schedule.steps:
            self._step(step)
        first = self._run(Step(refresh=True))
        for _time in range(2):
            said = [first.failed, *(outcome.error for outcome in first.outcomes.values())]
            if self._taken_as_it_is(first) or any("was not replaced" in text for text in said):
                first = self._run(Step(refresh=True))
        failed = {name: outcome.error for name, outcome in first.outcomes.items() if not outcome.ok}
        if failed or first.failed or first.outcomes.keys() != self._model.declared.keys():
            raise Broken(f"the clean run did not succeed: {failed or first.failed or 'it did not get to the end'}")
        if self._model.owed:
            raise Broken(f"projects {sorted(self._model.owed)} were not replaced, and nobody said so")
        if self._model.leaving:
            raise Broken(f"projects {sorted(self._model.leaving)} are not declared any more, and are there after the clean run")
        self._all_work()
        if self._layer.quiet_run:
            self._quiet()
        self._no_secret_shown()

    def _bystander(self) -> None:
        pair = Credentials(key=self._opentok.env["OPENTOK_ACCOUNT_KEY"], secret=self._opentok.env["OPENTOK_ACCOUNT_SECRET"], kind="account")
        made = Account(pair, api_url=self._opentok.url).projects.create(BYSTANDER)
        self._opentok.requests()
        self._see()
        self._earlier = self._rows
        self._model.set_aside[made.id] = self._rows[made.id]

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
        doubt, result = self._behind_the_gateway(step) if step.rude else (Doubt(), self._run_it(step))
        if step.faults or step.moment:
            self._opentok.clear_faults()
        journal = self._opentok.requests()
        self._see()
        self._texts += [*result.texts, self._layer.saved(), repr(journal)]
        if not step.unwritable:
            self._published.check(self._model, result, self._rows, doubt)
        self._strays(result, before, doubt)
        looked = step.refresh or self._layer.looks_always
        self._model.after(result, before, self._rows, journal, looked, doubt)
        self._earlier = {project: row for project, row in before.items() if project in self._rows or not self._swept}
        return result

    def _behind_the_gateway(self, step: Step) -> tuple[Doubt, Result]:
        gateway = self._opentok.gateway
        past = self._earlier if any(rude.kind == "lag" and rude.delay > 1 for rude in step.rude) else self._rows
        self._layer.url = gateway.url()
        try:
            with gateway.misbehaving(step.rude, past) as misdeeds:
                result = self._run_it(step)
        finally:
            self._layer.url = ""
        return Doubt(misdeeds, past), result

    def _run_it(self, step: Step) -> Result:
        late = any(fault.kind == "delay" for fault in step.faults) or any(rude.kind == "slow" for rude in step.rude)
        with self._published.out_of_reach(step.unwritable):
            return self._layer.run(self._model.declared, step, timeout=SHORT if late else PATIENT)

    def _strays(self, result: Result, before: Mapping[str, Any], doubt: Doubt) -> None:
        """New projects that no declaration stands for: a word is needed, and who reads it removes them."""
        kept = {row["id"] for name in self._model.declared if (row := self._kept(name, result, before)) is not None}
        strays = [row for project, row in self._rows.items() if project not in kept | self._model.set_aside.keys() | before.keys()]
        unsaid = doubt.told(strays, result)
        if unsaid:
            raise Broken(f"project {unsaid[0]['id']} {unsaid[0]['name']!r} is a twin or an orphan, and nothing is said of it: {result.outcomes}")
        self._swept = bool(strays)
        for row in strays:
            self._opentok.delete_project(row["id"])
        if strays:
            self._see()

    def _kept(self, name: str, result: Result, before: Mapping[str, Any]) -> dict[str, Any] | None:
        """The project that the name stands for; of several new ones that which the run takes for its own."""
        ours = self._model.ours(name, self._rows)
        shown = (result.outcomes[name].shown or {}) if name in result.outcomes else {}
        own = self._rows.get(str(shown.get("id")))
        if ours is None or own is None or ours["id"] in before or self._layer.identity(name) is not None or own["name"] != ours["name"]:
            return None if ours is None else self._rows[ours["id"]]
        return own

    def _taken_as_it_is(self, result: Result) -> bool:
        """A project that is to be taken over must be as declared: whoever reads that declares it so first."""
        refused = [name for name, outcome in result.outcomes.items() if "cannot be taken over" in outcome.error]
        for name in refused:
            self._model.declared[name].status = None
        return bool(refused)

    def _change(self, name: str, what: str) -> None:
        if what.startswith("outside"):
            if name in self._model.known:
                self._outside(name, what, self._rows[self._model.known[name].id])
                self._see()
                self._earlier = self._rows
                self._model.meet(self._rows)
            return
        if what in MOVES:
            self._move(name, what)
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

    def _move(self, name: str, what: str) -> None:
        layer, model = self._layer, self._model
        if not isinstance(layer, PulumiLayer) or layer.identity(name) is None or name not in model.known or not model.declared[name].present:
            return
        layer.stack.move(name, what)
        if what == "rename":
            # Nothing has the new resource's URN yet: there is nothing of it to replace.
            layer.stack.requested.pop(name, None)
            model.replacing.pop(name, None)
        if what == "stack" and layer.stack.generated:
            self._lose_unsaved()
        if what.startswith("replace"):
            model.replacing[name] = what
        elif what == "rename" and (layer.stack.generated or self._rows[model.known[name].id]["name"] != name):
            model.taken_away(name)
        elif what == "rename":
            # Another resource takes the project over, as it is: what the old one remembered goes with it.
            model.declared[name].status = None
            model.known[name] = Known(model.known[name].id, stale=True)

    def _lose_unsaved(self) -> None:
        """What was created and never saved is found by its generated name, which a renamed stack generates in another way."""
        model = self._model
        for name in [name for name in model.known if self._layer.identity(name) is None]:
            lost = model.known.pop(name).id
            model.set_aside[lost] = self._rows[lost]

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
            if self._layer.holds(row["id"]) and self._layer.identity(name) is None:
                # Its old entry still has it, and nothing that is declared finds it any more.
                model.taken_away(name)
            elif self._layer.identity(name) is None:
                model.set_aside[row["id"]] = self._opentok.project(row["id"]) or {}

    def _all_work(self) -> None:
        """Each secret that a caller has works."""
        url = Connection.resolve(environ=self._opentok.env).api_url
        transport = Transport(url, timeout=PATIENT)
        for known in self._model.known.values():
            row = self._rows[known.id]
            if row["status"] != "SUSPENDED":
                OpenTok(Credentials(key=row["id"], secret=row["secret"], kind="project"), transport=transport).verify_credentials()

    def _quiet(self) -> None:
        """The second clean run changes nothing."""
        before = self._rows
        again = self._run(Step(refresh=True))
        changed = [name for name, outcome in again.outcomes.items() if outcome.changed or not outcome.ok]
        if changed or self._rows != before:
            raise Broken(f"the second clean run changed {changed or 'the account'}")

    def _no_secret_shown(self) -> None:
        any_secret = re.compile("|".join(map(re.escape, self._secrets)))
        for text in self._texts:
            if any_secret.search(text):
                raise Broken(f"a secret is shown in: {any_secret.sub('<SECRET>', text)[:2000]}")
