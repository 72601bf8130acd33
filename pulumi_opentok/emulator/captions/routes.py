# SPDX-License-Identifier: Apache-2.0
"""``/captions``. Source: requests and recorded answers of the official SDKs."""

from __future__ import annotations

from typing import Any

from starlette.routing import Route

from pulumi_opentok.core import operations

from .. import fields
from ..endpoint import route
from ..errors import ApiError
from ..messages import Call, Reply, json_reply
from ..service import Service
from ..sessions.lookup import require_clients
from ..sessions.media import routed_session
from . import lifecycle, rows

LONGEST = 14_400  # seconds


def start(call: Call) -> Reply:
    """Begin captions: one at a time in a session."""
    body = call.json_object()
    seconds, language, callback_url = _check(body)
    session = routed_session(call, body, "captions")
    require_clients(call, session)
    if rows.is_captioned(call.service.db, session["id"]):
        raise ApiError(409, "Live captions have already started for this OpenTok Session.")
    with call.service.store.transaction():
        made = lifecycle.begin(call.service, session, seconds, language, callback_url)
    return json_reply({"captionsId": made}, 202, charset=True)


def stop(call: Call) -> Reply:
    """End captions."""
    row = rows.find(call.service.db, call.signer.key, call.parameters["captions_id"])
    if row is None:
        raise ApiError(404, "No matching captionsId was found.")
    with call.service.store.transaction():
        lifecycle.end(call.service, row)
    return Reply(202, b"", "application/json; charset=utf-8")


def _check(body: dict[str, Any]) -> tuple[int, str, str | None]:
    """The longest duration in seconds, the language, the statusCallbackUrl. Raises ApiError (400)."""
    fields.needed_text(body, "token")
    language = fields.text(body, "languageCode", least=2, most=35) or "en-US"
    if body.get("partialCaptions") not in ("true", "false"):  # as an official demo sends it
        fields.boolean(body, "partialCaptions", True)
    seconds = fields.whole_number(body, "maxDuration", 300, LONGEST) or LONGEST
    return seconds, language, fields.callback_url(body)


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    return [route(service, operations.CAPTIONS_START, start), route(service, operations.CAPTIONS_STOP, stop)]
