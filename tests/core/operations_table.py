# SPDX-License-Identifier: Apache-2.0
"""Each operation of the core as one call, for tables of what goes wrong on which."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from pulumi_opentok.core import Account, Project
from pulumi_opentok.core.opentok import OpenTok


@dataclasses.dataclass(frozen=True)
class Call:
    """``about`` is how an error names the object, with ``{id}`` and ``{key}`` of the project and the account."""

    repeatable: bool
    about: str
    run: Callable[[Account, OpenTok, Project], Any]


CALLS = {
    "project.list": Call(True, "account {key}", lambda account, _client, _project: account.projects.list()),
    "project.get": Call(True, "project {id}", lambda account, _client, project: account.projects.get(project.id)),
    "project.set_status": Call(True, "project {id}", lambda account, _client, project: account.projects.set_status(project.id, "suspended")),
    "project.delete": Call(True, "project {id}", lambda account, _client, project: account.projects.delete(project.id)),
    "archive.list": Call(True, "project {id}", lambda _account, client, _project: client.prove()),
    "project.create": Call(False, "a project 'new'", lambda account, _client, _project: account.projects.create("new")),
    "project.refresh_secret": Call(False, "project {id}", lambda account, _client, project: account.projects.refresh_secret(project.id)),
    "session.create": Call(False, "a session of project {id}", lambda _account, client, _project: client.sessions.create()),
}

REPEATABLE = [name for name, call in CALLS.items() if call.repeatable]
ONCE_ONLY = [name for name, call in CALLS.items() if not call.repeatable]
