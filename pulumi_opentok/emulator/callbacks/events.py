# SPDX-License-Identifier: Apache-2.0
"""An event goes to every URL that a project has for it: a row in the table of deliveries for each. See callbacks/webhook_worker.py for the rest.

URLs come from three places: the REST registration (callbacks/routes.py), what is the dashboard in the real service
(callbacks/control.py), and the ``statusCallbackUrl`` of a render or of captions.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..projects import rows as projects
from . import rows

if TYPE_CHECKING:
    from ..service import Service

GROUPS = ("session", "archive", "broadcast", "sip", "render", "captions")
"""The kinds of events that can have a URL each in the dashboard."""

_REGISTERED = {
    "connectionCreated": ("connection", "created"),
    "connectionDestroyed": ("connection", "destroyed"),
    "streamCreated": ("stream", "created"),
    "streamDestroyed": ("stream", "destroyed"),
    "callCreated": ("sip_call", "created"),
    "callDestroyed": ("sip_call", "destroyed"),
}


def emit(service: Service, project: str, group: str, event: str, session: str, body: dict[str, Any], url: str | None = None) -> None:
    """Tell a project of something that happened now.

    ``group`` is one of :data:`GROUPS`; ``event`` names it in the list of deliveries: the event of the body, or the status of an archive,
    broadcast, render or captions. First attempts to one URL go out in the order of the events of a ``session``. ``url``: one more
    address, of this object alone. A deleted project is told nothing. Call it in the transaction that makes the change.
    """
    if projects.find(service.db, project) is None:
        return
    pair = ("archive", "status") if group == "archive" else _REGISTERED.get(event, ("", ""))
    targets = rows.targets(service.db, project, group, *pair)
    if url is not None:
        targets.append((url, rows.secret_of(service.db, project, group)))
    now = service.clock.milliseconds()
    for address, secret in targets:
        rows.insert_delivery(service.db, (project, session, group, event), address, secret, json.dumps(body), now)
