# SPDX-License-Identifier: Apache-2.0
"""Short makers of what the tables are about: a project, a spec, a state, a record."""

from __future__ import annotations

import datetime
from typing import Any

from pulumi_opentok.core import Project, fingerprint
from pulumi_opentok.core.desired.project.state import ProjectRecord, ProjectSpec, ProjectState

NOW = datetime.datetime(2026, 3, 1, 12, 0, tzinfo=datetime.timezone.utc)
CREATED = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)

ID = "46000001"
TWIN = "46000002"
ACCOUNT = "100"
OTHER_ACCOUNT = "200"
SECRET = "s3cr3t" * 6 + "live"
NEW_SECRET = "n3w" * 13 + "x"
ELSEWHERE = fingerprint("a secret that someone else made")


def project(**fields: Any) -> Project:
    """The active project 46000001 'acme'."""
    usual = {"id": ID, "name": "acme", "status": "active", "secret": SECRET, "environment": "standard", "created_at": CREATED}
    return Project(**{**usual, **fields})


def spec(**fields: Any) -> ProjectSpec:
    """'acme' in account 100."""
    return ProjectSpec(**{"account_key": ACCOUNT, "name": "acme", **fields})


def there(**fields: Any) -> ProjectState:
    """The project exists."""
    return ProjectState(project=project(**fields))


def namesakes(*ids: str, **fields: Any) -> ProjectState:
    """Not ours, but these have the name."""
    return ProjectState(namesakes=tuple(project(id=one, **fields) for one in ids))


NOTHING = ProjectState()


def record(**fields: Any) -> ProjectRecord:
    """What a run that made 'acme' left behind."""
    usual = {"account_key": ACCOUNT, "name": "acme", "secret_fingerprint": fingerprint(SECRET), "secret_rotated_at": CREATED}
    return ProjectRecord(**{**usual, **fields})
