# SPDX-License-Identifier: Apache-2.0
"""``POST /dial``, and DTMF to all or one. A call joins its session at once; force-disconnect hangs it up."""

from __future__ import annotations

import dataclasses
import json

from starlette.routing import Route

from pulumi_opentok.core import operations

from ..endpoint import route
from ..errors import ApiError
from ..exchange import Call, Reply, json_reply
from ..service import Service
from ..sessions import lookup
from ..sessions import rows as sessions
from . import rules


def dial(call: Call) -> Reply:
    """Call a SIP endpoint."""
    wish = rules.check(call.json_object())
    session = lookup.session_of(call, wish.session_id)
    if session["media_mode"] != "routed":
        raise ApiError(409, "Only routed sessions are allowed to initiate SIP calls.")
    now, make = call.service.clock.milliseconds(), call.service.randomness.uuid
    call_id, connection_id, stream_id = make(), make(), make()
    with call.service.store.transaction() as db:
        sessions.connect(db, session["id"], connection_id, now, "")
        sessions.publish(db, session["id"], connection_id, stream_id, "", "camera")
        db.execute(
            "INSERT INTO sip_calls (id, session, connection, stream, created_at, wish) VALUES (?,?,?,?,?,?)",
            (call_id, session["id"], connection_id, stream_id, now, json.dumps(wish.shown)),
        )
    ids = {"id": call_id, "connectionId": connection_id, "streamId": stream_id}
    return json_reply({**ids, "projectId": call.signer.key, "sessionId": session["id"], "createdAt": now, "updatedAt": now})


def dtmf_to_all(call: Call) -> Reply:
    """Tones for every call of a session."""
    rules.digits(call.json_object())
    lookup.live_session(call)
    return Reply(200)


def dtmf_to_one(call: Call) -> Reply:
    """Tones for one connection."""
    rules.digits(call.json_object())
    lookup.connected(call)
    return Reply(200)


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    as_php_says = dataclasses.replace(operations.SIP_DIAL, path=operations.SIP_DIAL.path.replace("/dial", "/call"))
    return [
        route(service, operations.SIP_DIAL, dial),
        route(service, as_php_says, dial),
        route(service, operations.DTMF_TO_ALL, dtmf_to_all),
        route(service, operations.DTMF_TO_ONE, dtmf_to_one),
    ]
