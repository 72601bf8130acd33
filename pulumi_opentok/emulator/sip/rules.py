# SPDX-License-Identifier: Apache-2.0
"""What a call may be: the body of ``POST /dial``, and DTMF digits."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from .. import fields
from ..errors import bad_request
from ..sessions.token_data import connection_data

_URI = re.compile(r"sips?:[^\s@]+@[^\s@]+", re.IGNORECASE)
_DIGITS = re.compile(r"[0-9*#p]+")
_FLAGS = ("secure", "video", "observeForceMute")


@dataclasses.dataclass(frozen=True)
class CallParams:
    """A call that may be made; ``shown`` is what the control plane tells of it: no token, no password, no header.

    ``data`` is what the token says of the connection; ``auth`` are the user name and the password for the far end.
    """

    session_id: str
    shown: dict[str, Any]
    data: str = ""
    auth: tuple[str, str] | None = dataclasses.field(default=None, repr=False)


def check(body: dict[str, Any]) -> CallParams:
    """The call that a body asks for. Raises ApiError (400)."""
    session_id = fields.needed_text(body, "sessionId")
    data = connection_data(fields.needed_text(body, "token"))
    sip = fields.mapping(body, "sip")
    if sip is None:
        raise bad_request("sip must be set")
    uri = fields.needed_text(sip, "uri")
    if not _URI.fullmatch(uri):
        raise bad_request("Bad SIP URI format")
    _check_headers(sip)
    auth = _auth(sip)
    flags = {name: _flag(sip, name) for name in _FLAGS}
    return CallParams(session_id, {"uri": uri, "from": fields.text(sip, "from"), **flags, "streams": _streams(sip)}, data, auth)


def digits(body: dict[str, Any]) -> str:
    """DTMF digits. Raises ApiError (400)."""
    text = body.get("digits")
    if not isinstance(text, str) or not _DIGITS.fullmatch(text):
        raise bad_request("Invalid DTMF Digits")
    return text


def _flag(sip: dict[str, Any], name: str) -> bool:
    value = sip.get(name)
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"  # the Ruby SDK sends such
    return fields.boolean(sip, name, False)


def _check_headers(sip: dict[str, Any]) -> None:
    headers = fields.mapping(sip, "headers") or {}
    for name in headers:
        fields.needed_text(headers, name, least=0)


def _auth(sip: dict[str, Any]) -> tuple[str, str] | None:
    auth = fields.mapping(sip, "auth")
    if auth is None:
        return None
    return fields.text(auth, "username") or "", fields.text(auth, "password") or ""


def _streams(sip: dict[str, Any]) -> list[str]:
    streams = sip.get("streams")
    if streams is None:
        return []
    if not isinstance(streams, list):
        raise bad_request("streams must be a list of stream ids")
    return [fields.needed_text({"streams": stream}, "streams") for stream in streams]
