# SPDX-License-Identifier: Apache-2.0
"""The core: ``Run`` with a ledger, in this process; in one of its own where it is to be killed."""

from __future__ import annotations

import dataclasses
import logging
import os
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pulumi_opentok.core import Connection, OpenTokError
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.ledger.cell_store import CellStore
from pulumi_opentok.core.desired.ledger.places import ledger_at
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.desired.stores import publishers
from tests.faults import processes
from tests.faults.haste import make_haste
from tests.faults.layers.base import Declaration, Layer, Outcome, Result, asking
from tests.faults.moments import at
from tests.faults.opentok import OpenTokProcess
from tests.faults.schedule import Moment, Step


class CoreLayer(Layer):
    """Drives the core."""

    def __init__(self, opentok: OpenTokProcess, folder: Path, *, party: int = 0, ledger: Path | None = None) -> None:
        super().__init__(opentok, folder, party=party, ledger=ledger)
        make_haste()

    def run(self, declared: Mapping[str, Declaration], step: Step, *, timeout: float) -> Result:
        places = {name: f"file:{self.place(name)}" for name in declared}
        job = _Job(self.env(timeout), self.at or str(self.ledger), places, together=not self.at_once, lifetime=self.lifetime)
        moment = step.moment
        if not self.at_once and (moment is None or not moment.what.startswith("kill")):
            with at(moment, self._do):
                return _run(declared, job)
        process, connection = processes.start(_child, declared, job, moment)
        self._process = process.pid or 0
        result = Result()
        try:
            while True:
                kind, content = self._answered(connection)
                if kind != "outcome":
                    break
                result.outcomes.update(content)
        except EOFError:
            result.killed = True
            return result
        finally:
            processes.end(process)
            connection.close()
        if kind == "failed":
            raise AssertionError(content)
        result.texts = content
        return result


    def _do(self, what: str) -> None:
        if what == "freeze":
            self.frozen(self._process)
        else:
            super()._do(what)


class _Log(logging.Handler):
    def __init__(self, texts: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._texts = texts

    def emit(self, record: logging.LogRecord) -> None:
        self._texts.append(self.format(record))


@dataclasses.dataclass(frozen=True)
class _Job:
    """What a run is given beside the declarations: the environment, the ledger and, by name, the place to publish to.

    ``together``: all share one scope, so that the account is listed once. Where another party runs, each has its own, like the module: the
    ledger is free between two of them.
    """

    env: Mapping[str, str]
    ledger: str
    places: Mapping[str, str]
    together: bool
    lifetime: float | None = None


def _run(declared: Mapping[str, Declaration], job: _Job, tell: Callable[[Any], object] | None = None) -> Result:
    result = Result()
    log = _Log(result.texts)
    logging.getLogger().addHandler(log)
    try:
        scope = Scope(Connection.resolve(environ=job.env), warn=result.texts.append)
        for name, declaration in declared.items():
            scope = scope if job.together else Scope(Connection.resolve(environ=job.env), warn=result.texts.append)
            run = Run(PROJECT, scope, ledger=ledger_at(job.ledger), publishers=publishers([job.places[name]]))
            result.outcomes[name] = _one(run, declaration, result.texts)
            if tell is not None:
                tell(("outcome", {name: result.outcomes[name]}))
    finally:
        logging.getLogger().removeHandler(log)
    return result


def _one(run: Run, declaration: Declaration, texts: list[str]) -> Outcome:
    inputs = {**declaration.inputs(), "take_by_name": True}
    try:
        report = run.present(inputs) if declaration.present else run.absent(inputs)
    except OpenTokError as error:
        texts.append("".join(traceback.format_exception(error)))
        return Outcome(ok=False, error=str(error))
    texts.append(_text(report))
    return Outcome(
        ok=report.unfinished is None,
        changed=report.changed,
        shown=report.shown,
        kept=True,
        error=str(report.unfinished or ""),
        warnings=report.warnings,
    )


def _text(report: Report) -> str:
    shown = {name: value for name, value in (report.shown or {}).items() if name != "api_secret"}
    return repr((report.plan, report.actions, report.warnings, report.unfinished, shown))


def _child(connection: processes.Connection, declared: Mapping[str, Declaration], job: _Job, moment: Moment | None) -> None:
    make_haste(blocked=lambda: asking(connection)("blocked"))
    os.environ.update(job.env)
    CellStore.lifetime = job.lifetime or CellStore.lifetime
    try:
        with at(moment, asking(connection)):
            result = _run(declared, job, connection.send)
    except BaseException:
        connection.send(("failed", traceback.format_exc()))
        raise
    connection.send(("done", result.texts))
