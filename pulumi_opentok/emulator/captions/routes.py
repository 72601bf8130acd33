# SPDX-License-Identifier: Apache-2.0
"""``/captions``. Source: requests and recorded answers of the official SDKs."""

from __future__ import annotations

from typing import Any

from starlette.routing import Route

from pulumi_opentok.core import operations

from .. import fields
from ..endpoint import route
from ..errors import ApiError
from ..exchange import Call, Reply, json_reply
from ..service import Service
from ..sessions.media import require_clients, routed_session
from . import rows

LONGEST = 14_400  # seconds


def start(call: Call) -> Reply:
    """Begin captions: one at a time in a session."""
    wish = call.json_object()
    seconds = _check(wish)
    session = routed_session(call, wish, "captions")
    require_clients(call, session)
    now, made = call.service.clock.milliseconds(), call.service.randomness.uuid()
    with call.service.store.transaction() as db:
        rows.end_overdue(db, now)
        if rows.is_captioned(db, session["id"]):
            raise ApiError(409, "Live captions have already started for this OpenTok Session.")
        rows.insert(db, made, session, now + seconds * 1000)
    return json_reply({"captionsId": made}, 202)


def stop(call: Call) -> Reply:
    """End captions."""
    with call.service.store.transaction() as db:
        rows.end_overdue(db, call.service.clock.milliseconds())
        if not rows.stop(db, call.signer.key, call.parameters["captions_id"]):
            raise ApiError(404, "No matching captionsId was found.")
    return Reply(202, b"", "application/json; charset=utf-8")


def _check(wish: dict[str, Any]) -> int:
    """The longest duration in seconds. Raises ApiError (400)."""
    fields.needed_text(wish, "token")
    fields.text(wish, "languageCode", least=2, most=35)
    fields.text(wish, "statusCallbackUrl", least=15, most=2048)
    if wish.get("partialCaptions") not in ("true", "false"):  # as an official demo sends it
        fields.boolean(wish, "partialCaptions", True)
    return fields.whole_number(wish, "maxDuration", 300, LONGEST) or LONGEST


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    return [route(service, operations.CAPTIONS_START, start), route(service, operations.CAPTIONS_STOP, stop)]
