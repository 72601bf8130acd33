# SPDX-License-Identifier: Apache-2.0
"""A runner that declares things with a ledger, in a process of its own: ``python -m tests.ledgers.party URL LIFETIME PATIENCE``.

Told what to do like ``tests.ledgers.run``. OpenTok is where its environment says.
"""

from __future__ import annotations

import datetime
import os
import signal
import time
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import requests

from pulumi_opentok.core import Connection
from pulumi_opentok.core.desired import Scope, scope
from pulumi_opentok.core.desired.archive.kind import ARCHIVE
from pulumi_opentok.core.desired.audio_connector import AUDIO_CONNECTOR
from pulumi_opentok.core.desired.callback.kind import CALLBACK
from pulumi_opentok.core.desired.captions import CAPTIONS
from pulumi_opentok.core.desired.fleet.entries import read_declarations
from pulumi_opentok.core.desired.fleet.fleet import Fleet
from pulumi_opentok.core.desired.fleet.undeclared import Undeclared
from pulumi_opentok.core.desired.moderation import MODERATION
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.report import Report
from pulumi_opentok.core.desired.run import Run
from pulumi_opentok.core.desired.session import SESSION
from pulumi_opentok.core.desired.sip_call import SIP_CALL
from pulumi_opentok.core.desired.sip_trunk.document import parse_trunk
from pulumi_opentok.core.desired.stores import publishers
from tests.ledgers.run import Commands, main, say

KINDS: Mapping[str, Any] = {kind.name: kind for kind in (PROJECT, SESSION, ARCHIVE, CALLBACK)}
PROCEDURES: Mapping[str, Any] = {one.name: one for one in (CAPTIONS, MODERATION, SIP_CALL, AUDIO_CONNECTOR)}


class Party(Commands):
    """What it can be told, beside what concerns the ledger alone."""

    def present(self, kind: str, inputs: dict[str, Any], places: list[str] | None = None, check: bool = False) -> dict[str, Any]:
        run = Run(KINDS[kind], self._scope(), ledger=self._ledger, publishers=publishers(places or []), check=check)
        return _told(run.present({**inputs, **({"take_by_name": True} if kind == "project" else {})}))

    def absent(self, kind: str, inputs: dict[str, Any]) -> dict[str, Any]:
        return _told(Run(KINDS[kind], self._scope(), ledger=self._ledger).absent(inputs))

    def act(self, procedure: str, inputs: dict[str, Any], present: bool | None = None) -> dict[str, Any]:
        given = {**inputs, "trunk": parse_trunk(inputs["trunk"]).document} if "trunk" in inputs else inputs
        how = {} if present is None else {"present": present}
        return _told(PROCEDURES[procedure].act(self._scope(), given, ledger=self._ledger, **how))

    def rotate(self, project: str) -> dict[str, Any]:
        report = Fleet(self._scope(), ledger=self._ledger).rotate(project).report
        assert report is not None
        return _told(report)

    def plan(self, projects: list[dict[str, Any]]) -> str:
        return str(Fleet(self._scope(), ledger=self._ledger).plan(read_declarations({"projects": projects})).plan.digest)

    def apply(self, projects: list[dict[str, Any]], purge: int | None = None, digest: str | None = None, **how: Any) -> list[dict[str, Any]]:
        fleet = Fleet(self._scope(), ledger=self._ledger, **how)
        undeclared = {} if purge is None else {"undeclared": Undeclared.purge(purge)}
        report = fleet.apply(read_declarations({"projects": projects}), expected_digest=digest, **undeclared)
        return [
            {
                "label": one.label,
                "changed": one.changed,
                "failure": str(one.failure or ""),
                "kind": type(one.failure).__name__ if one.failure else "",
            }
            for one in (*report.outcomes, *report.purged)
        ]

    def options(self, how: dict[str, Any]) -> None:
        """What ``apply`` goes by from now on."""
        self.apply = lambda projects, purge=None, digest=None: Party.apply(self, projects, purge, digest, **how)  # type: ignore[method-assign]

    def halt(self, how: str, when: str, method: str, part: str, times: int = 1) -> None:
        """At the first request of ``method`` whose path has ``part`` it is killed (``KILL``) or stands still (``STOP``), ``before`` it is sent
        or ``after`` its answer has come; of the next ``times`` ones. It says so first."""
        real = requests.Session.send
        left = times

        def send(session: requests.Session, request: Any, **options: Any) -> Any:
            nonlocal left
            hit = request.method == method and part in request.url and "/v2/" in request.url and left > 0
            left -= hit
            if hit and when == "before":
                self._halt(how, request.url)
            answer = real(session, request, **options)
            if hit and when == "after":
                self._halt(how, request.url)
            return answer

        requests.Session.send = send  # type: ignore[method-assign]

    def skew(self, seconds: float) -> None:
        """This machine's clock is wrong by so much."""
        real = time.time
        time.time = lambda: real() + seconds

        class Skewed(datetime.datetime):
            @classmethod
            def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
                return datetime.datetime.fromtimestamp(time.time(), tz)

        scope.datetime = SimpleNamespace(datetime=Skewed, timezone=datetime.timezone, timedelta=datetime.timedelta)  # type: ignore[attr-defined]

    def _scope(self) -> Scope:
        return Scope(Connection.resolve(environ=os.environ), warn=self._heard.append)

    def __init__(self, url: str, patience: float) -> None:
        super().__init__(url, patience)
        self._heard: list[str] = []

    @staticmethod
    def _halt(how: str, url: str) -> None:
        say(warning=f"halted at {url}")
        os.kill(os.getpid(), getattr(signal, f"SIG{how}"))


def _told(report: Report) -> dict[str, Any]:
    shown = {name: value for name, value in (report.shown or {}).items() if name not in ("api_secret", "token")}
    said = {"actions": report.actions, "shown": shown, "warnings": report.warnings, "unfinished": str(report.unfinished or "")}
    return {**said, "changed": report.changed, "kind": type(report.unfinished).__name__ if report.unfinished else ""}


if __name__ == "__main__":
    main(Party)
