# SPDX-License-Identifier: Apache-2.0
"""The renders (Experience Composer) of a project."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...api.renders import Renders
from ..listing import ProjectListing, of_project, project_table
from ..scope import Scope

PLAIN = ("id", "status", "session_id", "resolution", "stream_id", "reason", "url")


class RenderListing(ProjectListing):
    """The renders of a project, of all states. The ``url`` of a page may hold a token for it."""

    name = "render"
    table = project_table()
    outputs = (*PLAIN, "project", "created_at", "updated_at")
    secret_outputs = ("url",)

    def get(self, scope: Scope, signer: Any, one: str) -> Any:
        return Renders(scope.transport, signer).get(one)

    def iterate(self, scope: Scope, signer: Any, session: str | None, page_size: int) -> Iterable[Any]:
        # The API cannot ask for those of one session.
        size = {} if session else {"page_size": page_size}
        return (render for render in Renders(scope.transport, signer).iterate(**size) if session in (None, render.session_id))

    def show(self, found: Any) -> dict[str, Any]:
        return of_project(found, PLAIN)


RENDERS = RenderListing()
