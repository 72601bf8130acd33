# SPDX-License-Identifier: Apache-2.0
"""What is wanted of a project, what is there, what is remembered: plain data. Private to opentok.cloud and pulumi_opentok."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping

from ..account import Project

ON_DELETE = ("delete", "suspend", "retain")


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProjectSpec:
    """What is declared.

    ``status`` ``None`` means "as it is". ``existing_id`` takes over the project of this id and ``adopt`` the one of this name, both only if
    it matches. ``id`` names the project itself and ``take_by_name`` lets its name do so: then it is made to match. ``account_key`` is the
    account that the credentials belong to.
    """

    account_key: str | None = None
    name: str | None = None
    status: str | None = None
    on_delete: str = "delete"
    existing_id: str | None = None
    id: str | None = None
    adopt: bool = False
    allow_duplicate_name: bool = False
    take_by_name: bool = False
    secret_triggers: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProjectState:
    """What is there: the ``project`` itself, or else the ``namesakes`` that stand in the way or could be meant.

    ``missing_id``: the id that was looked for when there is no such project.
    """

    project: Project | None = None
    namesakes: tuple[Project, ...] = ()
    missing_id: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class ProjectRecord:
    """What the last run left behind. ``name``: as declared, which the live name may differ from. ``secret_version`` counts from 1."""

    account_key: str | None = None
    name: str | None = None
    on_delete: str = "delete"
    secret_triggers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    secret_fingerprint: str | None = None
    secret_version: int = 1
    secret_rotated_at: datetime.datetime | None = None

    def after_seeing(self, project: Project, now: datetime.datetime) -> ProjectRecord:
        """This record, with a secret that was rotated since counted as one more version, first seen ``now``."""
        if self.secret_fingerprint in (None, project.secret_fingerprint):
            return dataclasses.replace(self, secret_fingerprint=project.secret_fingerprint)
        return dataclasses.replace(
            self, secret_fingerprint=project.secret_fingerprint, secret_version=self.secret_version + 1, secret_rotated_at=now
        )


def to_text(moment: datetime.datetime | None) -> str | None:
    """RFC 3339 in UTC with seconds: ``2026-11-23T07:02:00Z``."""
    if moment is None:
        return None
    return moment.astimezone(datetime.timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")


def from_text(text: str | None) -> datetime.datetime | None:
    """The reverse of :func:`to_text`."""
    return None if not text else datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
