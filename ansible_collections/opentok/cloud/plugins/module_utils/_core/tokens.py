# SPDX-License-Identifier: Apache-2.0
"""Client tokens, made without any request. Private to opentok.cloud and pulumi_opentok.

Source: https://tokbox.com/developer/guides/create-token/; the two formats as the official SDKs write them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from .auth import Credentials, encode_jwt
from .errors import InvalidInput, Problem, quoted
from .session_ids import opentok_session

ROLES = ("publisher", "subscriber", "moderator", "publisheronly")
FORMATS = ("jwt", "t1")
DEFAULT_LIFETIME = 24 * 3600
MAX_LIFETIME = 30 * 24 * 3600
"""Seconds: 30 days ahead is the longest that is documented."""
MAX_DATA = 1000
"""Bytes of connection data; also the length of the joined layout classes. SDKs differ (999 to 1,024); the guide says 1,000."""


class Tokens:
    """Makes client tokens of one project."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def generate(
        self,
        session_id: str,
        *,
        role: str = "publisher",
        expire_in: int = DEFAULT_LIFETIME,
        data: str | None = None,
        layout_classes: Sequence[str] = (),
        token_format: str = "jwt",
        now: float | None = None,
    ) -> str:
        """A token with which a client connects to ``session_id``. It dies with the project's secret.

        ``role``: publisher, subscriber, moderator or publisheronly. ``expire_in``: seconds from now, 1 to 2,592,000 (30 days).
        ``data``: at most 1,000 bytes, seen by all clients and in logs. ``token_format``: ``jwt`` or the older ``t1``.
        Raises :class:`InvalidInput`, also when the session belongs to another project.
        """
        problems = self._problems(session_id, role, expire_in, data, layout_classes, token_format)
        if problems:
            raise InvalidInput(problems)
        created = int(time.time() if now is None else now)
        claims: dict[str, object] = {"session_id": session_id, "role": role, "nonce": secrets.randbelow(10**15), "scope": "session.connect"}
        if data:
            claims["connection_data"] = data
        if layout_classes:
            claims["initial_layout_class_list"] = " ".join(layout_classes)
        if token_format == "t1":
            return self._t1({**claims, "create_time": created, "expire_time": created + expire_in})
        frame = {"iss": self._credentials.key, "ist": "project", "iat": created, "exp": created + expire_in}
        return encode_jwt({**frame, **claims}, self._credentials.secret)

    def _t1(self, claims: dict[str, object]) -> str:
        text = urlencode(claims)
        signature = hmac.new(self._credentials.secret.encode(), text.encode(), hashlib.sha1).hexdigest()
        body = f"partner_id={self._credentials.key}&sig={signature}:{text}"
        return "T1==" + base64.b64encode(body.encode()).decode()

    def _problems(
        self, session_id: str, role: str, expire_in: int, data: str | None, layout_classes: Sequence[str], token_format: str
    ) -> list[Problem]:
        problems = []
        try:
            owner = opentok_session(session_id).api_key
            if owner != self._credentials.key:
                problems.append(Problem("session_id", f"belongs to project {quoted(owner)}, not to {self._credentials.key}"))
        except InvalidInput as error:
            problems.extend(error.problems)
        if role not in ROLES:
            problems.append(Problem("role", f"must be one of {', '.join(ROLES)}, not {quoted(role)}"))
        if isinstance(expire_in, bool) or not isinstance(expire_in, int) or not 1 <= expire_in <= MAX_LIFETIME:
            problems.append(Problem("expire_in", f"must be whole seconds from 1 to {MAX_LIFETIME} (30 days), not {quoted(expire_in)}"))
        problems.extend(token_problems(data, layout_classes))
        if token_format not in FORMATS:
            problems.append(Problem("token_format", f"must be 'jwt' or 't1', not {quoted(token_format)}"))
        return problems


def token_problems(data: Any, layout_classes: Any) -> list[Problem]:
    """What is wrong with what a token carries for its client."""
    problems = []
    if data is not None and not _fits(data):
        problems.append(Problem("data", f"must be a string of at most {MAX_DATA} bytes"))
    is_list = isinstance(layout_classes, Sequence) and not isinstance(layout_classes, str)
    if not is_list or not all(isinstance(name, str) for name in layout_classes) or not _fits(" ".join(layout_classes)):
        problems.append(Problem("layout_classes", f"must be a list of class names, together at most {MAX_DATA} characters"))
    return problems


def _fits(value: object) -> bool:
    """Whether ``value`` is text that the API takes as data."""
    try:
        return isinstance(value, str) and len(value.encode()) <= MAX_DATA
    except UnicodeEncodeError:
        return False
