# SPDX-License-Identifier: Apache-2.0
"""What an OpenTok session id says: who owns it and when it was created.

Format: ``1_`` or ``2_`` and URL-safe base64 of ``~``-separated fields ``1~<API key>~<location>~<time>~<random>~<flags>~``. No document
describes it; the official SDKs decode it to check the key, and their fixtures show the fields. All end in ``~``: one that does not was
cut off.
"""

from __future__ import annotations

import binascii
import dataclasses
import datetime
from typing import Any

from ..errors import InvalidInput, Problem, quote
from ..http.connection import UUID

MAX_LENGTH = 255


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionIdentity:
    """Read from a session id. ``created_at`` (UTC) is ``None`` in old ids, which carry a local time. ``relayed``: the ``P`` flag."""

    api_key: str
    location: str | None
    created_at: datetime.datetime | None
    relayed: bool

    @property
    def media_mode(self) -> str | None:
        """``relayed`` or ``routed``; ``None`` if the id does not show it."""
        return None if self.created_at is None else "relayed" if self.relayed else "routed"


def decode_session_id(session_id: Any, field: str = "session_id") -> SessionIdentity:
    """Decodes ``session_id``. Raises :class:`InvalidInput` if it is not a session id."""
    parts = _parts(session_id, field)
    return SessionIdentity(api_key=parts[1], location=parts[2] or None, created_at=_time(parts[3]), relayed=parts[5] == "P")


def session_owner(session_id: Any, field: str = "session_id") -> str:
    """The API key of the OpenTok project that ``session_id`` belongs to. Raises :class:`InvalidInput` as :func:`opentok_session` does."""
    return _of_opentok(_parts(session_id, field)[1], field)


def session_problems(session_id: Any, api_key: str) -> list[Problem]:
    """What is wrong with ``session_id``: it must decode, and belong to the project ``api_key``."""
    try:
        owner = session_owner(session_id)
    except InvalidInput as error:
        return list(error.problems)
    return [] if owner == api_key else [Problem("session_id", f"belongs to project {quote(owner)}, not to {api_key}")]


def _parts(session_id: Any, field: str) -> list[str]:
    """The fields of a session id, at least six, with an API key among them. Raises :class:`InvalidInput`."""
    if not isinstance(session_id, str) or session_id[:2] not in ("1_", "2_") or len(session_id) > MAX_LENGTH:
        raise InvalidInput(Problem(field, f"must be a session id such as '1_MX40…' or '2_MX40…', not {quote(session_id, 30)}"))
    body = session_id[2:].rstrip("-~=").replace("-", "+").replace("_", "/")
    try:
        # In base64 the last "~" can end in "-", which looks like padding.
        if len(body) % 4 == 3 and session_id[2 + len(body) :].startswith("-") and _decoded(body + "+").endswith("~"):
            body += "+"
        parts = _decoded(body).split("~")
    except (binascii.Error, ValueError):
        parts = []
    # All ids end in "~": one that does not was cut off.
    if len(parts) < 6 or parts[-1]:
        raise InvalidInput(Problem(field, "is not a session id: it does not decode (was it cut off?)"))
    if not ((parts[1].isalnum() and parts[1].isascii()) or UUID.fullmatch(parts[1])):
        raise InvalidInput(Problem(field, "is not a session id: it contains no API key"))
    return parts


def opentok_session(session_id: Any, field: str = "session_id") -> SessionIdentity:
    """The same, but only for OpenTok: also raises :class:`InvalidInput` for a session of the unified Vonage platform."""
    identity = decode_session_id(session_id, field)
    _of_opentok(identity.api_key, field)
    return identity


def check_session(value: Any, field: str) -> str:
    """``value`` if it is the id of a session of OpenTok. Raises :class:`InvalidInput`."""
    opentok_session(value, field)
    return str(value)


def _of_opentok(api_key: str, field: str) -> str:
    if not api_key.isalnum():  # a UUID then: nothing else is an API key of a session id
        unified = "is a session of the unified Vonage platform (its owner is an application id): OpenTok sessions belong to a numeric API key"
        raise InvalidInput(Problem(field, unified))
    return api_key


def _decoded(body: str) -> str:
    """Raises ``ValueError`` for invalid base64, including foreign characters, which the decoder would skip."""
    data = binascii.a2b_base64(body + "=" * (-len(body) % 4))
    if len(body) % 4 == 1 or len(data) != len(body) * 3 // 4:
        raise ValueError
    return data.decode("utf-8")


def _time(text: str) -> datetime.datetime | None:
    try:
        return datetime.datetime.fromtimestamp(int(text) / 1000, datetime.timezone.utc)
    except (ValueError, OverflowError, OSError):
        return None
