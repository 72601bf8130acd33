# SPDX-License-Identifier: Apache-2.0
"""Pulumi on its real engine: a program of projects that a schedule changes, one `pulumi up` each run, the state read off the backend's file."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi

import pulumi_opentok
from tests.engine.killing import CLI, serving
from tests.engine.outcome import name_of, plain
from tests.engine.stack import EngineStack, drop_abandoned_coroutines
from tests.faults.layers.base import Declaration, Outcome, Result
from tests.faults.layers.pulumi import ANOTHER, PulumiLayer
from tests.faults.layers.stack import Entry
from tests.faults.layers.watch import Watch
from tests.faults.opentok import OpenTokProcess
from tests.faults.schedule import Step
from tests.protocol.dynamic_server import TYPE, Saved
from tools.engine.pulumi_cli import ensure_engine

FAILING = "failing"


class EngineLayer(PulumiLayer):
    """Drives `pulumi up` by the Automation API. What is modelled in `PulumiLayer` is the engine's own here."""

    quiet_run = False

    def __init__(self, opentok: OpenTokProcess, folder: Path, *, party: int = 0, ledger: Path | None = None) -> None:
        super().__init__(opentok, folder, party=party, ledger=ledger)
        home = folder / "stack"
        home.mkdir()
        self._declared: Mapping[str, Declaration] = {}
        self._asked = Step()
        self._engine = EngineStack(ensure_engine(), home, self._program, env=dict(opentok.env))

    def saved(self) -> str:
        return self._engine.everything_on_disk()

    def end(self) -> None:
        super().end()
        drop_abandoned_coroutines()

    def run(self, declared: Mapping[str, Declaration], step: Step, *, timeout: float) -> Result:
        self._declared, self._asked = declared, step
        self._renamed()
        engine = self._engine
        engine.env.update(self.env(timeout))
        killed: list[bool] = []
        before = len(engine.events)
        with Watch(self.opentok, step.moment, lambda: killed.append(_kill())):
            printed = engine.up(refresh=step.refresh, **self._options(step))
        if killed:
            self.opentok.clear_faults()
            # As the CLI says: the lock of a killed run stays.
            engine.cli("cancel", "--yes")
        self.stack.requested.clear()
        self._read()
        result = Result(killed=bool(killed), texts=[printed.text])
        self._told(result, engine.events[before:], printed.code)
        return result

    def _program(self) -> None:
        made = []
        for name, declaration in self._declared.items():
            if declaration.present:
                made.append(self._project(name, declaration))
        if self._asked.fails:
            # It exists nowhere.
            pulumi_opentok.Project(FAILING, existing_id="99999999", opts=pulumi.ResourceOptions(depends_on=made))

    def _project(self, name: str, declaration: Declaration) -> pulumi_opentok.Project:
        inputs: dict[str, Any] = {key: value for key, value in declaration.inputs().items() if key != "name"}
        named: dict[str, Any] = {} if self.stack.generated else {"name": name, "adopt": True}
        aliases: list[pulumi.Alias | str] = [pulumi.Alias(name=alias) for alias in self.stack.aliases(name)]
        first = True if self.stack.requested.get(name) == "replace, delete first" else None
        options = pulumi.ResourceOptions(aliases=aliases, delete_before_replace=first)
        return pulumi_opentok.Project(self.stack.resource(name), **inputs, **named, opts=options)

    def _options(self, step: Step) -> dict[str, Any]:
        urns = {name: self._urn(name) for name in self._declared}
        replace = [urns[name] for name in self.stack.requested if name in urns]
        options: dict[str, Any] = {"replace": replace} if replace else {}
        if step.target in urns:
            options["target"] = [urns[step.target]]
        return options

    def _urn(self, name: str) -> str:
        return f"urn:pulumi:{self._engine.name}::{self._engine.project}::{TYPE}::{self.stack.resource(name)}"

    def _renamed(self) -> None:
        """`pulumi stack rename`, if a move has asked for it."""
        if self.stack.name != self._engine.name:
            self._engine.rename(self.stack.name)

    def _read(self) -> None:
        """What the state has now."""
        latest = json.loads(self._engine.state_text())["checkpoint"]["latest"] or {}
        rows = [row for row in latest.get("resources", []) if row["type"] == TYPE]
        self.stack.entries[:] = [
            Entry(
                name_of(row["urn"]),
                Saved(row.get("id", ""), row.get("inputs", {}), row.get("outputs", {})),
                delete=bool(row.get("delete")),
                recreate=bool(row.get("pendingReplacement")),
            )
            for row in rows
        ]

    def _told(self, result: Result, events: list[Any], code: int) -> None:
        done: dict[str, bool] = {}
        failed = set()
        errors: list[tuple[str, str]] = []
        warnings: list[str] = []
        for event in events:
            if event.res_outputs_event:
                step = event.res_outputs_event.metadata
                done[name_of(step.urn)] = done.get(name_of(step.urn), False) or step.op != "same"
            if event.res_op_failed_event:
                failed.add(name_of(event.res_op_failed_event.metadata.urn))
            if event.diagnostic_event and event.diagnostic_event.severity == "error":
                errors.append((name_of(event.diagnostic_event.urn or ""), plain(event.diagnostic_event)))
            if event.diagnostic_event and event.diagnostic_event.severity == "warning":
                warnings.append(plain(event.diagnostic_event))
        if result.killed:
            return
        for name, declaration in self._declared.items():
            outcome = self._outcome(name, declaration, {name: changed for name, changed in done.items() if name not in failed}, errors, code)
            if outcome is not None:
                result.outcomes[name] = Outcome(**{**vars(outcome), "warnings": tuple(warnings)})
        if self._asked.fails:
            result.failed = ANOTHER
        elif code and all(outcome.ok for outcome in result.outcomes.values()):
            result.failed = "; ".join(text for _name, text in errors) or f"exit status {code}"

    def _outcome(self, name: str, declaration: Declaration, done: dict[str, bool], errors: list[tuple[str, str]], code: int) -> Outcome | None:
        entry, resource = self.stack.of(name), self.stack.resource(name)
        if self._asked.target not in ("", name):
            return None
        about = [text for whose, text in errors if whose == resource or (entry is not None and entry.saved.id in text) or self._title_in(text, name)]
        if about:
            return Outcome(ok=False, error="; ".join(about), kept=entry is not None)
        if not declaration.present:
            return Outcome(ok=True, kept=True) if code == 0 and entry is None else None
        if resource not in done or entry is None or entry.recreate:
            return None
        shown = {**entry.saved.outs, "id": entry.saved.id, "api_secret": None}
        return Outcome(ok=True, changed=done[resource], shown=shown, kept=True)

    def _title_in(self, text: str, name: str) -> bool:
        return f"'{self.title(name)}'" in text


def _kill() -> bool:
    for process in serving(CLI):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    return True
