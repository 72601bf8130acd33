# SPDX-License-Identifier: Apache-2.0
"""``POST /dial``, and DTMF to all or one. A call joins its session at once; force-disconnect hangs it up."""

from __future__ import annotations

import dataclasses
import json

from starlette.routing import Route

from pulumi_opentok.core import operations

from ..endpoint import route
from ..errors import ApiError
from ..messages import Call, Reply, json_reply
from ..service import Service
from ..sessions import clients, lookup
from . import policy, rows, rules, state


def dial(call: Call) -> Reply:
    """Call a SIP endpoint."""
    params = rules.check(call.json_object())
    session = lookup.session_of(call, params.session_id)
    if session["media_mode"] != "routed":
        raise ApiError(409, "Only routed sessions are allowed to initiate SIP calls.")
    service, make = call.service, call.service.randomness.uuid
    now, call_id, connection_id, stream_id = service.clock.milliseconds(), make(), make(), make()
    columns = {
        "id": call_id,
        "project": session["project"],
        "session": session["id"],
        "connection": connection_id,
        "stream": stream_id,
        "created_at": now,
        "params": json.dumps(params.shown),
        "plan": json.dumps(policy.plan(rows.policies(service.db), params.shown["uri"], params.auth, now)),
    }
    with service.store.transaction():
        state.begin(service, columns)
        clients.join(service, session, connection_id, params.data)
        clients.publish(service, session, connection_id, stream_id, "", "camera")
    ids = {"id": call_id, "connectionId": connection_id, "streamId": stream_id}
    return json_reply({**ids, "projectId": call.signer.key, "sessionId": session["id"], "createdAt": now, "updatedAt": now})


def dtmf_to_all(call: Call) -> Reply:
    """Tones for every call of a session."""
    digits = rules.digits(call.json_object())
    for row in rows.of_session(call.service.db, lookup.live_session(call)["id"]):
        rows.add_dtmf(call.service.db, row, digits, call.now())
    return Reply(200)


def dtmf_to_one(call: Call) -> Reply:
    """Tones for one connection."""
    digits = rules.digits(call.json_object())
    row = rows.of_connection(call.service.db, lookup.connected(call)[1])
    if row is not None:
        rows.add_dtmf(call.service.db, row, digits, call.now())
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
