# SPDX-License-Identifier: Apache-2.0
"""What the tests of GitLab and of Jenkins play in: an account at OpenTok, a GitLab, and all that was ever a secret there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import tools.node
from pulumi_opentok.emulator import Emulator
from tests.gitops.gitlab.stand_in import JOB_TOKEN, LEDGER_TOKEN, TOKEN, GitLab

THERE = (("46000001", "s" * 40, "Acme Telehealth"), ("46000002", "t" * 40, "Globex"), ("46000003", "u" * 40, "Initech"))


class Account:
    """``pair``: the account's, as variables of CI; ``url``: OpenTok's address, as another one."""

    def __init__(self, opentok: Emulator) -> None:
        self.opentok = opentok
        self.pair = {name: value for name, value in opentok.env.items() if name.startswith("OPENTOK_ACCOUNT_")}
        self.url = {name: value for name, value in opentok.env.items() if name not in self.pair}
        self.secrets = {self.pair["OPENTOK_ACCOUNT_SECRET"]}

    def status(self) -> dict[str, str]:
        """By name."""
        projects = self.opentok.all_projects()
        self.secrets |= {project["secret"] for project in projects}
        return {project["name"]: project["status"] for project in projects}

    def id(self, name: str) -> str:
        (found,) = (str(project["id"]) for project in self.opentok.all_projects() if project["name"] == name)
        return found

    def asked(self, operation: str) -> int:
        """How often."""
        return [entry["operation"] for entry in self.opentok.journal()].count(operation)

    def elsewhere(self, name: str, status: str) -> None:
        """Somebody changes a project in the account portal."""
        self.opentok.edit_project(self.id(name), status=status)

    def leaks(self, logs: str, gitlab: GitLab) -> list[str]:
        """Secrets that a log, a note, an issue, an artifact or a package has."""
        self.status()
        kept = [*gitlab.packages.values(), *gitlab.artifacts.values()]
        told = [*(note["body"] for notes in gitlab.notes.values() for note in notes), *map(str, gitlab.issues), *map(str, gitlab.comments.values())]
        seen = "\n".join([logs, *told, *(content.decode() for content in kept)])
        return [secret for secret in (*self.secrets, TOKEN, LEDGER_TOKEN, JOB_TOKEN) if secret in seen]


@contextlib.contextmanager
def account(*, projects: bool = True) -> Iterator[Account]:
    """An account, with the ``projects`` of tenants.yaml or with none."""
    with Emulator(projects=THERE if projects else ()) as opentok:
        yield Account(opentok)


def modules(request: pytest.FixtureRequest, name: str) -> Path:
    """The folder `node_modules` of a program of npm. Where it cannot be had, the test is skipped with the reason."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    try:
        # Installing takes a while: its line of progress has to be seen.
        with capture.global_and_fixture_disabled():
            return tools.node.ensure(name)
    except tools.node.NoProgram as error:
        pytest.skip(str(error))
