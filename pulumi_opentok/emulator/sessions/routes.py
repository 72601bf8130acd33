# SPDX-License-Identifier: Apache-2.0
"""``POST /session/create``: form in, XML or JSON out. Source: requests and recorded answers of the official SDKs."""

from __future__ import annotations

import datetime
import zoneinfo
from typing import Any
from xml.sax.saxutils import escape

from starlette.routing import Route

from pulumi_opentok.core import operations

from ..endpoint import route
from ..errors import XML_PROLOG
from ..messages import Call, Reply, json_reply
from ..service import Service
from . import rows, rules, session_id

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CREDENTIAL_LIFE = 86_100  # seconds, the value in a recorded answer


def create(call: Call) -> Reply:
    """Make a session. JSON if the client asks for it, else XML."""
    form = rules.read_form(call.body, call.headers.get("content-type", ""))
    params = rules.check(form)
    service, key = call.service, call.signer.key
    now = service.clock.milliseconds()
    relayed = params.media_mode == "relayed"
    made = session_id.make(key, params.location, now, service.randomness.session_part(), relayed=relayed)
    rows.insert(service.db, made, key, now, params)
    created = java_date(now / 1000)
    if call.wants_json():
        return json_reply([_as_json(made, key, created, service.randomness.uuid())])
    return Reply(200, _as_xml(made, key, created), "text/xml")


def _as_json(made: str, key: str, created: str, segment: str) -> dict[str, Any]:
    return {
        "session_id": made,
        "project_id": key,
        "partner_id": key,
        "create_dt": created,
        "session_status": None,
        "status_invalid": None,
        "media_server_hostname": None,
        "messaging_server_url": None,
        "messaging_url": None,
        "media_server_url": "",
        "symphony_address": None,
        "properties": None,
        "ice_server": None,
        "session_segment_id": segment,
        "ice_servers": None,
        "ice_credential_expiration": _CREDENTIAL_LIFE,
    }


def _as_xml(made: str, key: str, created: str) -> bytes:
    return (
        f"{XML_PROLOG}<sessions><Session><session_id>{escape(made)}</session_id><partner_id>{escape(key)}</partner_id>"
        f"<create_dt>{escape(created)}</create_dt></Session></sessions>"
    ).encode()


def java_date(moment: float) -> str:
    """A time as Java's ``Date.toString()`` writes it in US Pacific time: ``Fri Feb 14 05:14:54 PST 2025``."""
    local = datetime.datetime.fromtimestamp(moment, _pacific())
    return f"{_DAYS[local.weekday()]} {_MONTHS[local.month - 1]} {local:%d %H:%M:%S} {local.tzname()} {local.year}"


def _pacific() -> datetime.tzinfo:
    try:
        return zoneinfo.ZoneInfo("America/Los_Angeles")
    except zoneinfo.ZoneInfoNotFoundError:  # a slim image without time zones
        return datetime.timezone(datetime.timedelta(hours=-8), "PST")


def routes(service: Service) -> list[Route]:
    """The routes of this subject."""
    return [route(service, operations.SESSION_CREATE, create, xml=True)]
