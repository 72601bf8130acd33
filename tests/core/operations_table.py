# SPDX-License-Identifier: Apache-2.0
"""Each operation of the core as one call, for tables of what goes wrong on which."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from pulumi_opentok.core import Account, Project
from pulumi_opentok.core.opentok import OpenTok
from tests.core.service import Service

Things = dict[str, str]


def nothing(_service: Service, _client: OpenTok) -> Things:
    return {}


@dataclasses.dataclass(frozen=True)
class Call:
    """``prepare`` makes what the call needs; ``run`` gets it by name, and so does ``about``, which is how an error names the object.

    ``about`` also has ``{id}`` and ``{key}``, the project's and the account's. ``again``: whether the same call succeeds once more.
    """

    repeatable: bool
    about: str
    run: Callable[..., Any]
    prepare: Callable[[Service, OpenTok], Things] = nothing
    again: bool = True

    def ready(self, service: Service, project: Project) -> Ready:
        """The call with all that it needs made; no requests are sent when it runs but its own."""
        things = self.prepare(service, service.client(project))
        about = self.about.format(id=project.id, key=service.emulator.account_key, **things)
        return Ready(about, lambda account, client: self.run(account, client, project, **things))


@dataclasses.dataclass(frozen=True)
class Ready:
    """A call that can be made."""

    about: str
    run: Callable[[Account, OpenTok], Any]


CALLS = {
    "project.list": Call(True, "account {key}", lambda account, _client, _project: account.projects.list()),
    "project.get": Call(True, "project {id}", lambda account, _client, project: account.projects.get(project.id)),
    "project.set_status": Call(True, "project {id}", lambda account, _client, project: account.projects.set_status(project.id, "suspended")),
    "project.delete": Call(True, "project {id}", lambda account, _client, project: account.projects.delete(project.id), again=False),
    "archive.list": Call(True, "project {id}", lambda _account, client, _project: client.prove()),
    "project.create": Call(False, "a project 'new'", lambda account, _client, _project: account.projects.create("new")),
    "project.refresh_secret": Call(False, "project {id}", lambda account, _client, project: account.projects.refresh_secret(project.id)),
    "session.create": Call(False, "a session of project {id}", lambda _account, client, _project: client.sessions.create()),
}

REPEATABLE = [name for name, call in CALLS.items() if call.repeatable]
ONCE_ONLY = [name for name, call in CALLS.items() if not call.repeatable]
