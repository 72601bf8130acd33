# SPDX-License-Identifier: Apache-2.0
"""The archives (recordings) of a project.

Neither the password of one nor the address of its transcription is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...api.archives.calls import Archives
from ...errors import InvalidInput, Problem, quote
from ...http.connection import UUID
from ..listing import ProjectListing, plain, project_table, tracks
from ..scope import Scope
from ..times import to_text

PLAIN = (
    *("id", "status", "session_id", "name", "reason", "duration", "size", "has_audio", "has_video", "output_mode", "stream_mode", "resolution"),
    *("max_bitrate", "quantization_parameter", "has_transcription", "sha256sum", "url"),
)


def _archive_id(value: Any, field: str) -> str:
    if not isinstance(value, str) or not UUID.fullmatch(value):
        raise InvalidInput(Problem(field, f"must be an archive id (a UUID), not {quote(value)}"))
    return value


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
        times = {"created_at": to_text(found.created_at), "updated_at": to_text(found.updated_at)}
        return {**plain(found, PLAIN), **times, "project": found.project_id, "streams": tracks(found.streams)}


ARCHIVES = ArchiveListing()
