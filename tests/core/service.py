# SPDX-License-Identifier: Apache-2.0
"""The emulator as the tests of the core see it: clients of it, and what they asked of it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

from pulumi_opentok.core import Account, Connection, Credentials, Project
from pulumi_opentok.core.api.opentok import OpenTok
from pulumi_opentok.core.desired import Scope
from pulumi_opentok.core.desired.creation import Creation
from pulumi_opentok.core.desired.plan import Applied
from pulumi_opentok.core.desired.project.kind import PROJECT
from pulumi_opentok.core.desired.project.state import ProjectRecord, ProjectState
from pulumi_opentok.core.http.transport import Transport
from pulumi_opentok.emulator import Emulator
from tests.unit.things import NOW

TIMEOUT = 5.0
SHORT = 0.25
"""Seconds after which a client gives up where a test wants it to."""


class Service:
    """Clients of one emulator. ``warnings`` has what their transports warned of."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.warnings: list[str] = []

    def transport(self, timeout: float = TIMEOUT) -> Transport:
        return Transport(self.emulator.url, timeout=timeout, backoff=0, warn=self.warnings.append)

    def account(self, *, secret: str | None = None, timeout: float = TIMEOUT) -> Account:
        pair = Credentials(key=self.emulator.account_key, secret=secret or self.emulator.account_secret, kind="account")
        return Account(pair, transport=self.transport(timeout))

    def client(self, project: Project, *, timeout: float = TIMEOUT) -> OpenTok:
        return OpenTok(project.credentials, transport=self.transport(timeout))

    def scope(self, *, timeout: float = TIMEOUT, **settings: Any) -> Scope:
        connection = dataclasses.replace(Connection.resolve(settings, environ=self.emulator.env), timeout=timeout)
        scope = Scope(connection, warn=self.warnings.append)
        scope._creation = Creation(scope.account.projects, pause=0)
        return scope

    def asked(self) -> Counter[str]:
        """How many requests of each operation were sent since the journal was last cleared."""
        return Counter(entry["operation"] for entry in self.emulator.journal())

    def clear(self) -> None:
        """Forget what was asked and warned of until now."""
        self.emulator.clear_journal()
        self.warnings.clear()

    def secrets(self) -> list[str]:
        """Every secret that there is now."""
        return [secret for _key, secret in self.emulator.all_accounts()] + [project["secret"] for project in self.emulator.all_projects()]

    def find_and_apply(
        self, scope: Scope, inputs: dict[str, Any], record: ProjectRecord | None = None, project_id: str | None = None
    ) -> tuple[Applied[ProjectState], ProjectRecord]:
        """A run of a declaration as the layers do it: find or read, plan, apply, remember."""
        spec = PROJECT.parse(inputs, account_key=scope.account_key)
        state = PROJECT.read(scope, project_id) if project_id else PROJECT.find(scope, spec)
        applied = PROJECT.apply(scope, PROJECT.plan(spec, state, record, NOW), state)
        return applied, PROJECT.record(spec, applied, record, NOW)

    def end(self, scope: Scope, project_id: str, on_delete: str = "delete") -> Applied[ProjectState]:
        """The end of a project's life, as its declaration wants it."""
        state = PROJECT.read(scope, project_id)
        spec = PROJECT.parse({"id": project_id, "on_delete": on_delete}, account_key=scope.account_key)
        return PROJECT.apply(scope, PROJECT.plan_absent(spec, state), state)
