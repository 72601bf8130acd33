# SPDX-License-Identifier: Apache-2.0
"""The live broadcasts of a project."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...api.broadcasts.calls import Broadcasts
from ..broadcast.shown import OUTPUTS, show_broadcast
from ..listing import ProjectListing, project_table
from ..scope import Scope


class BroadcastListing(ProjectListing):
    """The broadcasts of a project that are under way."""

    name = "broadcast"
    table = project_table()
    outputs = ("id", *OUTPUTS)

    def get(self, scope: Scope, signer: Any, one: str) -> Any:
        return Broadcasts(scope.transport, signer).get(one)

    def iterate(self, scope: Scope, signer: Any, session: str | None, page_size: int) -> Iterable[Any]:
        return Broadcasts(scope.transport, signer).iterate(session_id=session, page_size=page_size)

    def show(self, found: Any) -> dict[str, Any]:
        return {"id": found.id, **show_broadcast(found)}


BROADCASTS = BroadcastListing()
