# SPDX-License-Identifier: Apache-2.0
"""The archives (recordings) of a project."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...api.archives.calls import Archives, archive_id_problems
from ...checks import raise_if_any
from ..archive.shown import OUTPUTS, show_archive
from ..listing import ProjectListing, project_table
from ..scope import Scope


def _archive_id(value: Any, field: str) -> str:
    raise_if_any(archive_id_problems(field, value))
    return str(value)


class ArchiveListing(ProjectListing):
    """The archives of a project. Whoever has the ``url`` of one can download it for about ten minutes."""

    name = "archive"
    table = project_table(_archive_id)
    outputs = ("id", *OUTPUTS, "url")
    secret_outputs = ("url",)

    def get(self, scope: Scope, signer: Any, one: str) -> Any:
        return Archives(scope.transport, signer).get(one)

    def iterate(self, scope: Scope, signer: Any, session: str | None, page_size: int) -> Iterable[Any]:
        return Archives(scope.transport, signer).iterate(session_id=session, page_size=page_size)

    def show(self, found: Any) -> dict[str, Any]:
        return {"id": found.id, **show_archive(found), "url": found.url}


ARCHIVES = ArchiveListing()
