# SPDX-License-Identifier: Apache-2.0
"""The archives (recordings) of a project.

Neither the password of one nor the address of its transcription is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...api.archives.calls import Archives, archive_id_problems
from ...checks import raise_if_any
from ..listing import ProjectListing, of_project, project_table, tracks
from ..scope import Scope

PLAIN = (
    *("id", "status", "session_id", "name", "reason", "duration", "size", "has_audio", "has_video", "output_mode", "stream_mode", "resolution"),
    *("max_bitrate", "quantization_parameter", "has_transcription", "sha256sum", "url"),
)


def _archive_id(value: Any, field: str) -> str:
    raise_if_any(archive_id_problems(field, value))
    return str(value)


class ArchiveListing(ProjectListing):
    """The archives of a project. Whoever has the ``url`` of one can download it for about ten minutes."""

    name = "archive"
    table = project_table(_archive_id)
    outputs = (*PLAIN, "project", "created_at", "updated_at", "streams")
    secret_outputs = ("url",)

    def get(self, scope: Scope, signer: Any, one: str) -> Any:
        return Archives(scope.transport, signer).get(one)

    def iterate(self, scope: Scope, signer: Any, session: str | None, page_size: int) -> Iterable[Any]:
        return Archives(scope.transport, signer).iterate(session_id=session, page_size=page_size)

    def show(self, found: Any) -> dict[str, Any]:
        return {**of_project(found, PLAIN), "streams": tracks(found.streams)}


ARCHIVES = ArchiveListing()
